"""The settings panel, and the form behind it."""

import re
from datetime import UTC, datetime

import pytest

from bot.engine.preferences import Panel
from bot.storage.members import Wishes
from bot.ui.custom_ids import BUTTON_PATTERN, SETTINGS_FORM_PATTERN
from bot.ui.panels import EXTRA_TIMES, settings_card, settings_form, sharing_card, wishes_from

SOON = datetime(2026, 3, 3, 3, tzinfo=UTC)
PANELS = [
    Panel("UTC", None, None, False, Wishes()),
    Panel("UTC", "Asia/Kathmandu", SOON, True, Wishes(False, True, True, 100, True, True)),
    Panel(
        "America/Argentina/ComodRivadavia",
        None,
        None,
        True,
        Wishes(extra_time=25),
        "I know no time zone `X`.",
    ),
]


@pytest.mark.parametrize("panel", PANELS)
async def test_a_panel_says_what_is_set_and_its_form_starts_with_it(panel: Panel):
    card = settings_card(panel)
    container = card.to_components()[0]
    text = "\n".join(node["content"] for node in container["components"] if "content" in node)
    assert panel.zone in text
    assert panel.trouble in text
    if panel.next_zone:
        assert panel.next_zone in text
        assert f"<t:{int(SOON.timestamp())}:f>" in text
    (button,) = container["components"][-1]["components"]
    assert re.fullmatch(BUTTON_PATTERN, button["custom_id"])
    form = settings_form(panel).to_dict()
    assert re.fullmatch(SETTINGS_FORM_PATTERN, form["custom_id"])
    zone, choices, extra, reminders = (label["component"] for label in form["components"])
    assert zone.get("value") == (panel.next_zone or (panel.zone if panel.chosen else None))
    boxes = [*choices["options"], *reminders["options"]]
    chosen = [option["value"] for option in boxes if option.get("default")]
    percent = next(option["value"] for option in extra["options"] if option.get("default"))
    assert wishes_from(chosen, percent, Wishes()) == panel.wishes
    for label in form["components"]:
        assert len(label.get("description") or "") <= 100


def test_an_extra_time_that_is_not_offered_changes_nothing():
    before = Wishes(extra_time=50)
    assert wishes_from([], "1000", before).extra_time == 50
    assert wishes_from([], "", before).extra_time == 50
    assert {wishes_from([], str(percent), before).extra_time for percent in EXTRA_TIMES} == set(EXTRA_TIMES)


def test_a_server_reads_what_it_has_set():
    texts = [
        sharing_card(allowed=allowed).to_components()[0]["components"][1]["content"]
        for allowed in (True, False)
    ]
    assert "may share" in texts[0]
    assert "may not share" in texts[1]
