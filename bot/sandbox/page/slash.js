// A command being written: its options as small fields in a row, what can be chosen above them.

import { combobox } from "./choices.js";
import { el, newId } from "./dom.js";
import { channels, people, roles } from "./inputs.js";
import { names } from "./tab.js";

const [STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER] = [3, 4, 5, 6, 7, 8, 9, 10];

/**
 * The form for one command. `run(options)` answers a sentence if something went wrong, else null; `complete(option,
 * typed, options)` the bot's choices; `leave()` ends it. `given` fills in options by name.
 */
export function commandForm(command, { run, complete, leave, given = {} }) {
  const fields = new Map();
  const read = () => {
    const values = [...fields].map(([name, field]) => [name, field.read()]);
    return Object.fromEntries(values.filter(([, value]) => value !== null && value !== undefined));
  };
  const about = el("p", { class: "about", "aria-hidden": "true" });
  const explain = (option) => about.replaceChildren(el("strong", {}, option ? option.name : `/${command.name}`), ` ${(option ?? command).description}`);
  const popup = el("div", { class: "popup" }, about);
  const chips = command.options.map((option) => {
    const field = optionField(option, (typed) => complete(option.name, typed, read()));
    fields.set(option.name, field);
    if (given[option.name] !== undefined) field.input.value = given[option.name];
    if (field.list) popup.append(field.list);
    field.input.addEventListener("focus", () => explain(option));
    return chip(option, field.input);
  });
  explain(null);
  const problem = el("p", { role: "alert", class: "failure" });
  const send = el("button", { type: "submit", class: "send" }, "Run");
  const cancel = el("button", { type: "button", class: "close", onclick: leave }, el("span", { class: "unseen" }, "Cancel"));
  const title = el("span", { class: "mention" }, `/${command.name}`);
  const line = el("div", { class: "chips" }, title, chips, el("span", { class: "ends" }, cancel, send));
  const form = el("form", { class: "slash", "aria-label": `/${command.name}: ${command.description}`, novalidate: true }, popup, problem, line);
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    const wrong = command.options.find((option) => complaint(option, fields.get(option.name)));
    problem.textContent = wrong ? complaint(wrong, fields.get(wrong.name)) : "";
    if (wrong) {
      fields.get(wrong.name).input.focus();
      return;
    }
    busy = true;
    send.setAttribute("aria-disabled", "true");
    const trouble = await run(read());
    busy = false;
    send.removeAttribute("aria-disabled");
    // Behind a form that was opened this closes the command without taking the form's focus.
    if (trouble) problem.textContent = trouble;
    else leave();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) leave();
  });
  return form;
}

function chip(option, input) {
  const hint = el("span", { class: "unseen", id: newId() }, option.description);
  input.id = newId();
  input.setAttribute("aria-describedby", hint.id);
  input.placeholder = option.required ? "" : "optional";
  const label = el("label", { for: input.id }, option.name, option.required ? el("span", { class: "unseen" }, " (required)") : null);
  return el("span", { class: option.required ? "chip required" : "chip" }, label, input, hint);
}

function complaint(option, field) {
  const value = field.read();
  if (value === undefined) return `${option.name}: choose one of what is offered.`;
  if (value === null) return option.required ? `${option.name} is needed: ${option.description}.` : "";
  return field.input.checkValidity() ? "" : `${option.name}: ${field.input.validationMessage}`;
}

/** { input, list, read } for one option; null is read where it was left out, undefined where it does not fit. */
function optionField(option, complete) {
  const numeric = option.type === INTEGER || option.type === NUMBER;
  const convert = numeric ? Number : String;
  const named = (choices) => choices.map(({ label, value }) => ({ name: label, value }));
  const from = (choices) => combobox({ choices });
  if (option.choices?.length) return from(option.choices);
  const limits = { minlength: option.min_length || null, maxlength: option.max_length ?? null };
  if (option.autocomplete) return combobox({ find: complete, attributes: limits, convert });
  switch (option.type) {
    case BOOLEAN:
      return from([{ name: "True", value: true }, { name: "False", value: false }]);
    case USER:
      return from(named(people(names)));
    case ROLE:
      return from(named(roles(names)));
    case MENTIONABLE:
      return from(named([...people(names), ...roles(names, "@")]));
    case CHANNEL:
      return from(named(channels(names, option.channel_types)));
    default:
      return plainField(option, numeric, limits);
  }
}

function plainField(option, numeric, limits) {
  const range = { min: option.min_value ?? null, max: option.max_value ?? null, step: option.type === INTEGER ? 1 : "any" };
  const input = numeric
    ? el("input", { type: "number", autocomplete: "off", ...range })
    : el("input", { type: "text", autocomplete: "off", ...limits });
  if (option.type !== STRING && !numeric) {
    input.disabled = true;
    input.value = "not in the sandbox";
    return { input, read: () => null };
  }
  return { input, read: () => (input.value === "" ? null : numeric ? Number(input.value) : input.value) };
}
