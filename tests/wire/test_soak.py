"""Fifty members practise for minutes while Discord fails at random and the bot is killed every few seconds.

Two minutes and 13 SIGKILLs, or as many minutes as SOAK_MINUTES says (`make soak`: 30 and 200).
"""

import asyncio
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from bot.domain.question import Question
from bot.sandbox import Handle, NotPossible, Sandbox, Shown, Unanswered, WaitedTooLong
from bot.sandbox.component_tree import LABEL, text_of
from bot.sandbox.interaction import DEFER, MODAL, REPLY, Interaction
from tests.wire.answers import BANK
from tests.wire.conftest import House, ask_id
from tests.wire.test_trouble import CALLBACK, EDIT, MESSAGES

pytestmark = pytest.mark.soak

MINUTES = float(os.environ.get("SOAK_MINUTES", "2"))
KILL_EVERY_S = 9.0  # a start takes about three
KILLS = round(MINUTES * 60 / KILL_EVERY_S)
MEMBERS, AT_ONCE = 50, 8
START_S = 60.0  # the machine is busy
CHANNELS = ("study", "daily", "mock-interviews")
TOPICS = (
    *(f"question:{one}" for one in list(BANK.questions)[:5]),
    "area:vision",
    "tag:dropout",
    "area:optimization",
)
FOLLOW_UP = "/webhooks/{webhook_id}/{webhook_token}"
PLACES = (("POST", CALLBACK), ("PATCH", EDIT), ("POST", MESSAGES), ("POST", FOLLOW_UP))
VERDICT = re.compile(r"^## (?:[0-9.]+ out of 10|No number this time)$", re.MULTILINE)
ANSWER_FORM = re.compile(r"ask:(\d+):(submit|reply)(?::\d+)?")
LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ (?P<level>[A-Z]+) (?P<message>.*)")
# What a traceback in the log may end with: the faults, and what discord.py makes of them.
EXPLAINED = (
    "discord.errors.DiscordServerError: 50",  # 500, 502 and 503, also after discord.py's own retries
    "aiohttp.client_exceptions.ServerDisconnectedError",
    "discord.errors.NotFound: 404 Not Found (error code: 10062)",  # the retries took more than three seconds
)


