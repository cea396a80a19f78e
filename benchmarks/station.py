"""A bot behind a sandbox of its own, and a stop-watch on what comes back. Both bots are driven by this very code."""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.figures import Figures
from benchmarks.load import Level, Once, in_flight
from benchmarks.machine import processor_time
from bot.sandbox import BotProcess, Change, Handle, Sandbox, Shown
from bot.sandbox.interaction import DEFER, Interaction
from bot.sandbox.shown import form_fields
from bot.sandbox.wire import Value

PATIENCE_S = 60.0
START_S = 30.0
STILL_S = (
    0.25  # what a bot does after an answer (owed verdicts, models) is not to fall into the next measurement
)
BUTTON = {"component_type": 2}


@dataclass(frozen=True, slots=True)
class Wait:
    """One interaction under way; both futures end with the seconds since it was sent."""

    started: float
    first: asyncio.Future[float]
    edited: asyncio.Future[float]


class Stopwatch:
    """Times every interaction of a sandbox: sent, first response taken, first edit taken.

    One listener for all: the sandbox's own waits look at every change for everybody who waits, which at a hundred
    in flight would measure the sandbox.
    """

    def __init__(self, box: Sandbox) -> None:
        self._waits: dict[str, Wait] = {}
        box.world.state.feed.listen(self._look)

    def __getitem__(self, interaction_id: int) -> Wait:
        """The wait of an interaction."""
        return self._waits[str(interaction_id)]

    def _look(self, change: Change) -> None:
        if change.kind == "interaction_create":
            loop = asyncio.get_running_loop()
            wait = Wait(time.perf_counter(), loop.create_future(), loop.create_future())
            self._waits[change.data["id"]] = wait
        elif change.kind in ("interaction_answer", "modal", "interaction_failed"):
            wait = self._waits[change.data["id"]]
            edit = change.kind == "interaction_answer" and change.data["type"] is None
            future = wait.edited if edit else wait.first
            if future.done():
                return
            if change.kind == "interaction_failed":
                future.set_exception(RuntimeError(f"a member read: {change.data['text']}"))
            else:
                future.set_result(time.perf_counter() - wait.started)


class Station:
    """What members do to one bot, many at once."""

    def __init__(self, name: str, box: Sandbox, bot: BotProcess, people: int, figures: Figures) -> None:
        self.name = name
        self.box = box
        self.bot = bot
        self._figures = figures
        self._watch = Stopwatch(box)
        self._members = [_member(box, number) for number in range(people)]
        self._channel = box.world.channel("study")
        self._remarks = itertools.count(1)

    @property
    def pid(self) -> int:
        """The bot's process."""
        if self.bot.pid is None:
            raise RuntimeError(f"{self.name} was never started")
        return self.bot.pid

    async def slash(self, number: int, command: str, **options: Value) -> tuple[float, Shown]:
        """A slash command by the next member in turn: seconds to the first response, and what it shows."""
        member = self._members[number % len(self._members)]
        interaction = member.start_slash(command, options, channel=self._channel)
        seconds = await self._answered(interaction)
        return seconds, _shown(member, interaction)

    async def ask(self, level: Level, topic: str) -> list[Shown]:
        """Measure /ask; returns the cards."""
        cards: dict[int, Shown] = {}

        async def once(number: int) -> float:
            seconds, cards[number] = await self.slash(number, "ask", topic=topic)
            return seconds

        self._figures.add(f"{self.name} ask", level.tasks, await self._costed("ask", level, once))
        return [cards[number] for number in sorted(cards)]

    async def open_form(self, card: Shown) -> Shown:
        """Press the first button of a card."""
        member = self._member_of(card)
        address = card.buttons[0].custom_id or ""
        interaction = member.start_component(member.visible(card), address, BUTTON)
        await self._answered(interaction)
        return _shown(member, interaction)

    async def submit(self, form: Shown, text: str) -> tuple[float, float | None]:
        """Send a fresh text off: seconds to the first response, and to the edit that shows the verdict.

        None instead of the latter if the text was handed back.
        """
        member = self._member_of(form)
        field = form_fields(form.components)[0].custom_id
        interaction = member.start_submit(form, {field: f"{text}\nRemark {next(self._remarks)}."})
        first = await self._answered(interaction)
        if interaction.answer != DEFER:
            return first, None
        return first, await asyncio.wait_for(self._watch[interaction.id].edited, PATIENCE_S)

    async def answer(self, level: Level, cards: list[Shown], text: str) -> None:
        """Measure submitted answers, one to each card, to their verdicts. The forms are opened before."""
        forms: dict[int, Shown] = {}
        acknowledged: list[float] = []
        verdicts: list[float] = []

        async def opened(number: int) -> float:
            forms[number] = await self.open_form(cards[number])
            return 0.0

        async def once(number: int) -> float:
            first, edited = await self.submit(forms[number], text)
            acknowledged.append(first)
            if edited is not None:
                verdicts.append(edited)
            return first

        await in_flight(level, opened)
        await asyncio.sleep(STILL_S)
        await self._costed("answer", level, once)
        if not verdicts:
            raise RuntimeError(f"{self.name} handed back every single answer")
        self._figures.add(f"{self.name} acknowledged", level.tasks, acknowledged)
        self._figures.add(f"{self.name} answer", level.tasks, verdicts)
        self._figures.handed_back[level.tasks] += len(acknowledged) - len(verdicts)

    def sent(self, method: str, route: str) -> list[Value]:
        """Bodies of the requests that the bot made on a route, oldest first."""
        requests = self.box.world.record.requests
        return [request.body for request in requests if (request.method, request.route) == (method, route)]

    async def _answered(self, interaction: Interaction) -> float:
        return await asyncio.wait_for(self._watch[interaction.id].first, PATIENCE_S)

    def _member_of(self, shown: Shown) -> Handle:
        return self.box.world.member(shown.user.name)

    async def _costed(self, part: str, level: Level, once: Once) -> list[float]:
        """Run the load and note what it cost in processor time."""
        bot, driver, wall = processor_time(self.pid), time.process_time(), time.perf_counter()
        seconds = await in_flight(level, once)
        cost = self._figures.costs[f"{self.name} {part}", level.tasks]
        cost.wall += time.perf_counter() - wall
        cost.driver += time.process_time() - driver
        await asyncio.sleep(STILL_S)
        cost.bot += processor_time(self.pid) - bot
        cost.count += len(seconds)
        return seconds


@asynccontextmanager
async def station(
    name: str, box: Sandbox, bot: BotProcess, people: int, figures: Figures
) -> AsyncGenerator[Station, None]:
    """A station whose bot is connected."""
    found = Station(name, box, bot, people, figures)
    try:
        await bot.start()
        await box.bot_ready(START_S)
        yield found
    except Exception as error:
        error.add_note(f"{name} printed:\n{bot.output[-3000:]}")
        raise
    finally:
        await bot.stop()


def _member(box: Sandbox, number: int) -> Handle:
    name = f"member{number}"
    box.world.add_user(name)
    box.world.join(name)
    return box.world.member(name)


def _shown(member: Handle, interaction: Interaction) -> Shown:
    return Shown(member.world, member.user, interaction.channel_id, interaction.response_id, interaction)
