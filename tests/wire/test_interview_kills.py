"""SIGKILL in every state of an interview and on receipt of each kind of request that one makes.

All interviews of a test die in the same moment, each at its own. Afterwards each goes on to its report: one card for each
round, one report, each answer that was acknowledged settled once, and the time of the outage given back.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import pytest

from bot.sandbox import Handle, Shown
from bot.sandbox.interaction import DEFER, Interaction
from tests.wire.aftermath import rebuilt
from tests.wire.panel import Panel, owed_is_paid, points_of, quiet, wrong_in
from tests.wire.room import Room, says
from tests.wire.test_hot_seat import POINTS, STARS
from tests.wire.test_windows import DoomedHouse, doomed

pytestmark = pytest.mark.restart

__all__ = ["doomed"]

TOPIC = "tag:gradients"  # three questions: a few models to train instead of forty
PACE = 5  # minutes
ROUNDS = 2
BEAT_S = 60.0  # a heartbeat notes to the minute when the bot was there
FORGOTTEN_S = 20 * 60.0  # after so long Discord knows neither nonces nor tokens any more
LOST_S = 16.0  # a lobby that does not stand by then does not keep others away
BUTTON = 2

Clocks = dict[int, tuple[tuple[object, ...], float]]

C = TypeVar("C")


class Gate:
    """Holds requests back until the bot is dead."""

    def __init__(self) -> None:
        self.arrived = asyncio.Semaphore(0)
        self.opened = asyncio.Event()

    async def hold(self) -> None:
        """What the sandbox calls."""
        self.arrived.release()
        await self.opened.wait()


class Case(ABC):
    """An interview that comes to its moment. `taken`: Discord has done what it is asked for when the bot dies."""

    def __init__(self, house: DoomedHouse, gate: Gate, *, taken: bool) -> None:
        self.house, self.gate, self.taken = house, gate, taken
        self.interview = 0
        self.room: Room
        self.acknowledged: list[Interaction] = []
        self.patient = False  # whether they wait for a while before they do it
        self.again: Callable[[], Awaitable[object]] | None = None  # what a member whose press failed does

    # --- what is held ---------------------------------------------------------------------------------------

    async def held(self, method: str, path: str, cause: Callable[[], Awaitable[object]]) -> None:
        """Bring the next such request about, and hold it back."""
        self._plan(method, path)
        await cause()
        await self.gate.arrived.acquire()

    async def held_callback(self, interaction: Interaction) -> None:
        """Hold back the first response to something that a member has just done."""
        self._plan("POST", f"/interactions/{interaction.id}/*/callback")
        await self.gate.arrived.acquire()

    def _plan(self, method: str, path: str) -> None:
        self.house.world.faults.on_receipt(path, self.gate.hold, method=method, after_effect=self.taken)
        if not self.taken:
            self.house.world.faults.drop(method, path)

    # --- what members do ------------------------------------------------------------------------------------

    def presses(self, member: Handle, shown: Shown, label: str) -> Interaction:
        """Press without waiting; whose press fails presses again later."""
        address = shown.button(label).custom_id or ""
        return member.start_component(member.visible(shown), address, {"component_type": BUTTON})

    async def answers(self, member: Handle, card: Shown, text: str, button: str = "Answer") -> Shown:
        """Answer by form; noted down as acknowledged."""
        form = await member.press(card, button)
        (field,) = (label for label in form.fields if label.startswith("Your"))
        sent = member.start_submit(form, {field: text})
        self.acknowledged.append(sent)
        return await member.result(sent, "the form", wait="final")

    @abstractmethod
    async def resume(self) -> None:
        """What its members do once the bot is back."""

    def mark(self) -> str:
        """Words that make a text another one."""
        return f"Said at {len(self.acknowledged)}."

    def row(self, columns: str) -> tuple[Any, ...]:
        """What is stored of it."""
        (found,) = self.house.rows(f"SELECT {columns} FROM interview WHERE id = ?", self.interview)  # noqa: S608 - our own names
        return found


class Group(Case):
    """A panel or a hot seat of three; olga is its host, and the first candidate."""

    style = "panel"

    def __init__(self, house: DoomedHouse, gate: Gate, *, taken: bool) -> None:
        super().__init__(house, gate, taken=taken)
        self.room = Room(house, "olga", "ann", "ben")
        self.olga, self.ann, self.ben = self.room.members

    async def open(self) -> None:
        """The lobby."""
        options = {"format": self.style, "topic": TOPIC, "questions": ROUNDS, "minutes": PACE}
        lobby = await self.olga.slash("interview start", options, channel=self.room.channel)
        self.panel = Panel(self.room, lobby)
        self.interview = self.panel.id

    async def gather(self) -> None:
        """All three have joined."""
        await self.open()
        for member in self.room.members:
            await self.panel.join(member, consent=member is self.ann)

    async def begin(self) -> None:
        """Round 1 has its card."""
        await self.gather()
        await self.panel.start()
        await self.panel.card(1)

    async def say(self, number: int = 1) -> None:
        """Somebody has answered a round, twice."""
        who = self.ann if self.ann.id in self.inside() else self.ben
        card = await self.panel.card(number, who)
        first = await self.answers(who, card, f"Not much comes to my mind. {self.mark()}")
        text = f"{self.panel.points_of(card, 2)}\n{self.mark()}"
        await self.answers(who, first, text, "Change it")

    def inside(self) -> set[int]:
        """Who sits in it."""
        sql = "SELECT member_id FROM interview_seat WHERE interview_id = ? AND NOT left"
        return {one for (one,) in self.house.rows(sql, self.interview)}

    async def finish_round(self) -> None:
        """Everybody else does theirs."""
        card = await self.panel.card(1)
        await self.answers(
            self.ben, await self.panel.card(1, self.ben), f"{self.panel.points_of(card, 1)}\nBen."
        )
        await self.olga.press(card, "Pass")

    async def reveal(self, number: int = 1) -> Shown:
        """The host reveals."""
        await self.olga.press(await self.panel.card(number), "Reveal now")
        return await self.panel.revealed(number)

    async def second(self) -> None:
        """Round 2 is open, and somebody has answered."""
        await self.begin()
        await self.say()
        await self.reveal()
        await self.olga.press(await self.panel.card(1), "Next question")
        await self.panel.card(2)
        await self.say(2)

    # --- moments --------------------------------------------------------------------------------------------

    async def at_lobby(self) -> None:
        await self.gather()

    async def at_thread(self) -> None:
        await self.gather()
        path = f"/channels/{self.room.channel.id}/messages/{self.panel.lobby.message_id}/threads"
        await self.held("POST", path, self.panel.start)

    async def at_card(self) -> None:
        await self.gather()
        await self.held("POST", f"/channels/{self.panel.lobby.message_id}/messages", self.panel.start)

    async def at_answering(self) -> None:
        await self.begin()
        await self.say()

    async def at_everybody_in(self) -> None:
        await self.at_answering()
        await self.finish_round()

    async def at_pause(self) -> None:
        await self.at_answering()
        await self.olga.press(await self.panel.card(1), "Pause")
        await self.house.eventually("SELECT 1 FROM interview WHERE id = ? AND paused_at", self.interview)

    async def at_reveal(self) -> None:
        """Graded, and nobody has seen it."""
        await self.at_answering()
        card = await self.panel.card(1)
        path = f"/channels/{card.channel_id}/messages/{card.message_id}"
        await self.held("PATCH", path, lambda: self.olga.press(card, "Reveal now"))

    async def at_revealed(self) -> None:
        await self.at_answering()
        await self.reveal()

    async def at_last_reveal(self) -> None:
        await self.second()
        card = await self.panel.card(2)
        path = f"/channels/{card.channel_id}/messages/{card.message_id}"
        await self.held("PATCH", path, lambda: self.olga.press(card, "Reveal now"))

    async def at_end(self) -> None:
        """Over, and not even the lobby says so."""
        await self.second()
        card = await self.panel.card(2)
        path = f"/channels/{self.room.channel.id}/messages/{self.panel.lobby.message_id}"
        asked = await self.olga.press(card, "End")
        await self.held("PATCH", path, lambda: self.olga.press(asked, "End it"))

    async def at_report(self) -> None:
        await self.second()
        card = await self.panel.card(2)
        path = f"/channels/{card.channel_id}/messages"
        await self.held("POST", path, lambda: self.olga.press(card, "Reveal now"))

    async def at_verdict(self) -> None:
        """The card shows everybody's grades, but their authors have not seen theirs."""
        await self.at_answering()
        card = await self.panel.card(1)
        path = f"/webhooks/*/{self.acknowledged[-1].token}/messages/@original"
        await self.held("PATCH", path, lambda: self.olga.press(card, "Reveal now"))

    async def at_command(self) -> None:
        """The lobby stands there, and nobody knows which message it is."""
        options = {"format": self.style, "topic": TOPIC, "questions": ROUNDS, "minutes": PACE}
        sent = self.olga.start_slash("interview start", options, channel=self.room.channel)
        self.interview = sent.id

        async def again() -> None:
            if self.taken:
                self.panel = Panel(self.room, self.olga.history(self.room.channel)[-1])
            else:  # nobody sees anything, so somebody tries once more
                assert self.row("phase") == ("lobby",)
                await self.open()

        self.again, self.patient = again, not self.taken
        await self.held_callback(sent)

    async def at_joining(self) -> None:
        await self.open()
        form = await self.olga.press(self.panel.lobby, "Join")
        self.again = self._ready
        await self.held_callback(self.olga.start_submit(form, {next(iter(form.fields)): "no"}))

    async def at_leaving(self) -> None:
        await self.at_answering()
        await self.held_callback(self.presses(self.ann, self.panel.lobby, "Leave"))

    async def at_starting(self) -> None:
        await self.gather()
        await self.held_callback(self.presses(self.olga, self.panel.lobby, "Start"))

    async def at_submitting(self) -> None:
        await self.begin()
        card = await self.panel.card(1, self.olga)
        form = await self.olga.press(card, "Answer")
        text = f"{self.panel.points_of(card, 3)}\nBy olga."
        sent = self.olga.start_submit(form, {"Your answer": text})
        self.acknowledged.append(sent)

        async def again() -> None:
            if sent.answer != DEFER:  # the form is still there, and is sent once more
                await self.olga.submit(form, {"Your answer": text})

        self.again = again
        await self.held_callback(sent)

    async def at_pausing(self) -> None:
        await self.at_answering()
        await self.held_callback(self.presses(self.olga, await self.panel.card(1), "Pause"))

    async def at_next(self) -> None:
        await self.at_revealed()
        await self.held_callback(self.presses(self.olga, await self.panel.card(1), "Next question"))

    async def at_ending(self) -> None:
        await self.at_answering()
        asked = await self.olga.press(await self.panel.card(1), "End")
        await self.held_callback(self.presses(self.olga, asked, "End it"))

    # --- afterwards -----------------------------------------------------------------------------------------

    async def resume(self) -> None:
        """What its members do once the bot is back, so that time alone brings the rest."""
        if self.again is not None:
            await self.again()
        await self._ready()
        (phase, paused) = self.row("phase, paused_at IS NOT NULL")
        if paused:
            await self.olga.press(await self.panel.card(1), "Go on")
        if phase == "answering":
            await self.say(self.row("round")[0])

    async def _ready(self) -> None:
        """Whoever is not in it joins, and its host starts it."""
        if self.row("phase") != ("lobby",):
            return
        for member in self.room.members:
            if member.id not in self.inside():
                await self.panel.join(member)
        await self.olga.press(self.panel.lobby, "Start")
        await self.panel.card(1)