class Load:
    """What members do, and what they were told."""

    def __init__(self, house: House, dice: Random) -> None:
        self.house = house
        self.world = house.world
        self.dice = dice
        self.over = False
        self.did: Counter[str] = Counter()
        self.typed: dict[
            int, tuple[int, int, str]
        ] = {}  # seen in the database: (ask, member, text) by message
        self.promised: set[tuple[str, int, int | str]] = (
            set()
        )  # (kind, member, ask or question) a card told of
        self.extra_time: dict[int, int | None] = {}  # as last shown; None where the answer got lost
        self._numbers = 0
        self._members: asyncio.Queue[Handle] = asyncio.Queue()
        for number in range(MEMBERS):
            name = f"member{number:02}"
            self.world.add_user(name)
            self.world.join(name)
            self._members.put_nowait(self.world.member(name))

    async def run(self) -> None:
        """Members take turns, until `over`."""
        await asyncio.gather(*(self._turns() for _ in range(AT_ONCE)))

    async def _turns(self) -> None:
        turns = [self.practises] * 8 + [self.types] * 3 + [self.looks_around] * 2
        while not self.over:
            member = self._members.get_nowait()
            if self.dice.random() < 0.15:
                other = self._members.get_nowait()
                await self.together(member, other)
                self._members.put_nowait(other)
            else:
                await self.dice.choice(turns)(member)
            self._members.put_nowait(member)

    async def answered(self, what: str, do: Callable[[], Awaitable[Shown]]) -> Shown | None:
        """What the bot answers, after up to three attempts; None if it never does, or the button is gone."""
        for _ in range(3):
            await asyncio.sleep(
                self.dice.uniform(0.1, 0.9)
            )  # people think; without it eight starve the machine
            try:
                shown = await do()
            except (Unanswered, WaitedTooLong):
                self.did[f"{what}: no answer"] += 1
            except (NotPossible, LookupError):
                return None
            else:
                self.did[what] += 1
                return shown
        return None

    # --- turns ---------------------------------------------------------------------------------------------

    async def practises(self, member: Handle) -> None:
        """Ask, perhaps take a hint, answer, and go on from the verdict."""
        place = self.dice.choice([*CHANNELS, "dm"])
        card = await self.asks(member, place, private=self.dice.random() < 0.2 and place != "dm")
        if card is None:
            return
        if self.dice.random() < 0.25:
            await self.promise("hinted", member, card, "Hint", "### Hint")
        if self.dice.random() < 0.1:
            passed = await self.promise("passed", member, card, "Pass", "key point")
            card = passed or card
        verdict = await self.answers(member, card)
        ways = [
            self.again,
            self.follows_up,
            self.covered,
            self.reveals,
            self.shares,
            self.goes_on,
            self.repeats,
        ]
        for way in self.dice.sample(ways, self.dice.randrange(4)):
            if verdict is not None:
                verdict = await way(member, verdict) or verdict

    async def together(self, one: Handle, other: Handle) -> None:
        """Two people on one card, sometimes with the same words."""
        card = await self.asks(one, self.dice.choice(CHANNELS), private=False)
        if card is None:
            return
        seen = Shown(self.world, other.user, card.channel_id, card.message_id, None)
        text = self.text(card) if self.dice.random() < 0.3 else None
        await asyncio.gather(self.answers(one, card, text=text), self.answers(other, seen, text=text))

    async def types(self, member: Handle) -> None:
        """Answer in the DM by typing, in up to three messages."""
        card = await self.asks(member, "dm", private=False)
        if card is None:
            return
        member.catch_up("dm")
        asked, lines = ask_id(card), self.text(card).splitlines()
        cuts = sorted(self.dice.sample(range(1, len(lines)), min(self.dice.randrange(3), len(lines) - 1)))
        for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
            text = "\n".join(lines[start:end]) + f"\n{self.remark()}"
            message = await member.dm(text, reply_to=card)
            if await self.arrives(message.message_id or 0):
                self.typed[message.message_id or 0] = (asked, member.id, text)
                self.did["typed"] += 1
            else:
                self.did["typed: no answer"] += 1
        try:
            async with asyncio.timeout(25):  # eight seconds of quiet, and perhaps a restart
                while not VERDICT.search((await member.next_message(channel="dm", timeout=25)).text):
                    pass
        except (TimeoutError, WaitedTooLong):
            self.did["typed: verdict comes later"] += 1

    async def arrives(self, message_id: int) -> bool:
        """Whether a typed message is seen in the database. Where the bot is down, nobody hears it."""
        sql = "SELECT message_id FROM typed WHERE message_id = ?1 UNION SELECT id FROM answer WHERE id = ?1"
        try:
            await self.house.eventually(sql, message_id, seconds=2)
        except TimeoutError:
            return False
        return True

    async def looks_around(self, member: Handle) -> None:
        """Boards, streak, settings."""
        place = self.dice.choice([*CHANNELS, "dm"])
        match self.dice.randrange(4):
            case 0:
                board = await self.answered(
                    "/leaderboard", lambda: member.slash("leaderboard", channel=place)
                )
                buttons = [one for one in board.buttons if not one.disabled] if board else []
                if board and buttons:
                    address = str(self.dice.choice(buttons).custom_id)
                    await self.answered("other board", lambda: member.press(board, address))
            case 1:
                await self.answered("/streak", lambda: member.slash("streak", channel=place))
            case 2:
                await self.answered("/help", lambda: member.slash("help", channel=place))
            case _:
                await self.sets(member, place)

    async def sets(self, member: Handle, place: str) -> None:
        """Change the extra time, and perhaps the zone."""
        panel = await self.answered("/settings", lambda: member.slash("settings", channel=place))
        form = await self.form(member, panel, "Change")
        if form is None:
            return
        percent = self.dice.choice((0, 25, 50, 100))
        values = {"Extra time in interviews": str(percent)}
        if self.dice.random() < 0.3:
            values["Time zone"] = self.dice.choice(["Europe/Berlin", "Asia/Tokyo", "America/Lima"])
        self.extra_time[member.id] = None
        shown = await self.answered("settings form", lambda: member.submit(form, values))
        if shown is not None and "### Your settings" in shown.text:
            self.extra_time[member.id] = percent

    # --- steps ---------------------------------------------------------------------------------------------

    def remark(self) -> str:
        """Words that were never said before."""
        self._numbers += 1
        return f"That was remark number {self._numbers}."

    def text(self, card: Shown) -> str:
        """An answer that covers some of the points of the question on a card."""
        ((question_id,),) = self.house.rows("SELECT question_id FROM ask WHERE id = ?", ask_id(card))
        question: Question = BANK.questions[question_id]
        points = self.dice.sample(question.points, self.dice.randint(1, len(question.points)))
        return "\n".join([*(self.dice.choice(point.covered) for point in points), self.remark()])

    async def asks(self, member: Handle, place: str, *, private: bool) -> Shown | None:
        """A question's card."""
        topic = self.dice.choice(TOPICS)
        options = {"topic": topic, **({"private": True} if private else {})}
        card = await self.answered("/ask", lambda: member.slash("ask", options, channel=place))
        if card is None or "key point" not in card.text:
            return None
        self.promised.add(("asked", member.id, ask_id(card)))
        return card

    async def form(self, member: Handle, card: Shown | None, button: str) -> Shown | None:
        """The form that a button opens; None if it shows something else."""
        if card is None:
            return None
        form = await self.answered(button, lambda: member.press(card, button))
        return form if form is not None and form.modal is not None else None

    async def answers(
        self, member: Handle, card: Shown, button: str = "Answer", *, text: str | None = None
    ) -> Shown | None:
        """The verdict on an answer by form; None if it does not come in time."""
        form = await self.form(member, card, button)
        if form is None:
            return None
        (field,) = (label for label in form.fields if label.startswith("Your"))
        words = text or self.text(card)

        return await self.submits(member, form, {field: words}, f"{button}: form")

    async def submits(self, member: Handle, form: Shown, values: dict[str, str], what: str) -> Shown | None:
        """The verdict on what is submitted; None if it does not come in time."""

        async def submit() -> Shown:
            if self.dice.random() < 0.1:  # a finger that trembles
                return (await asyncio.gather(*(member.submit(form, values) for _ in range(2))))[1]
            return await member.submit(form, values)

        shown = await self.answered(what, submit)
        if shown is None:
            return None
        try:
            await shown.settled(timeout=20)
        except WaitedTooLong:
            self.did["verdict comes later"] += 1
        return shown if VERDICT.search(shown.text) else None

    async def promise(
        self, kind: str, member: Handle, card: Shown, button: str, expected: str
    ) -> Shown | None:
        """Press a button whose answer tells that something was noted."""
        asked = ask_id(card)
        shown = await self.answered(button, lambda: member.press(card, button))
        if shown is None or expected not in shown.text:
            return None
        about: int | str = asked
        if kind == "hinted":  # a question remembers its hints on any card
            ((about,),) = self.house.rows("SELECT question_id FROM ask WHERE id = ?", asked)
        self.promised.add((kind, member.id, about))
        return shown

    async def again(self, member: Handle, verdict: Shown) -> Shown | None:
        return await self.answers(member, verdict, "Try again")

    async def follows_up(self, member: Handle, verdict: Shown) -> Shown | None:
        return await self.answers(member, verdict, "Follow-up")

    async def repeats(self, member: Handle, verdict: Shown) -> Shown | None:
        """The same text twice."""
        form = await self.form(member, verdict, "Try again")
        return None if form is None else await self.submits(member, form, {}, "same text")

    async def covered(self, member: Handle, verdict: Shown) -> None:
        form = await self.form(member, verdict, "I covered this")
        if form is None:
            return
        field = form.fields["Which point did you cover?"]
        values = {field.label: [str(field.component["options"][0]["value"])]}
        shown = await self.answered("I covered this: form", lambda: member.submit(form, values))
        if shown is not None and ("I noted" in shown.text or "stands beside" in shown.text):
            self.promised.add(("disputed", member.id, ask_id(verdict)))

    async def reveals(self, member: Handle, verdict: Shown) -> None:
        reveal = await self.promise("revealed", member, verdict, "Model answer", "### Model answer")
        if reveal is not None and self.dice.random() < 0.5:
            label = self.dice.choice(["Missed it", "Partly", "Got it"])
            await self.promise("rated", member, reveal, label, "Noted for your reviews")

    async def shares(self, member: Handle, verdict: Shown) -> None:
        shared = await self.promise("shared", member, verdict, "Share", "out of 10:")
        if shared is None or self.dice.random() < 0.5:
            return
        asked = ask_id(shared)
        if await self.answered("Remove", lambda: member.press(shared, "Remove")) is not None:
            self.promised.add(("withdrawn", member.id, asked))

    async def goes_on(self, member: Handle, verdict: Shown) -> Shown | None:
        card = await self.answered("Next", lambda: member.press(verdict, "Next"))
        return await self.answers(member, card) if card is not None and "key point" in card.text else None


