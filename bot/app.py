"""The composition root: opens everything in order, closes it in reverse; constructors receive, never fetch."""

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from random import SystemRandom

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.client import InterviewBot
from bot.clock import Clock
from bot.config import Config
from bot.domain.lexicon import Lexicon
from bot.engine.derived import rebuild_if_due
from bot.engine.interviewer import Interviewer
from bot.engine.interviews import Rooms
from bot.engine.pace import Limits
from bot.errors import StartupError
from bot.grading.grader import Grader
from bot.storage.database import Database, open_database

EXTENSIONS = (
    "bot.cogs.practice",
    "bot.cogs.sitting",
    "bot.cogs.conversation",
    "bot.cogs.progress",
    "bot.cogs.stats",
    "bot.cogs.reviews",
    "bot.cogs.why",
    "bot.cogs.settings",
    "bot.cogs.daily",
    "bot.cogs.posting",
    "bot.cogs.interviews",
    "bot.cogs.hot_seat",
    "bot.cogs.mock",
    "bot.cogs.sessions",
    "bot.cogs.reminders",
    "bot.cogs.leavers",
    "bot.cogs.privacy",
    "bot.cogs.recovery",
    "bot.cogs.heartbeat",
)
FINISH_S = 10.0

Opened = Callable[[Config, Clock], AbstractAsyncContextManager[InterviewBot]]

log = logging.getLogger(__name__)


@asynccontextmanager
async def composed(
    config: Config, clock: Clock, database: Database, grader: Callable[[Lexicon], Grader] = Grader
) -> AsyncGenerator[InterviewBot, None]:
    """A bot on this database and with the grader that this makes."""
    limits = Limits(config.limits.seconds_between_answers, config.limits.answers_per_hour)
    bank = loader.load(bundled())
    rooms = Rooms(config.interviews.seats, config.interviews.per_server)
    interviewer = Interviewer(database, bank, grader(bank.lexicon), clock, SystemRandom(), limits, rooms)
    await rebuild_if_due(database)
    async with InterviewBot(interviewer, EXTENSIONS) as bot:
        try:
            yield bot
        finally:
            await interviewer.close()


@asynccontextmanager
async def open_bot(config: Config, clock: Clock) -> AsyncGenerator[InterviewBot, None]:
    """A bot that is ready to start. Raises StartupError with the fix if anything under it is missing."""
    async with (
        open_database(config.database.path, clock.now()) as database,
        composed(config, clock, database, _grader(config)) as bot,
    ):
        yield bot


def _grader(config: Config) -> Callable[[Lexicon], Grader]:
    """A grader that keeps its models beside the database."""
    file = config.database.path
    return partial(Grader, shelf=file.with_name(f"{file.name}-models"))


async def run(config: Config, clock: Clock, opened: Opened = open_bot) -> None:
    """Connect the bot that `opened` gives to Discord, and serve until SIGINT or SIGTERM.

    Raises StartupError if that cannot begin.
    """
    if not config.token:
        raise StartupError(
            "There is no token. Set HOTSEAT_TOKEN (or DISCORD_TOKEN), or `token` in config.toml. "
            "You find it in Discord's developer portal, under Bot. To try Hotseat without one: python -m bot sandbox"
        )
    # discord.py has no other way to be pointed elsewhere than these two constants.
    Route.BASE = config.discord.api_base
    DiscordWebSocket.DEFAULT_GATEWAY = URL(config.discord.gateway_url)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened(config, clock) as bot:
        serving = asyncio.create_task(_serve(bot, config))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not serving.done():
            log.info("Stopping; finishing what is in flight.")
            await bot.finish(FINISH_S)
            await bot.close()
            # discord.py would go on trying to reach a gateway that is down; whatever it says now, we are leaving.
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            return
        await serving


async def _serve(bot: InterviewBot, config: Config) -> None:
    try:
        await bot.start(config.token)
    except discord.LoginFailure as error:
        raise StartupError(
            "Discord refuses the token. Copy it again from the developer portal, under Bot."
        ) from error
    except (aiohttp.ClientError, discord.DiscordException, TimeoutError) as error:
        raise StartupError(
            f"Discord does not serve us at {config.discord.api_base} ({error}). "
            "Check the address, the network and the bot's page in the developer portal."
        ) from error
