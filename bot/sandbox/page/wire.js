// To the sandbox and back: reading a view, doing something, hearing of changes.

import { here } from "./tab.js";

const RETRY = 1000; // ms before the feed is asked for again
const UNREACHABLE = "The sandbox cannot be reached.";

/** Do something as this tab's person; answers {"error"}, {"form"}, {"choices"} or {}. */
export async function act(what, fields) {
  const body = JSON.stringify({ as: here.me, do: what, ...fields });
  try {
    const response = await fetch("/page/act", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    return response.ok ? await response.json() : { error: `The sandbox refused this: ${await response.text()}` };
  } catch {
    return { error: UNREACHABLE };
  }
}

/** What this person sees now, or {"error"}. */
export async function look() {
  const { me, most, channel, message } = here;
  const query = new URLSearchParams({ as: me, most, ...(channel && { channel }), ...(message && { message }) });
  try {
    const response = await fetch(`/page/view?${query}`);
    return response.ok ? await response.json() : { error: await response.text() };
  } catch {
    return { error: UNREACHABLE };
  }
}

let feed = null;

/** Hear of changes as this person, for as long as the page lives; a call for another person ends the one before. */
export function listen({ opened, changed, lost }) {
  feed?.close();
  const socket = new WebSocket(`ws://${window.location.host}/page/events?${new URLSearchParams({ as: here.me })}`);
  feed = socket;
  let wasOpen = false;
  socket.addEventListener("open", () => {
    wasOpen = true;
    opened();
  });
  socket.addEventListener("message", (event) => changed(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    if (feed !== socket) return;
    if (wasOpen) lost(`${UNREACHABLE} Trying again.`);
    window.setTimeout(() => {
      if (feed === socket) listen({ opened, changed, lost });
    }, RETRY);
  });
}
