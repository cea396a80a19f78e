"""The golden table: honest bad luck and exploits, with the points and the streak that they must come to.

A case is a little story about Ann, line by line; `World` says what the lines mean. It begins on Monday, 2 March 2026,
12:00 UTC, with a bot that has been there for a month. Its questions are worth 10 (basic, filler), 15 and 20 points.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.scoring import Period
from bot.engine.practice import Person, Place
from bot.engine.reviews import Review
from bot.errors import HandBack, UserError
from tests.engine.conftest import ANN, BEN, GUILD, MODEL_ANSWER, STUDY, House

DM = Place(11, None, dm=True)
ELSEWHERE = Place(12, None, dm=False)  # a server without Hotseat
PLACES = {"dm": DM, "elsewhere": ELSEWHERE}
UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "day": "days", "days": "days"}
# Long enough (25 words) to be looked at as a copy.
LONG = "score 9 " + " ".join(f"what a friend wrote in sentence number {number}" for number in range(5))


@dataclass(frozen=True)
class Case:
    """A story and what Ann has at its end. `server` is her standing in the study server, None: as her points."""

    name: str
    story: Sequence[str]
    points: int
    streak: int
    freezes: int = 0
    server: int | None = None


class World:
    """Understands the lines of a story.

    `ask a [question] [dm|elsewhere|private]`, `answer a 7.5|withheld|foreign|copy|model|again`, `probe a 8` (a follow-up),
    `send a 7 as early` and `settle early` (what a crash tears apart), `type a any words` (in the DM, then a pause),
    `review a` (in the DM), `hint a 2`, `reveal a`, `zone Asia/Tokyo`, `wait 31 days`, `away 3 h` (the bot is down), `clock 03-04 03:59`,
    `practise 7 days` (each day one answer that earns nothing but the day; ends on the day after the last),
    `installed now`. `Ben: ...` is done by Ben; `no: ...` must be refused.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self.asks: dict[str, int] = {}
        self.sent: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.number = 0

    async def tell(self, line: str) -> None:
        """Let one line of a story happen."""
        if line.startswith("no: "):
            with pytest.raises((UserError, HandBack)):
                await self.tell(line.removeprefix("no: "))
            return
        person = BEN if line.startswith("Ben: ") else ANN
        verb, *words = line.removeprefix("Ben: ").split()
        await getattr(self, f"_{verb}")(person, *words)

    async def _ask(self, person: Person, card: str, name: str = "basic", place: str = "") -> None:
        where, private = PLACES.get(place, STUDY), place == "private"
        self.asks[card] = await self.house.ask(name, person, where, private=private)

    async def _answer(self, person: Person, card: str, what: str) -> None:
        await self.house.answer(self.asks[card], self._text(card, what), person)

    async def _probe(self, person: Person, card: str, what: str) -> None:
        await self.house.answer(self.asks[card], self._text(f"{card}'s probe", what), person, probe=0)

    async def _send(self, person: Person, card: str, what: str, _: str, name: str) -> None:
        stored = await self.house.receive(self.asks[card], self._text(card, what), person)
        self.sent[name] = stored.id

    async def _settle(self, _: Person, name: str) -> None:
        await self.house.restart()
        await self.house.answering.settle(self.sent[name])

    async def _type(self, person: Person, card: str, *words: str) -> None:
        if await self.house.practice.typed_ask(DM.channel_id) != self.asks[card]:
            raise UserError("nothing is open")
        await self.house.type(self.asks[card], " ".join(words), person)
        await self._wait(person, "9", "s")
        messages = await self.house.typed(self.asks[card], person)
        answer = await self.house.bursts.close(self.asks[card], person.id, messages[-1].id)
        assert answer is not None
        await self.house.answering.settle(answer.id)

    async def _hint(self, person: Person, card: str, stage: str) -> None:
        await self.house.practice.hint(self.asks[card], person, int(stage))

    async def _reveal(self, person: Person, card: str) -> None:
        await self.house.practice.reveal(self.asks[card], person)

    async def _zone(self, person: Person, zone: str) -> None:
        wishes = (await self.house.preferences.panel(person)).wishes
        panel = await self.house.preferences.save(person, wishes, zone)
        if panel.trouble:
            raise UserError(panel.trouble)

    async def _review(self, person: Person, card: str) -> None:
        found = await self.house.reviews.next(self.house.new_id(), person, DM)
        if not isinstance(found, Review):
            raise UserError("nothing is due")
        self.asks[card] = found.asked.ask.id

    async def _wait(self, _: Person, number: str, unit: str) -> None:
        self.house.clock.time += timedelta(**{UNITS[unit]: float(number)})
        await self.house.be_up()

    async def _away(self, _: Person, number: str, unit: str) -> None:
        self.house.clock.time += timedelta(**{UNITS[unit]: float(number)})
        await self.house.be_back()

    async def _clock(self, person: Person, day: str, time: str) -> None:
        moment = datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=UTC)
        await self._wait(person, str((moment - self.house.clock.now()).total_seconds()), "s")

    async def _practise(self, person: Person, number: str, _: str) -> None:
        for _day in range(int(number)):
            await self._ask(person, "practice", "filler")
            await self._answer(person, "practice", "withheld")
            await self._wait(person, "1", "day")

    async def _installed(self, _: Person, __: str) -> None:
        await self.house.database.write(lambda connection: connection.execute("DELETE FROM uptime").rowcount)
        await self.house.be_back()

    def _text(self, card: str, what: str) -> str:
        if what != "again":
            self.number += 1
            named = f"score {what}" if re.fullmatch(r"[\d.]+", what) else what
            fixed = {"copy": LONG, "model": f"score 10 {MODEL_ANSWER}"}
            self.texts[card] = fixed.get(what, f"{named}, said for the {self.number}th time")
        return self.texts[card]


