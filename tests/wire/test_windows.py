"""SIGKILL at the eight moments of an answer's way: what was acknowledged counts once, what was not at most once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from bot.sandbox import Handle, Sandbox, Shown
from bot.sandbox.interaction import DEFER, Interaction
from tests.wire.answers import QUESTION, TOPIC, strong
from tests.wire.conftest import House
from tests.wire.test_trouble import CALLBACK, EDIT, MESSAGES

pytestmark = pytest.mark.restart

TYPING = "/channels/{channel_id}/typing"
FOLLOWUP = "/webhooks/{webhook_id}/{webhook_token}"
QUIET_S = 9.0  # after so long without a word, what was typed in a DM is an answer
OWED_S = 31.0  # after so long a verdict that did not arrive is owed
TOKEN_S = 16 * 60.0  # after so long an interaction's token is dead


class DoomedHouse(House):
    """A house whose bot can be started by the test launcher."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        super().__init__(box, folder)
        self._ordinary = list(self.bot.argv), dict(self.bot.env)

    def arm(self, **what: object) -> None:
        """The next start is the launcher's: `window` and `text` say when it dies, the rest see there."""
        argv, env = self._ordinary
        self.bot.argv = [
            argv[0],
            "-m",
            "tests.wire.launcher",
        ]  # not in development mode: there are many starts
        self.bot.env = env | {f"LAUNCHER_{name.upper()}": str(value) for name, value in what.items()}

    def disarm(self) -> None:
        """The next start is an ordinary one."""
        self.bot.argv, self.bot.env = list(self._ordinary[0]), dict(self._ordinary[1])

    async def dies(self) -> None:
        """Wait until the bot was killed, by itself or by the sandbox."""
        assert await self.bot.wait() == -9, self.bot.output
        self.world.faults.clear()


H = TypeVar("H", bound=DoomedHouse)


@asynccontextmanager
async def doomed_house(
    folder: Path, recorded: Path, made: Callable[[Sandbox, Path], H] = DoomedHouse
) -> AsyncIterator[H]:
    """A fresh world in which no bot was started yet."""
    async with Sandbox(record=recorded) as box:
        house = made(box, folder)
        try:
            yield house
        finally:
            house.world.faults.clear()
            await house.bot.stop()
            assert box.world.unknown_routes == []


@pytest.fixture
async def doomed(tmp_path: Path, recorded: Path) -> AsyncIterator[DoomedHouse]:
    """A world of the test's own; the bot complains of nothing."""
    async with doomed_house(tmp_path, recorded) as house:
        yield house
        complaints = [line for line in house.bot.lines if "Traceback" in line or "was never awaited" in line]
        assert complaints == [], house.bot.output


class Form:
    """An answer by form in a server."""

    name, channel = "ann", "study"

    def __init__(self, house: DoomedHouse) -> None:
        self.house = house
        self.member: Handle = house.world.member(self.name)
        self.mark = f"Said by {self.name}."
        self.text = f"{strong()}\n{self.mark}"
        self.acknowledged = False
        self.before = 0  # verdicts that were there already

    async def begin(self) -> None:
        """Everything but the answer itself."""
        self.card = await self.member.slash("ask", topic=TOPIC, channel=self.channel)
        self.form = await self.member.press(self.card, "Answer")

    async def send(self) -> None:
        """Send the answer off."""
        (field,) = (label for label in self.form.fields if label.startswith("Your"))
        self.interaction: Interaction = self.member.start_submit(self.form, {field: self.text})

    async def last(self) -> None:
        """Notice what Discord has taken of a bot that is dead now."""
        self.acknowledged = self.interaction.answer == DEFER
        if not self.acknowledged:
            self.house.world.clock.advance(4)  # "the application did not respond"
            assert self.interaction.failed

    async def arrives(self) -> None:
        """The verdict of an acknowledged answer comes where it is waited for."""
        waiting = await self.shown()
        await waiting.settled()
        assert "out of 10" in waiting.text

    async def shown(self) -> Shown:
        """What the form's submission shows."""
        return await self.member.result(self.interaction, "the form")

    async def again(self) -> None:
        """Press the button of the same form once more, as anybody would."""
        await self.send()
        await self.arrives()

    def verdicts(self) -> int:
        """How many verdicts the member sees that were not there before."""
        seen = [shown for shown in self.member.history(self.channel) if "**covered**" in shown.text]
        return len(seen) - self.before

    def rows(self, table: str) -> int:
        """How often the text stands in a table."""
        ((count,),) = self.house.rows(
            f"SELECT count(*) FROM {table} WHERE member_id = ? AND instr(text, ?)",  # noqa: S608 - our own name
            self.member.id,
            self.mark,
        )
        return count


