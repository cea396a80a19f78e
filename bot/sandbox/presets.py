"""The default world: a study server with the bot, a second server without it, and four people."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.world import World

HOME = "Study Hall"
AWAY = "Elsewhere"
BOT = "hotseat"
PERSONAS = {"nova": "Nova", "ann": "Ann", "ben": "Ben", "olga": "Olga"}


def populate(world: "World") -> None:
    """Fill an empty world."""
    state = world.state
    bot = world.add_user(BOT, "Hotseat", bot=True)
    state.bot_id = state.application_id = bot.id
    people = [world.add_user(name, display) for name, display in PERSONAS.items()]
    olga = world.user("olga")
    world.add_guild(HOME, olga, people)
    for name in ("study", "daily", "mock-interviews", "no-entry-for-bot"):
        world.add_channel(name)
    world.set_permission("no-entry-for-bot", "send_messages", allowed=False)
    world.set_permission("no-entry-for-bot", "send_messages_in_threads", allowed=False)
    world.add_role("Owner", "manage_guild", "manage_channels", "manage_messages", "manage_threads")
    world.give_role("olga", "Owner")
    world.add_guild(AWAY, olga, people, bot_present=False)
    world.add_channel("general", guild=AWAY)
    for person in people:
        state.open_direct_channel(person.id)