class Shaking:
    """SIGKILLs and faults, and what the bot wrote to its log in all its lives."""

    def __init__(self, house: House, dice: Random) -> None:
        self.house = house
        self.faults = house.world.faults
        self.dice = dice
        self.kills: Counter[str] = Counter()
        self.planned: Counter[str] = Counter()
        self.ends: list[int] = []
        self.memory: list[float] = []  # MiB at the end of each life
        self.log: list[str] = []

    async def run(self) -> None:
        """Kill and start the bot again and again."""
        began = time.monotonic()
        for number in range(1, KILLS + 1):
            left = began + number * KILL_EVERY_S - time.monotonic()
            await self._live(max(left, self.dice.uniform(0.5, 3.0)))
            await self.start_again()

    async def start_again(self) -> None:
        """After the end of one life, another."""
        self.ends.append(await self.house.bot.wait())
        self.log += self.house.bot.lines
        self.house.bot.lines.clear()
        self.faults.clear()
        await self.house.box.bot_gone()
        await self.house.bot.start()
        await self.house.box.bot_ready(START_S)

    async def _live(self, seconds: float) -> None:
        for _ in range(self.dice.randint(1, 6)):
            self._plan()
        before = self.dice.uniform(0, seconds)
        await asyncio.sleep(before)  # not for anything to happen: these are the moments of the kills
        if self.dice.random() < 0.15:
            self._cut()
        await asyncio.sleep(seconds - before)
        self.memory.append(memory(self.house.bot.pid))
        if self.dice.random() < 0.5:
            self.kill("at a random moment")
            return
        (method, route), after = self.dice.choice(PLACES), self.dice.random() < 0.5
        what = f"{'after' if after else 'on receipt of'} {method} {route.rsplit('/', 1)[-1]}"
        self.faults.on_receipt(route, lambda: self.kill(what), method=method, after_effect=after)
        try:
            await self.house.bot.wait(4)
        except TimeoutError:
            self.kill("at a random moment")

    def kill(self, what: str) -> None:
        """End as a power cut would."""
        if self.house.bot.running:
            self.kills[what] += 1
        self.house.bot.kill()

    def _plan(self) -> None:
        method, route = self.dice.choice(PLACES)
        after = self.dice.random() < 0.5
        status = self.dice.choice([429, 500, 502, 503, 0, 0])
        self.planned[str(status or f"dropped {'after' if after else 'before'} its effect")] += 1
        if status:
            wait = self.dice.uniform(0.05, 1.0) if status == 429 else None
            self.faults.answer(method, route, status, times=self.dice.choice([1, 1, 2]), retry_after=wait)
        else:
            self.faults.drop(method, route, after_effect=after)

    def _cut(self) -> None:
        how = self.dice.choice(["gateway dropped", "gateway dropped for good", "session invalidated"])
        self.planned[how] += 1
        if how == "session invalidated":
            self.faults.invalidate_session()
        else:
            self.house.world.gateway.drop(resumable=how == "gateway dropped")


