"""Addresses of buttons and forms: what is built here is matched here, and nowhere else."""

import re
from enum import StrEnum

from bot.domain.scoring import Measure, Period


class Verb(StrEnum):
    """What a button can do with an ask. Some take an argument, a number."""

    ANSWER = "answer"
    HINT = "hint"  # argument: the stage
    REVEAL = "reveal"  # argument 1: also if that gives up an open daily's points
    PASS = "pass"  # noqa: S105 - no password
    NEXT = "next"
    FOLLOW_UP = "follow-up"
    COVERED = "covered"  # argument: the answer
    SHARE = "share"  # argument: the answer
    SHARED = "shared"  # argument: which of the answers that were shared, from 0
    WITHDRAW = "withdraw"  # argument: the answer
    RATE = "rate"  # argument: 0 missed, 1 partly, 2 got it
    EASIER = "easier"  # puts an easier question of its area


class Round(StrEnum):
    """What a button can do about one's reviews."""

    DUE = "due"  # puts the next one
    BEYOND = "beyond"  # also beyond the day's load
    FRESH = "fresh"  # puts a question that is not due


class Form(StrEnum):
    """What a form does with an ask."""

    SUBMIT = "submit"
    REPLY = "reply"  # argument: the place of the point whose probe it answers
    DISPUTE = "dispute"  # argument: the answer


class Turn(StrEnum):
    """What a button can do with an interview."""

    JOIN = "join"
    LEAVE = "leave"
    START = "start"
    CANCEL = "cancel"
    ON = "on"  # reveal now, or go on to the next question; with the step that it ends
    PAUSE = "pause"
    END = "end"  # asks the host whether they mean it
    STOP = "stop"  # ends it
    MINE = "mine"  # one's own part in a round of the hot seat
    ALOUD = "aloud"  # the candidate has answered by voice
    HERE = "here"  # go on with one's own interview here, without a clock


class Choice(StrEnum):
    """What a member can pick about a candidate's answer; with the number of its round."""

    STARS = "stars"
    TICKS = "ticks"


_ASK = r"ask:(?P<id>[0-9]{1,19})"
_ARGUMENT = r"(?::(?P<argument>[0-9]{1,19}))?"
ASK_PATTERN = rf"{_ASK}:(?P<verb>{'|'.join(Verb)}){_ARGUMENT}"
# What belongs to no ask: a board of one kind, a member's stats, the form for one's settings.
_PANEL = (
    r"(?P<panel>board(?=:server|:global)|settings(?=:change)|privacy(?=:delete)|stats(?=:text|:picture)):"
    rf"(?P<shown>change|delete|(?:text|picture):[0-9]{{1,19}}|(?:server|global):(?:{'|'.join(Period)})(?::{Measure.GAIN})?)"
)
_INTERVIEW = rf"interview:(?P<interview>[0-9]{{1,19}}):(?P<turn>{'|'.join(Turn)})(?::(?P<step>[0-9]{{1,2}}))?"
_REVIEW = rf"review:(?P<round>{'|'.join(Round)})"
BUTTON_PATTERN = rf"(?:{ASK_PATTERN}|{_INTERVIEW}|{_REVIEW}|{_PANEL})"
CHOICE_PATTERN = (
    rf"interview:(?P<interview>[0-9]{{1,19}}):(?P<choice>{'|'.join(Choice)}):(?P<round>[0-9]{{1,2}})"
)
JOIN_FORM_PATTERN = r"interview:(?P<interview>[0-9]{1,19}):joined"
SETTINGS_FORM_PATTERN = r"settings:save"

# Fields within forms.
ANSWER_TEXT = "answer"
ANSWER_SURE = "sure"
DISPUTED_POINTS = "points"
DISPUTE_NOTE = "note"
ZONE = "zone"
WISHES = "wishes"
EXTRA_TIME = "extra"
REMINDERS = "reminders"
CONSENT = "consent"

NO_POINT = "-"  # what is picked to say that no point was heard

CHANGE_SETTINGS = "settings:change"
DELETE_EVERYTHING = "privacy:delete"
SAVE_SETTINGS = "settings:save"


def ask_address(ask_id: int, verb: Verb, argument: int | None = None) -> str:
    """`ask:<id>:<verb>` or `ask:<id>:<verb>:<argument>`, matched by ASK_PATTERN."""
    return f"ask:{ask_id}:{verb}" + ("" if argument is None else f":{argument}")


def interview_address(interview_id: int, turn: Turn, step: int | None = None) -> str:
    """`interview:<id>:<turn>` or `interview:<id>:<turn>:<step>`, matched by BUTTON_PATTERN."""
    return f"interview:{interview_id}:{turn}" + ("" if step is None else f":{step}")


def choice_address(interview_id: int, choice: Choice, number: int) -> str:
    """`interview:<id>:<choice>:<round>`, matched by CHOICE_PATTERN."""
    return f"interview:{interview_id}:{choice}:{number}"


def join_form_address(interview_id: int) -> str:
    """`interview:<id>:joined`, matched by JOIN_FORM_PATTERN."""
    return f"interview:{interview_id}:joined"


def review_address(round_: Round) -> str:
    """`review:<round>`, matched by BUTTON_PATTERN."""
    return f"review:{round_}"


def form_address(ask_id: int, form: Form, argument: int | None = None) -> str:
    """`ask:<id>:<form>` or `ask:<id>:<form>:<argument>`, matched by `form_pattern`."""
    return f"ask:{ask_id}:{form}" + ("" if argument is None else f":{argument}")


def form_pattern(form: Form) -> str:
    """What the addresses of one kind of form look like."""
    return rf"{_ASK}:(?P<form>{form}){_ARGUMENT}"


def ask_and_argument(match: re.Match[str]) -> tuple[int, int]:
    """The ask's id and the argument (0 without one) of an address that was matched."""
    return int(match["id"]), int(match["argument"] or 0)


def board_address(period: Period, measure: Measure = Measure.POINTS, *, everywhere: bool) -> str:
    """`board:<server|global>:<period>` and, by improvement, `:gain`; matched by BUTTON_PATTERN."""
    by = "" if measure is Measure.POINTS else f":{measure}"
    return f"board:{'global' if everywhere else 'server'}:{period}{by}"


def shown_board(shown: str) -> tuple[bool, Period, Measure]:
    """The inverse of `board_address`, for what stands behind `board:`: whether it is the global one, period, measure."""
    scope, period, *by = shown.split(":")
    return scope == "global", Period(period), Measure(by[0]) if by else Measure.POINTS


def stats_address(member_id: int, *, text: bool) -> str:
    """`stats:<text|picture>:<member>`, matched by BUTTON_PATTERN."""
    return f"stats:{'text' if text else 'picture'}:{member_id}"


def shown_stats(shown: str) -> tuple[bool, int]:
    """The inverse of `stats_address`, for what stands behind `stats:`: whether as text, and whose."""
    how, _, member_id = shown.partition(":")
    return how == "text", int(member_id)
