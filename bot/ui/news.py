"""Tells members what happened while they were away, after whatever they asked for now."""

import logging
from collections.abc import Sequence

from bot.client import Interaction
from bot.engine.news import Regraded, Told
from bot.engine.wording import plural
from bot.errors import StorageError
from bot.ui.base import Card, person, texts
from bot.ui.text import clip
from bot.ui.verdicts import NOT_DELIVERED

log = logging.getLogger(__name__)

SHOWN = 10
TITLE_LIMIT = 80
REMINDERS_STOPPED = """### Reminders are off
I could not write to you: your DMs are closed to me. So I switched your reminders off. To have them again, allow messages \
from members of a server we share and switch them on in `/settings`."""

# Members who are being told at this moment, so that nobody hears it twice.
_listening: set[int] = set()


async def show_news(interaction: Interaction) -> None:
    """One card with all there is to tell, if there is anything."""
    bot, who = interaction.client, person(interaction.user)
    if who.id in _listening:
        return
    _listening.add(who.id)
    try:
        what = await bot.news.owed(who)
        if what is None:
            return
        await interaction.followup.send(view=news_card(what), ephemeral=True)
        await bot.news.told(who, what)
    except (*NOT_DELIVERED, StorageError) as error:
        log.warning("What member %s is to be told goes on waiting: %s", who.id, error)
    finally:
        _listening.discard(who.id)


def news_card(what: Told) -> Card:
    """Everything in one card."""
    parts = [_regraded(what.regraded)] if what.regraded else []
    if what.reminders_stopped:
        parts.append(REMINDERS_STOPPED)
    return Card(*texts(*parts))


def _regraded(changed: Sequence[Regraded]) -> str:
    # What changed most comes first; of many the rest is only counted.
    by_change = sorted(changed, key=lambda one: -abs((one.after or 0.0) - (one.before or 0.0)))
    lines = [_line(one) for one in by_change[:SHOWN]]
    if len(changed) > SHOWN:
        lines.append(f"and {plural(len(changed) - SHOWN, 'more answer')}")
    points = sum(one.points for one in changed)
    added = f" That adds **{plural(points, 'point')}** to where you earned the rest." if points else ""
    return (
        "### I graded you again\n"
        "Questions that you answered were improved since, so I read your answers once more.\n"
        + "\n".join(lines)
        + f"\n-# Nobody loses points by that.{added} `/why` shows what is behind a grade."
    )


def _line(one: Regraded) -> str:
    points = f", +{plural(one.points, 'point')}" if one.points else ""
    return f"- {clip(one.title, TITLE_LIMIT)}: {_score(one.before)} → {_score(one.after)}{points}"


def _score(score: float | None) -> str:
    return "no number" if score is None else f"**{score:g}**"
