// Building the page by hand: what comes from the world only ever becomes text or a checked address.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "textContent"]);
let count = 0;

/** An element with attributes, listeners ("onclick") and children (nodes or text). */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Text for people who hear the page only. */
export const unseen = (text) => el("span", { class: "unseen" }, text);

/** A round picture of somebody: their initial on a colour of their own. The name stands beside it, so it is not read out. */
export function avatar(name, isBot = false) {
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  const initial = [...name][0] ?? "?";
  return el("span", { class: `avatar ${isBot ? "robot" : `hue${sum % 5}`}`, "aria-hidden": "true" }, isBot ? "" : initial.toUpperCase());
}

/** A new id, for labels and descriptions. */
export function newId() {
  count += 1;
  return `n${count}`;
}

/** The address if it leads to the web, else null: no javascript:, data: or file:. */
export function webAddress(address) {
  try {
    const url = new URL(String(address));
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link out of the page; plain text if the address is not one of the web. */
export function outside(address, ...children) {
  const href = webAddress(address);
  if (href === null) return el("span", {}, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...children);
}

/** { channel, message } if the address leads to a place or a message of Discord's, else null. */
export function insideDiscord(address) {
  const found = /^https:\/\/(?:\w+\.)?discord\.com\/channels\/(?:@me|\d{1,20})\/(\d{1,20})(?:\/(\d{1,20}))?\/?$/.exec(String(address));
  return found && { channel: found[1], message: found[2] ?? null };
}

/** The path of a file the sandbox itself serves, else null. Its address may name the loopback differently. */
export function ownFile(address) {
  const href = webAddress(address);
  if (href === null) return null;
  const { hostname, port, pathname } = new URL(href);
  const here = ["127.0.0.1", "localhost", "[::1]", window.location.hostname].includes(hostname);
  return here && port === window.location.port && pathname.startsWith("/attachments/") ? pathname : null;
}

/** Tell people who hear the page. */
export function announce(text) {
  const announcer = byId("announcer");
  announcer.append(el("p", {}, text));
  while (announcer.children.length > 5) announcer.firstChild.remove();
}
