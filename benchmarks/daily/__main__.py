"""`python -m benchmarks.daily`: measure, print the page, write it to benchmarks/daily.md."""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.daily.figures import goals
from benchmarks.daily.page import page
from benchmarks.daily.run import measured
from benchmarks.daily.size import FULL, TINY
from benchmarks.machine import described


def main() -> int:
    """Returns the exit status: 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.daily", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="a few of everything, only to see it run")
    parser.add_argument(
        "--to", type=Path, default=Path(__file__).parent.with_name("daily.md"), help="page to write"
    )
    options = parser.parse_args()
    load = os.getloadavg()[0]
    figures = asyncio.run(measured(TINY if options.tiny else FULL))
    text = page(figures, described(), f"{datetime.now(UTC):%Y-%m-%d}", load)
    sys.stdout.write(text)
    options.to.write_text(text, encoding="utf-8")
    return 0 if all(goal.met for goal in goals(figures)) else 1


if __name__ == "__main__":
    sys.exit(main())
