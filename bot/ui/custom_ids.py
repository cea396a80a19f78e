"""Addresses of buttons and forms: what is built here is matched here, and nowhere else."""

from enum import StrEnum


class Verb(StrEnum):
    """What a button can do with an ask."""

    ANSWER = "answer"
    REVEAL = "reveal"


ASK_PATTERN = rf"ask:(?P<id>[0-9]{{1,19}}):(?P<verb>{'|'.join(Verb)})"
FORM_PATTERN = r"ask:(?P<id>[0-9]{1,19}):submit"

# Fields within the answer form.
ANSWER_TEXT = "answer"
ANSWER_SURE = "sure"


def ask_address(ask_id: int, verb: Verb) -> str:
    """`ask:<id>:<verb>`, matched by ASK_PATTERN."""
    return f"ask:{ask_id}:{verb}"


def form_address(ask_id: int) -> str:
    """`ask:<id>:submit`, matched by FORM_PATTERN."""
    return f"ask:{ask_id}:submit"
