"""What the terminal shows: pure functions from what the engine says to plain text, one paragraph per line."""

from collections.abc import Mapping

from bot.domain import scoring
from bot.domain.grade import Mark, Verdict
from bot.domain.history import REMEMBERED
from bot.domain.question import KeyPoint, Question
from bot.domain.streak import FREEZE_EVERY, LEAST_SCORE, MOST_FREEZES
from bot.engine.answering import Outcome
from bot.engine.practice import Asked, Hinted
from bot.engine.preferences import Panel
from bot.engine.progress import Board, StreakView
from bot.engine.settlement import Settled
from bot.engine.wording import LOW, NOTICES, PERIODS, SAYS_IT_ALL, plural
from bot.terminal.text import in_one_line, plain

MARKS = {Mark.COVERED: "+", Mark.PARTLY: "~", Mark.MISSED: "-", Mark.WRONG: "x", Mark.NOT_SURE: "?"}
RATINGS = "1 missed it, 2 partly, 3 got it"
QUOTED = 240
NAME_COLUMNS = 24
INDENT = " " * 6  # as wide as "1 [+] "


def question(asked: Asked) -> str:
    """The question as it is put."""
    one = asked.question
    foot = [plural(len(one.points), "key point"), f"about {plural(one.minutes, 'minute')}"]
    if one.hint_stages:
        foot.append(plural(len(one.hint_stages), "hint"))
    return _blocks(
        f"{one.area_title} · {one.level} · up to {scoring.WORTH[one.level]} points\n{one.title}",
        plain(one.prompt),
        _formula(one.prompt_formula),
        f"({', '.join(foot)})",
    )


def verdict(outcome: Outcome) -> str:
    """The grade, point by point, in the member's own words; gives nothing away before the reveal."""
    settled, one = outcome.settled, outcome.asked.question
    score = "No number this time" if settled.grade.score is None else f"{settled.grade.score:g} out of 10"
    notices = [NOTICES[flag] for flag in settled.grade.flags]
    if outcome.asked.version.retired:
        notices.append("This question has left the bank since it was asked. Your answer still counts.")
    return _blocks(f"{score}: {one.title}", *notices, _points(one, settled), _earned(settled))


def ways_on(outcome: Outcome) -> str:
    """What makes sense after this verdict."""
    settled = outcome.settled
    is_open = any(one.mark is not Mark.COVERED for one in settled.grade.verdicts)
    if settled.grade.score == scoring.BEST_SCORE:
        return "/next goes on, /reveal shows the model answer."
    if not is_open or settled.locked or SAYS_IT_ALL.intersection(settled.grade.flags):
        return "/again tries once more, /reveal shows the model answer, /next goes on."
    lead = "Each open point is a question."
    if (settled.grade.score or 0.0) < LOW:
        lead = "Not there yet, and that is fine. Each open point is a question; pick one."
    return f"{lead} /follow-up lets you answer the weightiest, /again all anew, /reveal shows the model answer, /next goes on."


def reveal(asked: Asked) -> str:
    """The model answer with formula, key points, why interviewers ask it, and sources."""
    one = asked.question
    points = "\n".join(f"- {plain(point.says)}" for point in one.points)
    sources = "\n".join(f"- {plain(source)}" for source in one.sources)
    return _blocks(
        f"Model answer: {one.title}",
        plain(one.answer),
        _formula(one.formula),
        f"Key points\n{points}",
        f"Why interviewers ask this\n{plain(one.why)}" if one.why else "",
        f"Sources\n{sources}" if sources else "",
        f"How did you do? {RATINGS}: type the number. It is for your reviews only. /next goes on.",
    )


def hints(hinted: Hinted, known: int) -> str:
    """The hints after the first `known`, and what the next one costs."""
    taken, stages = len(hinted.hints), len(hinted.asked.question.hint_stages)
    fresh = "\n".join(
        f"Hint {number} of {stages}: {plain(hint)}"
        for number, hint in enumerate(hinted.hints, start=1)
        if number > known
    )
    if hinted.locked:
        worth = "You saw the model answer, so hints cost nothing now."
    else:
        worth = f"A perfect answer would now earn you {plural(hinted.left, 'point')}."
        if taken < stages:
            worth += f" The next hint takes {round(100 * (1 - scoring.HINT_SHARE))} % of that."
    return _blocks(
        fresh or "There are no more hints. Say what you know; even half of it earns points.", worth
    )


def probe(point: KeyPoint, *, earning: bool) -> str:
    """The interviewer asks on; `earning`: the point can still be earned."""
    how = "Your reply is added to your answer" + (", and can still earn this point." if earning else ".")
    return f"{plain(point.probe)}\n({how})"


def board(standings: Board) -> str:
    """The best of all servers and terminals on this database, and the reader's own place."""
    rows = [
        f"{place.rank:>3}. {in_one_line(place.name, NAME_COLUMNS):<{NAME_COLUMNS}} {place.points:>6}"
        for place in standings.top
    ]
    own = standings.own
    if own is None:
        mine = "You have no points here yet."
    elif not own.rank:
        mine = f"You are in the top {standings.percent} % with {plural(round(own.points), 'point')}."
    else:
        mine = f"You are number {own.rank} with {plural(round(own.points), 'point')}."
    return _blocks(f"Points {PERIODS[standings.period]}", "\n".join(rows), mine)


