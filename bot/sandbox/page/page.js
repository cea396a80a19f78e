// The page: one person's Discord, kept up to date by the sandbox's feed.

import { closeThreads, showAround } from "./around.js";
import { composer } from "./composer.js";
import { byId } from "./dom.js";
import { perform, use } from "./doing.js";
import { askBeforeLeaving } from "./form.js";
import { recall, showGreeting } from "./greeting.js";
import { equip, goTo, showMessages } from "./log.js";
import { tick } from "./moments.js";
import { showNavigation } from "./navigation.js";
import { address, current, display, guildOf, here, isDirect, learn, now, STEP, tab, watch, withThreads } from "./tab.js";
import { arrived, someoneTypes } from "./typing.js";
import { weather } from "./weather.js";
import { act, listen, look } from "./wire.js";

const [box, problem] = [byId("box"), byId("problem")];
let replyTo = null;
let running = null; // the fetch under way
let again = false;
const drafts = new Map();

// --- showing ---------------------------------------------------------------------------------------------------

watch(showNavigation);
watch(showAround);
watch(showMessages);
watch((answer) => showGreeting(answer, THINGS));
watch(goToWanted);
weather();

/** Fetch and show; resolves when what is shown is as new as this call. */
async function refresh() {
  again = Boolean(running);
  running ??= fetchAndShow().finally(() => {
    running = null;
  });
  await running;
}

async function fetchAndShow() {
  do {
    again = false;
    const { me, channel } = here;
    const answer = await look();
    // Meanwhile the person may have gone elsewhere.
    if (here.me !== me || here.channel !== channel) again = true;
    else if (answer.error) problem.textContent = answer.error;
    else learn(answer);
  } while (again);
}

/** The message that a link leads to is among those sent. */
function goToWanted({ messages }) {
  if (!here.message) return;
  if (!goTo(here.message)) problem.textContent = "That message is gone.";
  // More than usual may have been sent for its sake; they stay.
  here.most = Math.max(here.most, messages.length);
  here.message = null;
}

// --- writing ---------------------------------------------------------------------------------------------------

const toBox = () => box.focus();
const writing = composer({
  commands: () => tab.answer?.commands ?? [],
  bot: () => tab.answer.view.bot,
  complete: (command, option, typed, options) => act("autocomplete", { channel: here.channel, command, option, typed, options }),
  async say(text) {
    const trouble = await perform("say", { channel: here.channel, text, reply_to: replyTo }, toBox);
    if (!trouble) endReply();
    return trouble;
  },
  run: (command, options) => perform("slash", { channel: here.channel, command, options }, toBox),
  typing: () => act("typing", { channel: here.channel }),
});

equip({
  press: (message, customId, button) => use("press", message, { custom_id: customId }, button),
  choose: (message, customId, values, button) => use("select", message, { custom_id: customId, values }, button),
  reply(message) {
    replyTo = message.id;
    byId("replying").firstElementChild.textContent = `Replying to ${display(message.author)}.`;
    byId("replying").hidden = false;
    box.focus();
  },
});

function endReply() {
  replyTo = null;
  byId("replying").hidden = true;
}

const THINGS = [
  ["Answer a question", "Type what you know; a second later you read what an interviewer would have heard.", "Ask me one", askMe],
  ["Be two people", "Ann, in a second tab, answers the same card. Each of you sees only your own grade.", "Be Ann too", beAnn],
  ["Let days pass", "As Olga, who owns the server, set up a daily question. Then move the clock.", "Be Olga", beOlga],
];

const study = () => tab.answer.view.guilds.find((guild) => guild.bot_present)?.channels[0]?.id ?? here.channel;

async function askMe() {
  if (!guildOf(here.channel)?.bot_present) await go(here.me, study());
  problem.textContent = (await perform("slash", { channel: here.channel, command: "ask", options: { level: "basic" } }, toBox)) ?? "";
}

function beAnn() {
  window.open(address(guildOf(here.channel) ? here.channel : study(), { me: "ann" }), "_blank");
}

