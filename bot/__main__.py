"""The command line: run, sandbox, play, backup, restore, migrate, rebuild, regrade, check, grade, assets."""

import argparse
import asyncio
import io
import logging
import os
import stat
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, NoReturn

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
    run.add_argument(
        "--follow-clock",
        action="store_true",
        help="take the time's offset from standard input, as the sandbox gives it",
    )
    run.set_defaults(command=_run)

    sandbox = commands.add_parser("sandbox", help="try everything on this machine, with no Discord account")
    sandbox.add_argument("--data", type=Path, help="folder to keep everything in (default: thrown away)")
    sandbox.add_argument(
        "--port",
        type=_port,
        default=8642,
        help="port of the page; another if it is taken (default: %(default)s)",
    )
    sandbox.add_argument("--open", action="store_true", help="open the page in a browser")
    sandbox.set_defaults(command=_sandbox)

    play = commands.add_parser("play", help="be interviewed here, in this terminal")
    play.add_argument("topic", nargs="*", help="an area, a tag or a question (default: what is best for you)")
    play.add_argument(
        "--level", choices=("basic", "intermediate", "advanced"), help="how demanding (default: any)"
    )
    play.add_argument(
        "--database", type=Path, metavar="FILE", help="file to keep everything in (default: thrown away)"
    )
    play.set_defaults(command=_play)

    backup = commands.add_parser("backup", help="copy the database, also while the bot runs")
    backup.add_argument("target", type=Path, help="file to write, or folder for a file named by date")
    backup.add_argument("--config", type=Path, help="config file (default: config.toml, if it is there)")
    backup.set_defaults(command=_backup)

    restore = commands.add_parser("restore", help="put a backup in the place of the database")
    restore.add_argument("source", type=Path, help="file that backup wrote")
    restore.add_argument("--config", type=Path, help="config file (default: config.toml, if it is there)")
    restore.set_defaults(command=_restore)

    migrate = commands.add_parser("migrate", help="bring the database up to date without starting the bot")
    migrate.add_argument("--config", type=Path, help="config file (default: config.toml, if it is there)")
    migrate.set_defaults(command=_migrate)

    rebuild = commands.add_parser("rebuild", help="fill boards, streaks and sittings anew from the ledger")
    rebuild.add_argument("--config", type=Path, help="config file (default: config.toml, if it is there)")
    rebuild.add_argument(
        "--compare", action="store_true", help="only say whether that would change anything; the bot may run"
    )
    rebuild.set_defaults(command=_rebuild)

    regrade = commands.add_parser("regrade", help="grade stored answers again whose question has changed")
    regrade.add_argument("--config", type=Path, help="config file (default: config.toml, if it is there)")
    regrade.add_argument(
        "--dry-run", action="store_true", help="only say what that would change; the bot may run"
    )
    regrade.set_defaults(command=_regrade)

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
    form.add_argument(
        "--explain", action="store_true", help="show which training sentences spoke for and against"
    )
    form.add_argument("--jsonl", action="store_true", help="read and write one JSON object per line")
    grade.set_defaults(command=_grade)

    assets = commands.add_parser("assets", help="write the schema and the formula pictures of the bank anew")
    assets.set_defaults(command=_assets)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; ports are numbers from 0 (any) to 65535")
    return int(text)


# Each command imports what it needs: `grade` and `check` know no Discord, `run` draws no pictures.


def _run(options: argparse.Namespace) -> int:
    from bot import app, config
    from bot.clock import Clock, following

    settings = config.load(options.config)
    logging.basicConfig(level=settings.log.level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    clock = Clock()
    pipe = _piped() if options.follow_clock else None

    async def connected() -> None:
        # Around everything else: a bot in a world that is ahead must not open its database in the past.
        async with following(clock, pipe, _left_alone) if pipe else nullcontext():
            await app.run(settings, clock)

    asyncio.run(connected())
    return 0


def _left_alone() -> NoReturn:
    """The sandbox died without a goodbye. Whoever starts it anew needs the lock on the database, so this ends at once.

    Nothing is lost by that: what was acknowledged is stored, and the next start finishes the rest.
    """
    logging.getLogger(__name__).warning(
        "The clock's pipe has ended, and with it the world this bot lived in."
    )
    os._exit(1)


def _piped() -> BinaryIO:
    """Standard input if it is a pipe. Anything else would be left non-blocking, a terminal for its shell, too."""
    # There is no standard input at all where it was closed before the start.
    kind = os.fstat(sys.stdin.fileno()).st_mode if sys.stdin else 0
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):
        raise StartupError("--follow-clock reads from a pipe, as the sandbox gives it. Leave it out.")
    return sys.stdin.buffer