def streak(view: StreakView) -> str:
    """The reader's own streak and points."""
    if view.counted_today:
        today = "Today counts already. See you tomorrow."
    elif view.today:
        today = f"Answer one question today ({LEAST_SCORE:g} out of 10 is enough) to keep it."
    else:
        today = f"Answer one question ({LEAST_SCORE:g} out of 10 is enough) to start one."
    freezes = (
        f"Freezes held: {view.freezes} of {MOST_FREEZES}; every {FREEZE_EVERY}th day that counts brings one."
    )
    if view.today and view.frozen:
        freezes += f" {plural(view.frozen, 'missed day')} will be covered once you practise again."
    ask = "" if view.zone_chosen else " Is that yours? /zone CITY changes it."
    return "\n".join(
        [
            f"Streak: {plural(view.today, 'day')}. {today}",
            f"Best so far: {plural(view.best, 'day')}. Points in all: {view.points}.",
            freezes,
            f"Days run from 04:00 to 04:00 in the time zone {view.zone}.{ask}",
        ]
    )


def zone(panel: Panel) -> str:
    """The time zone that the reader's days are counted in, and what came of wishing another."""
    stands = f"Your days run from 04:00 to 04:00 in the time zone {panel.zone}."
    if panel.next_zone and panel.next_zone_at:
        stands += (
            f" {panel.next_zone} counts from {panel.next_zone_at:%Y-%m-%d %H:%M} UTC on, when your day ends."
        )
    return _blocks(plain(panel.trouble), stands)


def manual(commands: Mapping[str, str]) -> str:
    """The help: the commands with what each does, and the rules in short."""
    width = max(map(len, commands)) + 2
    worth = ", ".join(f"{points} ({level})" for level, points in scoring.WORTH.items())
    return _blocks(
        "Type your answer, in as many lines as you like; an empty line ends it. You get a score out of 10 and one line "
        "per key point: covered, partly, missed, wrong, or not sure. Length and polish never count.",
        "\n".join(f"{name:<{width}}{what}" for name, what in commands.items()),
        f"A question is worth up to {worth} points. A hint takes {round(100 * (1 - scoring.HINT_SHARE))} % of what is "
        f"still to be won; another try can still earn {round(100 * scoring.RETRY_SHARE)} % of what was missing and never "
        f"costs you anything. After /reveal the question earns nothing for {REMEMBERED.days} days. A day with one answer "
        f"of at least {LEAST_SCORE:g} out of 10 counts for your streak.",
    )


def _points(one: Question, settled: Settled) -> str:
    """One entry per key point, then corrections that belong to no point."""
    quoted: set[str] = set()
    corrected: set[str] = set()

    def words(evidence: str | None) -> str:
        # A sentence that earned two points is shown at the first; shown again it reads like a mistake of ours.
        if not evidence or evidence in quoted:
            return ""
        quoted.add(evidence)
        return f'\n{INDENT}You wrote: "{in_one_line(evidence, QUOTED)}"'

    def correction(misconception: str, evidence: str | None) -> str:
        corrected.add(misconception)
        said = words(evidence)
        return (
            f"[{MARKS[Mark.WRONG]}] {Mark.WRONG}{said}\n"
            f"{INDENT}In fact: {plain(one.misconception(misconception).says)}"
        )

    def entry(number: int, given: Verdict) -> str:
        point = one.point(given.point)
        if given.mark is Mark.WRONG and given.misconception and given.misconception not in corrected:
            return f"{number} {correction(given.misconception, given.evidence)}"
        # Before the reveal, what is missing is named by its probe, so that a second try is worth something.
        told = given.mark is Mark.COVERED or settled.locked
        name = f": {plain(point.says if told else point.probe)}" if told or point.probe else ""
        return f"{number} [{MARKS[given.mark]}] {given.mark}{name}{words(given.evidence)}"

    entries = [entry(number, given) for number, given in enumerate(settled.grade.verdicts, start=1)]
    return "\n".join(
        entries
        + [
            f"  {correction(claim.misconception, claim.evidence)}"
            for claim in settled.grade.claims
            if claim.misconception not in corrected
        ]
    )


def _earned(settled: Settled) -> str:
    totals = f"{plural(settled.total, 'point')} in all · streak {plural(settled.streak, 'day')}"
    if settled.unchosen_zone:
        totals += (
            f"\nYour days run from 04:00 to 04:00 in {settled.unchosen_zone}. Is that your time zone? "
            "/zone CITY changes it."
        )
    if settled.new_freeze:
        totals += "\nYou earned a freeze: it will hold your streak on a day you miss."
    if settled.locked:
        return f"No points: you saw this model answer in the last {REMEMBERED.days} days · {totals}"
    after = f" after {plural(settled.hints, 'hint')}" if settled.hints else ""
    if not settled.points:
        return f"No new points{after} · {totals}"
    return f"+{plural(settled.points, 'point')}{after} · {totals}"


def _formula(latex: str) -> str:
    return f"Formula (LaTeX): {latex.strip()}" if latex else ""


def _blocks(*parts: str) -> str:
    """Paragraphs with an empty line between them; empty ones left out."""
    return "\n\n".join(part for part in parts if part)