def memory(pid: int | None) -> float:
    """MiB that a process holds; 0 where it is gone or the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


# --- what must be true in the end -------------------------------------------------------------------------


def submitted(interaction: Interaction) -> tuple[int, int, str, bool] | None:
    """(ask, member, text, whether it is a reply) of an answer by form; None for other interactions."""
    match = ANSWER_FORM.fullmatch(str(interaction.data.get("custom_id", "")))
    if interaction.kind != MODAL or match is None:
        return None
    fields = [item["component"] for item in interaction.data["components"] if item["type"] == LABEL]
    (text,) = (str(field["value"]) for field in fields if field["custom_id"] == "answer")
    return int(match[1]), interaction.user_id, text, match[2] == "reply"


def check_forms(house: House, report: Counter[str]) -> list[str]:
    """Each submission that Discord took a deferral for is settled; what was handed back counts for nothing."""
    wrong: list[str] = []
    rows = house.rows("SELECT id, ask_id, member_id, text, state, shown_at FROM answer")
    by_id = {row[0]: row for row in rows}
    by_text = {(row[1], row[2], row[3]): row for row in rows if row[4] != "refused"}
    for interaction in house.world.interactions.all.values():
        sent = submitted(interaction)
        if sent is None:
            continue
        ask, member, text, reply = sent
        own = by_id.get(interaction.id)
        row = own or by_text.get((ask, member, text))
        if row is None and reply:
            row = next(
                (
                    one
                    for key, one in by_text.items()
                    if key[:2] == (ask, member) and key[2].startswith(f"{text}\n\n")
                ),
                None,
            )
        if interaction.answer == DEFER:
            report["answers acknowledged by form"] += 1
            if row is None or row[4] != "settled" or row[5] is None:
                wrong.append(f"acknowledged, but {row} of {interaction}")
        elif interaction.answer == REPLY:
            report["answers handed back"] += 1
            if own is not None and own[4] != "refused":
                wrong.append(f"handed back, but {own} of {interaction}")
        else:
            report["answers not acknowledged"] += 1
            report["answers not acknowledged but stored"] += own is not None
    return wrong


def check_typed(house: House, load: Load, report: Counter[str]) -> list[str]:
    """Each message that was stored is in exactly one answer."""
    rows = house.rows(
        "SELECT ask_id, member_id, text FROM answer WHERE source = 'message' AND state = 'settled'"
    )
    wrong: list[str] = []
    for message_id, (ask, member, text) in load.typed.items():
        report["messages stored while typing"] += 1
        holding = [row for row in rows if row[:2] == (ask, member) and text in row[2]]
        if len(holding) != 1:
            wrong.append(f"message {message_id} ({text!r}) is in {len(holding)} answers")
    return wrong


def check_ledger(house: House) -> list[str]:
    """The ledger holds each settled answer once and nothing else; no typed message is left over."""
    questions = {
        "an answer is not settled": "SELECT id FROM answer WHERE state = 'received'",
        "a typed message is left": "SELECT message_id FROM typed",
        "an answer is in the ledger twice": (
            "SELECT answer_id FROM ledger WHERE kind = 'graded' GROUP BY answer_id HAVING count(*) > 1"
        ),
        "a settled answer is not in the ledger": (
            "SELECT id FROM answer WHERE state = 'settled'"
            " AND id NOT IN (SELECT answer_id FROM ledger WHERE kind = 'graded')"
        ),
        "the ledger has an answer that is not settled": (
            "SELECT answer_id FROM ledger WHERE kind = 'graded'"
            " AND answer_id NOT IN (SELECT id FROM answer WHERE state = 'settled')"
        ),
        "a text is settled twice": (
            "SELECT min(id) FROM answer WHERE state = 'settled' GROUP BY ask_id, member_id, text HAVING count(*) > 1"
        ),
        "a verdict is still owed": "SELECT id FROM answer WHERE state = 'settled' AND shown_at IS NULL",
        "a token is left": "SELECT id FROM answer WHERE token IS NOT NULL",
        "a foreign key leads nowhere": "PRAGMA foreign_key_check",
        "the file is damaged": "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    }
    return [f"{name}: {found}" for name, sql in questions.items() if (found := house.rows(sql))]


def check_promises(house: House, load: Load, report: Counter[str]) -> list[str]:
    """All that a card told its member to be noted is in the ledger; settings are as they were last shown."""
    report["other events acknowledged"] = len(load.promised)
    events = house.rows("SELECT kind, member_id, ask_id, question_id FROM ledger")
    kept = {(kind, member, about) for kind, member, *several in events for about in several}
    times = dict(house.rows("SELECT id, extra_time FROM member"))
    return [
        *(f"not in the ledger: {one}" for one in load.promised - kept),
        *(
            f"extra time of {member}: shown {shown}, kept {times.get(member)}"
            for member, shown in load.extra_time.items()
            if shown not in (None, times.get(member))
        ),
    ]


def check_seen(house: House, report: Counter[str]) -> list[str]:
    """Every member sees at least as many verdicts on an ask as they have settled answers to it."""
    seen: Counter[tuple[int, int]] = Counter()
    for channel_id, messages in house.world.state.messages.items():
        recipients = house.world.state.channels[channel_id].recipients
        for message in messages.values():
            texts = "\n".join(text_of(message.components))
            member = message.only_for or next(iter(recipients), 0)
            match = re.search(r"ask:(\d+):", str(message.components))
            if member and match and VERDICT.search(texts):
                seen[int(match[1]), member] += 1
    due = {
        (ask, member): count
        for ask, member, count in house.rows(
            "SELECT ask_id, member_id, count(*) FROM answer WHERE state = 'settled' GROUP BY ask_id, member_id"
        )
    }
    report["verdicts seen"] = seen.total()
    report["verdicts seen more than once"] = sum(max(0, seen[key] - count) for key, count in due.items())
    return [
        f"{count} answers to ask and member {key}, {seen[key]} verdicts"
        for key, count in due.items()
        if seen[key] < count
    ]


def incidents(log: list[str]) -> tuple[Counter[str], list[str]]:
    """What the bot warned of, by kind; and what no fault explains, as it stands in the log."""
    entries: list[list[str]] = []
    for line in log:
        if LOGGED.fullmatch(line) or not entries:
            entries.append([line])
        else:
            entries[-1].append(line)
    kinds: Counter[str] = Counter()
    unexplained: list[str] = []
    for first, *rest in entries:
        match = LOGGED.fullmatch(first)
        if match is not None and match["level"] in ("DEBUG", "INFO") and not rest:
            continue
        last = next((line for line in reversed(rest) if line and not line.startswith(" ")), "")
        message = match["message"] if match else first
        kind = re.sub(r"'.*'|\b(?=\w*\d)[0-9A-Za-z.]{3,}\b", "*", message)[:90]
        kinds[f"{kind} | {last[:110]}" if last else kind] += 1
        whole = "\n".join([first, *rest])
        if ("Traceback" in whole and not last.startswith(EXPLAINED)) or re.search(
            "was never awaited|ResourceWarning|never retrieved", whole
        ):
            unexplained.append(whole)
    return kinds, unexplained


async def pay(house: House) -> int:
    """Everybody who is owed a verdict uses a command, until it was shown; returns how many were owed."""
    house.world.clock.advance(31)  # a verdict is owed after 30 s
    sql = "SELECT member_id FROM answer WHERE state = 'settled' AND shown_at IS NULL"
    owed = Counter(row[0] for row in house.rows(sql))
    for member_id, count in owed.items():
        member = house.world.member(house.world.state.users[member_id].name)
        for _ in range(count):  # at least one at a time
            shown = await member.slash("streak", channel="study")
            if not house.rows(f"{sql} AND member_id = ?", member_id):
                break
            await shown.followup(timeout=START_S)
    return owed.total()


async def rebuilt(house: House) -> str:
    """What `rebuild --compare` says; empty if it finds no difference."""
    argv = [sys.executable, "-m", "bot", "rebuild", "--compare"]
    process = await asyncio.create_subprocess_exec(
        *argv, env=house.bot.env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return output.decode() if process.returncode else ""


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[House]:
    """A world whose bot may complain."""
    async with Sandbox() as box:
        house = House(box, folder)
        try:
            await house.start()
            yield house
        finally:
            await house.bot.stop()


async def test_mixed_load_with_kills(tmp_path: Path):
    began = time.monotonic()
    report: Counter[str] = Counter()
    async with opened(tmp_path) as house:
        load, shaking = Load(house, Random(20260302)), Shaking(house, Random(20260303))
        async with asyncio.TaskGroup() as group:
            group.create_task(load.run())
            await shaking.run()
            load.over = True
        shaking.kill("at the end")
        await shaking.start_again()
        await house.eventually(
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM answer WHERE state = 'received') AND NOT EXISTS"
            " (SELECT 1 FROM answer WHERE state = 'settled' AND shown_at IS NULL AND in_place = 1)"
            " AND NOT EXISTS (SELECT 1 FROM typed)",
            seconds=120,
        )
        report["verdicts owed in the end"] = await pay(house)
        await house.eventually(
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM answer WHERE shown_at IS NULL AND state = 'settled')"
        )
        difference = await rebuilt(house)
        at_last = memory(house.bot.pid)
        await house.bot.stop()
        status = house.bot.returncode
        shaking.log += house.bot.lines
        wrong = [
            *check_forms(house, report),
            *check_typed(house, load, report),
            *check_ledger(house),
            *check_promises(house, load, report),
            *check_seen(house, report),
        ]
        report["answers stored"] = len(house.rows("SELECT 1 FROM answer"))
        report["answers in the ledger"] = len(house.rows("SELECT 1 FROM ledger WHERE kind = 'graded'"))
        report["events in the ledger"] = len(house.rows("SELECT 1 FROM ledger"))
        requests = Counter(
            f"{one.method} {one.route}: {one.status or 'dropped'}"
            for one in house.world.requests
            if one.status in (0, 429) or one.status >= 500
        )
    kinds, unexplained = incidents(shaking.log)
    print(  # noqa: T201 - to report
        f"\n{MEMBERS} members, {(time.monotonic() - began) / 60:.1f} minutes, {shaking.kills.total()} SIGKILLs",
        f"Numbers: {dict(report)}",
        *(
            f"{name}:\n{table(counted)}"
            for name, counted in (
                ("Kills", shaking.kills),
                ("Faults planned", shaking.planned),
                ("Faults that hit", requests),
                ("What members did", load.did),
                ("What the bot complained of", kinds),
            )
        ),
        f"Memory at the end of a life: at most {max(shaking.memory):.0f} MiB; at the very end {at_last:.0f} MiB",
        sep="\n",
    )
    assert wrong == []
    assert difference == ""
    assert house.world.unknown_routes == []
    assert unexplained == []
    assert set(shaking.ends) == {-signal.SIGKILL}
    assert status == 0
    assert shaking.kills.total() == KILLS + 1
    assert report["answers acknowledged by form"] > KILLS
    assert report["messages stored while typing"] > KILLS / 2


def table(counted: Counter[str]) -> str:
    """One line each, most frequent first."""
    return "\n".join(f"  {count:6} {name}" for name, count in counted.most_common())
