// At the left: servers, the channels of one of them with their current threads, and whose eyes one sees through.

import { avatar, byId, el, unseen } from "./dom.js";
import { address, current, guildOf, here, isDirect, tab, withThreads } from "./tab.js";

const CURRENT_THREADS = 3; // shown below their channel; the others are behind the button above the messages
const SIGNS = { 2: "🔊", 13: "🔊", 15: "▤" };
const visited = new Map(); // server id -> the channel last seen there
let drawn = "";

/** Draw what changed. The focus stays on the same link. */
export function showNavigation({ view }) {
  const text = JSON.stringify([view.guilds, view.dms, view.personas, view.me, here.me, here.channel, [...tab.unread]]);
  if (text === drawn) return;
  drawn = text;
  const guild = guildOf(here.channel);
  if (guild) visited.set(guild.id, here.channel);
  const focused = document.activeElement?.closest("nav a");
  const [nav, channel] = [focused?.closest("nav").id, focused?.dataset.channel];
  byId("rail").replaceChildren(el("ul", {}, direct(view, guild), view.guilds.map((one) => server(one, one === guild))));
  byId("places").replaceChildren(...(guild ? serverPlaces(guild) : directPlaces(view)));
  if (focused) byId(nav).querySelector(`a[data-channel="${channel}"]`)?.focus();
  showSelf(view);
}

/** The number of new messages in places, as Discord counts: all that this person has not been to see. */
const news = (channels) => channels.reduce((sum, channel) => sum + (channel.id === here.channel ? 0 : (tab.unread.get(channel.id) ?? 0)), 0);

function direct(view, guild) {
  const count = news(view.dms);
  const badge = count ? el("span", { class: "badge" }, String(count), unseen(" new")) : null;
  return entry(view.dms[0]?.id, "direct", !guild, [el("span", { class: "glyph", "aria-hidden": "true" }), unseen("Direct messages "), badge]);
}

function server(guild, isHere) {
  const channels = withThreads(guild.channels);
  const last = visited.get(guild.id);
  const target = channels.some((one) => one.id === last) ? last : channels[0]?.id;
  const short = guild.name.split(/\s+/).map((word) => [...word][0]).join("").slice(0, 3);
  const mark = news(channels) ? unseen(" new") : null;
  return entry(target, mark ? "server has-news" : "server", isHere, [el("span", { "aria-hidden": "true" }, short), unseen(guild.name), mark], guild.name);
}

function entry(channel, kind, isHere, children, title = "Direct messages") {
  if (!channel) return null;
  return el("li", {}, el("a", { href: address(channel), data: { channel }, class: kind, title, "aria-current": isHere ? "true" : null }, children));
}

function serverPlaces(guild) {
  const note = guild.bot_present ? null : el("p", { class: "hint" }, "The bot is not in this server.");
  return [el("h2", {}, guild.name), note, el("ul", {}, guild.channels.map(channelEntry))].filter(Boolean);
}

function directPlaces(view) {
  return [el("h2", {}, "Direct messages"), el("ul", {}, view.dms.map(channelEntry))];
}

function channelEntry(channel) {
  const fresh = (channel.threads ?? []).filter((one) => !one.archived).sort(newestFirst);
  const shown = (channel.threads ?? []).find((one) => one.id === here.channel);
  const listed = [...new Set([...fresh.slice(0, CURRENT_THREADS), ...(shown ? [shown] : [])])];
  const threads = listed.length ? el("ul", { class: "threads" }, listed.map((one) => el("li", {}, link(one)))) : null;
  return el("li", {}, link(channel), threads);
}

/** Threads with the newest message first. */
export function newestFirst(one, other) {
  const [a, b] = [one, other].map((thread) => BigInt(thread.last_message_id ?? thread.id));
  return a < b ? 1 : a > b ? -1 : 0;
}

function link(channel) {
  const count = news([channel]);
  const direct = isDirect(channel);
  const sign = direct || isThread(channel) ? "" : (SIGNS[channel.type] ?? "#");
  const attributes = {
    href: address(channel.id),
    data: { channel: channel.id },
    class: count ? "has-news" : null,
    "aria-current": channel.id === here.channel ? "page" : null,
    "aria-label": `${sign}${channel.name}${count ? " new" : ""}`,
  };
  const mark = direct ? avatar(channel.name, true) : sign ? el("span", { class: "sign" }, sign) : null;
  return el("a", attributes, mark, el("span", { class: "name" }, channel.name), count && direct ? el("span", { class: "badge" }, String(count)) : null);
}

const isThread = (channel) => [10, 11, 12].includes(channel.type);

function showSelf(view) {
  const options = view.personas.map((user) => {
    const about = user.about ? ` · ${user.about}` : "";
    return el("option", { value: user.name, selected: user.name === here.me }, user.display, about);
  });
  byId("persona").replaceChildren(...options);
  byId("face").replaceChildren(avatar(view.me.display));
  const names = view.personas.map((user) => user.name);
  const next = view.personas[(names.indexOf(here.me) + 1) % names.length];
  const where = current();
  byId("second").textContent = `${next.display} in a second tab`;
  byId("second").href = where && !isDirect(where) ? address(where.id, { me: next.name }) : `?${new URLSearchParams({ as: next.name })}`;
}
