// Time and weather: a panel that moves the world's clock and makes bad days, on demand.

import { byId, el, newId } from "./dom.js";
import { followNext } from "./log.js";
import { here, now, tab, watch } from "./tab.js";
import { act } from "./wire.js";

const JUMPS = [
  ["+1 min", 60, "+1 minute"],
  ["+10 min", 600, "+10 minutes"],
  ["+1 h", 3600, "+1 hour"],
  ["+1 day", 86400, "+1 day"],
];
const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const WHOLE = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
const SHORT = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" });

/** "2 days, 3 hours" for a number of seconds. */
function span(seconds) {
  const parts = [];
  let rest = Math.round(seconds / 60) * 60;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.slice(0, 2).join(", ") || "less than a minute";
}

/** The next moment that the messages here speak of, in seconds; deadlines and daily questions do. Null if none. */
function nextMoment() {
  const text = JSON.stringify(tab.answer?.messages ?? []);
  const moments = [...text.matchAll(/<t:(\d{1,11})(?::\w)?>/g)].map((found) => Number(found[1]));
  const ahead = moments.filter((moment) => moment > now());
  return ahead.length ? Math.min(...ahead) : null;
}

/** The next moment at which a clock here shows this time ("09:00"), in seconds. */
function nextTime(text) {
  const [hours, minutes] = text.split(":").map(Number);
  const moment = new Date(now() * 1000);
  moment.setHours(hours, minutes, 0, 0);
  if (moment.getTime() / 1000 <= now()) moment.setDate(moment.getDate() + 1);
  return moment.getTime() / 1000;
}

const said = el("p", { class: "said", role: "status" });

/** Do something to the world and say what came of it; a second press meanwhile does nothing. */
async function make(button, fields, done = "Done.") {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  said.textContent = "…";
  // Whoever lets time pass wants to see what it brings.
  const travels = fields.what === "advance";
  if (travels) followNext();
  const { error } = await act("weather", fields);
  if (travels && error) followNext(false);
  button.removeAttribute("aria-disabled");
  said.textContent = error ?? done;
}

function button(label, fields, done) {
  const node = el("button", { type: "button", onclick: () => make(node, fields(), done) }, label);
  return node;
}

const group = (title, ...parts) => el("fieldset", {}, el("legend", {}, title), ...parts);

function time() {
  const clock = el("p", { class: "clock" });
  const next = button("", () => ({ what: "advance", until: nextMoment() + 1 }), "You are there.");
  const jumps = JUMPS.map(([label, seconds, words]) => {
    const jump = button(label, () => ({ what: "advance", seconds }), "You are there.");
    jump.setAttribute("aria-label", words);
    return jump;
  });
  const until = el("input", { type: "time", id: newId(), value: "09:00", required: true });
  const go = el("button", { type: "submit" }, "Go");
  const form = el("form", { class: "row" }, el("label", { for: until.id }, "Until"), until, go);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    make(go, { what: "advance", until: nextTime(until.value) }, "You are there.");
  });
  const show = () => {
    if (!tab.answer) return;
    const { ahead } = tab.answer.weather;
    clock.textContent = `${WHOLE.format(now() * 1000)}${ahead >= 1 ? ` (${span(ahead)} ahead)` : ""}`;
    const moment = nextMoment();
    next.hidden = moment === null;
    if (moment !== null) next.textContent = `To the next time named here: ${SHORT.format(moment * 1000)}`;
  };
  window.setInterval(show, 1000);
  return { node: group("Time", clock, el("div", { class: "jumps" }, jumps), next, form), show };
}

function bot() {
  const restart = button("Restart Hotseat", () => ({ what: "restart" }), "Hotseat was restarted.");
  const kill = button("Kill Hotseat", () => ({ what: "kill" }), "Hotseat is dead; it knew nothing of it beforehand.");
  const start = button("Start Hotseat", () => ({ what: "start" }), "Hotseat is starting.");
  const drop = button("Drop the gateway", () => ({ what: "drop" }), "The connection was cut.");
  const show = ({ weather }) => {
    // Whoever pressed one of a pair finds the focus on the other.
    const focused = [kill, start].includes(document.activeElement);
    restart.hidden = kill.hidden = weather.bot !== "running";
    start.hidden = weather.bot !== "dead";
    if (focused) (start.hidden ? kill : start).focus();
  };
  return { node: group("The bot", restart, kill, start, drop), show };
}

function trouble() {
  const kind = el("select", { id: newId() });
  const times = el("input", { type: "number", id: newId(), min: 1, max: 1000, value: 1, required: true });
  const begin = el("button", { type: "submit" }, "Begin");
  const end = button("Fair weather again", () => ({ what: "fail", kind: kind.value, times: 0 }), "The sky is clear.");
  const form = el(
    "form",
    {},
    el("label", { for: kind.id }, "Answer"),
    kind,
    el("div", { class: "row" }, el("label", { for: times.id }, "Requests"), times, begin),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    make(begin, { what: "fail", kind: kind.value, times: Number(times.value) }, "It begins with the bot's next request.");
  });
  const left = el("p", {});
  const show = ({ weather }) => {
    if (!kind.children.length) {
      kind.append(...weather.troubles.map(([value, label]) => el("option", { value }, label)));
    }
    const hadFocus = document.activeElement === end;
    left.hidden = end.hidden = weather.trouble === null;
    if (hadFocus && end.hidden) begin.focus();
    if (weather.trouble) left.textContent = `Still to come: ${weather.trouble.left} × ${new Map(weather.troubles).get(weather.trouble.kind)}`;
  };
  return { node: group("What Discord answers the bot", form, left, end), show };
}

function people() {
  const toggle = button("", () => ({ what: "dms", open: !tab.answer.view.me.dms_open }));
  const show = ({ view }) => {
    toggle.textContent = view.me.dms_open ? "Close my DMs" : "Open my DMs";
  };
  return { node: group("You", toggle), show };
}

function permissions() {
  const legend = el("legend", {});
  const node = el("fieldset", {}, legend);
  const boxes = new Map();
  const add = ({ name, label }) => {
    const box = el("input", { type: "checkbox" });
    box.addEventListener("change", () =>
      make(box, { what: "permission", channel: here.channel, permission: name, allowed: box.checked }, `${label}: ${box.checked ? "given" : "taken away"}.`),
    );
    boxes.set(name, box);
    node.append(el("label", {}, box, label));
  };
  const show = ({ weather }) => {
    node.hidden = weather.permissions === null;
    if (node.hidden) return;
    legend.textContent = `The bot's permissions in #${weather.permissions.channel}`;
    for (const item of weather.permissions.items) {
      if (!boxes.has(item.name)) add(item);
      boxes.get(item.name).checked = item.allowed;
    }
  };
  return { node, show };
}

/** Fill the panel and keep it up to date. */
export function weather() {
  const panel = byId("weather");
  const parts = [time(), bot(), trouble(), people(), permissions()];
  panel.replaceChildren(panel.querySelector("summary"), ...parts.map((part) => part.node), said);
  watch((answer) => {
    for (const part of parts) part.show(answer);
  });
}
