"""What is made from the question files."""

import sys

import pytest

from bot.bank import loader
from bot.bank.assets import write_assets
from bot.errors import StartupError

SMALL = """
area = "vision"

[[question]]
id = "one"
level = "basic"
prompt = "What is one?"
answer = "One is one."
formula = "1 = 1"

[[question.points]]
id = "unit"
says = "One is the unit."
"""


def test_without_matplotlib_the_author_is_told_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "vision.toml").write_text(SMALL, encoding="utf-8")
    # None makes Python refuse the import, as if matplotlib were not installed.
    for name in ("matplotlib", "matplotlib.figure", "matplotlib.backends.backend_agg"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(StartupError) as caught:
        list(write_assets(loader.load(tmp_path)))
    assert 'pip install ".[assets]"' in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