class HotSeat(Group):
    """olga answers first, ann asks, ben observes."""

    style = "hot seat"

    async def say(self, number: int = 1) -> None:
        roles = self.house.rows(
            "SELECT candidate_id, interviewer_id FROM interview_round WHERE interview_id = ? AND number = ?",
            self.interview,
            number,
        )
        by_id = {member.id: member for member in self.room.members}
        candidate, asking = (by_id[one] for one in roles[0])
        if candidate.id not in self.inside():  # has left
            return
        card = await self.panel.card(number, candidate)
        await self.answers(candidate, card, f"Not much comes to my mind. {self.mark()}")
        text = f"{self.panel.points_of(card, 2)}\n{self.mark()}"
        await self.answers(candidate, card, text)
        judging = await asking.press(await self.panel.card(number, asking), "My card")
        await asking.select(judging, POINTS, [judging.selects[0].options[0]["value"]])

    async def finish_round(self) -> None:
        watching = await self.ben.press(await self.panel.card(1, self.ben), "My card")
        await self.ben.select(watching, STARS, ["4"])

    async def at_leaving(self) -> None:
        """The candidate goes."""
        await self.begin()
        await self.held_callback(self.presses(self.olga, self.panel.lobby, "Leave"))

    async def at_my_card(self) -> None:
        await self.begin()
        await self.held_callback(self.presses(self.ann, await self.panel.card(1, self.ann), "My card"))

    async def at_ticking(self) -> None:
        await self.begin()
        mine = await self.ann.press(await self.panel.card(1, self.ann), "My card")
        data = {"component_type": 3, "values": [mine.selects[0].options[0]["value"]]}
        await self.held_callback(
            self.ann.start_component(self.ann.visible(mine), mine.selects[0].custom_id, data)
        )


