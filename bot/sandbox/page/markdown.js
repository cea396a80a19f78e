// Discord's Markdown, the part people use, block by block. Makes nodes by hand; whatever is odd or unclosed stays text.

import { el } from "./dom.js";
import { covered, inline } from "./inline.js";

/** A whole text. `names` tells user(id), role(id), place(id) and now() in seconds. */
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
    if (whole) parent.append(el("p", {}, inline(whole, names)));
    plain = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    const heading = /^(#{1,3}) +(\S.*)$/.exec(line);
    const small = /^-# +(\S.*)$/.exec(line);
    if (heading) {
      flush();
      // The page's own headings are 1 and 2.
      parent.append(el(`h${heading[1].length + 2}`, {}, inline(heading[2], names)));
    } else if (small) {
      flush();
      parent.append(el("p", { class: "subtext" }, el("small", {}, inline(small[1], names))));
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
    level.node.append(el("li", {}, inline(one.text, names)));
  }
}
