"""The reminder that a member gets by DM."""

import discord

from bot.client import InterviewBot, log
from bot.domain.streak import LEAST_SCORE
from bot.engine.reminders import Reminder
from bot.engine.wording import plural
from bot.ui.base import Card, CardButton, row, texts
from bot.ui.custom_ids import CHANGE_SETTINGS, Round, review_address
from bot.ui.posts import PACE
from bot.ui.verdicts import WORTH_ANOTHER_TRY, persistently

CANNOT_WRITE, NO_COMMON_SERVER, UNKNOWN_USER = 50007, 50278, 10013
CLOSED = frozenset({CANNOT_WRITE, NO_COMMON_SERVER, UNKNOWN_USER})


class NotSentError(Exception):
    """A reminder has certainly not arrived. `closed`: nor will another one."""

    def __init__(self, *, closed: bool) -> None:
        super().__init__()
        self.closed = closed


async def send(bot: InterviewBot, reminder: Reminder) -> None:
    """Send it. Raises NotSentError where Discord refuses it; one that may have arrived is not sent again."""

    async def once() -> None:
        async with PACE:
            dm = await bot.create_dm(discord.Object(reminder.member_id))
            await dm.send(view=reminder_card(reminder), nonce=f"r{reminder.day}")

    try:
        await persistently(once)
    except WORTH_ANOTHER_TRY as error:
        log.warning("Nobody knows whether the reminder of member %s arrived: %s", reminder.member_id, error)
    except discord.HTTPException as error:
        raise NotSentError(closed=error.code in CLOSED) from error


def reminder_card(reminder: Reminder) -> Card:
    """What there is to do, in one message, and the way to end these."""
    parts: list[str] = []
    if reminder.streak:
        held = " A freeze would hold it." if reminder.freeze else ""
        parts.append(
            f"Your streak of **{plural(reminder.streak, 'day')}** waits for today: one answer of {LEAST_SCORE:g} out of 10 "
            f"keeps it.{held}"
        )
    if reminder.reviews:
        parts.append(
            f"**{plural(reminder.reviews, 'review')}** {'is' if reminder.reviews == 1 else 'are'} due, about "
            f"{plural(reminder.minutes, 'minute')}."
        )
    ask = (
        CardButton("Review", review_address(Round.DUE), primary=True)
        if reminder.reviews
        else CardButton("Ask me one", review_address(Round.FRESH), primary=True)
    )
    head = "### Before the day ends" if reminder.streak else "### Time for a review"
    return Card(
        *texts(head, "\n".join(parts), "-# At most one message a day. **Settings** ends them."),
        row(ask, CardButton("Settings", CHANGE_SETTINGS)),
    )
