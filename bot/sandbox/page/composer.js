// Where one writes: messages, and the names of commands.

import { announce, avatar, byId, el, newId } from "./dom.js";
import { commandForm } from "./slash.js";

const ENTER_SENDS = !window.matchMedia("(pointer: coarse)").matches;
const TYPING_EVERY = 8000; // ms between two times that others are told one types
const [box, form, offers, panel, problem] = ["box", "say", "offers", "command", "problem"].map(byId);

/**
 * Bring the composer to life. `does` has commands(), bot(), say(text), run(name, options), complete(name, option,
 * typed, options) and typing(); say and run answer a sentence if something went wrong, else null.
 */
export function composer(does) {
  // It scrolls, so it can have the focus; the keys do the same there.
  const list = el("ul", { id: "commands", role: "listbox", "aria-label": "Commands", tabindex: "0" });
  let found = [];
  let active = 0;
  let sending = false;
  let told = 0;
  offers.append(list);
  if (!ENTER_SENDS) byId("boxhint").textContent = "Type / for commands.";

  const typed = () => box.value.slice(1).trimStart().toLowerCase();
  const fits = (name) => name.startsWith(typed()) || typed().startsWith(`${name} `);
  const fit = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, window.innerHeight / 3)}px`;
  };
  const mark = (index) => {
    active = index;
    [...list.children].forEach((node, at) => node.setAttribute("aria-selected", String(at === index)));
    const node = found.length && !offers.hidden ? list.children[index] : null;
    if (node) box.setAttribute("aria-activedescendant", node.id);
    else box.removeAttribute("aria-activedescendant");
    node?.scrollIntoView({ block: "nearest" });
  };
  const offer = () => {
    fit();
    const open = box.value.startsWith("/") && !box.value.includes("\n");
    offers.hidden = !open;
    found = open ? does.commands().filter((command) => fits(command.name)) : [];
    list.replaceChildren(...found.map((command) => entry(command, does.bot(), () => choose(command))));
    if (open && !found.length) list.append(el("li", { class: "hint" }, "There is no such command here."));
    mark(0);
    if (!open) return;
    announce(`${found.length} commands. Arrow keys choose.`);
    // A whole name and a space: the command is meant.
    const whole = found.find((command) => typed() === `${command.name} `);
    if (whole) choose(whole);
  };
  const choose = (command, given = {}) => {
    const rest = box.value.startsWith("/") ? typed().slice(command.name.length).trim() : "";
    const first = command.options[0]?.name;
    box.value = "";
    offer();
    form.hidden = true;
    panel.replaceChildren(
      commandForm(command, {
        run: (options) => does.run(command.name, options),
        complete: (option, text, options) => does.complete(command.name, option, text, options),
        leave,
        given: rest && first ? { [first]: rest, ...given } : given,
      }),
    );
    panel.hidden = false;
    panel.querySelector(command.options.length ? "input" : "[type=submit]").focus();
  };
  const leave = () => {
    const hadFocus = panel.contains(document.activeElement);
    panel.replaceChildren();
    panel.hidden = true;
    form.hidden = false;
    if (hadFocus) box.focus();
  };
  /** Begin a command by its name, with options given; says whether there is such a command here. */
  const begin = (name, given) => {
    const command = does.commands().find((one) => one.name === name);
    if (command) choose(command, given);
    return Boolean(command);
  };

  box.addEventListener("input", () => {
    offer();
    if (box.value && offers.hidden && Date.now() - told > TYPING_EVERY) {
      told = Date.now();
      does.typing();
    }
  });
  const keys = (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!offers.hidden && found.length && step) mark((active + step + found.length) % found.length);
    else if (!offers.hidden && found.length && event.key === "Tab" && !event.shiftKey) choose(found[active]);
    else if (event.key === "Enter" && !event.shiftKey && (ENTER_SENDS || !offers.hidden)) form.requestSubmit();
    else if (event.key === "Escape" && !offers.hidden) putAway();
    else return;
    event.preventDefault();
  };
  const putAway = () => {
    offers.hidden = true;
    mark(0);
    box.focus();
  };
  box.addEventListener("keydown", keys);
  list.addEventListener("keydown", keys);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    const text = box.value;
    if (text.startsWith("/") && !text.includes("\n")) {
      if (found.length) choose(found[active]);
      else problem.textContent = "There is no such command here.";
    } else if (text.trim() && !sending) {
      sending = true;
      told = 0;
      const trouble = await does.say(text);
      sending = false;
      if (trouble) problem.textContent = trouble;
      else if (box.value === text) box.value = "";
      fit();
    }
  });
  return { begin, leave, offer };
}

function entry(command, bot, choose) {
  const wanted = command.options.map((option) => el("span", { class: option.required ? "wanted required" : "wanted" }, option.name));
  const words = el("div", {}, el("p", {}, el("strong", {}, `/${command.name}`), " ", wanted), el("p", { class: "hint" }, command.description));
  const stay = (event) => event.preventDefault(); // the focus stays in the box
  return el("li", { role: "option", id: newId(), "aria-selected": "false", onmousedown: stay, onclick: choose }, avatar(bot.display, true), words);
}
