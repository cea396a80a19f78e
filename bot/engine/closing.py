"""What the close of a question that was put to many means for those who took part."""

from collections.abc import Iterable
from datetime import datetime

from bot.engine.derived import record
from bot.engine.practice import event
from bot.storage import answers, members
from bot.storage.asks import Ask
from bot.storage.database import Connection


def lock_some(connection: Connection, ask: Ask, now: datetime, most: int) -> bool:
    """Note the close for some more of those who took part, `most` at once; False once everybody has it.

    From then on the question earns them nothing for 30 days, since its model answer was shown.
    """
    some = answers.open_participants(connection, ask.id, most)
    lock(connection, ask, some, ask.closed_at or now)
    return bool(some)


def lock(connection: Connection, ask: Ask, member_ids: Iterable[int], closed_at: datetime) -> None:
    """Note the close for these members, once."""
    for member_id in member_ids:
        zone = members.settings(connection, member_id).zone.at(closed_at)
        record(connection, event(f"closed:{ask.id}:{member_id}", "closed", ask, member_id, zone, closed_at))
