"""Whether the people on a server's boards are still there, as far as we know."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.clock import milliseconds
from bot.storage.database import Connection, queries

_sql = queries("presence")


def due(
    connection: Connection, guild_id: int, member_ids: Sequence[int], before: datetime, most: int
) -> Sequence[int]:
    """Of these members those who were not looked up after `before`, then such who had left then; `most` in all."""
    stamp, wanted = milliseconds(before), json.dumps(list(member_ids))
    shown = [
        row["member_id"] for row in _sql.due(connection, guild_id=guild_id, members=wanted, before=stamp)
    ]
    gone = _sql.left_before(connection, guild_id=guild_id, before=stamp, most=most)
    return list(dict.fromkeys([*shown, *(row["member_id"] for row in gone)]))[:most]


def note(connection: Connection, guild_id: int, member_id: int, now: datetime, *, here: bool) -> bool:
    """Keep what a look-up said; True if that is news (nobody has left until it is said). Nothing for somebody unknown."""
    known = _sql.get(connection, guild_id=guild_id, member_id=member_id)
    _sql.note(connection, guild_id=guild_id, member_id=member_id, here=int(here), now=milliseconds(now))
    return here != (known is None or bool(known))
