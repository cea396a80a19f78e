// What this tab's person does: say, command, press, choose, submit. A form that the bot answers with is opened.

import { byId } from "./dom.js";
import { openForm } from "./form.js";
import { control, followNext } from "./log.js";
import { names } from "./tab.js";
import { act } from "./wire.js";

/** Do something that may open a form; returns a sentence if it failed, else null. `back` takes the focus after a form. */
export async function perform(what, fields, back) {
  followNext();
  const answer = await act(what, fields);
  if (answer.error) {
    followNext(false);
    return answer.error;
  }
  if (answer.form) {
    followNext(false);
    openForm(answer.form, names, (values) => perform("submit", { form: answer.form.id, values }, back), back);
  }
  return null;
}

/** Use a button or a menu of a message; pressing again while it is busy does nothing. */
export async function use(what, message, fields, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  byId("problem").textContent = "";
  const { customId } = button.dataset;
  const back = () => (control(message.id, customId) ?? byId("box")).focus({ preventScroll: true });
  const trouble = await perform(what, { channel: message.channel_id, message: message.id, ...fields }, back);
  button.removeAttribute("aria-disabled");
  if (trouble) byId("problem").textContent = trouble;
}
