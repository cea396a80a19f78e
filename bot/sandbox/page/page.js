// The page: one persona's Discord, kept up to date by the sandbox's feed.

import { composer } from "./composer.js";
import { announce, el } from "./dom.js";
import { openForm } from "./form.js";
import { tick } from "./markdown.js";
import { messageItem } from "./messages.js";

const byId = (id) => document.getElementById(id);
const [log, scroll, box, problem] = [byId("log"), byId("scroll"), byId("box"), byId("problem")];
const NEAR_END = 60; // px from the end that still count as "at the end"
const STEP = 100; // messages shown, and more at each "earlier"
const RETRY = 1000; // ms before the feed is asked for again

const asked = new URLSearchParams(window.location.search);
const here = { me: asked.get("as") ?? "nova", channel: asked.get("channel"), most: STEP };
let view = null;
let commands = [];
let ahead = 0; // the sandbox's clock minus this machine's, in seconds
let replyTo = null;
let follow = false; // this person did something: show what comes of it
let loading = false;
let again = false;
const shown = new Map(); // message id -> { text, node }
const unread = new Set();
const drafts = new Map();
let drawn = ""; // the place the log shows
let navigation = "";

const now = () => Date.now() / 1000 + ahead;
const guildOf = (channel) => view.guilds.find((guild) => all(guild.channels).some((item) => item.id === channel));
const all = (channels) => channels.flatMap((channel) => [channel, ...channel.threads]);
const everywhere = () => [...view.guilds.flatMap((guild) => all(guild.channels)), ...view.dms];
const current = () => everywhere().find((channel) => channel.id === here.channel);

/** Names for mentions, and what menus offer in this place. */
const names = {
  now,
  user: (id) => [...view.personas, view.bot].find((user) => user.id === id)?.display ?? "unknown-user",
  role: (id) => names.roles.find((role) => role.id === id)?.name.replace(/^@/, "") ?? "unknown-role",
  channel: (id) => everywhere().find((channel) => channel.id === id)?.name ?? "unknown-channel",
  get members() {
    return guildOf(here.channel)?.members ?? [view.me, view.bot];
  },
  get roles() {
    return guildOf(here.channel)?.roles ?? [];
  },
  get channels() {
    return all(guildOf(here.channel)?.channels ?? []);
  },
};