SLEEPING_LAPTOP = ["wait 8 h", "away 16 h"]
POINTS = [
    Case("a first answer earns its share, half a point rounded up", ["ask a", "answer a 7.5"], 8, 1),
    Case(
        "levels are worth 10, 15 and 20",
        ["ask a basic", "answer a 10", "ask b intermediate", "answer b 10", "ask c advanced", "answer c 10"],
        45,
        1,
    ),
    Case("a second try closes 60 % of the gap", ["ask a", "answer a 5", "answer a 10"], 8, 1),
    Case("a worse second try takes nothing away", ["ask a", "answer a 8", "answer a 3"], 8, 1),
    Case("nor does the next try pay for it", ["ask a", "answer a 8", "answer a 3", "answer a 10"], 9, 1),
    Case(
        "however often one tries, no more than one perfect answer is paid",
        ["ask a", "answer a 0", *["answer a 10"] * 12],
        10,
        1,
    ),
    Case("a follow-up is a later try", ["ask a", "answer a 5", "probe a 10"], 8, 1),
    Case("the same follow-up twice is one", ["ask a", "answer a 5", "probe a 10", "probe a again"], 8, 1),
    Case("the same text twice is one answer", ["ask a", "answer a 5", "answer a again"], 5, 1),
    Case("two hints leave 64 %", ["ask a", "hint a 1", "hint a 2", "answer a 10"], 6, 1),
    Case("a hint pressed twice costs once", ["ask a", "hint a 1", "hint a 1", "answer a 10"], 8, 1),
    Case(
        "a hint between two tries narrows the gap", ["ask a", "answer a 5", "hint a 1", "answer a 10"], 7, 1
    ),
    Case(
        "hints on one card, the answer on another",
        ["ask a", "hint a 1", "hint a 2", "ask b", "answer b 10"],
        6,
        1,
    ),
    Case("somebody else's hints cost nothing", ["ask a", "Ben: hint a 1", "answer a 10"], 10, 1),
    Case(
        "a hint after the answer arrived costs nothing, also if that is graded later",
        ["ask a", "send a 10 as early", "wait 1 s", "hint a 1", "settle early"],
        10,
        1,
    ),
    Case(
        "two cards, the same question, the same moment",
        ["ask a", "ask b", "answer a 5", "answer b 10"],
        8,
        1,
    ),
    Case(
        "reveal and ask again: nothing, but the day counts",
        ["ask a", "reveal a", "ask b", "answer b 10"],
        0,
        1,
    ),
    Case(
        "a reveal between an answer's arrival and its grade takes nothing away",
        ["ask a", "send a 10 as early", "wait 1 s", "reveal a", "settle early"],
        10,
        1,
    ),
    Case("somebody else's reveal locks nothing", ["ask a", "Ben: reveal a", "answer a 10"], 10, 1),
    Case(
        "29 days after a reveal nothing is paid",
        ["ask a", "reveal a", "wait 29 days", "ask b", "answer b 10"],
        0,
        1,
    ),
    Case(
        "31 days after a reveal the question is open again",
        ["ask a", "reveal a", "wait 31 days", "ask b", "answer b 10"],
        10,
        1,
    ),
    Case(
        "a hint after the reveal earns nothing back", ["ask a", "reveal a", "hint a 1", "answer a 10"], 0, 1
    ),
    Case(
        "a hint within the lock costs nothing, also after it",
        ["ask a", "reveal a", "wait 10 days", "hint a 1", "wait 21 days", "ask b", "answer b 10"],
        10,
        1,
    ),
    Case(
        "practising a locked question costs nothing later",
        [
            "ask a",
            "answer a 5",
            "reveal a",
            "wait 20 days",
            "ask b",
            "answer b 9",
            "wait 11 days",
            "ask c",
            "answer c 10",
        ],
        10,
        1,
    ),
    Case(
        "after 31 days the question is new: the rest is paid in full",
        ["ask a", "answer a 5", "wait 31 days", "ask b", "answer b 10"],
        10,
        1,
    ),
    Case(
        "farming one question over 90 days pays once",  # the freeze is for the seventh of the nine days
        ["ask a", "answer a 10", *["wait 11 days", "ask a", "answer a 10"] * 8],
        10,
        1,
        1,
    ),
    Case(
        "after 91 days it is paid again",
        ["ask a", "answer a 10", "wait 91 days", "ask b", "answer b 10"],
        20,
        1,
    ),
    Case(
        "an answer of nothing does not cash in what an old one was worth",
        ["ask a", "answer a 10", *["wait 23 days", "ask a", "answer a 0"] * 4],
        10,
        0,
    ),
    Case(
        "a withheld grade earns the day only, and is no first try",
        ["ask a", "answer a withheld", "answer a 10"],
        10,
        1,
    ),
    Case("an answer in another language is no try and no day", ["ask a", "answer a foreign"], 0, 0),
    Case(
        "after one in another language comes the first try", ["ask a", "answer a foreign", "answer a 9"], 9, 1
    ),
    Case(
        "an answer that a crash made late is still the first try",
        ["ask a", "send a 10 as early", "wait 1 h", "answer a 5", "settle early"],
        10,
        1,
    ),
    Case(
        "a late answer cannot be paid on top of a better one",
        ["ask a", "send a 10 as early", "wait 1 h", "answer a 10", "settle early"],
        10,
        1,
    ),
    Case(
        "a friend's copy earns nothing, not even the day",
        ["Ben: ask a", "Ben: answer a copy", "answer a copy"],
        0,
        0,
    ),
    Case("whoever was copied keeps everything", ["ask a", "answer a copy", "Ben: answer a copy"], 9, 1),
    Case("the model answer, looked up and pasted", ["ask a", "reveal a", "answer a model"], 0, 0),
    Case(
        '"thanks!" in the DM after the verdict is no answer',
        ["ask a basic dm", "type a score 9 it is so", "no: type a thanks!"],
        9,
        1,
        server=0,
    ),
    Case(
        '"thanks!" in the DM before the answer costs nothing',
        ["ask a basic dm", "no: type a thanks!", "type a score 9 it is so"],
        9,
        1,
        server=0,
    ),
    Case(
        '"thanks!" in the DM does not answer an older question that was left open',
        [
            "ask a basic dm",
            "ask b filler dm",
            "type b score 9 it is so",
            "no: type a thanks a lot!",
            "answer a 8",
        ],
        17,
        1,
        server=0,
    ),
    Case(
        "what was asked in the DM counts everywhere but in no server",
        ["ask a basic dm", "answer a 8"],
        8,
        1,
        server=0,
    ),
    Case(
        "so does what was asked in a server without Hotseat",
        ["ask a basic elsewhere", "answer a 8"],
        8,
        1,
        server=0,
    ),
    Case(
        "a private question counts in its server, and for nobody else",
        ["ask a basic private", "no: Ben: answer a 9", "answer a 8"],
        8,
        1,
    ),
]
STREAKS = [
    Case("1.5 of 10 is no practice", ["ask a", "answer a 1.5"], 2, 0),
    Case(
        "a finished review counts, however badly it went",
        ["ask a", "answer a 3", "wait 1 day", "review r", "answer r 1"],
        3,
        2,
    ),
    Case(
        "half of a review does not",
        [
            "ask a",
            "answer a 3",
            "ask b filler",
            "answer b 3",
            "wait 1 day",
            "review r",
            "answer r 1",
            "wait 1 day",
        ],
        6,
        0,
    ),
    Case(
        "nor does one in which nothing was right",
        ["ask a", "answer a 3", "wait 1 day", "review r", "answer r 0", "wait 1 day"],
        3,
        0,
    ),
    Case(
        "nor one that is looked up",
        ["ask a", "answer a 3", "wait 1 day", "review r", "reveal r", "no: review s", "wait 1 day"],
        3,
        0,
    ),
    Case(
        "a review that a crash settles late counts on its day",
        ["ask a", "answer a 3", "wait 1 day", "review r", "send r 1 as early", "wait 1 day", "settle early"],
        3,
        2,
    ),
    Case("2 of 10 is", ["ask a", "answer a 2"], 2, 1),
    Case(
        "03:59 and 04:01 are two days",
        ["clock 03-03 03:59", "ask a", "answer a 8", "clock 03-03 04:01", "answer a 7"],
        8,
        2,
    ),
    Case(
        "23:59 and 03:59 are one",
        ["clock 03-03 23:59", "ask a", "answer a 8", "clock 03-04 03:59", "answer a 7"],
        8,
        1,
    ),
    Case(
        "a missed day ends a streak without freezes",
        ["practise 5 days", "wait 1 day", "practise 1 days"],
        0,
        1,
    ),
    Case("the seventh day brings a freeze", ["practise 7 days"], 0, 7, 1),
    Case("the fourteenth another", ["practise 14 days"], 0, 14, 2),
    Case("no more than two are held", ["practise 21 days"], 0, 21, 2),
    Case(
        "days that ever counted bring freezes, not only those in a row",
        ["practise 4 days", "wait 3 days", "practise 3 days"],
        0,
        3,
        1,
    ),
    Case("a gap of one day takes one", ["practise 14 days", "wait 1 day", "practise 1 days"], 0, 15, 1),
    Case("a gap of two days takes both", ["practise 14 days", "wait 2 days", "practise 1 days"], 0, 15, 0),
    Case(
        "a gap of three days takes none, and the streak",
        ["practise 14 days", "wait 3 days", "practise 1 days"],
        0,
        1,
        2,
    ),
    Case(
        "a freeze does not outlive what it was spent on",
        ["practise 14 days", "wait 1 day", "practise 1 days", "wait 2 days", "practise 1 days"],
        0,
        1,
        1,
    ),
    Case(
        "a day on which the bot was away for long is nobody's fault",
        ["practise 3 days", "away 3 h", "wait 21 h", "practise 1 days"],
        0,
        4,
    ),
    Case("two hours are not long", ["practise 3 days", "away 2 h", "wait 22 h", "practise 1 days"], 0, 1),
    Case(
        "amnesty comes before freezes",
        ["practise 7 days", "away 3 h", "wait 21 h", "practise 1 days"],
        0,
        8,
        1,
    ),
    Case("two days in a row are forgiven", ["practise 3 days", "away 2 days", "practise 1 days"], 0, 4),
    Case("a third is not", ["practise 3 days", "away 3 days", "practise 1 days"], 0, 1),
    Case("a third needs a freeze", ["practise 7 days", "away 3 days", "practise 1 days"], 0, 8, 0),
    Case(
        "an outage over the turn of the day, under two hours on each side",
        ["practise 3 days", "wait 14.5 h", "away 3 h", "wait 30.5 h", "practise 1 days"],
        0,
        1,
    ),
    Case(
        "over the turn of the day, with the longer part on the missed day",
        ["practise 3 days", "clock 03-06 03:30", "away 3 h", "clock 03-06 12:00", "practise 1 days"],
        0,
        1,
    ),
    Case(
        "a sleeping laptop owes nobody a day",
        [*["practise 1 days", *SLEEPING_LAPTOP] * 5, *SLEEPING_LAPTOP, "practise 1 days"],
        0,
        1,
    ),
    Case(
        "nor does a bot that was installed this week",
        ["installed now", "practise 3 days", "away 3 h", "wait 21 h", "practise 1 days"],
        0,
        1,
    ),
    Case(
        "an answer that a crash made late still holds its day",
        ["ask a", "wait 1 day", "send a 8 as early", "wait 1 day", "practise 1 days", "settle early"],
        8,
        2,
    ),
    Case(
        "days without a grade do not count, and the one before is not lost today",
        ["practise 2 days", "ask a", "reveal a"],
        0,
        2,
    ),
]
CARD = "ask a filler"
WITHHELD = "answer a withheld"  # makes a day count and earns nothing
ZONES = [
    # 18:59 UTC is 03:59 in Tokyo.
    Case(
        "the first zone chosen is in force after the current day",
        ["clock 03-03 12:00", "zone Asia/Tokyo", "practise 1 days", "clock 03-04 18:59"],
        0,
        1,
    ),
    Case(
        "and then days end by its clock",
        ["clock 03-03 12:00", "zone Asia/Tokyo", "practise 1 days", "clock 03-04 19:01"],
        0,
        0,
    ),
    Case(
        "a second change within seven days is refused",
        ["zone Asia/Tokyo", "wait 6 days", "no: zone Europe/Berlin", "wait 1 day", "zone Europe/Berlin"],
        0,
        0,
    ),
    # 08:59 UTC is 03:59 in New York. In Tokyo it would be the third already.
    Case(
        "a change that is still to come may be corrected",
        [CARD, WITHHELD, "zone Asia/Tokyo", "zone America/New_York", "clock 03-03 08:59", WITHHELD],
        0,
        1,
    ),
    Case(
        "the corrected one is the one that counts",
        [CARD, WITHHELD, "zone Asia/Tokyo", "zone America/New_York", "clock 03-03 09:00", WITHHELD],
        0,
        2,
    ),
    # Pago Pago is 25 hours behind Kiritimati: after the 11th comes the 13th. The first noon there is still the second.
    Case(
        "a date that a change of zone skips needs no freeze",
        [
            "zone Pacific/Pago_Pago",
            "practise 10 days",
            "zone Pacific/Kiritimati",
            "practise 2 days",
        ],
        0,
        11,
        1,
    ),
    Case(
        "a skip that was corrected away bridges nothing",
        [
            "zone Pacific/Pago_Pago",
            "practise 10 days",
            "zone Pacific/Kiritimati",
            "wait 1 min",
            "zone Pacific/Pago_Pago",
            "practise 1 days",
            "wait 1 day",
            "practise 1 days",
        ],
        0,
        11,
        0,
    ),
    Case(
        "hopping west: the same date again counts once",
        [CARD, WITHHELD, "zone Pacific/Honolulu", "clock 03-03 05:00", WITHHELD],
        0,
        1,
    ),
    Case(
        "hopping west brings no missed date back",
        ["practise 2 days", "wait 1 day", "zone Pacific/Honolulu", "clock 03-06 05:00", CARD, WITHHELD],
        0,
        1,
    ),
    # The 10th is missed in Kiritimati; when the 11th ends there, it is 03:00 of the 11th in Pago Pago.
    Case(
        "not even across the date line",
        [
            "zone Pacific/Kiritimati",
            "clock 03-08 12:00",
            "practise 2 days",
            "wait 1 day",
            "zone Pacific/Pago_Pago",
            "clock 03-11 14:30",
            CARD,
            WITHHELD,
        ],
        0,
        1,
    ),
    Case(
        "hopping east and back: as many days as the calendar has",
        [
            "zone Asia/Tokyo",
            "practise 7 days",
            "zone America/Los_Angeles",
            "practise 7 days",
        ],
        0,
        14,
        2,
    ),
]
CASES = [*POINTS, *STREAKS, *ZONES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_golden_table(core: House, case: Case):
    world = World(core)
    for line in case.story:
        await world.tell(line)
    view = await core.progress.streak(ANN.id)
    board = await core.progress.board(GUILD, ANN.id, ANN.name, Period.ALL)
    server = board.own.points if board.own else 0
    expected: Mapping[str, int] = {
        "points": case.points,
        "server": case.points if case.server is None else case.server,
        "streak": case.streak,
        "freezes": case.freezes,
    }
    assert {
        "points": view.points,
        "server": server,
        "streak": view.today,
        "freezes": view.freezes,
    } == expected
    before = await core.derived()
    await core.rebuild()
    assert await core.derived() == before


def test_names_are_told_apart():
    assert len({case.name for case in CASES}) == len(CASES)
