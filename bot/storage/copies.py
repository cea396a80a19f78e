"""The index in which near-copies of an answer are looked for."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.clock import milliseconds
from bot.storage import answers
from bot.storage.answers import Answer
from bot.storage.asks import FIRST_FOREIGN
from bot.storage.database import Connection, queries

_sql = queries("copies")


def keep(connection: Connection, answer: Answer, hashes: Collection[int]) -> None:
    """From now on `answer` can be found by these fingerprints."""
    rows = [{"ask_id": answer.ask_id, "hash": one, "answer_id": answer.id} for one in hashes]
    if rows:
        _sql.keep(connection, rows)


def candidates(
    connection: Connection, answer: Answer, hashes: Collection[int], most: int, most_in_flight: int
) -> Sequence[str]:
    """Earlier texts of other members to the same ask that `answer` may be a copy of.

    The `most` that share most fingerprints with it, and those that are being graded at this moment.
    """
    if not hashes:  # too short to be judged
        return []
    in_flight = answers.in_flight(connection, answer, most_in_flight)
    rows = _sql.alike(
        connection,
        ask_id=answer.ask_id,
        member_id=answer.member_id,
        id=answer.id,
        hashes=json.dumps(list(hashes)),
        most=most,
    )
    return [*(row["text"] for row in rows), *in_flight]


def forget_oldest(connection: Connection, before: datetime) -> bool:
    """Drop the fingerprints to the oldest ask if it is from before `before`; False if there was nothing to drop."""
    # Our own ids and Discord's each grow with time, but not together.
    stamp = milliseconds(before)
    return any(_sql.forget_oldest(connection, first=first, before=stamp) for first in (0, FIRST_FOREIGN))
