// Where one writes: messages, and commands with their options.

import { announce, el, newId } from "./dom.js";
import { channels, dropdown, labelled, people, roles } from "./inputs.js";

const [STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER] = [3, 4, 5, 6, 7, 8, 9, 10];
const TYPING_PAUSE = 120; // ms after the last key before choices are asked for
const ENTER_SENDS = !window.matchMedia("(pointer: coarse)").matches;

/**
 * Bring the composer to life. `page` has commands, names, say(text), run(name, options) and complete(name, option,
 * typed, options); say and run return a sentence if something went wrong, else null.
 */
export function composer(page) {
  const box = document.getElementById("box");
  const form = document.getElementById("say");
  const list = document.getElementById("commands");
  const panel = document.getElementById("command");
  const problem = document.getElementById("problem");
  if (!ENTER_SENDS) document.getElementById("boxhint").textContent = "Type / for commands.";

  let sending = false;

  const found = () => {
    const typed = box.value.slice(1).trimStart().toLowerCase();
    const fits = (name) => name.startsWith(typed) || typed.startsWith(`${name} `);
    return page.commands().filter((command) => fits(command.name));
  };
  const fit = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, window.innerHeight / 3)}px`;
  };
  const offer = () => {
    fit();
    const open = box.value.startsWith("/") && !box.value.includes("\n");
    list.hidden = !open;
    if (!open) return;
    const commands = found();
    list.replaceChildren(...commands.map(entry));
    if (!commands.length) list.append(el("li", {}, "There is no such command here."));
    announce(`${commands.length} commands. Arrow down to choose.`);
  };
  const entry = (command) => {
    const text = [el("strong", {}, `/${command.name}`), " ", el("span", { class: "hint" }, command.description)];
    return el("li", {}, el("button", { type: "button", onclick: () => choose(command) }, text));
  };
  const choose = (command) => {
    box.value = "";
    offer();
    form.hidden = true;
    panel.replaceChildren(commandForm(command, page, leave));
    panel.hidden = false;
    panel.querySelector("input, select, button").focus();
  };
  const leave = () => {
    panel.replaceChildren();
    panel.hidden = true;
    form.hidden = false;
    box.focus();
  };

  box.addEventListener("input", offer);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && (ENTER_SENDS || !list.hidden)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "ArrowDown" && !list.hidden) {
      event.preventDefault();
      list.querySelector("button")?.focus();
    } else if (event.key === "Escape") {
      list.hidden = true;
    }
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== "Escape") return;
    event.preventDefault();
    const buttons = [...list.querySelectorAll("button")];
    const next = buttons[buttons.indexOf(document.activeElement) + (step ?? -buttons.length - 1)];
    (next ?? box).focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    const text = box.value;
    if (text.startsWith("/") && !text.includes("\n")) {
      const command = found()[0];
      if (command) choose(command);
      else problem.textContent = "There is no such command here.";
    } else if (text.trim() && !sending) {
      sending = true;
      const trouble = await page.say(text);
      sending = false;
      if (trouble) problem.textContent = trouble;
      else if (box.value === text) box.value = "";
      fit();
    }
  });
  return { leave, offer };
}

function commandForm(command, page, leave) {
  const inputs = new Map();
  const read = () => {
    const given = {};
    for (const [name, input] of inputs) {
      const value = input.read();
      if (value !== null) given[name] = value;
    }
    return given;
  };
  const fields = command.options.map((option) => {
    const made = optionInput(option, page.names(), (typed) => page.complete(command.name, option.name, typed, read()));
    inputs.set(option.name, made);
    return made.node;
  });
  const problem = el("p", { role: "alert", class: "failure" });
  const run = el("button", { type: "submit", class: "primary" }, "Run");
  const cancel = el("button", { type: "button", onclick: leave }, "Cancel");
  const legend = el("legend", {}, el("strong", {}, `/${command.name}`), " ", command.description);
  const form = el("form", {}, el("fieldset", {}, legend, fields, problem, el("div", { class: "row" }, run, cancel)));
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    run.setAttribute("aria-disabled", "true");
    problem.textContent = "";
    const trouble = await page.run(command.name, read());
    busy = false;
    run.removeAttribute("aria-disabled");
    // Behind a form that was opened this closes the panel without taking the form's focus.
    if (trouble) problem.textContent = trouble;
    else leave();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) leave();
  });
  return form;
}

/** An input for one option: { node, read }; null is read where it was left out. */
function optionInput(option, names, complete) {
  const required = Boolean(option.required);
  const wrap = (input) => labelled(option.name, option.description, required, input);
  const menu = (choices, convert = (value) => value) => {
    const select = dropdown(choices, { required });
    return { node: wrap(select), read: () => (select.value === "" ? null : convert(select.value)) };
  };
  const numeric = option.type === INTEGER || option.type === NUMBER;
  const convert = numeric ? Number : String;
  if (option.choices?.length) {
    return menu(option.choices.map((choice) => ({ label: choice.name, value: String(choice.value) })), convert);
  }
  if (option.autocomplete) return combobox(option, wrap, complete, convert);
  switch (option.type) {
    case BOOLEAN:
      return menu([{ label: "True", value: "true" }, { label: "False", value: "false" }], (value) => value === "true");
    case USER:
      return menu(people(names));
    case ROLE:
      return menu(roles(names));
    case MENTIONABLE:
      return menu([...people(names), ...roles(names, "@")]);
    case CHANNEL:
      return menu(channels(names, option.channel_types));
    default:
      return plainInput(option, wrap, numeric);
  }
}

function plainInput(option, wrap, numeric) {
  const shared = { required: Boolean(option.required), autocomplete: "off" };
  const input = numeric
    ? el("input", { ...shared, type: "number", step: option.type === INTEGER ? 1 : "any", min: option.min_value ?? null, max: option.max_value ?? null })
    : el("input", { ...shared, type: "text", minlength: option.min_length || null, maxlength: option.max_length ?? null });
  if (option.type !== STRING && !numeric) {
    input.disabled = true;
    input.value = "not in the sandbox";
    return { node: wrap(input), read: () => null };
  }
  return { node: wrap(input), read: () => (input.value === "" ? null : numeric ? Number(input.value) : input.value) };
}

/** A text input that offers what the bot suggests for what was typed. */
function combobox(option, wrap, complete, convert) {
  const listId = newId();
  const input = el("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    required: Boolean(option.required),
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": listId,
  });
  const list = el("ul", { role: "listbox", id: listId, hidden: true, "aria-label": "Choices" });
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
    const { choices, error } = await complete(input.value);
    // Answers may overtake each other, and nobody waits for one after leaving the field.
    if (mine !== turn || document.activeElement !== input) return;
    offered = choices ?? [];
    const rows = offered.map((choice) =>
      el("li", { role: "option", id: newId(), "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => take(choice) }, choice.name),
    );
    list.replaceChildren(...rows);
    show(rows.length > 0);
    announce(error ? "The choices could not be loaded." : `${rows.length} choices`);
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
  const value = () => (chosen && chosen.name === input.value ? chosen.value : convert(input.value));
  const node = wrap(input);
  node.append(list);
  return { node, read: () => (input.value === "" ? null : value()) };
}