class Alone(Case):
    """A /mock in a DM, or (`closed`) from press to press."""

    closed = False

    def __init__(self, house: DoomedHouse, gate: Gate, *, taken: bool) -> None:
        super().__init__(house, gate, taken=taken)
        self.room = Room(house, "ann")
        (self.ann,) = self.room.members
        self.dm = house.world.state.open_direct_channel(self.ann.id).id
        if self.closed:
            self.ann.close_dms()

    async def command(self) -> Interaction:
        """/mock."""
        options = {"topic": TOPIC, "questions": ROUNDS, "minutes": PACE}
        sent = self.ann.start_slash("mock", options, channel=self.room.channel)
        self.interview = sent.id
        return sent

    async def card(self, number: int) -> Shown:
        """The card of a round."""
        (message_id,) = await self.house.eventually(
            "SELECT message_id FROM interview_round WHERE interview_id = ? AND number = ? AND message_id",
            self.interview,
            number,
        )
        return next(one for one in self.ann.history("dm") if one.message_id == message_id)

    async def revealed(self, number: int) -> Shown:
        """The same after its reveal."""
        await self.house.eventually(
            "SELECT 1 FROM interview_round WHERE interview_id = ? AND number = ? AND shown LIKE 'revealed%'",
            self.interview,
            number,
        )
        return await self.card(number)

    async def begin(self) -> Shown:
        """Question 1 stands there."""
        await self.ann.result(await self.command(), "/mock")
        return await self.card(1)

    async def say(self, card: Shown) -> Shown:
        """Answer a question."""
        return await self.answers(self.ann, card, f"{points_of(self.house, card, 2)}\nBy ann.")

    async def second(self) -> Shown:
        """Question 2 stands there."""
        verdict = await self.say(await self.begin())
        await self.revealed(1)
        await self.ann.press(verdict, "Next")
        return await self.card(2)

    # --- moments --------------------------------------------------------------------------------------------

    async def at_command(self) -> None:
        await self.held_callback(await self.command())

    async def at_dm(self) -> None:
        await self.held("POST", "/users/@me/channels", self.command)

    async def at_opening(self) -> None:
        await self.held("POST", f"/channels/{self.dm}/messages", self.command)

    async def at_card(self) -> None:
        verdict = await self.say(await self.begin())
        await self.revealed(1)
        await self.held("POST", f"/channels/{self.dm}/messages", lambda: self.ann.press(verdict, "Next"))

    async def at_answering(self) -> None:
        await self.begin()

    async def at_pause(self) -> None:
        await self.ann.press(await self.begin(), "Pause")
        await self.house.eventually("SELECT 1 FROM interview WHERE id = ? AND paused_at", self.interview)

    async def at_submitting(self) -> None:
        card = await self.begin()
        form = await self.ann.press(card, "Answer")
        sent = self.ann.start_submit(form, {"Your answer": f"{points_of(self.house, card, 2)}\nBy ann."})
        self.acknowledged.append(sent)
        await self.held_callback(sent)

    async def at_reveal(self) -> None:
        card = await self.begin()
        await self.held("PATCH", f"/channels/{self.dm}/messages/{card.message_id}", lambda: self._send(card))

    async def at_revealed(self) -> None:
        await self.say(await self.begin())
        await self.revealed(1)

    async def at_last_reveal(self) -> None:
        card = await self.second()
        await self.held("PATCH", f"/channels/{self.dm}/messages/{card.message_id}", lambda: self._send(card))

    async def at_report(self) -> None:
        card = await self.second()
        await self.held("POST", f"/channels/{self.dm}/messages", lambda: self._send(card))

    async def at_verdict(self) -> None:
        card = await self.begin()
        form = await self.ann.press(card, "Answer")
        sent = self.ann.start_submit(form, {"Your answer": f"{points_of(self.house, card, 2)}\nBy ann."})
        self.acknowledged.append(sent)
        path = f"/webhooks/*/{sent.token}/messages/@original"
        await self.held("PATCH", path, lambda: self.ann.result(sent, "the form"))

    async def at_next(self) -> None:
        await self.at_revealed()
        await self.held_callback(self.presses(self.ann, await self.card(1), "Next question"))

    async def at_pausing(self) -> None:
        await self.held_callback(self.presses(self.ann, await self.begin(), "Pause"))

    async def at_passing(self) -> None:
        await self.held_callback(self.presses(self.ann, await self.begin(), "Pass"))

    async def at_ending(self) -> None:
        await self.held_callback(self.presses(self.ann, await self.begin(), "End"))

    # --- afterwards -----------------------------------------------------------------------------------------

    async def resume(self) -> None:
        """Begin it, or go on with it."""
        if not self.house.rows("SELECT 1 FROM interview WHERE id = ?", self.interview):
            raise AssertionError("the command never arrived")
        if self.row("phase") == ("lobby",):
            again = await self.ann.slash("mock", channel=self.room.channel)
            assert "begins in our DM" in again.text
            await self.card(1)
        if self.row("paused_at IS NOT NULL") == (1,):
            await self.ann.press(await self.card(1), "Go on")

    async def _send(self, card: Shown) -> None:
        form = await self.ann.press(card, "Answer")
        sent = self.ann.start_submit(form, {"Your answer": f"{points_of(self.house, card, 2)}\nBy ann."})
        self.acknowledged.append(sent)


