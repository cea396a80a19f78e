"""What happens in the rooms: who presses what, and when cards come."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from benchmarks.interviews.size import Size
from benchmarks.station import BUTTON, PATIENCE_S, Stopwatch
from bot.bank import loader
from bot.bank.bundled import bundled
from bot.sandbox import Change, Handle, Sandbox, Shown
from bot.sandbox.interaction import Interaction
from bot.sandbox.model import Channel
from bot.sandbox.shown import form_fields

QUESTIONS = {question.title: question for question in loader.load(bundled()).questions.values()}
REVEALED = "### Model answer"
CARD_WAIT_S = 240.0


class Board:
    """All that the bot posts in the threads of the sessions, as it comes. `revealed`: when, by message."""

    def __init__(self, box: Sandbox) -> None:
        self.revealed: dict[int, datetime] = {}
        self._box = box
        self._cards: defaultdict[int, list[int]] = defaultdict(list)
        self._moved = asyncio.Event()
        box.world.state.feed.listen(self._look)

    async def card(self, thread_id: int, place: int) -> int:
        """The id of the thread's message at a place (from 0), once the bot has posted it."""
        await self._until(lambda: len(self._cards[thread_id]) > place)
        return self._cards[thread_id][place]

    async def reveal(self, message_id: int) -> None:
        """Wait until a round's card shows its model answer."""
        await self._until(lambda: message_id in self.revealed)

    async def _until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(CARD_WAIT_S):
            while not done():
                await self._moved.wait()

    def _look(self, change: Change) -> None:
        if change.kind not in ("message_create", "message_update") or change.only_for is not None:
            return
        channel_id, message_id = change.channel_id or 0, change.message_id or 0
        message = self._box.world.state.messages.get(channel_id, {}).get(message_id)
        if message is None or message.application_id is None:
            return
        if change.kind == "message_create":
            if not message.components:  # a line that only points to a reveal
                return
            self._cards[channel_id].append(message_id)
        elif message_id not in self.revealed and REVEALED in str(message.components):
            self.revealed[message_id] = self._box.clock.now()
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


class Room:
    """One session from its lobby to its report. `seconds`: every first response, by what was done."""

    def __init__(
        self,
        box: Sandbox,
        board: Board,
        watch: Stopwatch,
        size: Size,
        channel: Channel,
        members: list[Handle],
    ) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.answers = 0
        self._box = box
        self._board = board
        self._watch = watch
        self._size = size
        self._channel = channel
        self._members = members

    async def run(self, delay: float) -> None:
        """Begin after `delay` seconds, and go on to the report."""
        await asyncio.sleep(delay)
        host, size = self._members[0], self._size
        options = {"questions": size.questions, "minutes": size.minutes, "topic": f"area:{size.area}"}
        lobby = await self._done(
            "start", host, host.start_slash("interview start", options, channel=self._channel)
        )
        for member in self._members:
            form = await self._press("join", member, lobby, "Join")
            await self._done("join", member, member.start_submit(form, {}))
        await self._press("begin", host, lobby, "Start")
        thread_id = lobby.message_id or 0  # a thread has the id of the message that it hangs on
        for number in range(size.questions):
            message_id = await self._board.card(thread_id, number)
            await asyncio.gather(
                *(self._answer(member, thread_id, message_id) for member in self._members[1:]),
                self._board.reveal(message_id),
            )
        await self._board.card(thread_id, size.questions)

    async def _answer(self, member: Handle, thread_id: int, message_id: int) -> None:
        await asyncio.sleep(random.uniform(0, self._size.writing_s))  # noqa: S311 - a load, not a secret
        card = Shown(member.world, member.user, thread_id, message_id, None)
        title = next(line.removeprefix("### ") for line in card.text.splitlines() if line.startswith("### "))
        points = QUESTIONS[title].points
        text = " ".join(random.choice(point.covered) for point in points[:3])  # noqa: S311
        form = await self._press("form", member, card, "Answer")
        field = form_fields(form.components)[0].custom_id
        await self._done(
            "answer", member, member.start_submit(form, {field: f"{text} So says {member.name}."})
        )
        self.answers += 1

    async def _press(self, what: str, member: Handle, shown: Shown, label: str) -> Shown:
        address = next(one.custom_id for one in shown.buttons if one.label == label)
        return await self._done(
            what, member, member.start_component(member.visible(shown), address or "", BUTTON)
        )

    async def _done(self, what: str, member: Handle, interaction: Interaction) -> Shown:
        self.seconds[what].append(await asyncio.wait_for(self._watch[interaction.id].first, PATIENCE_S))
        return Shown(member.world, member.user, interaction.channel_id, interaction.response_id, interaction)
