// Menus inside messages: one button that opens a list, by mouse or by keys. Looking around sends nothing.

import { announce, el, newId } from "./dom.js";
import { offered } from "./inputs.js";

/** A menu. `send(values, button)` is called once something was chosen. */
export function menu(component, names, send) {
  const most = component.max_values ?? 1;
  const least = component.min_values ?? 1;
  const choices = offered(component, names);
  const chosen = new Set(choices.filter((choice) => choice.default).map((choice) => choice.value));
  const label = component.placeholder || "Make a choice";
  const listId = newId();
  const face = el("span", {}, faceText(choices, chosen, label));
  const button = el("button", {
    type: "button",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-label": label,
    disabled: Boolean(component.disabled),
    data: { customId: component.custom_id },
  }, face);
  const rows = choices.map((choice) => row(choice, most > 1));
  const list = el("ul", { role: "listbox", id: listId, "aria-label": label, "aria-multiselectable": most > 1 ? "true" : null }, rows);
  const done = most > 1 ? el("button", { type: "button", class: "primary" }, "Done") : null;
  const popup = el("div", { class: "popup", hidden: true }, list, ...(done ? [done] : []));
  const node = el("div", { class: "menu" }, button, popup);
  let active = -1;

  const open = (wanted) => {
    if (button.disabled || button.getAttribute("aria-disabled") === "true") return;
    popup.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    mark(wanted ? Math.max(0, choices.findIndex((choice) => chosen.has(choice.value))) : -1);
    if (wanted) popup.scrollIntoView({ block: "nearest" });
  };
  const mark = (index) => {
    active = index;
    rows.forEach((item, at) => {
      item.classList.toggle("active", at === index);
      item.setAttribute("aria-selected", String(chosen.has(choices[at].value)));
    });
    if (index < 0) return button.removeAttribute("aria-activedescendant");
    rows[index].scrollIntoView({ block: "nearest" });
    return button.setAttribute("aria-activedescendant", rows[index].id);
  };
  const take = (index) => {
    const { value } = choices[index];
    if (most === 1) {
      chosen.clear();
      chosen.add(value);
      return finish();
    }
    if (!chosen.delete(value) && chosen.size < most) chosen.add(value);
    announce(`${chosen.size} chosen`);
    return mark(index);
  };
  const finish = () => {
    if (chosen.size < least) return announce(`Choose at least ${least}.`);
    open(false);
    face.textContent = faceText(choices, chosen, label);
    button.focus();
    return send(choices.filter((choice) => chosen.has(choice.value)).map((choice) => choice.value), button);
  };

  button.addEventListener("click", () => open(popup.hidden));
  done?.addEventListener("click", finish);
  rows.forEach((item, index) => {
    item.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays on the button
    item.addEventListener("click", () => take(index));
  });
  button.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: choices.length - 1 };
    if (popup.hidden && ["ArrowDown", "ArrowUp"].includes(event.key)) open(true);
    else if (popup.hidden) return;
    else if (event.key in steps) mark(Math.min(Math.max(steps[event.key], 0), choices.length - 1));
    else if (event.key === "Escape") open(false);
    else if (event.key === "Enter" || event.key === " ") take(active);
    else return;
    event.preventDefault();
  });
  node.addEventListener("focusout", (event) => {
    if (!popup.hidden && !node.contains(event.relatedTarget)) open(false);
  });
  return node;
}

function row(choice, several) {
  const description = choice.description ? el("span", { class: "hint" }, choice.description) : null;
  const check = several ? el("span", { class: "check", "aria-hidden": "true" }) : null;
  return el("li", { role: "option", id: newId(), "aria-selected": "false" }, el("div", {}, el("span", {}, choice.label), description), check);
}

function faceText(choices, chosen, label) {
  const labels = choices.filter((choice) => chosen.has(choice.value)).map((choice) => choice.label);
  return labels.length ? labels.join(", ") : label;
}
