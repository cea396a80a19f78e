// The forms the bot opens. Nothing typed is lost by a slip: Escape asks first, and a failed submission keeps it all.

import { avatar, el, newId } from "./dom.js";
import { formInput } from "./inputs.js";
import { markdown } from "./markdown.js";

const [ROW, TEXT_DISPLAY, LABEL] = [1, 10, 18];

/**
 * Show a form. `submit(values)` returns a sentence if something went wrong, else null; `closed()` follows the end.
 * Returns nothing; the form lives on its own, whatever happens to the message it came from.
 */
export function openForm(form, names, submit, closed) {
  const title = el("h2", { id: newId() }, form.title);
  const problem = el("p", { role: "alert", class: "failure" });
  const inputs = new Map();
  const fields = form.components.flatMap((item) => parts(item, names, inputs));
  const send = el("button", { type: "submit", class: "primary" }, "Submit");
  const cancel = el("button", { type: "button", class: "text" }, "Cancel");
  const top = el("header", {}, avatar("Hotseat", true), title);
  const node = el("form", {}, top, el("div", { class: "fields" }, fields), problem, el("footer", {}, cancel, send));
  const dialog = el("dialog", { "aria-labelledby": title.id }, node);
  let changed = false;
  let warned = false;
  let busy = false;

  node.addEventListener("input", () => {
    changed = true;
    warned = false;
  });
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    send.setAttribute("aria-disabled", "true");
    problem.textContent = "";
    const values = Object.fromEntries([...inputs].map(([id, input]) => [id, input.read()]));
    const trouble = await submit(values);
    busy = false;
    send.removeAttribute("aria-disabled");
    if (trouble) problem.textContent = `${trouble} What you typed is still here.`;
    else dialog.close();
  });
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("cancel", (event) => {
    if (!changed || warned) return;
    event.preventDefault();
    warned = true;
    problem.textContent = "Press Escape once more, or Cancel, to throw away what you typed.";
  });
  show(dialog, closed);
  node.querySelector("textarea, input, select")?.focus();
}

/** Ask before a link opens whose words hide where it leads. */
export function askBeforeLeaving(address) {
  const title = el("h2", { id: newId() }, "This link leads out of here");
  const stay = el("button", { type: "button", class: "text", onclick: () => dialog.close() }, "Stay");
  const attributes = { href: address, target: "_blank", rel: "noopener noreferrer", class: "button primary", onclick: () => dialog.close() };
  const open = el("a", attributes, "Open it");
  const words = el("p", { class: "fields" }, "To ", el("code", {}, address));
  const dialog = el("dialog", { "aria-labelledby": title.id }, el("header", {}, title), words, el("footer", {}, stay, open));
  const before = document.activeElement;
  show(dialog, () => before?.focus());
  stay.focus();
}

function show(dialog, closed) {
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function parts(item, names, inputs) {
  if (item.type === TEXT_DISPLAY) return [markdown(item.content, names)];
  if (item.type === LABEL) return [input(item.component, item.label, item.description ?? "", names, inputs)];
  if (item.type === ROW) {
    return item.components.map((inner) => input(inner, inner.label || inner.custom_id, "", names, inputs));
  }
  return [];
}

function input(component, label, description, names, inputs) {
  const made = formInput(component, label, description, names);
  inputs.set(component.custom_id, made);
  return made.node;
}
