"""What the bot asks of Discord, as it arrives: when, and with what answer."""

import time
from collections.abc import Callable

from bot.sandbox import Change, Sandbox
from bot.sandbox.limits import EDIT_MESSAGE, POST_MESSAGE
from bot.sandbox.rest import BY_INTERACTION_TOKEN

REFUSED = 429


class Traffic:
    """The moments (`time.perf_counter`) of a sandbox's requests, by kind; `limited` are all that Discord counts together.

    Takes the sandbox's own record over: kept for minutes, it would be most of this process.
    """

    def __init__(self, box: Sandbox) -> None:
        self.posts: list[float] = []
        self.edits: list[float] = []
        self.limited: list[float] = []
        self.refused = 0
        self._box = box
        self._kinds = {("POST", POST_MESSAGE): self.posts, ("PATCH", EDIT_MESSAGE): self.edits}
        self._feed = box.world.state.feed
        self._feed.listen(self._look)

    async def until(self, done: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until something is the case after a request."""
        await self._feed.until(lambda: True if done() else None, seconds, what)

    def _look(self, change: Change) -> None:
        if change.kind != "request":
            return
        now, route = time.perf_counter(), change.data["route"]
        self._box.world.record.requests.clear()
        if change.data["status"] == REFUSED:
            self.refused += 1
            return
        if not route.startswith(BY_INTERACTION_TOKEN):
            self.limited.append(now)
        if (kind := self._kinds.get((change.data["method"], route))) is not None:
            kind.append(now)
