"""The change feed: everything that happens is announced once; the gateway, the page and waiting tests listen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar

from bot.sandbox.wire import Json

T = TypeVar("T")


class WaitedTooLong(TimeoutError):
    """Something a test waited for did not happen; the message says what."""


@dataclass(frozen=True)
class Change:
    """One thing that happened.

    Kinds: message_create, message_update, message_delete, channel_create, channel_update, channel_delete,
    thread_members, guild_update, guild_create, guild_delete, role_update, member_add, member_remove,
    member_update, user_update, commands, interaction_create, interaction_answer (first response),
    interaction_failed (3 s without one), modal, bot_online, bot_offline, request, clock (time jumped), typing,
    presence (a page was opened or left), weather (what the page's panel shows changed).
    `only_for` names the one user who may learn of it (ephemeral messages, modals), None everybody.
    """

    kind: str
    guild_id: int | None = None
    channel_id: int | None = None
    message_id: int | None = None
    user_id: int | None = None
    only_for: int | None = None
    data: Json = field(default_factory=Json)

    def as_json(self) -> Json:
        """Plain JSON; ids as strings, as Discord writes them."""

        def text(value: int | None) -> str | None:
            return None if value is None else str(value)

        return {
            "kind": self.kind,
            "guild_id": text(self.guild_id),
            "channel_id": text(self.channel_id),
            "message_id": text(self.message_id),
            "user_id": text(self.user_id),
            "data": self.data,
        }


class Subscription:
    """A reader of the feed: `async for change in subscription`; close it when done."""

    def __init__(self, feed: "Feed") -> None:
        self._feed = feed
        self._queue: asyncio.Queue[Change | None] = asyncio.Queue()
        feed.listen(self._queue.put_nowait)

    async def next(self) -> Change | None:
        """The next change; None once closed."""
        return await self._queue.get()

    def close(self) -> None:
        """Stop reading; a pending read ends."""
        self._feed.forget(self._queue.put_nowait)
        self._queue.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[Change]:
        """All changes until `close`."""
        while (change := await self.next()) is not None:
            yield change

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Feed:
    """Announces changes to all listeners, in order, at once."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Call `listener` with every change from now on."""
        self._listeners.append(listener)

    def forget(self, listener: Callable[[Change], None]) -> None:
        """Stop calling `listener`."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def subscribe(self) -> Subscription:
        """A queue of all changes from now on."""
        return Subscription(self)

    def publish(self, change: Change) -> None:
        """Tell everybody."""
        for listener in list(self._listeners):
            listener(change)

    async def until(self, find: Callable[[], T | None], timeout: float, what: Callable[[], str] | str) -> T:  # noqa: ASYNC109 - the message of our own error is the point
        """The first result of `find` that is not None; looks now and after every change.

        Raises WaitedTooLong with `what` after `timeout` real seconds.
        """
        if (found := find()) is not None:
            return found
        ready: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def look(_: Change) -> None:
            if ready.done():
                return
            try:
                result = find()
            except Exception as error:  # noqa: BLE001 - belongs to the one who waits, not to the one who published
                ready.set_exception(error)
                return
            if result is not None:
                ready.set_result(result)

        self.listen(look)
        try:
            return await asyncio.wait_for(ready, timeout)
        except TimeoutError:
            sentence = what if isinstance(what, str) else what()
            raise WaitedTooLong(f"Waited {timeout:g} s for {sentence}") from None
        finally:
            self.forget(look)
