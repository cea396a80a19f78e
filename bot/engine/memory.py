"""Spaced repetition: what an event says about how well its member knows a question, worked out by FSRS."""

from datetime import UTC, date, datetime, time

from fsrs import Card, Rating, Scheduler, State

from bot.clock import milliseconds
from bot.domain.grade import NO_TRY
from bot.domain.memory import SELF_RATED, Memory, Recall, recalled
from bot.storage import ledger, reviews
from bot.storage.database import Connection

# Without dice and without steps of minutes: a rebuild comes to the same, and a day has one review of a question.
_SCHEDULER = Scheduler(enable_fuzzing=False, learning_steps=(), relearning_steps=())
_NO_TRY = {flag.value for flag in NO_TRY}
_ANY_CARD = 1  # the library would wait a millisecond to make up an id


def follow(connection: Connection, event: ledger.Event) -> None:
    """What an event on a question changes about its member's card of it: nothing, for most kinds."""
    recall = _recall(event)
    if recall is None or event.ask_id is None or event.question_id is None:
        return
    sitting = reviews.sitting(connection, event.ask_id, event.member_id)
    if sitting.recalled:
        return
    shown = sitting.revealed_at is not None and sitting.revealed_at <= milliseconds(event.at)
    if event.kind == "graded" and shown:  # copied out, as like as not; how they rate themselves still counts
        return
    reviews.set_recalled(connection, event.ask_id, event.member_id, event.at)
    before = reviews.get(connection, event.member_id, event.question_id)
    day = date.fromisoformat(event.local_date)
    if before is None or before.reviewed_on < day:
        reviews.put(connection, event.member_id, event.question_id, after(before, recall, day))


def after(before: Memory | None, recall: Recall, day: date) -> Memory:
    """The card after a review on that local day, which must be a later one than that of the review before."""
    if before is None:
        card = Card(_ANY_CARD, due=_noon(day))
    else:
        card = Card(
            _ANY_CARD,
            State.Review,
            stability=before.stability,
            difficulty=before.difficulty,
            due=_noon(before.due),
            last_review=_noon(before.reviewed_on),
        )
    card, _ = _SCHEDULER.review_card(card, Rating(recall), _noon(day))
    if card.stability is None or card.difficulty is None:
        raise AssertionError("a reviewed card has both")
    lapses = 0 if before is None else before.lapses + (recall is Recall.AGAIN)
    return Memory(card.due.date(), day, card.stability, card.difficulty, lapses)


def _recall(event: ledger.Event) -> Recall | None:
    if event.kind == "rated":
        return SELF_RATED[str(event.detail["rating"])]
    if event.kind != "graded" or event.score is None:
        return None
    flags = event.detail.get("flags", ())
    if isinstance(flags, list | tuple) and _NO_TRY.intersection(flags):  # pyright: ignore[reportUnknownArgumentType] - JSON
        return None
    return recalled(event.score, event.hints)


def _noon(day: date) -> datetime:
    """The library counts whole days between moments; these lie whole days apart."""
    return datetime.combine(day, time(12), UTC)