async function act(what, fields) {
  const body = JSON.stringify({ as: here.me, do: what, ...fields });
  try {
    const response = await fetch("/page/act", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    return response.ok ? await response.json() : { error: `The sandbox refused this: ${await response.text()}` };
  } catch {
    return { error: "The sandbox cannot be reached." };
  }
}

/** Do something that may open a form; returns a sentence if it failed. `back` takes the focus after a form. */
async function perform(what, fields, back) {
  follow = true;
  const answer = await act(what, fields);
  if (answer.error) {
    follow = false;
    return answer.error;
  }
  if (answer.form) {
    follow = false;
    openForm(answer.form, names, (values) => perform("submit", { form: answer.form.id, values }, back), back);
  }
  return null;
}

const page = {
  names,
  get mayWrite() {
    return Boolean(current()?.can_send);
  },
  display: (user) => user.global_name || user.username.charAt(0).toUpperCase() + user.username.slice(1),
  address: (channel) => `?${new URLSearchParams({ as: here.me, channel })}`,
  press: (message, customId, button) => use("press", message, { custom_id: customId }, button),
  choose: (message, customId, values, button) => use("select", message, { custom_id: customId, values }, button),
  reply(message) {
    replyTo = message.id;
    byId("replying").firstElementChild.textContent = `Replying to ${page.display(message.author)}.`;
    byId("replying").hidden = false;
    box.focus();
  },
};

async function use(what, message, fields, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  problem.textContent = "";
  const { customId } = button.dataset;
  const back = () => (control(message.id, customId) ?? box).focus({ preventScroll: true });
  const trouble = await perform(what, { channel: message.channel_id, message: message.id, ...fields }, back);
  button.removeAttribute("aria-disabled");
  if (trouble) problem.textContent = trouble;
}

function control(messageId, customId) {
  const item = shown.get(messageId)?.node;
  return [...(item?.querySelectorAll("[data-custom-id]") ?? [])].find((node) => node.dataset.customId === customId);
}

const writing = composer({
  commands: () => commands,
  names: () => names,
  complete: (command, option, typed, options) =>
    act("autocomplete", { channel: here.channel, command, option, typed, options }),
  async say(text) {
    const trouble = await perform("say", { channel: here.channel, text, reply_to: replyTo }, () => box.focus());
    if (!trouble) endReply();
    return trouble;
  },
  run: (command, options) => perform("slash", { channel: here.channel, command, options }, () => box.focus()),
});

function endReply() {
  replyTo = null;
  byId("replying").hidden = true;
}

// --- showing ---------------------------------------------------------------------------------------------------

/** Fetch and show; calls during a fetch end in one more. */
async function refresh() {
  again = loading;
  if (loading) return;
  loading = true;
  try {
    const query = new URLSearchParams({ as: here.me, most: here.most, ...(here.channel ? { channel: here.channel } : {}) });
    const { me, channel } = here;
    const response = await fetch(`/page/view?${query}`);
    if (!response.ok) {
      problem.textContent = await response.text();
      return;
    }
    const answer = await response.json();
    // Meanwhile the person may have gone elsewhere.
    if (here.me === me && here.channel === channel) show(answer);
    else again = true;
  } catch {
    problem.textContent = "The sandbox cannot be reached.";
  } finally {
    loading = false;
    if (again) refresh();
  }
}

function show(answer) {
  ({ view, commands } = answer);
  ahead = answer.now - Date.now() / 1000;
  here.channel = answer.channel;
  showNavigation(answer);
  showHeading();
  showMessages(answer.messages);
  byId("earlier").hidden = !answer.more;
}

function showNavigation(answer) {
  byId("bot").textContent = `${view.bot.display} is ${view.bot.online ? "online" : "offline"}`;
  byId("bot").className = view.bot.online ? "online" : "offline";
  byId("restart").hidden = !answer.process;
  byId("dms").textContent = view.me.dms_open ? "Close my DMs" : "Open my DMs";
  const text = JSON.stringify([view.guilds, view.dms, view.personas, here, [...unread]]);
  if (text === navigation) return;
  navigation = text;
  const options = view.personas.map((user) => el("option", { value: user.name, selected: user.name === here.me }, user.display));
  byId("persona").replaceChildren(...options);
  const focused = document.activeElement?.closest("nav a")?.dataset.channel;
  const groups = view.guilds.map((guild) => group(guild.name, guild.bot_present ? "" : " (without the bot)", guild.channels));
  byId("places").replaceChildren(...groups, group("Direct messages", "", view.dms));
  if (focused) byId("places").querySelector(`a[data-channel="${focused}"]`)?.focus();
}

function group(title, note, channels) {
  return el("section", {}, el("h2", {}, title, note), el("ul", {}, channels.map(place)));
}

function place(channel) {
  const isHere = channel.id === here.channel;
  const mark = channel.type === 1 ? "" : "#";
  const attributes = { href: page.address(channel.id), data: { channel: channel.id }, "aria-current": isHere ? "page" : null };
  const news = unread.has(channel.id) && !isHere ? el("strong", { class: "new" }, " new") : null;
  const link = el("a", attributes, mark, channel.name, channel.archived ? " (archived)" : "", news);
  const threads = channel.threads?.length ? el("ul", {}, channel.threads.map(place)) : null;
  return el("li", {}, link, threads);
}

function showHeading() {
  const channel = current();
  if (!channel) return;
  const direct = channel.type === 1;
  byId("where").textContent = direct ? `Direct messages with ${channel.name}` : `#${channel.name}`;
  const notes = [channel.topic, channel.can_send ? "" : "You may not write here."];
  byId("topic").textContent = notes.filter(Boolean).join(" ");
  byId("boxlabel").textContent = direct ? `Message ${channel.name}` : `Message #${channel.name}`;
  document.title = `${byId("where").textContent} · ${view.me.display} · Hotseat sandbox`;
}

function showMessages(messages) {
  const at = `${here.me} ${here.channel}`;
  const fresh = at !== drawn;
  if (fresh) {
    shown.clear();
    log.replaceChildren();
    drawn = at;
    byId("newer").hidden = true;
  }
  const atEnd = isAtEnd();
  const nodes = messages.map((message) => item(message, fresh));
  let newer = false;
  const known = new Set(messages.map((message) => message.id));
  for (const id of shown.keys()) if (!known.has(id)) forget(id);
  nodes.forEach((node, index) => {
    if (log.children[index] !== node) {
      log.insertBefore(node, log.children[index] ?? null);
    }
    if (node.dataset.changed) {
      delete node.dataset.changed;
      if (node === nodes.at(-1)) newer = true;
      tell(messages[index], node);
    }
  });
  if (fresh) scroll.scrollTop = scroll.scrollHeight;
  else if (newer) showNewest(log.lastElementChild, atEnd);
  else if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

/** The element of a message, made anew if anything about it changed. The focus stays on the same control. */
function item(message, fresh) {
  const text = JSON.stringify(message);
  const old = shown.get(message.id);
  if (old?.text === text) return old.node;
  const focused = old?.node.contains(document.activeElement) ? document.activeElement.dataset.customId : null;
  const node = messageItem(message, page);
  shown.set(message.id, { text, node });
  if (!fresh) node.dataset.changed = "yes";
  for (const image of node.querySelectorAll("img")) image.addEventListener("load", settle);
  if (old) {
    const hadFocus = old.node.contains(document.activeElement);
    old.node.replaceWith(node);
    if (hadFocus) (control(message.id, focused) ?? node).focus({ preventScroll: true });
  }
  return node;
}

function forget(id) {
  const { node } = shown.get(id);
  const hadFocus = node.contains(document.activeElement);
  node.remove();
  shown.delete(id);
  if (hadFocus) box.focus();
}

function tell(message, node) {
  if (message.author.id === view.me.id) return;
  const name = page.display(message.author);
  announce(`${name}: ${node.querySelector(".body").innerText.slice(0, 300)} ${message.failure ?? ""}`);
}

let newest = null;
let wasAtEnd = true;

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

// --- going places ----------------------------------------------------------------------------------------------

function go(me, channel, remember = true) {
  drafts.set(drawn, box.value);
  Object.assign(here, { me, channel, most: STEP });
  unread.delete(channel);
  problem.textContent = "";
  endReply();
  writing.leave();
  box.value = drafts.get(`${me} ${channel}`) ?? "";
  writing.offer();
  drawer(false);
  if (remember) window.history.pushState(null, "", channel ? page.address(channel) : `?as=${encodeURIComponent(me)}`);
  newest = null;
  return refresh();
}

function drawer(open) {
  document.body.classList.toggle("drawer", open);
  byId("toggle").setAttribute("aria-expanded", String(open));
}

byId("toggle").addEventListener("click", () => drawer(!document.body.classList.contains("drawer")));
byId("side").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("drawer")) return;
  drawer(false);
  byId("toggle").focus();
});
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-channel]");
  // With a modifier it is the browser's business: a second tab may be somebody else.
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  await go(here.me, link.dataset.channel);
  byId("where").focus();
});
byId("persona").addEventListener("change", async (event) => {
  const inServer = current()?.type !== 1;
  await go(event.target.value, inServer ? here.channel : "dm");
  listen();
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  box.focus();
});
byId("replying").querySelector("button").addEventListener("click", () => {
  endReply();
  box.focus();
});
byId("newer").addEventListener("click", () => {
  log.lastElementChild?.scrollIntoView({ block: "end" });
  log.lastElementChild?.focus({ preventScroll: true });
});
byId("earlier").addEventListener("click", () => {
  here.most += STEP;
  refresh();
});
scroll.addEventListener("scroll", () => {
  wasAtEnd = isAtEnd();
  if (wasAtEnd) byId("newer").hidden = true;
});
// When the composer grows, the end of the conversation stays in sight.
new ResizeObserver(() => {
  if (wasAtEnd) scroll.scrollTop = scroll.scrollHeight;
}).observe(scroll);
byId("weather").addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { what, status } = button.dataset;
  const answer = await act("weather", { what, status: Number(status ?? 0), open: !view.me.dms_open });
  problem.textContent = answer.error ?? "";
  announce(answer.error ? "" : "Done.");
});
window.addEventListener("popstate", () => {
  const wanted = new URLSearchParams(window.location.search);
  const me = wanted.get("as") ?? here.me;
  const moved = me !== here.me;
  go(me, wanted.get("channel"), false);
  if (moved) listen();
});

// --- the feed --------------------------------------------------------------------------------------------------

let feed = null;

function listen() {
  feed?.close();
  const socket = new WebSocket(`ws://${window.location.host}/page/events?${new URLSearchParams({ as: here.me })}`);
  feed = socket;
  let opened = false;
  socket.addEventListener("open", () => {
    opened = true;
    problem.textContent = "";
    refresh();
  });
  socket.addEventListener("message", (event) => {
    const change = JSON.parse(event.data);
    const elsewhere = change.channel_id && change.channel_id !== here.channel;
    if (change.kind === "message_create" && elsewhere) unread.add(change.channel_id);
    refresh();
  });
  socket.addEventListener("close", () => {
    if (feed !== socket) return;
    if (opened) problem.textContent = "The sandbox cannot be reached. Trying again.";
    window.setTimeout(listen, RETRY);
  });
}

window.setInterval(() => tick(now()), 1000);
refresh();
listen();
