"""What must be true after a soak, in the database, in the world and in the log."""

import asyncio
import re
import sys
from collections import Counter

from bot.sandbox.component_tree import LABEL, text_of
from bot.sandbox.interaction import DEFER, MODAL, REPLY, Interaction, find
from tests.wire.conftest import House
from tests.wire.members import VERDICT, Load

ANSWER_FORM = re.compile(r"ask:(\d+):(submit|reply)(?::\d+)?")
LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ (?P<level>[A-Z]+) (?P<message>.*)")
# What a traceback in the log may end with: the faults, and what discord.py makes of them.
EXPLAINED = (
    "discord.errors.DiscordServerError: 50",  # 500, 502 and 503, also after discord.py's own retries
    "aiohttp.client_exceptions.ServerDisconnectedError",
    "discord.errors.NotFound: 404 Not Found (error code: 10062)",  # the retries took more than three seconds
)


def check(house: House, load: Load, report: Counter[str]) -> list[str]:
    """All that is wrong. The bot has stopped."""
    return [
        *check_forms(house, report),
        *check_typed(house, load, report),
        *check_ledger(house),
        *check_promises(house, load, report),
        *check_seen(house, report),
    ]


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
    waiting: dict[int, list[bool]] = {}  # by answer: of each interaction, whether it still waits
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
        if row is None and reply:  # it stands with the answer that it was added to
            row = next((one for one in rows if one[1:3] == (ask, member) and text in one[3]), None)
        if interaction.answer == DEFER:
            report["answers acknowledged by form"] += 1
            if row is None or row[4] != "settled" or row[5] is None:
                wrong.append(f"{interaction.id} ({sent}) was acknowledged, but there is {row}")
            else:
                placeholder = find(interaction, interaction.response_id, house.world.state)
                waiting.setdefault(row[0], []).append(placeholder is not None and placeholder.thinking)
        elif interaction.answer == REPLY:
            report["answers handed back"] += 1
            if own is not None and own[4] != "refused":
                wrong.append(f"{interaction.id} ({sent}) was handed back, but there is {own}")
        else:
            report["answers not acknowledged"] += 1
            report["answers not acknowledged but stored"] += own is not None
    for still in waiting.values():
        # That its verdict came all the same, with a later interaction, is for `check_seen` to say.
        report["answers whose verdict came in another place"] += all(still)
        report["answers sent twice, verdict shown at one of them"] += any(still) and not all(still)
    return wrong


def check_typed(house: House, load: Load, report: Counter[str]) -> list[str]:
    """Each message that was stored is in exactly one answer."""
    rows = house.rows("SELECT member_id, text FROM answer WHERE source = 'message' AND state = 'settled'")
    wrong: list[str] = []
    for message_id, (member, text) in load.typed.items():
        report["messages stored while typing"] += 1
        holding = [row for row in rows if row[0] == member and text in row[1]]
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
    """Every member sees at least as many verdicts on an ask as they have settled answers to it.

    More where they sent the same text twice: both times they waited.
    """
    seen: Counter[tuple[int, int]] = Counter()
    waited: Counter[tuple[int, int]] = Counter(
        sent[:2]
        for interaction in house.world.interactions.all.values()
        if interaction.answer == DEFER and (sent := submitted(interaction))
    )
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
    report["verdicts seen once more than waited for"] = sum(
        max(0, seen[key] - max(count, waited[key])) for key, count in due.items()
    )
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
    unseen = "FROM answer WHERE state = 'settled' AND shown_at IS NULL"
    owed = Counter(row[0] for row in house.rows(f"SELECT member_id {unseen}"))
    for member_id, count in owed.items():
        member = house.world.member(house.world.state.users[member_id].name)
        for left in range(count, 0, -1):  # at least one at a time
            if len(house.rows(f"SELECT id {unseen} AND member_id = ?", member_id)) == left:
                await member.slash("streak", channel="study")
            fewer = f"SELECT 1 WHERE (SELECT count(*) {unseen} AND member_id = ?) < ?"
            await house.eventually(fewer, member_id, left, seconds=60)
    return owed.total()


async def rebuilt(house: House) -> str:
    """What `rebuild --compare` says; empty if it finds no difference."""
    argv = [sys.executable, "-m", "bot", "rebuild", "--compare"]
    process = await asyncio.create_subprocess_exec(
        *argv, env=house.bot.env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return output.decode() if process.returncode else ""
