// Messages as a person reads them: who, when, text, components, and the marks that Discord adds.

import { attachment, embedCard, rendered } from "./components.js";
import { avatar, el } from "./dom.js";
import { markdown } from "./markdown.js";
import { dayName, dayNumber, written } from "./moments.js";
import { address, display, names, now } from "./tab.js";

const [REPLY, THREAD_CREATED] = [19, 18];
const V2 = 1 << 15;
const TOGETHER = 7 * 60_000; // ms within which messages of one author stand together
const SNIPPET = 80;

/** Whether a message stands below the one before it without its author's name again, as Discord does it. */
export function continues(message, before) {
  if (!before || message.author.id !== before.author.id || message.type === REPLY || answered(message)) return false;
  if (message.ephemeral !== before.ephemeral || !message.timestamp || !before.timestamp) return false;
  return opensDay(message, before) ? false : Date.parse(message.timestamp) - Date.parse(before.timestamp) < TOGETHER;
}

/** Whether a message is the first of its day. */
export function opensDay(message, before) {
  if (!message.timestamp) return false;
  return !before?.timestamp || dayNumber(new Date(message.timestamp)) !== dayNumber(new Date(before.timestamp));
}

/** The message whose button or form brought this one. */
function source({ interaction_metadata: how }) {
  return how?.interacted_message_id ?? how?.triggering_interaction_metadata?.interacted_message_id ?? null;
}

const answered = (message) => message.used?.command || source(message);

/**
 * The list item for one message. `hands` has press(message, customId, button), choose(message, customId, values,
 * button), reply(message), dismiss(message), mayWrite and find(id), which gives a message of this place.
 */
export function messageItem(message, before, hands) {
  const joined = continues(message, before);
  const name = display(message.author);
  const inner = message.type === THREAD_CREATED ? [threadNotice(message)] : parts(message, hands, joined, name);
  const article = el("article", { "aria-label": `Message by ${name}` }, inner);
  const day = opensDay(message, before) ? el("p", { class: "day" }, dayName(new Date(message.timestamp))) : null;
  const pinged = message.mentions?.some((user) => user.id === names.me().id) || message.mention_everyone;
  const kinds = [joined && "joined", message.ephemeral && "ephemeral", pinged && "pinged", message.failure && "failed"];
  return el("li", { tabindex: "-1", data: { id: message.id }, class: kinds.filter(Boolean).join(" ") || null }, day, article);
}

function parts(message, hands, joined, name) {
  const body = el("div", { class: "body" });
  if (message.thinking) body.append(el("p", { class: "thinking" }, el("span", { class: "dots", "aria-hidden": "true" }), `${name} is thinking…`));
  if (message.content) body.append(markdown(message.content, names));
  for (const embed of message.embeds) body.append(embedCard(embed));
  if (!(message.flags & V2)) for (const file of message.attachments) body.append(attachment(file));
  const own = {
    press: (customId, button) => hands.press(message, customId, button),
    choose: (customId, values, button) => hands.choose(message, customId, values, button),
  };
  for (const component of message.components) body.append(rendered(component, own));
  if (message.edited_timestamp) body.append(el("p", { class: "edited" }, "(edited)"));
  if (message.thread) body.append(threadBox(message.thread));
  if (message.reactions) body.append(reactions(message.reactions));
  const face = joined ? null : avatar(name, message.author.bot);
  return [context(message, hands), face, head(message, name), body, notes(message, hands), tools(message, hands)];
}

function notes(message, hands) {
  const failure = message.failure ? el("p", { class: "failure" }, message.failure) : null;
  if (!message.ephemeral) return el("div", { class: "notes" }, failure);
  const dismiss = el("button", { type: "button", class: "text", data: { customId: "dismiss" }, onclick: () => hands.dismiss(message) }, "Dismiss message");
  return el("div", { class: "notes" }, failure, el("p", {}, el("span", { class: "eye", "aria-hidden": "true" }, "👁 "), "Only you can see this · ", dismiss));
}

/** What stands above a message: whom it answers, or who used which command. */
function context(message, hands) {
  if (message.used?.command) {
    const { user, command } = message.used;
    return el("p", { class: "context" }, avatar(user), el("span", { class: "who" }, user), " used ", el("span", { class: "mention" }, `/${command}`));
  }
  if (message.type === REPLY) return reply(message.referenced_message, message.message_reference?.message_id);
  const before = source(message) && hands.find(source(message));
  return before ? reply(before, before.id) : null;
}

function reply(target, id) {
  if (!target) return el("p", { class: "context" }, "Reply to a message that is gone");
  const name = display(target.author);
  const words = el("a", { href: address(target.channel_id, { message: id }), data: { channel: target.channel_id, message: id } }, snippet(target));
  return el("p", { class: "context" }, avatar(name, target.author.bot), el("span", { class: "unseen" }, "Reply to "), el("span", { class: "who" }, name), el("span", { class: "unseen" }, ": "), words);
}

/** The first words of a message, without its marks. */
function snippet(message) {
  const text = message.content || firstText(message.components) || "a card";
  const plain = markdown(text, names).textContent.replace(/\s+/g, " ").trim();
  return plain.length > SNIPPET ? `${plain.slice(0, SNIPPET)}…` : plain || "a card";
}

function firstText(components) {
  // A heading says what a card is; the small print above it does not.
  const texts = [...flat(components)].filter((item) => item.type === 10).map((item) => item.content);
  return (texts.find((text) => text.startsWith("#")) ?? texts[0] ?? "").split("\n")[0];
}

function* flat(components) {
  for (const item of components) {
    yield item;
    yield* flat(item.components ?? []);
  }
}

function head(message, name) {
  const node = el("header", {}, el("strong", {}, name));
  if (message.author.bot) node.append(" ", el("span", { class: "app" }, "APP"));
  if (message.timestamp) {
    const at = new Date(message.timestamp);
    const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" }).format(at);
    node.append(" ", el("time", { datetime: message.timestamp, data: { clock } }, written(at, now())));
  }
  return node;
}

function tools(message, hands) {
  if (message.ephemeral || !message.timestamp || !hands.mayWrite) return null;
  const button = el("button", { type: "button", data: { customId: "reply" }, title: "Reply", onclick: () => hands.reply(message) }, el("span", { class: "unseen" }, "Reply"));
  return el("div", { class: "tools" }, button);
}

function threadNotice(message) {
  const id = message.message_reference?.channel_id;
  const words = el("a", { href: address(id), data: { channel: id } }, message.content);
  return el("p", { class: "notice" }, el("strong", {}, display(message.author)), " started a thread: ", words);
}

function threadBox(thread) {
  const count = thread.message_count ?? 0;
  const link = el("a", { href: address(thread.id), data: { channel: thread.id } }, thread.name);
  return el("p", { class: "thread" }, link, " ", el("span", { class: "count" }, `${count} ${count === 1 ? "message" : "messages"} ›`));
}

function reactions(list) {
  return el("p", { class: "reactions" }, list.map((item) => el("span", {}, `${item.emoji.name} ${item.count}`)));
}
