"""Whatever happened, and in whatever order it was settled: a rebuild from the ledger gives equal tables."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from bot.domain.zone import local_day
from bot.engine.practice import Person, Place
from bot.engine.reviews import Review
from bot.errors import UserError
from bot.storage.members import Wishes
from tests.engine.conftest import QUESTIONS, House

STEPS = 3000
PEOPLE = [Person(number, f"Member {number}") for number in range(1, 6)]
PLACES = [Place(10, 100, dm=False), Place(20, 200, dm=False), Place(30, None, dm=True)]
CITIES = ["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"]
ANSWERS = [*(f"score {half / 2:g}" for half in range(21)), "withheld", "foreign"]


class Life:
    """Takes random steps in a house; `chances` weighs them."""

    def __init__(self, house: House, dice: Random) -> None:
        self.house = house
        self.dice = dice
        self.asks: list[int] = []
        self.received: list[int] = []
        self.settled: list[tuple[int, int, Person]] = []
        self.chances: Mapping[Callable[[Person], Awaitable[None]], int] = {
            self.ask: 15,
            self.answer: 40,
            self.receive: 3,
            self.settle: 2,
            self.hint: 6,
            self.reveal: 2,
            self.pass_on: 2,
            self.rate: 2,
            self.review: 6,
            self.dispute: 1,
            self.share: 1,
            self.wish: 2,
            self.wait: 16,
            self.be_away: 2,
        }

    async def step(self) -> None:
        """One thing happens; what is refused happens not."""
        [kind] = self.dice.choices(list(self.chances), list(self.chances.values()))
        with suppress(UserError):
            await kind(self.dice.choice(PEOPLE))

    async def ask(self, person: Person) -> None:
        place, private = self.dice.choice(PLACES), self.dice.random() < 0.1
        self.asks.append(
            await self.house.ask(self.dice.choice(list(QUESTIONS)), person, place, private=private)
        )

    async def receive(self, person: Person) -> None:
        text = f"{self.dice.choice(ANSWERS)}, in the step {len(self.asks)} {self.dice.random()}"
        probe = 0 if self.dice.random() < 0.1 else None
        self.received.append((await self.house.receive(self._card(), text, person, probe=probe)).id)

    async def settle(self, _: Person) -> None:
        """Not the one that came first, but any: a crash keeps no order."""
        if self.received:
            answer_id = self.received.pop(self.dice.randrange(len(self.received)))
            answer = (await self.house.answering.settle(answer_id)).answer
            self.settled.append((answer.ask_id, answer.id, PEOPLE[answer.member_id - 1]))

    async def answer(self, person: Person) -> None:
        waiting, self.received = self.received, []
        try:
            await self.receive(person)
            await self.settle(person)
        finally:
            self.received += waiting

    async def hint(self, person: Person) -> None:
        await self.house.practice.hint(self._card(), person, self.dice.randint(1, 3))

    async def reveal(self, person: Person) -> None:
        await self.house.practice.reveal(self._card(), person)

    async def pass_on(self, person: Person) -> None:
        await self.house.practice.pass_on(self._card(), person)

    async def rate(self, person: Person) -> None:
        rating = self.dice.choice(("missed", "partly", "got it"))
        await self.house.sittings.rate(self._card(), self.house.new_id(), person, rating)

    async def review(self, person: Person) -> None:
        found = await self.house.reviews.next(
            self.house.new_id(), person, self.dice.choice(PLACES), beyond=True
        )
        if isinstance(found, Review):
            self.asks.append(found.asked.ask.id)

    async def dispute(self, _: Person) -> None:
        if self.settled:
            ask_id, answer_id, author = self.dice.choice(self.settled)
            graded = await self.house.sittings.graded(ask_id, answer_id, author)
            await self.house.sittings.dispute(graded, author, ["first", "second"], "I said so.")

    async def share(self, _: Person) -> None:
        if self.settled:
            ask_id, answer_id, author = self.dice.choice(self.settled)
            with suppress(UserError):  # shared already
                await self.house.sittings.shared(
                    await self.house.sittings.to_share(ask_id, answer_id, author, 100), author
                )

    async def wish(self, person: Person) -> None:
        wishes = Wishes(self.dice.random() < 0.7, self.dice.random() < 0.5)
        await self.house.preferences.save(person, wishes, self.dice.choice(["", *CITIES]))

    async def wait(self, _: Person) -> None:
        self.house.clock.time += timedelta(hours=self.dice.choice((0, 1, 3, 8, 20, 24, 24, 48, 72)))
        await self.house.be_up()

    async def be_away(self, _: Person) -> None:
        self.house.clock.time += timedelta(hours=self.dice.choice((1, 3, 20, 50)))
        await self.house.be_back()

    def _card(self) -> int:
        """Mostly a card of late; members meet the same questions again on many cards."""
        if not self.asks:
            raise UserError("Nothing was asked yet.")
        return self.dice.choice(self.asks[-8:])


@pytest.mark.parametrize("seed", [1])
async def test_a_rebuild_equals_what_grew_step_by_step(core: House, seed: int):
    life = Life(core, Random(seed))
    for _ in range(STEPS):
        await life.step()
    grown = await core.derived()
    await core.rebuild()
    assert await core.derived() == grown
    # Nor is it equal because nothing happened.
    [(late,)] = await core.rows(
        "SELECT count(*) FROM ledger AS one JOIN ledger AS other USING (member_id)"
        " WHERE one.streak_day AND other.streak_day AND one.at < other.at AND one.seq > other.seq"
    )
    assert late > 50
    kinds = {kind for (kind,) in await core.rows("SELECT DISTINCT kind FROM ledger")}
    assert kinds >= {
        "asked",
        "graded",
        "hinted",
        "revealed",
        "passed",
        "rated",
        "disputed",
        "shared",
        "zoned",
        "reviewed",
    }
    assert {bool(freezes) for (freezes,) in await core.rows("SELECT freezes FROM streak")}


async def test_the_tables_say_what_the_ledger_says(core: House):
    """The sums again, told by SQL alone."""
    life = Life(core, Random(2))
    for _ in range(600):
        await life.step()
    for guild, where in ((0, "1"), (100, "guild_id = 100"), (200, "guild_id = 200")):
        earned = await core.rows(
            f"SELECT member_id, sum(points) FROM ledger WHERE {where} AND points > 0 GROUP BY 1 ORDER BY 1"  # noqa: S608
        )
        shown = await core.rows(
            "SELECT member_id, points FROM standing WHERE guild_id = ? AND period = 'all' ORDER BY 1", guild
        )
        assert shown == earned
        assert earned
    for table in ("sitting", "seen", "streak"):
        assert await core.rows(f"SELECT * FROM {table}")  # noqa: S608
    days = await core.rows(
        "SELECT member_id, count(DISTINCT local_date) FROM ledger WHERE streak_day = 1 GROUP BY 1"
    )
    kept = dict(await core.rows("SELECT member_id, best FROM streak"))
    assert all(kept[member] <= number for member, number in days)


async def test_a_rebuild_of_nothing_is_nothing(core: House):
    await core.rebuild()
    assert not any((await core.derived()).values())


async def test_rebuilding_twice_changes_nothing(core: House):
    ask_id = await core.ask()
    await core.practice.hint(ask_id, PEOPLE[0], 1)
    await core.answer(ask_id, "score 7", PEOPLE[0])
    once = await core.derived()
    for _ in range(2):
        await core.rebuild()
        assert await core.derived() == once
    assert local_day(core.clock.now(), "UTC").isoformat() == once["streak"][0][3]
