// A text input that offers choices as one types: a command's own, or what the bot suggests.

import { announce, el, newId } from "./dom.js";

const TYPING_PAUSE = 120; // ms after the last key before choices are asked for

/**
 * Make a combobox over fixed `choices` [{name, value}], besides which nothing may be given, or over what `find(typed)`
 * answers in time, {choices} or {error}. Answers { input, list, read }: `list` is to be placed; read gives the value,
 * null if it was left out, undefined if it is none of the choices.
 */
export function combobox({ choices: fixed = null, find = matching(fixed), attributes = {}, convert = String }) {
  const list = el("ul", { role: "listbox", id: newId(), hidden: true, tabindex: "-1", "aria-label": "Choices" });
  const combo = { type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  const input = el("input", { ...combo, ...attributes });
  let offered = [];
  let chosen = null;
  let active = -1;
  let turn = 0;
  let timer = 0;

  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) mark(-1);
  };
  const mark = (index) => {
    active = index;
    [...list.children].forEach((node, at) => node.setAttribute("aria-selected", String(at === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index]?.scrollIntoView({ block: "nearest" });
  };
  const take = (choice) => {
    chosen = choice;
    input.value = choice.name;
    show(false);
  };
  const ask = async () => {
    turn += 1;
    const mine = turn;
    const { choices, error } = await find(chosen?.name === input.value ? "" : input.value);
    // Answers may overtake each other, and nobody waits for one after leaving the field.
    if (mine !== turn || document.activeElement !== input) return;
    offered = choices ?? [];
    list.replaceChildren(...offered.map((choice) => option(choice, () => take(choice))));
    show(offered.length > 0);
    announce(error ? "The choices could not be loaded." : `${offered.length} choices`);
  };
  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, TYPING_PAUSE);
  };

  input.addEventListener("input", later);
  input.addEventListener("focus", later);
  input.addEventListener("blur", () => {
    window.clearTimeout(timer);
    show(false);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) return later();
    if (list.hidden) return undefined;
    if (event.key === "ArrowDown") mark((active + 1) % offered.length);
    else if (event.key === "ArrowUp") mark((active - 1 + offered.length) % offered.length);
    else if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && active >= 0) take(offered[active]);
    else return undefined;
    return event.preventDefault();
  });

  const value = () => {
    if (chosen?.name === input.value) return chosen.value;
    const typed = input.value.trim().toLowerCase();
    const exact = (fixed ?? offered).find((choice) => choice.name.toLowerCase() === typed);
    if (exact) return exact.value;
    return fixed ? undefined : convert(input.value);
  };
  return { input, list, read: () => (input.value.trim() === "" ? null : value()) };
}

function option(choice, take) {
  const stay = (event) => event.preventDefault(); // the focus stays in the input
  return el("li", { role: "option", id: newId(), "aria-selected": "false", onmousedown: stay, onclick: take }, choice.name);
}

/** The choices whose name holds what is typed; all of them before anything is. */
function matching(choices) {
  return (typed) => ({ choices: choices.filter((choice) => choice.name.toLowerCase().includes(typed.trim().toLowerCase())) });
}
