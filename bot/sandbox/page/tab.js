// What this tab knows: who it is, where it is, and the sandbox's last answer.

const asked = new URLSearchParams(window.location.search);
export const STEP = 100; // messages shown, and more at each "earlier"

/** Who and where; `message` is one to go to, `most` how many messages are asked for. */
export const here = { me: asked.get("as") ?? "nova", channel: asked.get("channel"), message: asked.get("message"), most: STEP };

/** The last answer of /page/view, and how far the sandbox's clock is ahead of this machine's, in seconds. */
export const tab = { answer: null, ahead: 0, unread: new Map() };
const watchers = [];

/** Call `watcher(answer)` with each answer from now on. */
export function watch(watcher) {
  watchers.push(watcher);
}

/** Take a new answer of /page/view. */
export function learn(answer) {
  tab.answer = answer;
  tab.ahead = answer.now - Date.now() / 1000;
  here.channel = answer.channel;
  for (const watcher of watchers) watcher(answer);
}

/** The sandbox's time in seconds. */
export const now = () => Date.now() / 1000 + tab.ahead;

const view = () => tab.answer.view;

/** Channels, each followed by its threads. */
export const withThreads = (channels) => channels.flatMap((channel) => [channel, ...(channel.threads ?? [])]);

/** The server a channel or thread belongs to; undefined for direct messages. */
export const guildOf = (channel) => view().guilds.find((guild) => withThreads(guild.channels).some((one) => one.id === channel));

/** A channel or thread this person sees, by id. */
export function place(id) {
  return [...view().guilds.flatMap((guild) => withThreads(guild.channels)), ...view().dms].find((one) => one.id === id);
}

/** The place this tab shows; undefined before the first answer. */
export const current = () => (tab.answer ? place(here.channel) : undefined);

export const isDirect = (channel) => channel?.type === 1;

/** The address of a place for this person, for links. */
export function address(channel, { message = null, me = here.me } = {}) {
  return `?${new URLSearchParams({ as: me, channel, ...(message ? { message } : {}) })}`;
}

/** The name people read for an author or a person. */
export function display(user) {
  return account(user.id)?.display ?? user.global_name ?? user.username ?? "unknown-user";
}

const account = (id) => [...view().personas, view().bot].find((user) => user.id === id);

/** Names for mentions, and what menus offer in this place. */
export const names = {
  now,
  me: () => view().me,
  user: (id) => account(id)?.display ?? "unknown-user",
  role: (id) => names.roles.find((role) => role.id === id)?.name.replace(/^@/, "") ?? "unknown-role",
  place,
  address: (channel, message) => address(channel, { message }),
  get members() {
    return guildOf(here.channel)?.members ?? [view().me, view().bot];
  },
  get roles() {
    return guildOf(here.channel)?.roles ?? [];
  },
  get channels() {
    return withThreads(guildOf(here.channel)?.channels ?? []);
  },
};