class Closed(Alone):
    """From press to press, since the member's DMs are closed."""

    closed = True

    async def begin(self) -> Shown:
        shown = await self.ann.result(await self.command(), "/mock")
        return await says(shown, "Question 1 of")

    async def at_submitting(self) -> None:
        await super().at_submitting()

    async def at_next(self) -> None:
        verdict = await says(await self.say(await self.begin()), "out of 10")
        await self.held_callback(self.presses(self.ann, verdict, "Next"))

    async def at_here(self) -> None:
        """They ask where they are, and go on there."""
        await self.begin()
        again = await self.ann.slash("mock", channel=self.room.channel)
        await self.held_callback(self.presses(self.ann, again, "Go on here"))

    async def resume(self) -> None:
        shown = await self.ann.slash("mock", channel=self.room.channel)
        if "already" in shown.text:
            shown = await self.ann.press(shown, "Go on here")
        for _ in range(2 * ROUNDS + 1):
            if self.row("phase") == ("ended",):
                break
            await says(shown, "Question")
            labels = [button.label for button in shown.buttons]
            if "Answer" in labels:
                verdict = await says(await self.say(shown), "out of 10")
                shown = await self.ann.press(verdict, "Next")
            else:
                on = next(one for one in labels if one in ("Next question", "See the report"))
                shown = await self.ann.press(shown, on)
        assert "in this mock interview" in shown.text


