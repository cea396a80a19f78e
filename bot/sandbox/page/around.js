// Around the messages: the heading with its buttons, the list of threads, the members at the right.

import { avatar, byId, el } from "./dom.js";
import { newestFirst } from "./navigation.js";
import { address, current, guildOf, here, isDirect, place } from "./tab.js";

const WIDE = window.matchMedia("(min-width: 1080px)");
let membersOpen = WIDE.matches;
let drawnMembers = "";

/** Heading, threads and members of this place. */
export function showAround(answer) {
  const { view } = answer;
  const bot = byId("bot");
  const said = `${view.bot.display} is ${view.bot.online ? "online" : "offline"}`;
  if (bot.textContent !== said) bot.textContent = said;
  bot.className = view.bot.online ? "online" : "offline";
  const channel = current();
  if (!channel) return;
  showHeading(channel, view);
  showThreads(channel);
  showMembers(answer);
}

function showHeading(channel, view) {
  const parent = channel.parent_id ? place(channel.parent_id) : null;
  const isThread = parent && parent.threads?.includes(channel);
  const sign = (text) => el("span", { class: "sign" }, text);
  const where = isDirect(channel)
    ? [avatar(channel.name, true), channel.name]
    : isThread
      ? [el("a", { href: address(parent.id), data: { channel: parent.id } }, sign("#"), parent.name), el("span", { class: "sign" }, " › "), channel.name]
      : [sign("#"), channel.name];
  const title = isDirect(channel) ? `Direct messages with ${channel.name}` : `#${parent && isThread ? `${parent.name} › ${channel.name}` : channel.name}`;
  if (byId("where").dataset.place !== `${channel.id} ${title}`) {
    byId("where").replaceChildren(...where);
    byId("where").dataset.place = `${channel.id} ${title}`;
  }
  const notes = [channel.topic, channel.archived ? "This thread is archived." : "", channel.can_send ? "" : "You may not write here."];
  byId("topic").textContent = notes.filter(Boolean).join(" ");
  const called = isDirect(channel) ? `Message ${channel.name}` : `Message ${isThread ? "" : "#"}${channel.name}`;
  byId("box").setAttribute("aria-label", called);
  byId("box").placeholder = called;
  document.title = `${title} · ${view.me.display} · Hotseat sandbox`;
  showStart(channel, title);
}

/** What stands before the first message. */
function showStart(channel, title) {
  const start = byId("start");
  start.hidden = !byId("earlier").hidden;
  if (start.dataset.place === title) return;
  start.dataset.place = title;
  const words = isDirect(channel)
    ? "You and the bot, alone. Ask for a question with /ask, then just type: no button needed."
    : "Nothing stands before this. Type / to see what you can do here.";
  const sign = isDirect(channel) ? avatar(channel.name, true) : el("span", { class: "big", "aria-hidden": "true" }, "#");
  start.replaceChildren(sign, el("p", { class: "title" }, isDirect(channel) ? channel.name : `Welcome to ${title}`), el("p", { class: "hint" }, words));
}

// --- threads ---------------------------------------------------------------------------------------------------

function showThreads(channel) {
  const button = byId("threads");
  const threads = [...(channel.threads ?? [])].sort(newestFirst);
  button.hidden = !threads.length;
  if (!threads.length) closeThreads();
  button.replaceChildren("Threads ", el("span", { class: "count" }, String(threads.length)));
  const entry = (thread) => {
    const count = thread.message_count === undefined ? "" : `${thread.message_count} ${thread.message_count === 1 ? "message" : "messages"}`;
    const link = el("a", { href: address(thread.id), data: { channel: thread.id } }, thread.name);
    return el("li", {}, link, " ", el("span", { class: "hint" }, count));
  };
  const part = (title, some) => (some.length ? [el("h3", {}, title), el("ul", {}, some.map(entry))] : []);
  const [done, going] = [true, false].map((archived) => threads.filter((one) => Boolean(one.archived) === archived));
  const text = JSON.stringify([here.me, threads]);
  if (byId("threadlist").dataset.drawn === text) return;
  byId("threadlist").dataset.drawn = text;
  byId("threadlist").replaceChildren(...part("Going on", going), ...part("Archived", done));
}

/** Put the list of threads away. */
export function closeThreads() {
  byId("threadlist").hidden = true;
  byId("threads").setAttribute("aria-expanded", "false");
}

byId("threads").addEventListener("click", () => {
  const open = byId("threadlist").hidden;
  byId("threadlist").hidden = !open;
  byId("threads").setAttribute("aria-expanded", String(open));
});
byId("threadlist").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  closeThreads();
  byId("threads").focus();
});

// --- members ---------------------------------------------------------------------------------------------------

function showMembers({ members }) {
  const inServer = Boolean(guildOf(here.channel));
  byId("people").hidden = !inServer;
  document.body.classList.toggle("members", membersOpen && inServer);
  byId("people").setAttribute("aria-expanded", String(membersOpen && inServer));
  const text = JSON.stringify(members);
  if (text === drawnMembers) return;
  drawnMembers = text;
  const part = (title, some, kind) =>
    some.length ? [el("h2", {}, `${title} — ${some.length}`), el("ul", { class: kind }, some.map(memberEntry))] : [];
  const [online, offline] = [true, false].map((is) => members.filter((member) => member.online === is));
  byId("members").replaceChildren(...part("Online", online, "present"), ...part("Offline", offline, "absent"));
}

function memberEntry(member) {
  const app = member.bot ? el("span", { class: "app" }, "APP") : null;
  const crown = member.owner ? el("span", { class: "crown", role: "img", "aria-label": "owns this server" }, "👑") : null;
  const roles = member.roles.length && !member.bot ? el("span", { class: "hint" }, member.roles.join(", ")) : null;
  return el("li", {}, avatar(member.display, member.bot), el("div", {}, el("p", {}, el("span", { class: "name" }, member.display), app, crown), roles));
}

/** Show or hide the members; over the messages where it is narrow. */
export function toggleMembers(open = !membersOpen) {
  membersOpen = open;
  document.body.classList.toggle("members", open);
  byId("people").setAttribute("aria-expanded", String(open));
}

byId("people").addEventListener("click", () => {
  toggleMembers();
  if (membersOpen && !WIDE.matches) byId("members").focus();
});
byId("members").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || WIDE.matches) return;
  toggleMembers(false);
  byId("people").focus();
});
WIDE.addEventListener("change", () => toggleMembers(WIDE.matches));
