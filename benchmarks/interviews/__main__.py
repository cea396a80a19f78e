"""`python -m benchmarks.interviews`: measure, print the page, write it to benchmarks/interviews.md."""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.interviews.page import goals, page
from benchmarks.interviews.run import measured
from benchmarks.interviews.size import FULL, TINY
from benchmarks.machine import described


def main() -> int:
    """Returns the exit status: 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.interviews", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="two rooms, only to see it run")
    parser.add_argument(
        "--to", type=Path, default=Path(__file__).parent.with_name("interviews.md"), help="page to write"
    )
    options = parser.parse_args()
    load, size = os.getloadavg()[0], TINY if options.tiny else FULL
    figures = asyncio.run(measured(size))
    text = page(figures, size, described(), f"{datetime.now(UTC):%Y-%m-%d}", load)
    sys.stdout.write(text)
    options.to.write_text(text, encoding="utf-8")
    return 0 if all(goal.met for goal in goals(figures)) else 1


if __name__ == "__main__":
    sys.exit(main())
