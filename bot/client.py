"""The bot itself: its command tree, its modal routes, and the one place that replies with an error."""

import asyncio
import hashlib
import io
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.engine.interviewer import Interviewer
from bot.errors import HandBack, StorageError, UserError

log = logging.getLogger(__name__)

Interaction = discord.Interaction["InterviewBot"]
# Handlers get the address that was pressed or submitted, taken apart.
PressHandler = Callable[[Interaction, re.Match[str]], Awaitable[None]]
ModalHandler = PressHandler

# What Hotseat asks of a server; never Administrator.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    attach_files=True,
    read_message_history=True,
)
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
SHOWN_BACK = 1700  # characters of a handed-back text that stand in the message itself
NOT_STORED = "I cannot store anything just now, so nothing of this happened. Please try again in a minute."
OUTDATED = (
    "This belongs to an older version of Hotseat and does not work any more. Use `/ask` for a fresh question."
)


class Tree(app_commands.CommandTree["InterviewBot"]):
    """Slash commands; their errors take the one way out."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Everybody may; a graceful stop waits for whoever came in."""
        interaction.client.track()
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """The first of the four doors: commands."""
        await report(interaction, error)


class InterviewBot(commands.AutoShardedBot):
    """Hotseat on Discord. Receives its use cases, owns no rules."""

    def __init__(self, interviewer: Interviewer, extensions: Sequence[str]) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.clock = interviewer.clock
        self.practice = interviewer.practice
        self.answering = interviewer.answering
        self.bursts = interviewer.bursts
        self.sittings = interviewer.sittings
        self.preferences = interviewer.preferences
        self.progress = interviewer.progress
        self.stats = interviewer.stats
        self.pictures = interviewer.pictures
        self.reviews = interviewer.reviews
        self.reminders = interviewer.reminders
        self.schedules = interviewer.schedules
        self.dailies = interviewer.dailies
        self.interviews = interviewer.interviews
        self.moderator = interviewer.moderator
        self.reports = interviewer.reports
        self.news = interviewer.news
        self.why = interviewer.why
        self.leavers = interviewer.leavers
        self.privacy = interviewer.privacy
        self._notebook = interviewer.notebook
        self._extensions = extensions
        self._in_flight: set[asyncio.Task[Any]] = set()
        self._modal_routes: list[tuple[re.Pattern[str], ModalHandler]] = []
        self._items: list[type[discord.ui.DynamicItem[Any]]] = []

    async def setup_hook(self) -> None:
        """Runs between log-in and the gateway: cogs first, then what Discord is to know of them."""
        for extension in self._extensions:
            await self.load_extension(extension)
        await self.sync_commands()
        for line in install_links(self.application_id or 0):
            log.info(line)

    def track(self) -> None:
        """Make a graceful stop wait for the task that calls this."""
        task = asyncio.current_task()
        if task is not None:
            self._in_flight.add(task)
            task.add_done_callback(self._in_flight.discard)

    async def finish(self, seconds: float) -> None:
        """Wait for what is in flight, and what comes in meanwhile, `seconds` at most.

        What is stored but not shown by then is found at the next start.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while self._in_flight and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._in_flight, timeout=left)

    def add_items(self, *items: type[discord.ui.DynamicItem[Any]]) -> None:
        """Make buttons work on every message that carries them, whenever it was sent."""
        self.add_dynamic_items(*items)
        self._items.extend(items)

    def remove_items(self, *items: type[discord.ui.DynamicItem[Any]]) -> None:
        """The inverse of `add_items`."""
        self.remove_dynamic_items(*items)
        self._items = [item for item in self._items if item not in items]

    def add_modal_route(self, pattern: str, handler: ModalHandler) -> None:
        """Send submitted forms whose `custom_id` matches to `handler`.

        discord.py looks forms up in memory by their exact id, which loses what was typed while the bot
        restarted; this way there is one path before and after.
        """
        self._modal_routes.append((re.compile(pattern), handler))

    def remove_modal_route(self, pattern: str) -> None:
        """The inverse of `add_modal_route`."""
        self._modal_routes = [route for route in self._modal_routes if route[0].pattern != pattern]

    async def on_message(self, message: discord.Message, /) -> None:
        """Plain text is a cog's business; there are no prefix commands."""

    async def on_interaction(self, interaction: Interaction) -> None:
        """Route submitted forms, and answer presses that nothing else will."""
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit:
            await self._submitted(interaction, custom_id)
        elif interaction.type is discord.InteractionType.component and not self._knows(custom_id):
            log.warning("A component nobody knows: %r", custom_id)
            await report(interaction, UserError(OUTDATED))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 - discord.py's signature
        """Events without an interaction (plain text, the gateway): nobody waits for a reply, so log."""
        log.error("Incident %s in %s", incident_code(), event_method, exc_info=True)  # noqa: LOG014 - called while the exception is handled

    async def sync_commands(self) -> None:
        """Tell Discord about the commands, but only if they changed since it last heard of them."""
        payload = json.dumps(
            [command.to_dict(self.tree) for command in self.tree.get_commands()], sort_keys=True
        )
        key, digest = f"commands:{self.application_id}", hashlib.sha256(payload.encode()).hexdigest()
        if await self._notebook.read(key) == digest:
            return
        await self.tree.sync()
        await self._notebook.write(key, digest)
        log.info("The slash commands changed; Discord knows them now.")

    def _knows(self, custom_id: str) -> bool:
        return any(item.__discord_ui_compiled_template__.fullmatch(custom_id) for item in self._items)

    async def _route(self, interaction: Interaction, custom_id: str) -> None:
        for pattern, handler in self._modal_routes:
            if match := pattern.fullmatch(custom_id):
                return await handler(interaction, match)
        raise HandBack(
            OUTDATED, "\n\n".join("\n".join(one) for one in submitted_values(interaction).values())
        )

    async def _submitted(self, interaction: Interaction, custom_id: str) -> None:
        """The third door: forms."""
        self.track()
        try:
            await self._route(interaction, custom_id)
        except Exception as error:  # noqa: BLE001 - a member waits; `report` logs what it does not know
            await report(interaction, error)
        else:
            self.dispatch("handled", interaction)


