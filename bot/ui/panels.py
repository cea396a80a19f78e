"""The settings panel and its form."""

from typing import Any

import discord

from bot.clock import milliseconds
from bot.engine.preferences import Panel
from bot.storage.members import Wishes
from bot.ui import custom_ids
from bot.ui.base import Card, CardButton, row, texts
from bot.ui.forms import finished_form

ON_BOARDS, ON_GLOBAL_BOARD, STATS_SHOWN, PRIVATE = "boards", "global", "stats", "private"
REMINDERS = "reminders"
EXTRA_TIMES = (0, 25, 50, 100)
REMINDED = "on\n-# A DM in your evening, when your streak is at risk or reviews are due."


def settings_card(panel: Panel) -> Card:
    """A member's settings as they stand."""
    wishes = panel.wishes
    zone = f"**Time zone:** {panel.zone}"
    if panel.next_zone and panel.next_zone_at:
        zone += f"\n-# Changes to {panel.next_zone} at <t:{milliseconds(panel.next_zone_at) // 1000}:f>, when your day ends."
    elif not panel.chosen:
        zone += "\n-# You have not chosen one yet. Your days start at 04:00 there, so it is worth setting."
    extra = f"{wishes.extra_time} % more" if wishes.extra_time else "none"
    lines = [
        zone,
        f"**Server leaderboards:** {'you are shown' if wishes.on_boards else 'you are hidden'}",
        f"**Global leaderboard:** {'you are shown' if wishes.on_global_board else 'you are not on it'}",
        f"**Your `/stats`:** {'others may look at them' if wishes.stats_shown else 'only you see them'}",
        f"**`/ask` in servers:** {'only you see the card' if wishes.private else 'everyone sees the card'}",
        f"**Extra time in interviews:** {extra}\n-# It changes your own deadlines; nobody sees that you have it.",
        f"**Reminders:** {REMINDED if wishes.reminders else 'off'}",
    ]
    head = "### Your settings" + (f"\n⚠️ {panel.trouble}" if panel.trouble else "")
    return Card(*texts(head, *lines), row(CardButton("Change", custom_ids.CHANGE_SETTINGS, primary=True)))


def settings_form(panel: Panel) -> discord.ui.Modal:
    """All settings in one form, filled in as they stand."""
    wishes = panel.wishes
    zone = discord.ui.TextInput[Any](
        custom_id=custom_ids.ZONE,
        # Not before it was chosen: whoever changes something else would choose it by accident.
        default=panel.next_zone or (panel.zone if panel.chosen else None),
        placeholder="Europe/Berlin",
        max_length=60,
        required=False,
    )
    choices = discord.ui.CheckboxGroup[Any](
        custom_id=custom_ids.WISHES, required=False, min_values=0, max_values=4
    )
    choices.add_option(label="Show me on server leaderboards", value=ON_BOARDS, default=wishes.on_boards)
    choices.add_option(
        label="Show me on the global leaderboard", value=ON_GLOBAL_BOARD, default=wishes.on_global_board
    )
    choices.add_option(label="Others may see my /stats", value=STATS_SHOWN, default=wishes.stats_shown)
    choices.add_option(
        label="Ask me in private unless I say otherwise", value=PRIVATE, default=wishes.private
    )
    extra = discord.ui.RadioGroup[Any](custom_id=custom_ids.EXTRA_TIME, required=False)
    for percent in EXTRA_TIMES:
        label = f"{percent} % more" if percent else "None"
        extra.add_option(label=label, value=str(percent), default=percent == wishes.extra_time)
    reminders = discord.ui.CheckboxGroup[Any](
        custom_id=custom_ids.REMINDERS, required=False, min_values=0, max_values=1
    )
    reminders.add_option(label="Remind me in the evening", value=REMINDERS, default=wishes.reminders)
    return finished_form(
        "Your settings",
        custom_ids.SAVE_SETTINGS,
        discord.ui.Label(
            text="Time zone",
            description="A city like Berlin. It changes when your day ends, at most once in 7 days",
            component=zone,
        ),
        discord.ui.Label(text="Who sees what", component=choices),
        discord.ui.Label(text="Extra time in interviews", component=extra),
        discord.ui.Label(
            text="Reminders by DM",
            description="When your streak is at risk or reviews are due; one message a day at most",
            component=reminders,
        ),
    )


def wishes_from(chosen: list[str], extra_time: str, before: Wishes) -> Wishes:
    """What a submitted settings form says (`chosen` are all its ticked boxes); an extra time it does not offer leaves the one `before`."""
    known = {str(percent): percent for percent in EXTRA_TIMES}
    return Wishes(
        ON_BOARDS in chosen,
        ON_GLOBAL_BOARD in chosen,
        PRIVATE in chosen,
        known.get(extra_time, before.extra_time),
        STATS_SHOWN in chosen,
        REMINDERS in chosen,
    )


def sharing_card(*, allowed: bool) -> Card:
    """What a server has set."""
    return Card(
        *texts(
            "### Hotseat in this server",
            "Members may share their graded answers in the channels they can write in."
            if allowed
            else "Members may not share their graded answers here.",
            "-# Change it with `/setup sharing:`. Who may use `/setup` is up to you: Server Settings, Integrations, Hotseat.",
        )
    )