class FollowUp(Form):
    """A reply to the interviewer's next question, by form."""

    name = "olga"

    async def begin(self) -> None:
        """The first answer covers one point only."""
        await super().begin()
        half = {"Your answer": QUESTION.points[0].covered[0]}
        first = await self.member.submit(self.form, half, wait="final")
        await self.house.eventually("SELECT 1 FROM answer WHERE member_id = ? AND shown_at", self.member.id)
        self.before = 1
        self.form = await self.member.press(first, "Follow-up")


class Typing(Form):
    """An answer typed in the bot's DM."""

    name, channel = "ben", "dm"

    async def begin(self) -> None:
        """Ask."""
        self.card = await self.member.slash("ask", topic=TOPIC, channel=self.channel)

    async def send(self) -> None:
        """Type."""
        await self.member.dm(self.text)

    async def last(self) -> None:
        """Nobody tells who types in a DM that it arrived; what is stored counts as acknowledged."""
        self.acknowledged = self.rows("typed") + self.rows("answer") > 0

    async def stored(self) -> None:
        """Wait until the bot has the message."""
        await self.house.eventually(
            "SELECT 1 FROM typed WHERE member_id = ? AND instr(text, ?)", self.member.id, self.mark
        )

    async def arrives(self) -> None:
        """The verdict comes as a message of its own."""
        self.house.world.clock.advance(QUIET_S)
        await self.house.eventually(
            "SELECT 1 FROM answer WHERE member_id = ? AND instr(text, ?) AND shown_at",
            self.member.id,
            self.mark,
        )

    async def again(self) -> None:
        """Type it once more."""
        await self.send()
        await self.stored()
        await self.arrives()


def acknowledged_means_stored(journey: Form) -> None:
    """The bot is dead now: an answer that Discord acknowledged must stand in its database."""
    stored = journey.rows("answer") + journey.rows("typed")
    assert stored <= 1
    assert stored or not journey.acknowledged, "acknowledged but not stored"


async def counts_once(journey: Form, *, in_place: bool = True) -> None:
    """The bot lives again: the answer counts once and its verdict is seen once, now or at the next interaction."""
    house, member = journey.house, journey.member
    if journey.acknowledged and in_place:
        await journey.arrives()
    elif not journey.acknowledged:
        if journey.rows("answer"):  # its place has gone, as every start finds out
            await house.eventually(
                "SELECT 1 FROM answer WHERE member_id = ? AND instr(text, ?) AND in_place = 0",
                member.id,
                journey.mark,
            )
        await journey.again()
    (answer,) = await house.eventually(
        "SELECT id FROM answer WHERE member_id = ? AND instr(text, ?) AND state = 'settled' AND token IS NULL"
        " AND shown_at IS NOT NULL",
        member.id,
        journey.mark,
    )
    assert (journey.rows("answer"), journey.rows("typed")) == (1, 0)
    assert house.rows("SELECT count(*) FROM ledger WHERE answer_id = ?", answer) == [(1,)]
    assert house.rows(
        "SELECT points FROM standing WHERE guild_id = 0 AND period = 'all' AND member_id = ?", member.id
    ) == house.rows("SELECT sum(points) FROM ledger WHERE member_id = ?", member.id)
    # Nothing is owed any more.
    house.world.clock.advance(OWED_S)
    await member.slash("streak", channel=journey.channel)
    assert journey.verdicts() == 1


async def dies_at(house: DoomedHouse, journey: Form, window: str) -> None:
    """Answer while the launcher waits for this moment."""
    await journey.send()
    if isinstance(journey, Typing) and window != "before-insert":
        await journey.stored()
        house.world.clock.advance(QUIET_S)
    await house.dies()


@pytest.mark.parametrize("window", ["before-insert", "before-grading", "after-grading", "inside-settlement"])
async def test_a_kill(doomed: DoomedHouse, window: str):
    journeys = [Form(doomed), FollowUp(doomed), Typing(doomed)]
    for journey in journeys:
        doomed.arm(window=window, text=journey.mark)
        await doomed.start()
        await journey.begin()
        await dies_at(doomed, journey, window)
        await journey.last()
        acknowledged_means_stored(journey)
        assert journey.acknowledged == (window != "before-insert")
    doomed.disarm()
    await doomed.start()
    for journey in journeys:
        await counts_once(journey)


async def test_a_kill_after_the_insert(doomed: DoomedHouse):
    journeys = [Typing(doomed), FollowUp(doomed), Form(doomed)]
    doomed.arm(window="after-insert", text="Said by", arrivals=len(journeys))
    await doomed.start()
    for journey in journeys:
        await journey.begin()
    for journey in journeys:
        await journey.send()
    await doomed.dies()
    await all_count_once(journeys, [True, False, False])


