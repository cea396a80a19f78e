// Discord's Markdown, the part people use. Makes nodes by hand; whatever is odd or unclosed stays plain text.

import { el, outside, webAddress } from "./dom.js";

const DEEPEST = 8;
const PAIRS = [
  ["**", "strong"],
  ["__", "u"],
  ["~~", "s"],
  ["*", "em"],
  ["_", "em"],
];

/** A whole text. `names` tells user(id), role(id), channel(id) and now() in seconds. */
export function markdown(text, names) {
  const node = el("div", { class: "markdown" });
  let rest = String(text);
  // Fences first: nothing inside them is markup.
  while (rest) {
    const start = rest.indexOf("```");
    const end = start < 0 ? -1 : rest.indexOf("```", start + 3);
    if (end < 0 || !rest.slice(start + 3, end).trim()) break;
    const inside = rest.slice(start + 3, end).replace(/^[\w+#.-]+\n/, "");
    const code = el("pre", {}, el("code", {}, inside.replace(/^\n+|\n+$/g, "")));
    // A fence may stand in a spoiler of its own.
    const hidden = rest.slice(0, start).endsWith("||") && rest.startsWith("||", end + 3);
    const margin = hidden ? 2 : 0;
    blocks(node, rest.slice(0, start - margin).replace(/\n$/, ""), names);
    node.append(hidden ? covered(code) : code);
    rest = rest.slice(end + 3 + margin).replace(/^\n/, "");
  }
  blocks(node, rest, names);
  return node;
}

function blocks(parent, text, names, depth = 0) {
  if (!text) return;
  const lines = text.split("\n");
  let plain = [];
  const flush = () => {
    const whole = plain.join("\n").replace(/^\n+|\n+$/g, "");
    if (whole) parent.append(el("p", {}, inline(whole, names, 0)));
    plain = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    const heading = /^(#{1,3}) +(\S.*)$/.exec(line);
    const small = /^-# +(\S.*)$/.exec(line);
    if (heading) {
      flush();
      // The page's own headings are 1 and 2.
      parent.append(el(`h${heading[1].length + 2}`, {}, inline(heading[2], names, 0)));
    } else if (small) {
      flush();
      parent.append(el("p", { class: "subtext" }, el("small", {}, inline(small[1], names, 0))));
    } else if (depth === 0 && line.startsWith(">>> ")) {
      flush();
      quote(parent, [line.slice(4), ...lines.slice(at + 1)], names);
      return;
    } else if (depth === 0 && line.startsWith("> ")) {
      flush();
      const quoted = [];
      while (at < lines.length && lines[at].startsWith("> ")) quoted.push(lines[at++].slice(2));
      at -= 1;
      quote(parent, quoted, names);
    } else if (item(line)) {
      flush();
      const found = [];
      for (; at < lines.length; at += 1) {
        const next = item(lines[at]);
        if (next) found.push(next);
        else if (/^ {2,}\S/.test(lines[at])) found.at(-1).text += `\n${lines[at].trim()}`;
        else break;
      }
      at -= 1;
      list(parent, found, names);
    } else {
      plain.push(line);
    }
  }
  flush();
}

function quote(parent, lines, names) {
  const node = el("blockquote");
  blocks(node, lines.join("\n"), names, 1);
  parent.append(node);
}

function item(line) {
  const found = /^( {0,20})(?:([-*])|(\d{1,9})\.) +(\S.*)$/.exec(line);
  if (!found || line.startsWith("-# ")) return null;
  return { depth: Math.floor(found[1].length / 2), number: found[3] ?? null, text: found[4] };
}

function list(parent, items, names) {
  // One open list per level; a deeper item opens one inside the item before it.
  const open = [];
  for (const one of items) {
    while (open.length && open.at(-1).depth > one.depth) open.pop();
    let level = open.at(-1);
    if (!level || level.depth < one.depth) {
      const node = el(one.number === null ? "ul" : "ol", { start: one.number });
      (level?.node.lastChild ?? parent).append(node);
      level = { depth: one.depth, node };
      open.push(level);
    }
    level.node.append(el("li", {}, inline(one.text, names, 0)));
  }
}

function inline(text, names, depth) {
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
      return bare(text, at);
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

function covered(inside) {
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
  // The address is always there to read: a masked link may not pretend to lead elsewhere.
  return { node: outside(found[2], words, " (", found[2], ")"), end: at + found[0].length };
}

function bare(text, at) {
  const found = sticky(/https?:\/\/[^\s<>]*[^\s<>.,:;"'\])]/y, text, at);
  return found && { node: outside(found[0], found[0]), end: at + found[0].length };
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
  else if (channel) node = mention(`#${names.channel(channel)}`);
  else if (command) node = mention(`/${command}`);
  else if (emoji) node = el("span", {}, `:${emoji}:`);
  else if (moment) node = time(Number(moment), style ?? "f", names.now());
  else node = outside(address, address);
  return node && { node, end: at + whole.length };
}

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const UNITS = [
  ["year", 365 * 86400],
  ["month", 30 * 86400],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** A moment as Discord shows it; those in style R carry what `tick` needs. Null if it is no moment. */
export function time(seconds, style, now) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const full = new Intl.DateTimeFormat("en-GB", STYLES.F).format(date);
  const text = style === "R" ? relative(seconds, now) : new Intl.DateTimeFormat("en-GB", STYLES[style]).format(date);
  const data = style === "R" ? { moment: seconds } : {};
  return el("time", { datetime: date.toISOString(), title: full, data }, text);
}

function relative(seconds, now) {
  const distance = Math.round(seconds - now);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(distance) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat("en").format(Math.trunc(distance / size), unit);
}

/** Bring all relative moments on the page up to date. */
export function tick(now) {
  for (const node of document.querySelectorAll("time[data-moment]")) {
    const text = relative(Number(node.dataset.moment), now);
    if (node.textContent !== text) node.textContent = text;
  }
}