def install_links(application_id: int) -> Sequence[str]:
    """What an operator needs to invite the bot, with the exact permission number."""
    link = discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )
    personal = f"https://discord.com/oauth2/authorize?client_id={application_id}&integration_type=1&scope=applications.commands"
    return (
        f"Add Hotseat to a server: {link}",
        f"Install it for yourself: {personal}",
        (
            "In the developer portal, under Installation, switch on both User Install and Guild Install; "
            "privileged intents stay off."
        ),
    )


def submitted_values(interaction: Interaction) -> dict[str, list[str]]:
    """What was filled into a form, by `custom_id`: one text, or the values that were chosen."""
    values: dict[str, list[str]] = {}

    def walk(node: object) -> None:
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "custom_id" in node and ("value" in node or "values" in node):
                given = node["values"] if "values" in node else [node["value"]]
                values[str(node["custom_id"])] = [str(one) for one in given or [] if one is not None]
            walk(node.get("component"))
            walk(node.get("components"))

    walk((interaction.data or {}).get("components"))
    return values


def first_value(values: Mapping[str, list[str]], custom_id: str) -> str:
    """The text, or the first choice, of one field; empty if there is none."""
    return next(iter(values.get(custom_id, [])), "")


def incident_code() -> str:
    """A short code that a member can quote and an operator can find in the log."""
    return secrets.token_hex(3).upper()


async def report(interaction: Interaction, error: Exception) -> None:
    """Tell the member about `error`: its own sentence if it is expected, else an incident code.

    The one way out for all four doors: commands, items, forms and loops. Never raises.
    """
    cause: BaseException = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    trouble: BaseException = cause
    if not _expired(cause):
        try:
            await _reply(interaction, _sentence(cause), cause.text if isinstance(cause, HandBack) else "")
        except Exception as error:  # noqa: BLE001 - the last resort: nobody is left to tell but the log
            trouble = error
        else:
            return
    if _expired(trouble):
        log.warning("An interaction had expired before it could be answered (%r).", cause)
    else:
        log.error("The member could not be told about: %r", cause, exc_info=trouble)


def _expired(error: BaseException) -> bool:
    return isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION


def _sentence(cause: BaseException) -> str:
    if isinstance(cause, UserError):
        return str(cause)
    if isinstance(cause, StorageError):
        log.warning("The database failed: %s", cause)
        return NOT_STORED
    if isinstance(cause, app_commands.TransformerError):
        return f"I cannot use `{str(cause.value)[:50]}` here. A channel must be a text or announcement channel that I can see."
    if isinstance(cause, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return "This command has changed. Reload Discord and try again."
    return unexpected(cause)


def unexpected(cause: BaseException) -> str:
    """Log what nobody expected, and say so in a sentence with a code that finds it in the log."""
    code = incident_code()
    log.error("Incident %s", code, exc_info=cause)
    return (
        f"Something went wrong on my side (incident `{code}`). Please try again in a moment. "
        "If it happens again, tell the people who run this bot the code."
    )


async def _reply(interaction: Interaction, sentence: str, text: str) -> None:
    """Send `sentence` so that only its member sees it; `text` comes back whole, however long it is."""
    given: dict[str, Any] = {"content": sentence}
    if text and len(text) <= SHOWN_BACK and "```" not in text:
        given["content"] = f"{sentence}\nHere is your text back:\n```\n{text}\n```"
    elif text:
        given["content"] = f"{sentence}\nYour text is in the file."
        given["file"] = discord.File(io.BytesIO(text.encode(errors="replace")), "your-answer.txt")
    if not interaction.response.is_done():
        try:
            await interaction.response.send_message(**given, ephemeral=True)
        except discord.HTTPException as error:
            # Discord took a first response whose receipt got lost on the way to us.
            if error.code != ALREADY_ACKNOWLEDGED:
                raise
        else:
            return
    if "file" in given:
        given["file"].reset(seek=True)
    await interaction.followup.send(**given, ephemeral=True)
