"""What members do in the soak: all that the bot offers, each person one thing at a time."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random

from bot.sandbox import Handle, NotPossible, Shown, Unanswered, WaitedTooLong
from tests.wire.answers import BANK
from tests.wire.conftest import House, ask_id

MEMBERS, AT_ONCE = 50, 12  # about a third of these wait for the eight quiet seconds in their DM
CHANNELS = ("study", "daily", "mock-interviews")
# Few questions: after each start the models of every one are trained anew.
TOPICS = (*(f"question:{one}" for one in list(BANK.questions)[:3] * 3), "area:vision")
VERDICT = re.compile(r"^## (?:[0-9.]+ out of 10|No number this time)$", re.MULTILINE)


class Load:
    """What members do, and what they were told."""

    def __init__(self, house: House, dice: Random) -> None:
        self.house = house
        self.world = house.world
        self.dice = dice
        self.over = False
        self.did: Counter[str] = Counter()
        self.typed: dict[int, tuple[int, str]] = {}  # (member, text) by message, seen in the database
        # (kind, member, ask or question) of the events that a card told its member of
        self.promised: set[tuple[str, int, int | str]] = set()
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
            await asyncio.sleep(self.dice.uniform(0.1, 0.9))  # people think, else they starve the machine
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
        about = [self.covered, self.reveals, self.shares]
        ways = [self.again, self.follows_up, self.goes_on, self.repeats, *about]
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
        lines, reply_to = self.text(card).splitlines(), self.dice.choice([card, None])
        cuts = sorted(self.dice.sample(range(1, len(lines)), min(self.dice.randrange(3), len(lines) - 1)))
        for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
            text = "\n".join(lines[start:end]) + f"\n{self.remark()}"
            message = await member.dm(text, reply_to=reply_to)
            if await self.arrives(message.message_id or 0):
                self.typed[message.message_id or 0] = (member.id, text)
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
        question = BANK.questions[question_id]
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
            await self.promise("rated", member, reveal, label, "Noted: ")

    async def shares(self, member: Handle, verdict: Shown) -> None:
        shared = await self.answered("Share", lambda: member.press(verdict, "Share"))
        if shared is None or "out of 10:" not in shared.text or self.dice.random() < 0.5:
            return
        # A post is noted after it was sent, so a kill in between leaves one that the ledger knows nothing of.
        asked, sql = (
            ask_id(shared),
            "SELECT 1 FROM ledger WHERE kind = 'shared' AND ask_id = ? AND member_id = ?",
        )
        noted = self.house.rows(sql, asked, member.id)
        removed = await self.answered("Remove", lambda: member.press(shared, "Remove"))
        if noted and removed is not None:
            self.promised.add(("withdrawn", member.id, asked))

    async def goes_on(self, member: Handle, verdict: Shown) -> Shown | None:
        card = await self.answered("Next", lambda: member.press(verdict, "Next"))
        return await self.answers(member, card) if card is not None and "key point" in card.text else None
