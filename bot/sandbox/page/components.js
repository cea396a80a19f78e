// Components of messages: Discord's second version, and what came before it.

import { el, outside, ownFile, webAddress } from "./dom.js";
import { markdown } from "./markdown.js";
import { menu } from "./menu.js";
import { names } from "./tab.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };
const [GREATEST_COLOR, LARGE] = [0xffffff, 2];

const COMPONENTS = {
  1: (item, hands) => el("div", { class: "row" }, inside(item, hands)),
  2: button,
  9: (item, hands) => el("div", { class: "section" }, el("div", {}, inside(item, hands)), rendered(item.accessory, hands)),
  10: (item) => markdown(item.content, names),
  11: (item) => hidden(item.spoiler, el("div", { class: "thumbnail" }, picture(item.media.url, item.description))),
  12: (item) => {
    const pictures = item.items.map((one) => hidden(one.spoiler, picture(one.media.url, one.description)));
    return el("div", { class: pictures.length > 1 ? "gallery many" : "gallery" }, pictures);
  },
  13: (item) => hidden(item.spoiler, fileLink(item.file.url, item.name || item.file.url.split("/").at(-1), item.size)),
  14: (item) => el(item.divider === false ? "div" : "hr", { class: item.spacing === LARGE ? "wide" : "narrow" }),
  17: (item, hands) => {
    const node = el("section", { class: "container" }, inside(item, hands));
    accent(node, item.accent_color);
    return hidden(item.spoiler, node);
  },
};

/** A component with everything in it. `hands` has press(customId, button) and choose(customId, values, button). */
export function rendered(component, hands) {
  if ([3, 5, 6, 7, 8].includes(component.type)) {
    return menu(component, names, (values, used) => hands.choose(component.custom_id, values, used));
  }
  const make = COMPONENTS[component.type];
  return make ? make(component, hands) : el("p", {}, `(a component of kind ${component.type})`);
}

function inside(item, hands) {
  return item.components.map((component) => rendered(component, hands));
}

function hidden(spoiler, node) {
  return spoiler ? el("details", { class: "spoilt" }, el("summary", {}, "Spoiler"), node) : node;
}

function button(item, hands) {
  const emoji = item.emoji?.name ? (item.emoji.id ? `:${item.emoji.name}: ` : `${item.emoji.name} `) : "";
  const label = `${emoji}${item.label ?? ""}`.trim();
  if (item.style === 5) return linkButton(item.url, label);
  if (item.style === 6) return el("span", {}, "A purchase; not in the sandbox");
  const attributes = { type: "button", class: STYLES[item.style], disabled: Boolean(item.disabled), data: { customId: item.custom_id } };
  return el("button", { ...attributes, onclick: (event) => hands.press(item.custom_id, event.currentTarget) }, label);
}

function linkButton(url, label) {
  // Written as a masked link, so that what is known about links is known in one place.
  const node = markdown(`[link](${url})`, names).querySelector("a");
  if (!node) return el("span", {}, label);
  node.replaceChildren(label, el("span", { "aria-hidden": "true" }, " ↗"));
  node.classList.add("button", "secondary");
  return node;
}

/** An embed, as bots wrote them before there were components. */
export function embedCard(embed) {
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
  if (!Number.isInteger(color) || color < 0 || color > GREATEST_COLOR) return;
  node.classList.add("accented");
  // Through the object model: style attributes are refused by the page's own policy.
  node.style.setProperty("--bar", `#${color.toString(16).padStart(6, "0")}`);
}

function picture(url, description) {
  const src = ownFile(url);
  // Pictures from elsewhere are not fetched: the sandbox talks to this machine only.
  if (!src) return el("p", {}, "Picture: ", description || "no description", " ", webAddress(url) ? outside(url, url) : "");
  return el("img", { src, alt: description ?? "", loading: "eager" });
}

/** A file of a message without components. */
export function attachment(file) {
  if ((file.content_type ?? "").startsWith("image/")) return picture(file.url, file.description);
  return fileLink(file.url, file.filename, file.size);
}

function fileLink(url, name, size) {
  const path = ownFile(url);
  const link = path ? el("a", { href: path, download: name }, name) : name;
  return el("p", { class: "file" }, el("span", { "aria-hidden": "true" }, "📄 "), link, size ? el("span", { class: "hint" }, ` ${size} bytes`) : null);
}