BOTH = (False, True)  # received, and taken
GROUP = {
    **dict.fromkeys(("lobby", "answering", "everybody_in", "pause", "revealed"), (False,)),
    **dict.fromkeys(("thread", "card", "reveal", "verdict", "last_reveal", "end", "report"), BOTH),
    **dict.fromkeys(("starting", "submitting", "next", "leaving"), BOTH),
}
ALONE = {
    **dict.fromkeys(("answering", "pause", "revealed"), (False,)),
    "dm": (True,),
    **dict.fromkeys(("command", "opening", "card", "reveal", "verdict", "last_reveal", "report"), BOTH),
    **dict.fromkeys(("submitting", "next", "pausing", "passing", "ending"), BOTH),
}
MOMENTS: Mapping[type[Case], Mapping[str, tuple[bool, ...]]] = {
    Group: {**GROUP, "command": (True,), **dict.fromkeys(("joining", "pausing", "ending"), BOTH)},
    HotSeat: {**GROUP, **dict.fromkeys(("my_card", "ticking"), BOTH)},
    Alone: ALONE,
    Closed: dict.fromkeys(("submitting", "next", "here"), BOTH),
}
LATER = (  # what depends on how long Discord remembers something
    *("lobby", "answering", "everybody_in", "pause", "revealed", "thread", "card", "reveal", "verdict"),
    *("report", "submitting", "opening", "joining", "command"),
)
WINDOWS = {"before-grading": Group, "after-grading": HotSeat, "inside-settlement": Group}
LAST = ("everybody_in", "dm")  # waits for ten seconds only; holds up all others that open a DM
AT_A_TIME = 8