class Gate:
    """Holds requests back on their receipt until as many arrived as are waited for; then the bot is killed."""

    def __init__(self, house: DoomedHouse, expected: int) -> None:
        self.arrived = asyncio.Semaphore(0)
        self._house, self._missing = house, expected
        self._opened = asyncio.Event()

    async def hold(self) -> None:
        """What the sandbox calls."""
        self.arrived.release()
        self._missing -= 1
        if not self._missing:
            self._house.bot.kill()
            self._opened.set()
        await self._opened.wait()


@pytest.mark.parametrize(
    ("routes", "dropped", "acknowledged"),
    [
        pytest.param((TYPING, CALLBACK, CALLBACK), (False, True, False), [True, False, True], id="callback"),
        pytest.param((MESSAGES, EDIT, EDIT), (True, False, True), [True, True, True], id="edit"),
    ],
)
async def test_a_kill_on_receipt(
    doomed: DoomedHouse, routes: tuple[str, ...], dropped: tuple[bool, ...], acknowledged: list[bool]
):
    journeys = [Typing(doomed), FollowUp(doomed), Form(doomed)]
    await doomed.start()
    for journey in journeys:
        await journey.begin()
    gate = Gate(doomed, len(journeys))
    for journey, route, drop in zip(journeys, routes, dropped, strict=True):
        method = "PATCH" if route == EDIT else "POST"
        doomed.world.faults.on_receipt(route, gate.hold, method=method)
        if drop:  # else it takes effect, though nobody hears so
            doomed.world.faults.drop(method, route)
        await journey.send()
        if route == MESSAGES:
            await journey.stored()
            doomed.world.clock.advance(QUIET_S)
        await gate.arrived.acquire()
    await doomed.dies()
    await all_count_once(journeys, acknowledged)


async def test_a_kill_at_shutdown(doomed: DoomedHouse):
    hanging, typing, grading = journeys = [Form(doomed), Typing(doomed), FollowUp(doomed)]
    doomed.arm(window="endless-grading", text=grading.mark)
    await doomed.start()
    for journey in journeys:
        await journey.begin()
    doomed.world.faults.drop("PATCH", EDIT, times=100)
    await hanging.send()
    await doomed.eventually("SELECT 1 FROM answer WHERE state = 'settled' AND instr(text, ?)", hanging.mark)
    await typing.send()
    await typing.stored()
    await grading.send()
    await grading.shown()
    await doomed.bot.stop(timeout=1.0)  # SIGTERM, and SIGKILL when the second is over
    await doomed.dies()
    await all_count_once(journeys, [True, True, True])


async def all_count_once(journeys: Sequence[Form], acknowledged: Sequence[bool]) -> None:
    """The bot is dead now, and starts again as an ordinary one."""
    for journey in journeys:
        await journey.last()
        acknowledged_means_stored(journey)
    assert [journey.acknowledged for journey in journeys] == acknowledged
    house = journeys[0].house
    house.disarm()
    await house.start()
    for journey in journeys:
        await counts_once(journey)


async def test_who_acknowledges_before_the_insert_is_found_out(doomed: DoomedHouse):
    journey = Form(doomed)
    doomed.arm(window="before-insert", text=journey.mark, hasty="yes")
    await doomed.start()
    await journey.begin()
    await dies_at(doomed, journey, "before-insert")
    await journey.last()
    assert journey.acknowledged
    with pytest.raises(AssertionError, match="acknowledged but not stored"):
        acknowledged_means_stored(journey)


class Burst(Typing):
    """An answer in two messages."""

    def __init__(self, house: DoomedHouse, name: str) -> None:
        self.name = name
        super().__init__(house)
        first, *rest = strong().splitlines()
        self.parts = [first, "\n".join([*rest, self.mark])]

    async def send(self) -> None:
        """Both, one after the other."""
        await self.first()
        await self.second()

    async def first(self) -> None:
        """The first message."""
        await self.member.dm(self.parts[0])
        await self.house.eventually("SELECT 1 FROM typed WHERE member_id = ?", self.member.id)

    async def second(self) -> None:
        """The second one, which has the mark."""
        await self.member.dm(self.parts[1])
        await self.stored()


