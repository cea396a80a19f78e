"""News: what a member is to be told at their next use, once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.clock import milliseconds, moment
from bot.storage.database import Connection, queries

_sql = queries("news")

Kind = Literal["regraded", "reminders stopped"]
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell; what `detail` holds depends on the kind."""

    id: int
    kind: Kind
    at: datetime
    detail: Json = field(default_factory=dict[str, object])


def add(
    connection: Connection, member_id: int, kind: Kind, now: datetime, detail: Json | None = None
) -> None:
    """Keep something to tell the member. A running bot hears of it by `engine.news.News.expect`, after this step."""
    plain = json.dumps(detail or {}, ensure_ascii=False)
    _sql.add(connection, member_id=member_id, kind=kind, at=milliseconds(now), detail=plain)


def untold(connection: Connection, member_id: int, most: int) -> Sequence[News]:
    """What the member was not told yet, oldest first."""
    rows = _sql.untold(connection, member_id=member_id, most=most)
    return [News(row["id"], row["kind"], moment(row["at"]), json.loads(row["detail"])) for row in rows]


def told(connection: Connection, member_id: int, last: int, now: datetime) -> None:
    """The member was told everything up to the news with the id `last`."""
    _sql.told(connection, member_id=member_id, last=last, now=milliseconds(now))


def waiting_members(connection: Connection) -> set[int]:
    """Ids of the members who are to be told something."""
    return {row["member_id"] for row in _sql.waiting_members(connection)}
