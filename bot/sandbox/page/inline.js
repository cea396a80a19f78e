// Discord's Markdown within a line: marks, code, spoilers, links, mentions, moments.

import { el, insideDiscord, outside, webAddress } from "./dom.js";
import { time } from "./moments.js";

const DEEPEST = 8;
const PAIRS = [
  ["**", "strong"],
  ["__", "u"],
  ["~~", "s"],
  ["*", "em"],
  ["_", "em"],
];

/** Nodes for a text within a line or paragraph. */
export function inline(text, names, depth = 0) {
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    if (text[at] === "\\" && /[^\w\s]|_/.test(text[at + 1] ?? "")) {
      plain += text[at + 1];
      at += 2;
      continue;
    }
    const found = depth < DEEPEST ? token(text, at, names, depth) : null;
    if (found) {
      nodes.push(plain, found.node);
      plain = "";
      at = found.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  nodes.push(plain);
  return nodes.filter((node) => node !== "");
}

function token(text, at, names, depth) {
  switch (text[at]) {
    case "`":
      return code(text, at);
    case "|":
      return spoiler(text, at, names, depth);
    case "[":
      return masked(text, at, names, depth);
    case "<":
      return angled(text, at, names);
    case "h":
      return bare(text, at, names);
    case "@":
      return everyone(text, at);
    default:
      return pair(text, at, names, depth);
  }
}

function sticky(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function codeSpan(text, at) {
  const ticks = sticky(/`+/y, text, at)[0];
  let end = at + ticks.length;
  while (end < text.length) {
    const next = text.indexOf("`", end);
    if (next < 0) return null;
    const run = sticky(/`+/y, text, next)[0];
    if (run === ticks) return { from: at + ticks.length, to: next, end: next + run.length };
    end = next + run.length;
  }
  return null;
}

function code(text, at) {
  const span = codeSpan(text, at);
  return span && { node: el("code", {}, text.slice(span.from, span.to).trim()), end: span.end };
}

/** Where `mark` closes what begins at `from`; -1 if nowhere. Escapes and code in between do not count. */
function closing(text, from, mark) {
  let at = from;
  while (at < text.length) {
    if (text[at] === "\\") {
      at += 2;
    } else if (text[at] === "`") {
      at = codeSpan(text, at)?.end ?? at + 1;
    } else if (!text.startsWith(mark, at)) {
      at += 1;
    } else if (mark.length === 1 && text[at + 1] === mark) {
      at += 2; // two of them are another mark
    } else if (at === from || (mark.length === 2 && text[at + 2] === mark[0])) {
      at += 1;
    } else {
      return at;
    }
  }
  return -1;
}

function pair(text, at, names, depth) {
  for (const [mark, tag] of PAIRS) {
    if (!text.startsWith(mark, at)) continue;
    const from = at + mark.length;
    const end = closing(text, from, mark);
    if (end < 0) continue;
    // A lone mark must hug its words, so that "2 * 3 * 4" and snake_case_names stay as they are.
    if (mark.length === 1 && (/\s/.test(text[from]) || /\s/.test(text[end - 1]))) continue;
    if (mark === "_" && (/\w/.test(text[at - 1] ?? "") || /\w/.test(text[end + 1] ?? ""))) continue;
    return { node: el(tag, {}, inline(text.slice(from, end), names, depth + 1)), end: end + mark.length };
  }
  return null;
}

function spoiler(text, at, names, depth) {
  const end = text.startsWith("||", at) ? closing(text, at + 2, "||") : -1;
  if (end < 0) return null;
  return { node: covered(el("span", {}, inline(text.slice(at + 2, end), names, depth + 1))), end: end + 2 };
}

/** Something hidden until it is wanted. */
export function covered(inside) {
  inside.hidden = true;
  const button = el("button", { type: "button", "aria-expanded": "false" }, "Spoiler");
  button.addEventListener("click", () => {
    inside.hidden = !inside.hidden;
    button.setAttribute("aria-expanded", String(!inside.hidden));
  });
  return el(inside.tagName === "PRE" ? "div" : "span", { class: "spoiler" }, button, " ", inside);
}

function masked(text, at, names, depth) {
  const found = sticky(/\[((?:[^[\]\\]|\\.)+)\]\(<?([^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)>?\)/y, text, at);
  if (!found || webAddress(found[2]) === null) return null;
  const words = inline(found[1], names, DEEPEST);
  return { node: inward(found[2], names, words) ?? masking(found[2], words), end: at + found[0].length };
}

/** A link whose words hide where it leads: the page asks before it opens. */
function masking(address, words) {
  const node = outside(address, words);
  node.dataset.leaving = "yes";
  return node;
}

/** A link to a place or a message of this Discord, else null. */
function inward(address, names, words = null) {
  const target = insideDiscord(address);
  if (!target) return null;
  const known = names.place(target.channel);
  if (!known) return words ? el("span", {}, words) : mention("#unknown");
  const { channel, message } = target;
  const said = words ?? [placeName(known), ...(message ? [" › 💬"] : [])];
  return el("a", { href: names.address(channel, message), class: words ? null : "mention", data: { channel, ...(message ? { message } : {}) } }, said);
}

const placeName = (known) => (known.type === 1 ? `@${known.name}` : `#${known.name}`);

function bare(text, at, names) {
  const found = sticky(/https?:\/\/[^\s<>]*[^\s<>.,:;"'\])]/y, text, at);
  return found && { node: inward(found[0], names) ?? outside(found[0], found[0]), end: at + found[0].length };
}

function everyone(text, at) {
  const found = sticky(/@(?:everyone|here)\b/y, text, at);
  return found && { node: mention(found[0]), end: at + found[0].length };
}

function mention(text) {
  return el("span", { class: "mention" }, text);
}

function angled(text, at, names) {
  const found = sticky(/<(?:@!?(\d{1,20})|@&(\d{1,20})|#(\d{1,20})|\/([^:<>]{1,100}):\d{1,20}|a?:(\w{2,32}):\d{1,20}|t:(-?\d{1,13})(?::([tTdDfFR]))?|(https?:\/\/[^\s<>]+))>/y, text, at);
  if (!found) return null;
  const [whole, user, role, channel, command, emoji, moment, style, address] = found;
  let node = null;
  if (user) node = mention(`@${names.user(user)}`);
  else if (role) node = mention(`@${names.role(role)}`);
  else if (channel) node = inward(`https://discord.com/channels/@me/${channel}`, names);
  else if (command) node = el("button", { type: "button", class: "mention", data: { command } }, `/${command}`);
  else if (emoji) node = el("span", {}, `:${emoji}:`);
  else if (moment) node = time(Number(moment), style ?? "f", names.now());
  else node = inward(address, names) ?? outside(address, address);
  return node && { node, end: at + whole.length };
}