async def test_a_kill_while_an_answer_is_typed_in_two_messages(doomed: DoomedHouse):
    ann, ben, olga, nova = journeys = [Burst(doomed, name) for name in ("ann", "ben", "olga", "nova")]
    still = doomed.world.clock.time()
    doomed.arm(still=still)
    await doomed.start()
    for journey in journeys:
        await journey.begin()
    await ann.first()
    await ben.send()
    doomed.bot.kill()  # between two messages, and between the last one and the end of the answer
    await doomed.dies()
    assert doomed.rows("SELECT count(*) FROM typed") == [(3,)]

    doomed.arm(still=still, window="while-closing", text=olga.mark)
    await doomed.start()
    await ann.second()
    doomed.world.clock.advance(QUIET_S)
    for journey in (ann, ben):
        await doomed.eventually("SELECT 1 FROM answer WHERE member_id = ? AND shown_at", journey.member.id)
    await olga.send()
    doomed.world.clock.advance(QUIET_S)
    await doomed.dies()
    assert (olga.rows("typed"), olga.rows("answer")) == (1, 0)

    doomed.arm(still=still, window="after-closing", text=nova.mark)
    await doomed.start()
    await nova.send()
    doomed.world.clock.advance(QUIET_S)
    await doomed.dies()
    assert (nova.rows("typed"), nova.rows("answer")) == (0, 1)

    doomed.disarm()
    await doomed.start()
    for journey in journeys:
        await journey.last()
        await counts_once(journey)
    texts = dict(doomed.rows("SELECT member_id, text FROM answer"))
    assert texts == {journey.member.id: "\n".join(journey.parts) for journey in journeys}


@pytest.mark.parametrize("dead", [False, True], ids=["living", "dead"])
async def test_a_start_with_tokens(doomed: DoomedHouse, dead: bool):
    received, settled = Form(doomed), FollowUp(doomed)
    doomed.arm(window="before-grading", text=received.mark)
    await doomed.start()
    await settled.begin()
    await received.begin()
    doomed.world.faults.drop("PATCH", EDIT, times=100)
    await settled.send()
    await settled.shown()
    await doomed.eventually("SELECT 1 FROM answer WHERE state = 'settled' AND instr(text, ?)", settled.mark)
    await received.send()
    await doomed.dies()
    assert doomed.rows("SELECT state, shown_at, token IS NULL FROM answer ORDER BY id DESC LIMIT 2") == [
        ("received", None, 0),
        ("settled", None, 0),
    ]
    if dead:
        doomed.world.clock.advance(TOKEN_S)
    doomed.disarm()
    await doomed.start()
    for journey in (received, settled):
        await journey.last()
        assert journey.acknowledged
        if dead:
            await doomed.eventually(
                "SELECT 1 FROM answer WHERE instr(text, ?) AND in_place = 0 AND token IS NULL", journey.mark
            )
            assert journey.verdicts() == 0
            await journey.member.slash("streak", channel="study")
            await doomed.eventually(
                "SELECT 1 FROM answer WHERE instr(text, ?) AND shown_at IS NOT NULL", journey.mark
            )
        await counts_once(journey, in_place=not dead)


async def test_a_kill_while_an_owed_verdict_is_shown(doomed: DoomedHouse):
    journey = Form(doomed)
    await doomed.start()
    await journey.begin()
    doomed.world.faults.answer("PATCH", EDIT, 404, body={"message": "Unknown Webhook", "code": 10015})
    await journey.send()
    await journey.shown()
    await journey.last()
    await doomed.eventually("SELECT 1 FROM answer WHERE in_place = 0")
    doomed.world.clock.advance(OWED_S)
    doomed.world.faults.on_receipt(FOLLOWUP, doomed.bot.kill, method="POST")
    doomed.world.faults.drop("POST", FOLLOWUP)
    # Not waited for: the owed verdict may overtake the command's own answer.
    journey.member.start_slash("streak", {}, channel=journey.channel)
    await doomed.dies()
    await doomed.start()
    await journey.member.slash("streak", channel=journey.channel)
    await counts_once(journey, in_place=False)


async def test_a_kill_behind_a_dm_verdict_and_a_long_outage(doomed: DoomedHouse):
    journey = Typing(doomed)
    await doomed.start()
    await journey.begin()
    await journey.send()
    await journey.stored()
    doomed.world.faults.on_receipt(MESSAGES, doomed.bot.kill, method="POST")
    doomed.world.clock.advance(QUIET_S)
    await doomed.dies()
    doomed.world.clock.advance(TOKEN_S)
    await all_count_once([journey], [True])


async def test_a_second_press_while_a_start_still_tries_the_first_place(doomed: DoomedHouse):
    journey = Form(doomed)
    doomed.arm(window="after-insert", text=journey.mark)
    await doomed.start()
    await journey.begin()
    await journey.send()
    await doomed.dies()
    await journey.last()
    assert not journey.acknowledged
    held, released = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        held.set()
        await released.wait()

    doomed.world.faults.on_receipt(EDIT, hold, method="PATCH")
    doomed.disarm()
    await doomed.start()
    await held.wait()
    await journey.again()
    await doomed.eventually("SELECT 1 FROM answer WHERE shown_at IS NOT NULL")
    released.set()
    await doomed.bot.printed("waits for its member's next interaction")
    await journey.member.slash("streak", channel=journey.channel)
    assert doomed.rows("SELECT shown_at IS NOT NULL FROM answer") == [(1,)]
    journey.acknowledged = True
    await counts_once(journey, in_place=False)
