"""The command line: run, sandbox, check, grade, assets."""

import argparse
import asyncio
import io
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import __version__
from bot.errors import HotseatError, StartupError


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `hotseat` and `python -m bot`; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except HotseatError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotseat", description="Interviews people for AI-engineering jobs.")
    parser.add_argument("--version", action="version", version=f"hotseat {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    run = commands.add_parser("run", help="connect to Discord")
    run.add_argument("--config", type=Path, help="config file (default: config.toml, if it is there)")
    run.set_defaults(command=_run)

    sandbox = commands.add_parser("sandbox", help="try everything on this machine, with no Discord account")
    sandbox.add_argument("--data", type=Path, help="folder to keep everything in (default: thrown away)")
    sandbox.add_argument("--port", type=int, default=8642, help="port of the page (default: %(default)s)")
    sandbox.set_defaults(command=_sandbox)

    check = commands.add_parser("check", help="check the config and the question bank")
    check.add_argument("--config", type=Path, help="config file (default: config.toml, if it is there)")
    check.add_argument("--questions", type=Path, help="folder of question files (default: the bundled ones)")
    check.add_argument(
        "--cross", action="store_true", help="also grade every model answer on every other question"
    )
    check.set_defaults(command=_check)

    grade = commands.add_parser("grade", help="grade an answer from standard input")
    grade.add_argument("question", nargs="?", help="id of the question")
    form = grade.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write the grade as JSON")
    form.add_argument("--jsonl", action="store_true", help="read and write one JSON object per line")
    grade.set_defaults(command=_grade)

    assets = commands.add_parser("assets", help="write the schema and the formula pictures of the bank anew")
    assets.set_defaults(command=_assets)
    return parser


# Each command imports what it needs: `grade` and `check` know no Discord, `run` draws no pictures.


def _run(options: argparse.Namespace) -> int:
    from bot import app, config

    settings = config.load(options.config)
    logging.basicConfig(level=settings.log.level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(app.run(settings))
    return 0


def _sandbox(options: argparse.Namespace) -> int:
    from bot.sandbox import play

    return asyncio.run(play.play(options.port, options.data, [sys.executable, "-m", "bot", "run"]))


def _check(options: argparse.Namespace) -> int:
    from bot import config
    from bot.bank.bundled import bundled
    from bot.engine.quality import check_bank

    mistakes: list[str] = []
    try:
        config.load(options.config)
    except StartupError as error:
        mistakes += str(error).splitlines()
    report = check_bank(options.questions or bundled(), cross=options.cross)
    mistakes += map(str, report.mistakes)
    for remark in report.remarks:
        print(remark)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    print(f"{len(mistakes)} to mend." if mistakes else "Config and questions are in order.")
    return 1 if mistakes else 0


def _grade(options: argparse.Namespace) -> int:
    from bot.bank import loader
    from bot.bank.bundled import bundled
    from bot.engine import grading_desk

    bank = loader.load(bundled())
    # Whatever bytes arrive, whatever the terminal can show: a wrong character is no reason to stop.
    source = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
    target = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace")
    with source, target:
        if options.jsonl:
            return grading_desk.grade_lines(bank, source, target)
        return grading_desk.grade_one(bank, options.question, source.read(), target, as_json=options.json)


def _assets(_: argparse.Namespace) -> int:
    from bot.bank import loader
    from bot.bank.assets import write_assets
    from bot.bank.bundled import bundled

    for path in write_assets(loader.load(bundled())):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
