"""Rules about the whole tree."""

import re
import subprocess
import sys
from pathlib import Path

from bot.app import EXTENSIONS
from bot.domain.scoring import Measure, Period
from bot.ui.custom_ids import (
    BUTTON_PATTERN,
    CHANGE_SETTINGS,
    CHOICE_PATTERN,
    DELETE_EVERYTHING,
    JOIN_FORM_PATTERN,
    SAVE_SETTINGS,
    SETTINGS_FORM_PATTERN,
    Choice,
    Form,
    Round,
    Turn,
    Verb,
    ask_address,
    board_address,
    choice_address,
    form_address,
    form_pattern,
    interview_address,
    join_form_address,
    review_address,
    stats_address,
)

ROOT = Path(__file__).parent.parent


def test_import_contracts():
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_every_address_matches_exactly_one_pattern():
    forms = [re.compile(form_pattern(form)) for form in Form]
    others = [re.compile(one) for one in (SETTINGS_FORM_PATTERN, JOIN_FORM_PATTERN, CHOICE_PATTERN)]
    patterns = [re.compile(BUTTON_PATTERN), *forms, *others]
    asks = [ask_address(12, verb, number) for verb in Verb for number in (None, 0, 2**63 - 1)]
    boards = [
        board_address(period, measure, everywhere=everywhere)
        for period in Period
        for measure in Measure
        for everywhere in (True, False)
    ]
    boards += [stats_address(2**63 - 1, text=text) for text in (True, False)]
    submitted = [form_address(12, form, number) for form in Form for number in (None, 0, 2**63 - 1)]
    turns = [interview_address(2**63 - 1, turn) for turn in Turn]
    choices = [choice_address(2**63 - 1, choice, number) for choice in Choice for number in (1, 20)]
    reviews = [review_address(round_) for round_ in Round]
    interviews = [*turns, *choices, join_form_address(2**63 - 1)]
    for address in [
        *asks,
        *boards,
        *submitted,
        *reviews,
        *interviews,
        CHANGE_SETTINGS,
        SAVE_SETTINGS,
        DELETE_EVERYTHING,
    ]:
        assert sum(bool(pattern.fullmatch(address)) for pattern in patterns) == 1, address
        assert len(address) <= 100
    for stranger in (
        "answer",
        "ask:1:delete",
        "ask::answer",
        "ask:1:answer:2:3",
        "ask:1:answer:x",
        f"ask:{'9' * 20}:answer",
        "board:change",
        "board:delete",
        "privacy:change",
        "settings:delete",
        "board:server:year",
        "board:text:12",
        "stats:server:week",
        "stats:text",
        "board:server:week:points",
        "settings:server:week",
        "interview:1:stars",
        "interview:1:start:100",
        "interview:1:ticks:100",
    ):
        assert not any(pattern.fullmatch(stranger) for pattern in patterns), stranger


def test_every_button_is_made_in_one_place():
    # A button that is made elsewhere has an address that nobody routes.
    makers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bot").rglob("*.py")
        if "sandbox" not in path.parts
        and re.search(r"custom_id=|ui\.Button\(", path.read_text(encoding="utf-8"))
    ]
    assert sorted(makers) == ["bot/ui/base.py", "bot/ui/forms.py", "bot/ui/panels.py"]


def test_every_command_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    sources = "".join(
        (ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8") for name in EXTENSIONS
    )
    commands = re.findall(r"@app_commands\.command.*?async def (\w+)", sources, flags=re.DOTALL)
    assert {"ask", "leaderboard", "streak", "settings", "setup", "help"} <= set(commands)
    groups = re.findall(r"app_commands\.Group\(\s*name=\"(\w+)\"", sources)
    commands += groups
    assert "daily" in commands
    assert [name for name in commands if f"`/{name}" not in readme] == []


def test_there_are_no_mocks():
    guilty = [
        path
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__)
        and re.search(r"unittest\.mock|MagicMock|AsyncMock", path.read_text(encoding="utf-8"))
    ]
    assert guilty == []
