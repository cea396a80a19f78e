"""`python -m benchmarks.grading`: the development half. `--final WHY` opens the other half and logs that."""

import argparse
import sys
from datetime import UTC, datetime

from benchmarks.grading.answers import HERE, half
from benchmarks.grading.page import page
from bot.bank.bundled import bundled
from bot.bank.loader import load
from bot.grading.grader import Grader


def main() -> int:
    """Prints the page; writes it beside this file when the final half was opened."""
    parser = argparse.ArgumentParser(prog="benchmarks.grading", description=__doc__)
    parser.add_argument("--final", metavar="WHY", help="open the final half; the reason is logged")
    parser.add_argument(
        "--answers", action="store_true", help="list every answer of the development half with its scores"
    )
    options = parser.parse_args()
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    name = "final" if options.final else "development"
    grader = Grader(load(bundled()).lexicon)
    if options.final:
        with (HERE / "openings.md").open("a", encoding="utf-8") as log:
            log.write(f"- {today}, grader {grader.digest[:12]}: {options.final}\n")
    text = page(
        grader, name, half(name), half("development"), today, listed=options.answers and not options.final
    )
    sys.stdout.write(text)
    if options.final:
        (HERE / "latest.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
