"""Finds the questions that come with Hotseat, in a checkout and in an installed package alike."""

from pathlib import Path

import bot


def bundled() -> Path:
    """The folder of the bundled questions."""
    package = Path(bot.__file__).parent
    installed = package / "questions"
    return installed if installed.is_dir() else package.parent / "questions"