async function beOlga() {
  const channels = withThreads(guildOf(study())?.channels ?? []);
  const daily = channels.find((channel) => channel.name === "daily") ?? current();
  await become("olga", daily.id);
  byId("weather").open = true;
  writing.begin("daily setup", { channel: `#${daily.name}`, time: "09:00" });
}

// --- going places ----------------------------------------------------------------------------------------------

async function go(me, channel, { message = null, remember = true, stay = false } = {}) {
  drafts.set(`${here.me} ${here.channel}`, box.value);
  Object.assign(here, { me, channel, message, most: STEP });
  tab.unread.delete(channel);
  problem.textContent = "";
  endReply();
  writing.leave();
  box.value = drafts.get(`${me} ${channel}`) ?? "";
  writing.offer();
  closeThreads();
  arrived();
  if (!stay) drawer(false);
  if (remember) window.history.pushState(null, "", channel ? address(channel, { message }) : `?as=${encodeURIComponent(me)}`);
  await refresh();
}

/** Go on as somebody else. */
async function become(me, channel) {
  const moved = me !== here.me;
  if (moved) tab.unread.clear();
  await go(me, channel);
  if (moved) hear();
}

function drawer(open) {
  document.body.classList.toggle("drawer", open);
  byId("toggle").setAttribute("aria-expanded", String(open));
}

document.addEventListener("click", async (event) => {
  const command = event.target.closest("button[data-command]");
  if (command) writing.begin(command.dataset.command);
  const link = event.target.closest("a");
  // With a modifier it is the browser's business: a second tab may be somebody else.
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || (link.target === "_blank" && !link.dataset.leaving)) return;
  if (link.dataset.leaving) {
    event.preventDefault();
    askBeforeLeaving(link.href);
  } else if (link.dataset.channel) {
    event.preventDefault();
    const { channel, message } = link.dataset;
    const inRail = Boolean(link.closest("#rail"));
    const wasOpen = document.body.classList.contains("drawer");
    await go(here.me, channel, { message: message ?? null, stay: inRail });
    if (!message && !(inRail && wasOpen)) byId("where").focus();
  }
});
byId("toggle").addEventListener("click", () => {
  const open = !document.body.classList.contains("drawer");
  drawer(open);
  if (open) (byId("places").querySelector("a[aria-current]") ?? byId("places").querySelector("a"))?.focus();
});
byId("side").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("drawer")) return;
  drawer(false);
  byId("toggle").focus();
});
byId("persona").addEventListener("change", (event) => become(event.target.value, isDirect(current()) ? "dm" : here.channel));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  box.focus();
});
byId("hints").addEventListener("click", () => {
  drawer(false);
  recall(THINGS);
});
byId("replying").querySelector("button").addEventListener("click", () => {
  endReply();
  box.focus();
});
byId("earlier").addEventListener("click", () => {
  here.most += STEP;
  refresh();
});
window.addEventListener("popstate", async () => {
  const wanted = new URLSearchParams(window.location.search);
  const me = wanted.get("as") ?? here.me;
  const moved = me !== here.me;
  await go(me, wanted.get("channel"), { message: wanted.get("message"), remember: false });
  if (moved) hear();
});

// --- the feed --------------------------------------------------------------------------------------------------

function hear() {
  listen({
    opened() {
      problem.textContent = "";
      refresh();
    },
    changed(change) {
      if (change.kind === "typing") {
        someoneTypes(change);
        return;
      }
      const elsewhere = change.channel_id && change.channel_id !== here.channel;
      const own = change.user_id && change.user_id === tab.answer?.view.me.id;
      if (change.kind === "message_create" && elsewhere && !own) {
        tab.unread.set(change.channel_id, (tab.unread.get(change.channel_id) ?? 0) + 1);
      }
      if (change.kind === "message_create" && !elsewhere) arrived(change.user_id);
      refresh();
    },
    lost(sentence) {
      problem.textContent = sentence;
    },
  });
}

window.setInterval(() => tick(now()), 1000);
refresh();
hear();
