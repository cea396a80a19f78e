"""The composition root: opens everything in order, closes it in reverse; constructors receive, never fetch."""

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
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
from bot.engine.answering import Answering
from bot.engine.examiner import Examiner
from bot.engine.library import Library
from bot.engine.notebook import Notebook
from bot.engine.practice import Practice
from bot.engine.progress import Progress
from bot.errors import StartupError
from bot.grading.grader import Grader
from bot.storage.database import open_database

EXTENSIONS = ("bot.cogs.practice", "bot.cogs.conversation", "bot.cogs.progress", "bot.cogs.recovery")
FINISH_S = 10.0

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_bot(config: Config) -> AsyncGenerator[InterviewBot, None]:
    """A bot that is ready to start. Raises StartupError with the fix if anything under it is missing."""
    clock, dice = Clock(), SystemRandom()
    bank = loader.load(bundled())
    async with open_database(config.database.path, clock.now()) as database:
        library = Library(bank, database)
        practice = Practice(database, library, clock, dice)
        answering = Answering(database, library, practice, Examiner(Grader()), clock)
        async with InterviewBot(
            practice, answering, Progress(database, clock), Notebook(database), EXTENSIONS
        ) as bot:
            try:
                yield bot
            finally:
                await answering.finish()


async def run(config: Config) -> None:
    """Connect to Discord and serve until SIGINT or SIGTERM. Raises StartupError if that cannot begin."""
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
    async with open_bot(config) as bot:
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
