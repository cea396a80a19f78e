"""The default world: a study server with the bot, a second server without it, and four people."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.world import World

HOME = "Study Hall"
AWAY = "Elsewhere"
BOT = "hotseat"
# Name on the wire, name that is shown, who that is.
PERSONAS = (
    ("nova", "Nova", "new here"),
    ("ann", "Ann", "member"),
    ("ben", "Ben", "member"),
    ("olga", "Olga", "server owner"),
)
CHANNELS = {
    "study": "Practise whenever you like: /ask",
    "daily": "A question a day; whoever manages the server sets it up: /daily setup",
    "mock-interviews": "Mock interviews for a group: /interview start",
    "no-entry-for-bot": "Hotseat may not write here.",
}
GROUP = "Study Group"  # may be mentioned by everybody, so a daily question can ping it


def populate(world: "World") -> None:
    """Fill an empty world."""
    state = world.state
    bot = world.add_user(BOT, "Hotseat", bot=True)
    state.bot_id = state.application_id = bot.id
    people = [world.add_user(name, display, about=about) for name, display, about in PERSONAS]
    olga = world.user("olga")
    world.add_guild(HOME, olga, people)
    for name, topic in CHANNELS.items():
        world.add_channel(name).topic = topic
    world.set_permission("no-entry-for-bot", "send_messages", allowed=False)
    world.set_permission("no-entry-for-bot", "send_messages_in_threads", allowed=False)
    world.add_role("Owner", "manage_guild", "manage_channels", "manage_messages", "manage_threads")
    world.give_role("olga", "Owner")
    world.add_role(GROUP, mentionable=True)
    for name in ("ann", "ben"):
        world.give_role(name, GROUP)
    world.add_guild(AWAY, olga, people, bot_present=False)
    world.add_channel("general", guild=AWAY)
    for person in people:
        state.open_direct_channel(person.id)
