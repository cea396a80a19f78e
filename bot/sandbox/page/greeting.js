// The greeting of a new world: three things to try. It goes for good once one of them is tried or it is dismissed.

import { byId, el } from "./dom.js";
import { act } from "./wire.js";

const node = byId("greeting");
let wanted = null; // as the sandbox says; a press goes before its answer

/** Show the greeting as long as nobody has used or dismissed it. `things` are [title, words, label, do()]. */
export function showGreeting(answer, things) {
  const shown = wanted ?? Boolean(answer.greeting);
  if (shown === !node.hidden && node.hasChildNodes()) return;
  if (!shown) hide();
  else open(things);
}

/** The same again, because somebody asked for it. */
export function recall(things) {
  wanted = true;
  open(things);
  byId("welcome").focus();
}

function open(things) {
  const title = el("h3", { id: "welcome", tabindex: "-1" }, "Welcome! Three things to try");
  const close = el("button", { type: "button", class: "close", title: "Dismiss", onclick: dismiss }, el("span", { class: "unseen" }, "Dismiss this greeting"));
  const words = "Hotseat interviews you for deep-learning and AI-engineering jobs. Everything here stays on this machine; you can be all four people.";
  node.replaceChildren(close, title, el("p", {}, words), el("ol", {}, things.map(thing)));
  node.hidden = false;
}

function thing([title, words, label, go]) {
  const start = () => {
    dismiss();
    go();
  };
  return el("li", {}, el("div", {}, el("strong", {}, title), el("span", {}, words)), el("button", { type: "button", class: "primary", onclick: start }, label));
}

function hide() {
  node.hidden = true;
  node.replaceChildren();
}

function dismiss() {
  const hadFocus = node.contains(document.activeElement);
  wanted = false;
  hide();
  if (hadFocus) byId("box").focus();
  act("greeted", {});
}
