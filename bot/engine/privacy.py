"""A member's own data: what there is, a copy of it, and its end."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock
from bot.domain.interview import Session
from bot.engine.export import Export, GradedAnswer, package
from bot.engine.library import Library
from bot.engine.settlement import SETTLED
from bot.errors import StorageError
from bot.storage import asks, interviews, notes, privacy
from bot.storage.database import Connection, Database
from bot.storage.interviews import Interview
from bot.storage.migrate import KEEP_COPIES, prune_copies
from bot.storage.privacy import Holdings, Row, SharedPost

log = logging.getLogger(__name__)

TRACES = "traces"  # the note that says whether the files still have to be cleaned
DUE, DONE = "due", "done"
AT_ONCE = 500  # rows that are read in one step
FORGOTTEN_AT_ONCE = 100  # rows with all that belongs to them: about 50 ms
MOST_POSTS = 200
COPIES_DAYS = KEEP_COPIES.days


@dataclass(frozen=True, slots=True)
class Post:
    """A message of the bot in a channel."""

    channel_id: int
    guild_id: int | None
    message_id: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted, and the cards of interviews that ended with it. Unless `clean`, the database's files may still hold
    something of it, until `Privacy.clean` has gone well."""

    holdings: Holdings
    cards: Sequence[Post]
    clean: bool = False


class Privacy:
    """What members may do with their own data."""

    def __init__(self, database: Database, library: Library, clock: Clock) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()

    async def holdings(self, member_id: int) -> Holdings | None:
        """How much is stored about a member; None: nothing."""
        return await self._database.read(privacy.holdings, member_id)

    async def shared(self, member_id: int) -> Sequence[SharedPost]:
        """The answers of a member that stand in channels."""
        return await self._database.read(privacy.shared, member_id, MOST_POSTS)

    async def delete(self, member_id: int) -> Deleted | None:
        """Delete everything about a member; None if there is nothing.

        They leave interviews that go on, and hand over what they lead. Many answers take several steps, so that nobody's
        answer has to wait; once this has begun, `clean` brings it to its end.
        """
        async with self._one_at_a_time:
            deleted = await self._database.write(self._begin, member_id)
            if deleted is None:
                return None
            await self._forget(member_id)
            try:
                await self._clean()
            except StorageError as error:  # it is deleted all the same
                log.warning("What was deleted is still in the database's files: %s", error)
                return deleted
            return replace(deleted, clean=True)

    async def clean(self) -> None:
        """Finish the deletions that an earlier run, or another try, began."""
        async with self._one_at_a_time:
            for member_id in await self._database.read(privacy.leaving):
                await self._forget(member_id)
            await self._clean()

    async def prune_copies(self) -> None:
        """Remove copies from before migrations that are older than a week: they may hold what was deleted since."""
        await asyncio.to_thread(prune_copies, self._database.file.resolve(), self._clock.now())

    async def export(self, member_id: int, limit: int) -> Export | None:
        """A copy of everything about a member, as files of `limit` bytes at most together; None if there is nothing."""
        if not await self._database.read(privacy.is_known, member_id):
            return None
        tables = {
            table: await self._rows(table, columns, member_id)
            for table, columns in (await self._database.read(privacy.tables)).items()
        }
        graded: list[GradedAnswer] = []
        known = [row for row in tables["answer"] if row["outcome"] is not None]
        for start in range(0, len(known), AT_ONCE):
            graded += await self._database.read(self._graded, known[start : start + AT_ONCE])
        seen = await self._database.read(privacy.seen_answers, member_id)
        return await asyncio.to_thread(package, member_id, tables, graded, seen, self._clock.now(), limit)

    async def _rows(self, table: str, columns: Sequence[str], member_id: int) -> Sequence[Row]:
        found: list[Row] = []
        while more := await self._database.read(privacy.rows, table, columns, member_id, len(found), AT_ONCE):
            found += more
        return found

    def _graded(self, connection: Connection, rows: Sequence[Row]) -> Sequence[GradedAnswer]:
        found: list[GradedAnswer] = []
        for row in rows:
            ask, settled = asks.get(connection, row["ask_id"]), SETTLED.validate_json(row["outcome"])
            if ask is not None:  # the schema's foreign key says so
                version = self._library.version(connection, settled.digest or ask.digest)
                found.append(GradedAnswer(row, ask, version.question, settled))
        return found

    async def _forget(self, member_id: int) -> None:
        while await self._database.write(privacy.forget_some, member_id, FORGOTTEN_AT_ONCE):
            pass
        await self._database.write(privacy.finish, member_id, FORGOTTEN_AT_ONCE)

    async def _clean(self) -> None:
        if await self._database.read(notes.get, TRACES) == DUE:
            await self._database.leave_no_trace()
            await self._database.write(notes.put, TRACES, DONE)

    def _begin(self, connection: Connection, member_id: int) -> Deleted | None:
        found, now = privacy.holdings(connection, member_id), self._clock.now()
        if found is None:
            return None
        cards: list[Post] = []
        for interview_id in privacy.interviews(connection, member_id):
            interview = interviews.get(connection, interview_id)
            session = interview.session.tick(now).without(member_id, now)
            if session is not None:
                _go_on_without(connection, interview, session, member_id, now)
                continue
            if not interview.session.over:
                cards += _cards(connection, interview)
            privacy.remove_interview(connection, interview_id, member_id, now)
        privacy.begin(connection, member_id)
        notes.put(connection, TRACES, DUE)
        return Deleted(found, cards)


def _go_on_without(
    connection: Connection, interview: Interview, session: Session, member_id: int, now: datetime
) -> None:
    again_at = interview.again_at if interview.session.over else now
    interviews.save(connection, interview.id, session, again_at)
    privacy.forget_name(connection, interview.id, member_id)


def _cards(connection: Connection, interview: Interview) -> Sequence[Post]:
    """Where members could still press something of it."""
    here, place = interview.channel_id, interview.place_id or interview.channel_id
    found = [] if interview.lobby_id is None else [Post(here, interview.guild_id, interview.lobby_id)]
    found += [
        Post(place, interview.guild_id, one.message_id)
        for one in interviews.rounds(connection, interview.id)
        if one.number == interview.session.round and one.message_id is not None
    ]
    return found
