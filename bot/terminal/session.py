"""One member's interview: what each command and each text does, and what is said to it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from bot.clock import milliseconds
from bot.domain.grade import Mark
from bot.domain.question import Level
from bot.domain.scoring import Period
from bot.engine.answering import Outcome, Submission
from bot.engine.bursts import LEAST_WORDS
from bot.engine.interviewer import Interviewer
from bot.engine.practice import Asked, Person, Place
from bot.engine.sittings import Graded, Rating
from bot.engine.topics import Topics
from bot.errors import HandBack, StorageError, UserError
from bot.terminal import screens
from bot.terminal.keyboard import QUIT, Command, Text
from bot.terminal.text import plain

# Discord's ids are far larger, so on any database this member and this place are nobody else's.
MEMBER_ID = 1
PLACE = Place(channel_id=1, guild_id=None, dm=True)
RATINGS: Mapping[str, Rating] = dict(zip("123", get_args(Rating), strict=True))
BEFORE_ANSWER = "Type an answer first; an empty line ends it."
TYPED = "This is what you had typed:"


@dataclass(slots=True)
class _Sitting:
    """Where the member stands with the question in front of them.

    `outcome` is that of their last answer, `hints` how many they have read here, `probe` the place of the point
    that the next text replies to. `begun` is what the next line starts with.
    """

    asked: Asked
    outcome: Outcome | None = None
    hints: int = 0
    probe: int | None = None
    revealed: bool = False
    begun: str = ""


class Session:
    """Takes what was typed and says what comes of it; `begin` first.

    Errors made on purpose are said, too, and end nothing.
    """

    _sitting: _Sitting

    def __init__(self, interviewer: Interviewer, name: str, say: Callable[[str], None]) -> None:
        self.over = False
        self._interviewer = interviewer
        self._person = Person(MEMBER_ID, name)
        self._say = say
        self._last_id = 0
        # Command, what stands behind it, what it does in words and in deed.
        self._commands: dict[str, tuple[str, str, Callable[[str], Awaitable[None]]]] = {
            "hint": ("", "a hint; it costs some of the points", self._hint),
            "reveal": ("", "the model answer; it locks the points", self._reveal),
            "follow-up": ("", "the weightiest open point, as a question", self._follow_up),
            "again": ("", "answer this question once more", self._again),
            "covered": (" N", "say that you did cover point N", self._covered),
            "pass": ("", "leave this question for another", self._pass),
            "next": ("", "the next question of this kind", self._next),
            "ask": (" TOPIC", "a question on another topic", self._ask),
            "board": ("", "points this week; or /board month, /board all", self._board),
            "streak": ("", "your days in a row", self._streak),
            "zone": (" CITY", "the time zone that your days are counted in", self._zone),
            "help": ("", "this page", self._help),
            QUIT: ("", "leave (so does Ctrl+D)", self._quit),
        }

    @property
    def known(self) -> frozenset[str]:
        """The names of all commands."""
        return frozenset(self._commands)

    @property
    def begun(self) -> str:
        """What the next line starts with: the answer before it, if that is to be given once more."""
        return self._sitting.begun

    def stands_alone(self, line: str) -> bool:
        """Whether a line is no beginning of an answer: a number that rates oneself, or a command without its slash."""
        word = line.strip()
        if self._sitting.probe is not None:
            return False
        return (self._sitting.revealed and word in RATINGS) or word.lower() in self._commands

    async def begin(self, topic: str | None, level: Level | None) -> None:
        """Show what an earlier run was about to show, and put the first question."""
        await self._pay()
        await self._put(
            await self._interviewer.practice.ask(self._new_id(), self._person, PLACE, topic, level)
        )

    async def take(self, entry: Command | Text | None) -> None:
        """Do what was typed; None is the end of the input."""
        try:
            match entry:
                case Command():
                    await self._obey(entry)
                case Text():
                    await self._take_text(entry.text)
                case None:
                    self.over = True
        except HandBack as error:
            self._say(f"{plain(str(error))}\n\n{TYPED}\n{error.text}")
        except UserError as error:
            self._say(plain(str(error)))
        except StorageError as error:
            self._say(f"That could not be stored, so nothing of it happened ({error}). Please try again.")

    async def _obey(self, command: Command) -> None:
        found = self._commands.get(command.name)
        if found is None:
            close = get_close_matches(command.name, self._commands, 1)
            meant = f"Did you mean /{close[0]}?" if close else "/help lists those there are."
            raise UserError(
                f"I know no command /{command.name}. {meant} To begin an answer with a slash, put a space before it."
            )
        *_, do = found
        await do(command.rest)

    async def _take_text(self, text: str) -> None:
        sitting = self._sitting
        if sitting.revealed and text.strip() in RATINGS and sitting.probe is None:
            await self._rate(RATINGS[text.strip()])
        elif text.strip().lower() in self._commands and sitting.probe is None:
            raise UserError(f"A command begins with a slash: /{text.strip().lower()}")
        elif len(text.split()) < LEAST_WORDS and sitting.probe is None:
            raise UserError(
                "That is very short for an answer, so I did not grade it. Write a few words more; /help lists the commands."
            )
        else:
            await self._answer(text)

    async def _answer(self, text: str) -> None:
        sitting, answering = self._sitting, self._interviewer.answering
        submission = Submission(self._new_id(), text, "form", PLACE.channel_id, probe=sitting.probe)
        answer = await answering.receive(sitting.asked.ask.id, self._person, submission)
        sitting.probe, sitting.begun = None, ""
        try:
            sitting.outcome = outcome = await answering.settle(answer.id)
        except StorageError as error:
            self._say(
                f"Your answer is stored, but I could not store its grade ({error}). "
                f"Send the same text again to see it.\n\n{TYPED}\n{text}"
            )
            return
        self._say(f"{screens.verdict(outcome)}\n\n{screens.ways_on(outcome)}")
        await answering.shown(answer.id)

    async def _hint(self, _: str) -> None:
        sitting = self._sitting
        hinted = await self._interviewer.practice.hint(sitting.asked.ask.id, self._person, sitting.hints + 1)
        self._say(screens.hints(hinted, sitting.hints))
        sitting.hints = len(hinted.hints)

    async def _reveal(self, _: str) -> None:
        asked, _shown = await self._interviewer.practice.reveal(self._sitting.asked.ask.id, self._person)
        self._sitting.revealed = True
        self._say(screens.reveal(asked))

    async def _rate(self, rating: Rating) -> None:
        ask_id = self._sitting.asked.ask.id
        await self._interviewer.sittings.rate(ask_id, self._new_id(), self._person, rating)
        self._say(f"Noted: {rating}. /next goes on.")

    async def _again(self, _: str) -> None:
        sitting = self._sitting
        sitting.probe = None
        practice = self._interviewer.practice
        if sitting.outcome is None:
            raise UserError(BEFORE_ANSWER)
        sitting.asked, sitting.begun = await practice.to_answer(sitting.asked.ask.id, self._person)
        self._say(f"Once more, whole:\n\n{plain(sitting.asked.question.prompt)}")

    async def _follow_up(self, _: str) -> None:
        sitting, graded = self._sitting, self._graded()
        probe = graded.probe
        if probe is None:
            raise UserError("Your last answer covers every point I could ask about. /next goes on.")
        sitting.probe, sitting.begun = graded.asked.question.points.index(probe), ""
        self._say(screens.probe(probe, earning=not sitting.revealed))

    async def _covered(self, rest: str) -> None:
        graded = self._graded()
        verdicts = graded.settled.grade.verdicts
        number, _, note = rest.partition(" ")
        if not number.isdecimal() or not 1 <= int(number) <= len(verdicts):
            raise UserError(f"Name the point by its number, 1 to {len(verdicts)}: /covered 2")
        verdict = verdicts[int(number) - 1]
        if verdict.mark is Mark.COVERED:
            raise UserError(f"Point {number} counts as covered already.")
        if await self._interviewer.sittings.dispute(graded, self._person, [verdict.point], note.strip()):
            self._say(
                f"Thank you. I noted point {number} with your answer. Your grade stays as it is until somebody who "
                "looks after the questions has read it."
            )
        else:
            self._say("You told me that already. It is noted with your answer.")

    async def _pass(self, rest: str) -> None:
        await self._interviewer.practice.pass_on(self._sitting.asked.ask.id, self._person)
        await self._next(rest)

    async def _next(self, _: str) -> None:
        before = self._sitting.asked
        await self._put(
            await self._interviewer.practice.following(self._new_id(), self._person, PLACE, before)
        )

    async def _ask(self, rest: str) -> None:
        practice = self._interviewer.practice
        require_topic(practice.topics, rest or None, None)
        await self._put(await practice.ask(self._new_id(), self._person, PLACE, rest or None))

    async def _board(self, rest: str) -> None:
        named = rest.lower() or Period.WEEK.value
        if named not in set(Period):
            raise UserError("There are /board week, /board month and /board all.")
        person = self._person
        self._say(
            screens.board(await self._interviewer.progress.board(None, person.id, person.name, Period(named)))
        )

    async def _streak(self, _: str) -> None:
        self._say(screens.streak(await self._interviewer.progress.streak(self._person.id)))

    async def _zone(self, rest: str) -> None:
        preferences = self._interviewer.preferences
        panel = await preferences.panel(self._person)
        if rest:
            panel = await preferences.save(self._person, panel.wishes, rest)
        self._say(screens.zone(panel))

    async def _help(self, _: str) -> None:
        self._say(
            screens.manual({f"/{name}{rest}": what for name, (rest, what, _) in self._commands.items()})
        )

    async def _quit(self, _: str) -> None:
        self.over = True

    async def _put(self, asked: Asked) -> None:
        """Show the question; its models are trained while its reader thinks."""
        self._sitting = _Sitting(asked)
        self._interviewer.answering.prepare(asked.question)
        self._say(screens.question(asked))

    async def _pay(self) -> None:
        """Finish the answers that an earlier run received, and show those that were given here."""
        answering = self._interviewer.answering
        left = {*await answering.unfinished(), *await answering.owed(self._person)}
        for answer_id in sorted(left):
            outcome = await answering.settle(answer_id)
            if outcome.answer.member_id == MEMBER_ID:
                self._say(f"Before you left last time, you had answered:\n\n{screens.verdict(outcome)}")
                await answering.shown(answer_id)

    def _graded(self) -> Graded:
        outcome = self._sitting.outcome
        if outcome is None:
            raise UserError(BEFORE_ANSWER)
        return Graded(outcome.asked, outcome.answer, outcome.settled)

    def _new_id(self) -> int:
        """Ids grow with the time; those of Discord are a million times larger."""
        self._last_id = max(self._last_id + 1, milliseconds(self._interviewer.clock.now()))
        return self._last_id


def require_topic(topics: Topics, topic: str | None, level: Level | None) -> None:
    """Raise UserError, with the areas there are, if no question fits."""
    try:
        topics.questions(topic, level)
    except UserError as error:
        areas = "\n".join(f"- {one.label}" for one in topics.complete("") if one.value.startswith("area:"))
        raise UserError(f"{plain(str(error))}\n\nThe areas are:\n{areas}") from error
