"""Shares as text bars, and pictures with words for those who do not see them."""

import io
from collections.abc import Sequence

import discord

from bot.ui.base import Card
from bot.ui.text import clip, visible

COLUMNS = 28  # of a code block on a phone
BAR_LENGTH = 23
ALT_LIMIT = 1024


def bars(shares: Sequence[tuple[str, float]]) -> str:
    """A label and a bar below it for each share (0-1); empty without any."""
    return "\n".join(
        f"{visible(label)[:COLUMNS]}\n{'█' * round(BAR_LENGTH * share):<{BAR_LENGTH}} {share:>4.0%}"
        for label, share in shares
    )


def in_words(shares: Sequence[tuple[str, float]]) -> str:
    """The same in a sentence."""
    return ", ".join(f"{label} {share:.0%}" for label, share in shares)


def picture_in(
    picture: bytes | None, alt: str, name: str
) -> tuple[list[discord.File], list[discord.ui.MediaGallery[Card]]]:
    """A picture as a file and as what shows it, both empty where there is none."""
    if picture is None:
        return [], []
    told = clip(alt, ALT_LIMIT)
    item = discord.MediaGalleryItem(f"attachment://{name}", description=told)
    return [discord.File(io.BytesIO(picture), name, description=told)], [discord.ui.MediaGallery(item)]
