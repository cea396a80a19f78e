// Inputs with labels, for forms, menus and command options alike. Each is { node, read }: what to show, what to send.

import { el, newId } from "./dom.js";

const KIND = { TEXT: 4, FILE_UPLOAD: 19, RADIO: 21, CHECKBOXES: 22, CHECKBOX: 23 };
const [USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT] = [5, 6, 7, 8];

/** People of this place as choices. */
export function people(names) {
  return names.members.map((member) => ({ label: member.display, value: member.id }));
}

/** Roles of this place as choices; `mark` tells them apart from people where both are offered. */
export function roles(names, mark = "") {
  return names.roles.map((role) => ({ label: role.name, value: mark + role.id }));
}

/** Channels of this place as choices, of these types if given. */
export function channels(names, types) {
  const fitting = names.channels.filter((channel) => !types?.length || types.includes(channel.type));
  return fitting.map((channel) => ({ label: `#${channel.name}`, value: channel.id }));
}

/** What a menu of any kind offers; people, roles and channels come from this place. */
export function offered(component, names) {
  const chosen = new Set((component.default_values ?? []).map((item) => item.id));
  const marked = (choices) => choices.map((choice) => ({ ...choice, default: chosen.has(choice.value.replace("@", "")) }));
  switch (component.type) {
    case USER_SELECT:
      return marked(people(names));
    case ROLE_SELECT:
      return marked(roles(names));
    case MENTIONABLE_SELECT:
      return marked([...people(names), ...roles(names, "@")]);
    case CHANNEL_SELECT:
      return marked(channels(names, component.channel_types));
    default:
      return component.options ?? [];
  }
}

function described(description, node) {
  if (!description) return null;
  const id = newId();
  node.setAttribute("aria-describedby", id);
  return el("span", { class: "hint", id }, description);
}

/** A label above an input. */
function labelled(label, description, required, input) {
  input.id ||= newId();
  const mark = required ? " (required)" : " (optional)";
  const hint = described(description, input);
  return el("div", { class: "field" }, el("label", { for: input.id }, label, el("span", { class: "mark" }, mark)), hint, input);
}

/** A select menu with one choice. */
function dropdown(choices, { required, placeholder }) {
  const select = el("select", { required });
  if (!required || !choices.some((choice) => choice.default)) {
    select.append(el("option", { value: "" }, placeholder || (required ? "Choose…" : "Leave out")));
  }
  for (const choice of choices) {
    const text = choice.description ? `${choice.label}: ${choice.description}` : choice.label;
    select.append(el("option", { value: String(choice.value), selected: Boolean(choice.default) }, text));
  }
  return select;
}

function choiceRow(input, label, description) {
  const words = el("div", {}, el("label", { for: input.id }, label), " ", described(description, input));
  return el("div", { class: "choice" }, input, words);
}

function group(type, choices, label, description, required) {
  const name = newId();
  const inputs = [];
  const rows = choices.map((choice) => {
    const input = el("input", { type, name, value: String(choice.value), checked: Boolean(choice.default), id: newId() });
    inputs.push(input);
    return choiceRow(input, choice.label, choice.description);
  });
  const node = el("fieldset", {}, el("legend", {}, label, el("span", { class: "mark" }, required ? " (required)" : " (optional)")));
  const hint = described(description, node);
  node.append(...(hint ? [hint] : []), ...rows);
  return { node, read: () => inputs.filter((input) => input.checked).map((input) => input.value) };
}

function textInput(component, label, description, required) {
  const { min_length: least, max_length: most = 4000, placeholder, value, style } = component;
  const attributes = { placeholder, required, maxlength: most, minlength: least || null, value: value ?? "", autocomplete: "off" };
  const input = style === 2 ? el("textarea", { ...attributes, rows: 7 }) : el("input", { ...attributes, type: "text" });
  const node = labelled(label, description, required, input);
  const counter = el("p", { class: "hint counter" });
  const count = () => {
    counter.textContent = `${input.value.length} of ${most} characters${least ? `, at least ${least}` : ""}`;
  };
  input.addEventListener("input", count);
  count();
  node.append(counter);
  return { node, read: () => input.value };
}

function range(least, most, count) {
  if (least === most) return `Choose ${most}.`;
  return most >= count && !least ? "" : `Choose ${least} to ${most}.`;
}

function several(component, names, label, description, required, most) {
  const choices = offered(component, names);
  const least = component.min_values ?? (required ? 1 : 0);
  const hint = [description, range(least, most, choices.length)].filter(Boolean).join(" ");
  return group("checkbox", choices, label, hint, required);
}

/** Any input of a form, with what Discord shows beside it. */
export function formInput(component, label, description, names) {
  const required = component.type !== KIND.CHECKBOX && component.required !== false;
  switch (component.type) {
    case KIND.TEXT:
      return textInput(component, label, description, required);
    case KIND.RADIO: {
      const choices = [...(component.options ?? [])];
      if (!required) choices.push({ label: "No answer", value: "", default: !choices.some((choice) => choice.default) });
      const radio = group("radio", choices, label, description, required);
      return { node: radio.node, read: () => radio.read()[0] || null };
    }
    case KIND.CHECKBOXES:
      return several(component, names, label, description, required, component.max_values ?? component.options.length);
    case KIND.CHECKBOX: {
      const input = el("input", { type: "checkbox", id: newId(), checked: Boolean(component.default) });
      return { node: choiceRow(input, label, description), read: () => input.checked };
    }
    case KIND.FILE_UPLOAD:
      return { node: el("p", {}, `${label}: the sandbox uploads no files.`), read: () => [] };
    default:
      return menu(component, label, description, required, names);
  }
}

function menu(component, label, description, required, names) {
  const most = component.max_values ?? 1;
  if (most > 1) return several(component, names, label, description, required, most);
  const select = dropdown(offered(component, names), { required, placeholder: component.placeholder });
  const read = () => (select.value ? [select.value] : []);
  return { node: labelled(label, description, required, select), read };
}
