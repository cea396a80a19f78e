"""Time and weather: what the page's panel does to the world, and what it shows of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.sandbox.faults import Fault
from bot.sandbox.model import Channel
from bot.sandbox.options import NotPossible
from bot.sandbox.wire import Json

if TYPE_CHECKING:
    from bot.sandbox.driver import Handle
    from bot.sandbox.world import World

# Snowflakes and the bot's calendar would go further, but nobody has to.
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
MOST_REQUESTS = 1000
# What the bot can do without, as Discord's settings call it.
PERMISSIONS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_public_threads": "Create Public Threads",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
    "mention_everyone": "Mention All Roles",
}
# What Discord answers with instead of doing what it was asked to; "lost" is no answer at all.
TROUBLES = {
    "500": "500: it broke",
    "503": "503: it is overloaded",
    "429": "429: too many requests",
    "403": "403: the bot may not",
    "lost": "nothing: the line breaks",
}


class Weather:
    """Bad days and other times, on demand. Whoever uses the page may do all of it, whatever their persona may."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._trouble: tuple[str, Fault] | None = None
        self._changing = asyncio.Lock()  # one change of the bot's process at a time
        self._acts: dict[str, Callable[[Handle, Json], Awaitable[None]]] = {
            "advance": self._advance,
            "restart": self._restart,
            "kill": self._kill,
            "start": self._start,
            "drop": self._drop,
            "fail": self._fail,
            "dms": self._dms,
            "permission": self._permission,
        }

    async def act(self, handle: "Handle", body: Json) -> Json:
        """Do `body["what"]`. Raises NotPossible with a sentence, LookupError for what is no act of the panel."""
        await self._acts[body["what"]](handle, body)
        self._world.state.publish("weather")
        return {}

    def view(self, channel_id: str | None) -> Json:
        """What the panel shows beside the channel: `ahead` in seconds, the bot's process, trouble, permissions.

        {"ahead", "bot": "running" | "dead" | None (not ours), "trouble": {"kind", "left"} | None,
        "troubles": [(kind, label)], "permissions": {"channel", "items": [{"name", "label", "allowed"}]} | None}
        """
        world = self._world
        process, trouble = world.bot_process, self._trouble
        planned = trouble is not None and trouble[1].times > 0
        return {
            "ahead": world.clock.offset,
            "bot": None if process is None else "running" if process.running else "dead",
            "trouble": {"kind": trouble[0], "left": trouble[1].times} if trouble and planned else None,
            "troubles": list(TROUBLES.items()),
            "permissions": self._permissions(channel_id),
        }

    def _permissions(self, channel_id: str | None) -> Json | None:
        state = self._world.state
        place = self._place(channel_id)
        if place is None:
            return None
        items = [
            {"name": name, "label": label, "allowed": state.allows(state.bot_id, place, name)}
            for name, label in PERMISSIONS.items()
        ]
        return {"channel": place.name, "items": items}

    def _place(self, channel_id: str | None) -> Channel | None:
        """The channel whose settings count there; none in direct messages and where the bot is no member."""
        state = self._world.state
        channel = state.channels.get(int(channel_id or 0))
        if channel is not None and channel.is_thread:
            channel = state.channels.get(channel.parent_id or 0)
        if channel is None or channel.guild_id is None or not state.guilds[channel.guild_id].bot_present:
            return None
        return channel

    # --- time ----------------------------------------------------------------------------------------------

    async def _advance(self, _: "Handle", body: Json) -> None:
        """By `seconds`, or to the moment `until` (seconds since 1970)."""
        clock = self._world.clock
        seconds = float(body["until"]) - clock.time() if "until" in body else float(body["seconds"])
        if not seconds > 0:
            raise NotPossible("time only goes forward here")
        if clock.time() + seconds > LATEST.timestamp():
            raise NotPossible(f"this world ends in {LATEST.year}")
        clock.advance(seconds)

    # --- the bot -------------------------------------------------------------------------------------------

    async def _restart(self, _: "Handle", __: Json) -> None:
        """A polite end and a new start."""
        async with self._changing:
            if self._world.bot_process is not None:
                await self._world.bot_process.stop()
                await self._world.bot_process.start()

    async def _kill(self, _: "Handle", __: Json) -> None:
        """SIGKILL; it stays dead."""
        async with self._changing:
            process = self._world.bot_process
            if process is not None and process.running:
                process.kill()
                await process.wait()

    async def _start(self, _: "Handle", __: Json) -> None:
        async with self._changing:
            process = self._world.bot_process
            if process is not None and not process.running:
                await process.start()

    # --- Discord -------------------------------------------------------------------------------------------

    async def _drop(self, _: "Handle", __: Json) -> None:
        self._world.faults.drop_gateway()

    async def _fail(self, _: "Handle", body: Json) -> None:
        """Answer the bot's next `times` requests with trouble of a `kind`; it takes the place of earlier trouble."""
        faults, kind, times = self._world.faults, body["kind"], int(body["times"])
        if kind not in TROUBLES or not 0 <= times <= MOST_REQUESTS:
            raise NotPossible(f"trouble comes for 1 to {MOST_REQUESTS} requests")
        if self._trouble is not None:
            faults.forget(self._trouble[1])
        if kind == "lost":
            planned = faults.drop("*", "*", times)
        else:
            planned = faults.answer("*", "*", int(kind), times)
        self._trouble = kind, planned

    async def _dms(self, handle: "Handle", body: Json) -> None:
        (handle.open_dms if body["open"] else handle.close_dms)()

    async def _permission(self, handle: "Handle", body: Json) -> None:
        """Give the bot a permission in a channel, or take it away."""
        place = self._place(body["channel"])
        if place is None or not self._world.state.sees(handle.id, place):
            raise NotPossible("the bot has no permissions there")
        if body["permission"] not in PERMISSIONS:
            raise NotPossible("that permission cannot be changed here")
        self._world.set_permission(place, body["permission"], bool(body["allowed"]))