async def all_at_their_moments(house: DoomedHouse, gate: Gate, *, later: bool) -> dict[str, Case]:
    """One interview for each state and each request (received, and taken)."""
    cases: dict[str, tuple[Case, str]] = {}
    for kind, moments in MOMENTS.items():
        for moment, variants in moments.items():
            if later and moment not in LATER:
                continue
            # A lobby that did not arrive is given some seconds before another one may take its place.
            for taken in BOTH if later and moment == "command" else variants:
                name = f"{kind.__name__}, {moment}{', taken' if taken else ''}"
                cases[name] = kind(house, gate, taken=taken), moment
    last = {name: case for name, case in cases.items() if case[1] in LAST}
    await together({name: case for name, case in cases.items() if name not in last}, to_its_moment)
    await together(last, to_its_moment, at_a_time=1)
    return {name: case for name, (case, _) in cases.items()}


async def to_its_moment(case: tuple[Case, str]) -> None:
    """Bring an interview to where it is when the bot dies."""
    await getattr(case[0], f"at_{case[1]}")()


async def resumed(case: Case) -> None:
    """The bot is back, and so are its members."""
    await case.resume()


async def together(
    cases: Mapping[str, C], work: Callable[[C], Awaitable[None]], at_a_time: int = AT_A_TIME
) -> None:
    """Do something in all interviews, in some of them at a time."""
    places = asyncio.Semaphore(at_a_time)

    async def one(name: str, case: C) -> None:
        async with places:
            try:
                async with asyncio.timeout(60):
                    await work(case)
            except Exception as error:
                raise AssertionError(name) from error

    await asyncio.gather(*(one(name, case) for name, case in cases.items()))


