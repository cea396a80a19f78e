// Messages as a person reads them: who, when, text, components, and the marks that Discord adds.

import { el, outside, ownFile, webAddress } from "./dom.js";
import { messageMenu } from "./inputs.js";
import { markdown } from "./markdown.js";

const V2 = 1 << 15;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };

/** The list item for one message. `page` has names, address, display, press, choose, reply and mayWrite. */
export function messageItem(message, page) {
  const body = el("div", { class: "body" });
  if (message.thinking) body.append(el("p", { class: "thinking" }, `${page.display(message.author)} is thinking…`));
  if (message.content) body.append(markdown(message.content, page.names));
  for (const embed of message.embeds) body.append(embedCard(embed, page.names));
  if (!(message.flags & V2)) for (const file of message.attachments) body.append(attachment(file));
  for (const component of message.components) body.append(rendered(component, message, page));
  if (message.thread) body.append(threadLink(message.thread, page));
  if (message.reactions) body.append(reactions(message.reactions));
  const notes = el("div", { class: "notes" });
  if (message.failure) notes.append(el("p", { class: "failure" }, message.failure));
  if (message.ephemeral) notes.append(el("p", {}, "Only you can see this"));
  const article = el("article", { "aria-label": `Message by ${page.display(message.author)}` }, context(message, page), head(message, page), body, notes);
  return el("li", { tabindex: "-1", data: { id: message.id }, class: message.ephemeral ? "ephemeral" : null }, article);
}

/** What stands above a message: whom it answers, or who used which command. */
function context(message, page) {
  if (message.used?.command) return el("p", { class: "context" }, `${message.used.user} used /${message.used.command}`);
  if (message.type !== 19) return null;
  const target = message.referenced_message;
  if (!target) return el("p", { class: "context" }, "Reply to a message that is gone");
  const text = target.content || "a card";
  return el("p", { class: "context" }, `Reply to ${page.display(target.author)}: ${text.slice(0, 80)}`);
}

function head(message, page) {
  const node = el("header", {}, el("strong", {}, page.display(message.author)));
  if (message.author.bot) node.append(" ", el("span", { class: "app" }, "APP"));
  if (message.timestamp) {
    const at = new Date(message.timestamp);
    const clock = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(at);
    node.append(" ", el("time", { datetime: message.timestamp }, clock));
  }
  if (message.edited_timestamp) node.append(" ", el("span", { class: "edited" }, "(edited)"));
  if (!message.ephemeral && message.timestamp && page.mayWrite) {
    node.append(" ", el("button", { type: "button", class: "plain", data: { customId: "reply" }, onclick: () => page.reply(message) }, "Reply"));
  }
  return node;
}

function embedCard(embed, names) {
  const node = el("section", { class: "container" });
  accent(node, embed.color);
  if (embed.title) node.append(el("h3", {}, embed.url ? outside(embed.url, embed.title) : embed.title));
  if (embed.description) node.append(markdown(embed.description, names));
  for (const field of embed.fields ?? []) node.append(el("h4", {}, field.name), markdown(field.value, names));
  for (const key of ["image", "thumbnail"]) if (embed[key]?.url) node.append(picture(embed[key].url, null));
  if (embed.footer?.text) node.append(el("p", { class: "subtext" }, el("small", {}, embed.footer.text)));
  return node;
}

function accent(node, color) {
  // Through the object model: style attributes are refused by the page's own policy.
  if (Number.isInteger(color)) node.style.borderInlineStartColor = `#${color.toString(16).padStart(6, "0")}`;
}

function picture(url, description) {
  const src = ownFile(url);
  // Pictures from elsewhere are not fetched: the sandbox talks to this machine only.
  if (!src) return el("p", {}, "Picture: ", description || "no description", " ", webAddress(url) ? outside(url, url) : "");
  return el("img", { src, alt: description ?? "", loading: "eager" });
}

function attachment(file) {
  if ((file.content_type ?? "").startsWith("image/")) return picture(file.url, file.description);
  return fileLink(file.url, file.filename, file.size);
}

function fileLink(url, name, size) {
  const path = ownFile(url);
  const text = size ? `${name} (${size} bytes)` : name;
  return el("p", {}, "File: ", path ? el("a", { href: path, download: name }, text) : text);
}

function threadLink(thread, page) {
  return el("p", {}, "Thread: ", el("a", { href: page.address(thread.id), data: { channel: thread.id } }, thread.name));
}

function reactions(list) {
  return el("p", { class: "context" }, list.map((item) => `${item.emoji.name} ${item.count}`).join("  "));
}

const COMPONENTS = {
  1: (item, message, page) => el("div", { class: "row" }, inside(item, message, page)),
  2: button,
  9: (item, message, page) =>
    el("div", { class: "section" }, el("div", {}, inside(item, message, page)), rendered(item.accessory, message, page)),
  10: (item, _, page) => markdown(item.content, page.names),
  11: (item) => hidden(item.spoiler, el("div", { class: "thumbnail" }, picture(item.media.url, item.description))),
  12: (item) =>
    el("div", { class: "gallery" }, item.items.map((one) => hidden(one.spoiler, picture(one.media.url, one.description)))),
  13: (item) => hidden(item.spoiler, fileLink(item.file.url, item.name || item.file.url.split("/").at(-1), item.size)),
  14: (item) => el(item.divider === false ? "div" : "hr", { class: item.spacing === 2 ? "wide" : "narrow" }),
  17: (item, message, page) => {
    const node = el("section", { class: "container" }, inside(item, message, page));
    accent(node, item.accent_color);
    return hidden(item.spoiler, node);
  },
};

function rendered(component, message, page) {
  if ([3, 5, 6, 7, 8].includes(component.type)) {
    return messageMenu(component, page.names, (values, used) => page.choose(message, component.custom_id, values, used));
  }
  const make = COMPONENTS[component.type];
  return make ? make(component, message, page) : el("p", {}, `(a component of kind ${component.type})`);
}

function inside(item, message, page) {
  return item.components.map((component) => rendered(component, message, page));
}

function hidden(spoiler, node) {
  return spoiler ? el("details", {}, el("summary", {}, "Spoiler"), node) : node;
}

function button(item, message, page) {
  const emoji = item.emoji?.name ? (item.emoji.id ? `:${item.emoji.name}: ` : `${item.emoji.name} `) : "";
  const label = `${emoji}${item.label ?? ""}`.trim();
  if (item.style === 5) return el("span", { class: "link" }, outside(item.url, label, " (", item.url, ")"));
  if (item.style === 6) return el("span", {}, "A purchase; not in the sandbox");
  const attributes = { type: "button", class: STYLES[item.style], disabled: Boolean(item.disabled), data: { customId: item.custom_id } };
  return el("button", { ...attributes, onclick: (event) => page.press(message, item.custom_id, event.currentTarget) }, label);
}
