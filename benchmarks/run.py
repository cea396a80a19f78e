"""One run: both bots and the parts, measured in turns, so that whatever else the machine does hits all of them."""

import asyncio
import itertools
import json
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figures, Memory
from benchmarks.load import Level, Plan, in_flight
from benchmarks.machine import resident
from benchmarks.parts import workshop
from benchmarks.station import STILL_S, Station, station
from bot import config
from bot.bank import loader
from bot.bank.bundled import bundled
from bot.domain.question import ExampleKind, Question
from bot.sandbox import BotProcess, Sandbox
from bot.sandbox.wire import Value

Payloads = dict[str, Value]

ROOT = Path(__file__).parent.parent
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
EDIT = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
DIRECT_ANSWER = 4
ASK_PARTS = ("reads", "ask")
ANSWER_PARTS = ("receive", "settle", "grade")
LOOKS = 4  # at memory, along the light interactions
# The benchmark's members answer faster than people may.
UNLIMITED = {"limits.seconds_between_answers": "0", "limits.answers_per_hour": "1000000"}


async def measured(plan: Plan) -> Figures:
    """Everything, once. Raises RuntimeError if a bot does not answer."""
    figures = Figures()
    question, text = _subject()
    topic = f"question:{question.id}"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotseat-bench-")))
        ours, theirs = [await stack.enter_async_context(Sandbox()) for _ in range(2)]
        hotseat = await stack.enter_async_context(
            station("Hotseat", ours, _hotseat(ours, folder), plan.people, figures)
        )
        await asyncio.sleep(STILL_S)
        idle = resident(hotseat.pid)
        payloads = await _warm(hotseat, topic, text)
        (folder / "payloads.json").write_text(json.dumps(payloads), encoding="utf-8")
        bare = await stack.enter_async_context(
            station("bare", theirs, _bare(theirs, folder), plan.people, figures)
        )
        await asyncio.sleep(STILL_S)
        bare_idle = resident(bare.pid)
        if await _warm(bare, topic, text) != payloads:
            raise RuntimeError("the bare bot does not send what Hotseat sends, so nothing can be compared")
        shop = await stack.enter_async_context(
            workshop(figures, _environment({}), folder, topic, text, plan.people)
        )
        for turn, level in itertools.product(range(plan.rounds), plan.levels):
            both = (bare, hotseat) if turn % 2 else (hotseat, bare)
            cards = [await one.ask(level, topic) for one in both]
            for part in ASK_PARTS:
                await shop.measure(part, level)
            for one, shown in zip(both, cards, strict=True):
                await one.answer(level, shown, text)
            for part in ANSWER_PARTS:
                await shop.measure(part, level)
        for one, before in ((hotseat, idle), (bare, bare_idle)):
            figures.memory[one.name] = Memory(before, await _light(one, plan, topic))
    return figures


def _subject() -> tuple[Question, str]:
    """A question without a picture, and what a good candidate would answer."""
    bank = loader.load(bundled())
    question = next(one for one in bank.questions.values() if not one.prompt_formula)
    return question, next(one.answer for one in question.examples if one.kind is ExampleKind.STRONG)


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """Nothing of the operator's own settings, and only those of `settings` that this version of Hotseat knows."""
    known = set(config.dotted_keys())
    ours = {
        f"HOTSEAT_{key.upper().replace('.', '__')}": value for key, value in settings.items() if key in known
    }
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("HOTSEAT_", "DISCORD_"))
    }
    return others | ours | {"PYTHONPATH": str(ROOT)}


def _hotseat(box: Sandbox, folder: Path) -> BotProcess:
    settings = {
        "token": box.token,
        "discord.api_base": box.api_base,
        "discord.gateway_url": box.gateway_url,
        "database.url": f"sqlite:///{folder / 'hotseat.db'}",
        "log.level": "WARNING",
    }
    argv = [sys.executable, "-m", "bot", "run"]
    return BotProcess(argv, _environment(settings | UNLIMITED), cwd=folder)


def _bare(box: Sandbox, folder: Path) -> BotProcess:
    address = {
        "BARE_TOKEN": box.token,
        "BARE_API_BASE": box.api_base,
        "BARE_GATEWAY_URL": box.gateway_url,
        "BARE_PAYLOADS": str(folder / "payloads.json"),
    }
    argv = [sys.executable, "-m", "benchmarks.bare_bot"]
    return BotProcess(argv, _environment({}) | address, cwd=folder)


async def _warm(one: Station, topic: str, text: str) -> Payloads:
    """Use everything once; returns what the bot sent."""
    await one.slash(0, "help")
    _, card = await one.slash(0, "ask", topic=topic)
    await one.submit(await one.open_form(card), text)
    page, question = [body for body in one.sent("POST", CALLBACK) if body["type"] == DIRECT_ANSWER]
    (verdict,) = one.sent("PATCH", EDIT)
    sent = {"help": page["data"], "ask": question["data"], "verdict": verdict}
    return {name: [body["flags"], body["components"]] for name, body in sent.items()}


async def _light(one: Station, plan: Plan, topic: str) -> list[tuple[int, float]]:
    """Half /help, half /ask; memory at the start and a few times along the way."""

    async def once(number: int) -> float:
        seconds, _ = await (
            one.slash(number, "help") if number % 2 else one.slash(number, "ask", topic=topic)
        )
        return seconds

    each = max(1, plan.light // LOOKS // plan.at_once)
    along = [(0, resident(one.pid))]
    for look in range(1, LOOKS + 1):
        await in_flight(Level(plan.at_once, each), once)
        along.append((look * each * plan.at_once, resident(one.pid)))
    return along