def _sandbox(options: argparse.Namespace) -> int:
    from bot.sandbox import play

    bot = [sys.executable, "-m", "bot", "run", "--follow-clock"]
    return asyncio.run(play.play(options.port, options.data, bot, browse=options.open))


def _play(options: argparse.Namespace) -> int:
    from bot.domain.question import Level
    from bot.terminal.play import play

    level = Level(options.level) if options.level else None
    return play(" ".join(options.topic) or None, level, options.database)


def _backup(options: argparse.Namespace) -> int:
    from bot import config
    from bot.clock import Clock
    from bot.storage.backup import backup

    made = backup(config.load(options.config).database.path, options.target, Clock().now())
    print(f"Wrote {made.path}: {made.size} bytes, answers: {made.answers}.")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from bot import config
    from bot.clock import Clock
    from bot.storage.backup import restore
    from bot.storage.database import process_lock

    file = config.load(options.config).database.path
    with process_lock(file):
        done = restore(file, options.source, Clock().now())
    print(f"Restored {file} from {options.source}; answers: {done.answers}.")
    for name in done.migrations:
        print(f"Migrated: {name}")
    if done.kept:
        print(f"The database that was there before lies at {done.kept}; it is removed after a week.")
    return 0


def _migrate(options: argparse.Namespace) -> int:
    from bot import config
    from bot.clock import Clock
    from bot.storage.database import process_lock
    from bot.storage.migrate import migrate

    file = config.load(options.config).database.path
    with process_lock(file):
        names = migrate(file, Clock().now())
    for name in names:
        print(f"Migrated: {name}")
    if not names:
        print(f"{file} is up to date; nothing was to do.")
    return 0


def _rebuild(options: argparse.Namespace) -> int:
    from bot import config
    from bot.clock import Clock
    from bot.engine import derived
    from bot.storage.backup import backup
    from bot.storage.database import open_database

    file, now = config.load(options.config).database.path, Clock().now()

    async def anew() -> int:
        async with open_database(file, now) as database:
            number = await database.write(derived.rebuild)
        print(f"Rebuilt from {number} events of the ledger.")
        return 0

    async def compared() -> int:
        with tempfile.TemporaryDirectory(prefix="hotseat-") as folder:
            copy = backup(file, Path(folder) / "copy.db", now).path
            async with open_database(copy, now) as database:
                found = await database.write(derived.compare)
        for one in found:
            print(f"{one.table}: {one.kept} rows differ from the {one.rebuilt} that a rebuild makes of them.")
            print(f"  kept:    {one.kept_example}\n  rebuilt: {one.rebuilt_example}")
        print("Stop the bot and run: python -m bot rebuild" if found else "A rebuild would change nothing.")
        return 1 if found else 0

    if not file.is_file():
        raise StartupError(f"{file}: there is no database. Run this where the bot runs, or see database.url.")
    return asyncio.run(compared() if options.compare else anew())


def _regrade(options: argparse.Namespace) -> int:
    from bot import config
    from bot.bank import loader
    from bot.bank.bundled import bundled
    from bot.clock import Clock
    from bot.engine.derived import rebuild_if_due
    from bot.engine.regrading import regrade
    from bot.engine.wording import plural
    from bot.grading.grader import Grader
    from bot.storage.backup import backup
    from bot.storage.database import open_database

    file, now = config.load(options.config).database.path, Clock().now()
    if not file.is_file():
        raise StartupError(f"{file}: there is no database. Run this where the bot runs, or see database.url.")
    bank = loader.load(bundled())

    def say(line: str) -> None:
        print(line, flush=True)  # also into a pipe or a file, while it goes on

    async def again(database_file: Path) -> int:
        grader = Grader(bank.lexicon, shelf=file.with_name(f"{file.name}-models"))
        async with open_database(database_file, now) as database:
            await rebuild_if_due(database)
            sums = await regrade(database, bank, grader, now, say)
        for line in [*sums.lines(), sums.line()]:
            say(line)
        return len(sums.told)

    if options.dry_run:
        with tempfile.TemporaryDirectory(prefix="hotseat-") as folder:
            number = asyncio.run(again(backup(file, Path(folder) / "copy.db", now).path))
        print(
            f"This was done to a copy. In earnest it would tell {plural(number, 'member')}; stop the bot first."
        )
    else:
        number = asyncio.run(again(file))
        print(f"At their next use it will be told to {plural(number, 'member')}.")
    return 0


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
        if options.explain:
            return grading_desk.explain_one(bank, options.question, source.read(), target)
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
