"""What members are told at their next use: that grades of theirs changed, that reminders stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from bot.clock import Clock
from bot.engine.practice import Person
from bot.storage import news
from bot.storage.database import Database

AT_ONCE = 500  # what one card sums up; who has more to hear is told the rest at the use after that


@dataclass(frozen=True, slots=True)
class Regraded:
    """A grade that changed with its question: scores (0-10, None: withheld) before and after, points added."""

    title: str
    before: float | None
    after: float | None
    points: int


@dataclass(frozen=True, slots=True)
class Told:
    """All that one member is to be told now; `last` is what `told` takes back."""

    regraded: Sequence[Regraded]
    reminders_stopped: bool
    last: int


class News:
    """Keeps who is to be told something."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        # Members who may have something to hear, so that nobody else costs a query: a cache of what the database says.
        self._waiting: set[int] = set()

    async def load(self) -> None:
        """Look who is to be told something; called once, at the start."""
        self._waiting |= await self._database.read(news.waiting_members)

    def expect(self, member_id: int) -> None:
        """There is something new to tell this member."""
        self._waiting.add(member_id)

    async def owed(self, person: Person) -> Told | None:
        """What the member is to be told, or None."""
        if person.id not in self._waiting:
            return None
        found = await self._database.read(news.untold, person.id, AT_ONCE)
        if not found:
            self._waiting.discard(person.id)
            return None
        regraded = [_regraded(one.detail) for one in found if one.kind == "regraded"]
        return Told(regraded, any(one.kind == "reminders stopped" for one in found), found[-1].id)

    async def told(self, person: Person, what: Told) -> None:
        """The member has heard it."""
        await self._database.write(news.told, person.id, what.last, self._clock.now())


def detail(one: Regraded) -> news.Json:
    """How a changed grade is kept until its member was told."""
    return {"title": one.title, "before": one.before, "after": one.after, "points": one.points}


def _regraded(kept: news.Json) -> Regraded:
    plain = cast("dict[str, Any]", kept)
    return Regraded(plain["title"], plain["before"], plain["after"], plain["points"])
