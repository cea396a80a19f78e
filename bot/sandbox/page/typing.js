// Who is typing here, as long as Discord would say so.

import { byId } from "./dom.js";
import { here, names, tab } from "./tab.js";

const SHOWN_FOR = 10_000; // ms after the last sign of it
const typing = new Map(); // user id -> when it is over

/** Somebody gave a sign of typing. */
export function someoneTypes({ channel_id: channel, user_id: user }) {
  if (channel !== here.channel || !user || user === tab.answer?.view.me.id) return;
  window.clearTimeout(typing.get(user));
  typing.set(user, window.setTimeout(() => arrived(user), SHOWN_FOR));
  show();
}

/** What they typed is here, or nobody's typing matters any more. */
export function arrived(user = null) {
  for (const [one, timer] of typing) {
    if (user && one !== user) continue;
    window.clearTimeout(timer);
    typing.delete(one);
  }
  show();
}

function show() {
  const people = [...typing.keys()].map(names.user);
  byId("typing").textContent = people.length ? `${people.join(", ")} ${people.length > 1 ? "are" : "is"} typing…` : "";
  byId("below").classList.toggle("typing", people.length > 0);
}
