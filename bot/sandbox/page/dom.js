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
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
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
  document.getElementById("announcer").append(el("p", {}, text));
  while (document.getElementById("announcer").children.length > 5) {
    document.getElementById("announcer").firstChild.remove();
  }
}