@pytest.mark.parametrize("outage", [0.0, FORGOTTEN_S], ids=["at-once", "later"])
async def test_a_kill_at_every_moment(doomed: DoomedHouse, outage: float):
    doomed.world.limits.enabled = False  # nobody does as much within minutes as is done here within seconds
    argv = doomed.bot.argv
    doomed.bot.argv = [argv[0], *argv[argv.index("-m") :]]  # not in development mode: there is much to do
    await doomed.start()
    gate = Gate()
    cases = await all_at_their_moments(doomed, gate, later=outage > 0)
    killed_at = doomed.world.clock.time()
    doomed.bot.kill()
    gate.opened.set()
    await doomed.dies()
    before = clocks(doomed)
    doomed.world.clock.advance(outage)
    started_at = doomed.world.clock.time()
    await doomed.start()
    await quiet(doomed)
    least, most = started_at - killed_at, doomed.world.clock.time() - killed_at
    kept_their_time(before, clocks(doomed), least, most)
    await together({name: case for name, case in cases.items() if not case.patient}, resumed)
    doomed.world.clock.advance(LOST_S)
    await together({name: case for name, case in cases.items() if case.patient}, resumed)
    await time_alone(doomed)
    await all_count_once(doomed, cases)


async def test_a_kill_between_the_reveal_and_its_grades(doomed: DoomedHouse):
    cases: dict[str, Group] = {}
    for window, style in WINDOWS.items():
        cases[window] = case = style(doomed, Gate(), taken=False)
        doomed.arm(window=window, text=f"Said in {window}.")
        await doomed.start()
        await case.begin()
        card = await case.panel.card(1)
        for one in (case.olga,) if style is HotSeat else case.room.members:
            text = f"{case.panel.points_of(card, 2)}\nSaid in {window}."
            await case.answers(one, await case.panel.card(1, one), text)
        case.presses(case.olga, card, "Reveal now")
        await doomed.dies()
    doomed.disarm()
    await doomed.start()
    await quiet(doomed)
    for case in cases.values():
        assert doomed.rows(
            "SELECT count(*) FROM answer JOIN interview_round USING (ask_id) WHERE interview_id = ? AND state = 'received'",
            case.interview,
        ) == [(0,)]
    await time_alone(doomed)
    await all_count_once(doomed, cases)


async def all_count_once(house: DoomedHouse, cases: Mapping[str, Case]) -> None:
    """All interviews are over: one card for each round, one report, each answer settled once and shown."""
    await owed_is_paid(house)
    names = {case.interview: name for name, case in cases.items()}
    assert not wrong_in(house, *names), names
    for name, case in cases.items():
        for sent in case.acknowledged:
            state = house.rows("SELECT state FROM answer WHERE id = ?", sent.id)
            assert sent.answer != DEFER or state in ([("settled",)], [("refused",)]), (name, state)
    # Of several answers the last one counts.
    assert not house.rows(
        "SELECT ask_id, member_id FROM answer JOIN interview_round USING (ask_id)"
        " GROUP BY ask_id, member_id HAVING sum(state = 'settled') <> 1"
    )
    assert await rebuilt(house) == ""


def clocks(house: DoomedHouse) -> Clocks:
    """The deadline of each interview that has one and is not paused, with where it stands."""
    rows = house.rows(
        "SELECT id, phase, round, deadline FROM interview WHERE deadline AND timed AND paused_at IS NULL"
    )
    return {number: ((phase, round_), deadline / 1000) for number, phase, round_, deadline in rows}


def kept_their_time(before: Clocks, after: Clocks, least: float, most: float) -> None:
    """Nobody lost time to the outage, nor gained more of it than a heartbeat is long."""
    kept = [one for one, (state, _) in after.items() if one in before and before[one][0] == state]
    assert len(kept) > len(after) / 2
    for one in kept:
        given = after[one][1] - before[one][1]
        assert least <= given <= most + BEAT_S, (one, least, given, most)


async def time_alone(house: DoomedHouse) -> None:
    """Let time bring all interviews to their ends."""
    sql = "SELECT min(again_at) FROM interview WHERE timed"
    while (due := house.rows(sql)) != [(None,)]:
        house.world.clock.advance(max(0.0, due[0][0] / 1000 - house.world.clock.time()) + 0.1)
        await quiet(house)
