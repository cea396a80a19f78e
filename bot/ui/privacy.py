"""Cards about a member's own data."""

import io
from collections.abc import Sequence

import discord

from bot.engine.export import ARCHIVE, Export
from bot.engine.privacy import COPIES_DAYS
from bot.engine.wording import plural
from bot.storage.privacy import Holdings, SharedPost
from bot.ui.base import Card, CardButton, row, texts
from bot.ui.custom_ids import DELETE_EVERYTHING

CHANNELS_NAMED = 10
NOTHING = "I have nothing stored about you."
COPIES = (
    f"Copies of my database from before an update may still hold it; they are removed after {COPIES_DAYS} days at the latest. "
    "Backups elsewhere are with the people who run me."
)


def nothing_card() -> Card:
    """There is nothing to export or delete."""
    return Card(*texts(NOTHING))


def delete_card(holdings: Holdings, shared: int) -> Card:
    """What would go, counted; does the member mean it?"""
    others = [
        f"{plural(shared, 'answer')} that you share in channels: I remove them there" if shared else "",
        f"{plural(holdings.schedules, 'daily question')} that you set up: posted on, without your name"
        if holdings.schedules
        else "",
        f"{plural(holdings.under_way, 'mock interview')} under way: you leave, and what you lead somebody else leads"
        if holdings.under_way
        else "",
    ]
    return Card(
        *texts(
            "### Delete everything about you?",
            _listed(_counted(holdings)),
            f"**This changes for others**\n{_listed([one for one in others if one])}" if any(others) else "",
            "This cannot be undone. `/privacy export` gives you a copy first.\n"
            "-# What Discord keeps is not mine to delete: messages in your DM, reveals and reports of interviews, with your "
            f"texts if you agreed to that. {COPIES}",
        ),
        row(CardButton("Delete everything", DELETE_EVERYTHING)),
    )


def deleting_card() -> Card:
    """Pressed; it is going on."""
    return Card(
        *texts(
            "### Deleting everything about you …\n-# If this does not change within a minute, use `/privacy delete` once more."
        )
    )


def deleted_card(holdings: Holdings, left: Sequence[SharedPost]) -> Card:
    """It is done; `left` are answers that still stand in channels."""
    channels = sorted({one.channels[0] for one in left})
    named = ", ".join(f"<#{one}>" for one in channels[:CHANNELS_NAMED])
    still = (
        f"⚠️ I could not remove {plural(len(left), 'shared answer')} of yours from {named}. Ask the people who moderate there "
        "to delete what I posted for you."
    )
    return Card(
        *texts(
            "### Everything about you is deleted",
            _listed(_counted(holdings)),
            still if left else "",
            f"-# {COPIES} If you use Hotseat again, you start anew.",
        )
    )


def export_card(export: Export) -> Card:
    """The files, and what is in them."""
    names = [name for name, _ in export.files]
    parts = [
        "everything stored about you (JSON)",
        f"a table of {plural(export.answers, 'graded answer')} (CSV)",
    ]
    if export.cards:
        parts.append(
            f"{plural(export.cards, 'card')} for Anki with what your last answers missed (File, Import; a second import "
            "updates them)"
        )
    packed = (
        "They are packed into one file, since Discord takes no larger ones." if names == [ARCHIVE] else ""
    )
    if export.left_out:
        packed += f" Even so, {plural(export.left_out, 'older answer')} had to be left out."
    return Card(
        *texts(
            "### Your data",
            _listed(parts),
            packed,
            "-# Only you see this message. Save the files: it goes away.",
        ),
        *(discord.ui.File(f"attachment://{name}") for name in names),
        files=[discord.File(io.BytesIO(content), name) for name, content in export.files],
    )


def _counted(holdings: Holdings) -> Sequence[str]:
    found = [
        f"{plural(holdings.answers, 'answer')}, with all grades" if holdings.answers else "",
        f"{plural(holdings.points, 'point')}, {plural(holdings.days, 'day')} that counted for your streak"
        if holdings.points or holdings.days
        else "",
        f"{plural(holdings.reviews, 'question')} in your reviews" if holdings.reviews else "",
        f"your part in {plural(holdings.interviews, 'mock interview')}" if holdings.interviews else "",
        f"{plural(holdings.events, 'record')} of what you did and when" if holdings.events else "",
        "your name and your settings",
    ]
    return [one for one in found if one]


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
