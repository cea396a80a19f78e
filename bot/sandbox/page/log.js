// The conversation: keeps the list of messages as it is in the world, the focus and the reader's place where they were.

import { announce, byId } from "./dom.js";
import { continues, messageItem, opensDay } from "./messages.js";
import { dayNumber } from "./moments.js";
import { current, display, here, now, tab } from "./tab.js";

const NEAR_END = 60; // px from the end that still count as "at the end"
const READ_OUT = 300; // characters of a message that are read out when it comes
const [log, scroll, box] = [byId("log"), byId("scroll"), byId("box")];
const shown = new Map(); // message id -> { text, node }
const dismissed = new Set();
let drawn = ""; // the place the log shows
let follow = false; // this person did something: show what comes of it
let newest = null;
let wasAtEnd = true;
let hands = null;
let listed = [];

/** Say what the controls in messages do; to be called once. */
export function equip({ press, choose, reply }) {
  hands = {
    press,
    choose,
    reply,
    dismiss(message) {
      dismissed.add(message.id);
      showMessages(tab.answer);
    },
    find: (id) => listed.find((message) => message.id === id),
    get mayWrite() {
      return Boolean(current()?.can_send);
    },
  };
}

/** Whatever comes next is followed, wherever the reader is; or not, after all. */
export function followNext(wanted = true) {
  follow = wanted;
}

/** A control in a message that may have been drawn anew since. */
export function control(messageId, customId) {
  const item = shown.get(messageId)?.node;
  return [...(item?.querySelectorAll("[data-custom-id]") ?? [])].find((node) => node.dataset.customId === customId);
}

/** Show the messages of an answer. Whoever reads further up is told, not moved. */
export function showMessages(answer) {
  listed = answer.messages.filter((message) => !dismissed.has(message.id));
  const at = `${here.me} ${here.channel}`;
  const fresh = at !== drawn;
  if (fresh) {
    shown.clear();
    log.replaceChildren();
    drawn = at;
    newest = null;
    byId("newer").hidden = true;
  }
  byId("earlier").hidden = !answer.more;
  const atEnd = isAtEnd();
  const nodes = listed.map((message, index) => item(message, listed[index - 1], fresh));
  let newer = false;
  const known = new Set(listed.map((message) => message.id));
  for (const id of shown.keys()) if (!known.has(id)) forget(id);
  nodes.forEach((node, index) => {
    if (log.children[index] !== node) log.insertBefore(node, log.children[index] ?? null);
    if (!node.dataset.changed) return;
    delete node.dataset.changed;
    if (node === nodes.at(-1)) newer = true;
    tell(listed[index], node);
  });
  if (fresh) scroll.scrollTop = scroll.scrollHeight;
  else if (newer) showNewest(log.lastElementChild, atEnd);
  else if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

/** Bring a message into sight and mark it; says whether it is here. */
export function goTo(messageId) {
  const node = shown.get(messageId)?.node;
  if (!node) return false;
  for (const old of log.querySelectorAll(".target")) old.classList.remove("target");
  node.classList.add("target");
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  return true;
}

/** The element of a message, made anew if anything about it changed. The focus stays on the same control. */
function item(message, before, fresh) {
  // "Today" is another day tomorrow, and the message before decides what stands above.
  const around = [continues(message, before), opensDay(message, before), dayNumber(new Date(now() * 1000)), hands.mayWrite];
  const looks = JSON.stringify(around);
  const text = JSON.stringify(message);
  const old = shown.get(message.id);
  if (old?.text === text && old.looks === looks) return old.node;
  const focused = old?.node.contains(document.activeElement) ? document.activeElement : null;
  const node = messageItem(message, before, hands);
  shown.set(message.id, { text, looks, node });
  if (!fresh && old?.text !== text) node.dataset.changed = "yes";
  for (const image of node.querySelectorAll("img")) image.addEventListener("load", settle);
  if (old) {
    old.node.replaceWith(node);
    if (focused) (sameControl(message.id, focused) ?? node).focus({ preventScroll: true });
  }
  return node;
}

/** What stands in the place of a control now: by its address, or by its words if those lead elsewhere by now. */
function sameControl(messageId, old) {
  const words = (node) => node.tagName === old.tagName && node.textContent === old.textContent;
  return control(messageId, old.dataset.customId) ?? [...shown.get(messageId).node.querySelectorAll("[data-custom-id]")].find(words);
}

function forget(id) {
  const { node } = shown.get(id);
  const hadFocus = node.contains(document.activeElement);
  node.remove();
  shown.delete(id);
  if (hadFocus) box.focus();
}

function tell(message, node) {
  if (message.author.id === tab.answer.view.me.id) return;
  const words = (node.querySelector(".body") ?? node).innerText.slice(0, READ_OUT);
  announce(`${display(message.author)}: ${words} ${message.failure ?? ""}`);
}

function isAtEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
}

/** Follow the conversation if the person is at its end or has just done something; else only say so. */
function showNewest(node, atEnd) {
  if (atEnd || follow) {
    newest = node;
    node.scrollIntoView({ block: "nearest" });
    follow = false;
  } else {
    byId("newer").hidden = false;
  }
}

/** Pictures arrive after their message. */
function settle() {
  if (wasAtEnd) scroll.scrollTop = scroll.scrollHeight;
  else if (newest === log.lastElementChild) newest?.scrollIntoView({ block: "nearest" });
}

byId("newer").addEventListener("click", () => {
  log.lastElementChild?.scrollIntoView({ block: "end" });
  log.lastElementChild?.focus({ preventScroll: true });
});
scroll.addEventListener("scroll", () => {
  wasAtEnd = isAtEnd();
  if (wasAtEnd) byId("newer").hidden = true;
});
// When the composer grows, the end of the conversation stays in sight.
new ResizeObserver(() => {
  if (wasAtEnd) scroll.scrollTop = scroll.scrollHeight;
}).observe(scroll);
