"""Cards about points and streaks, and the help."""

from bot.domain.question import Level
from bot.domain.scoring import WORTH, Place
from bot.engine.progress import Board, StreakView
from bot.ui.base import Card, texts
from bot.ui.text import plural, visible

COLUMNS = 28  # what a phone shows of a code block without wrapping
NAME_COLUMNS = 15

HELP = f"""### Hotseat asks, you answer, and you see what an interviewer would have heard
**/ask** asks you an interview question. Name a topic or a level if you like; `private` keeps the card to yourself.
Press **Answer** and type, or in my DM simply write back in one message. You get a score out of 10 and one line per key point: \
covered, partly, missed, wrong, or not sure. How long or polished your answer is never counts.
**Reveal** shows the model answer. After that the question earns no points for 30 days, so try first.
**/leaderboard** shows this server's points, **/streak** your days in a row.

**Points.** A question is worth up to {WORTH[Level.BASIC]} (basic), {WORTH[Level.INTERMEDIATE]} (intermediate) or \
{WORTH[Level.ADVANCED]} (advanced) points. Another try can still earn 60 % of what was missing and never costs you anything. \
What a question earned in the last 90 days is not paid twice.
**Streak.** A day counts with one answer of at least 2 out of 10. Days run from 04:00 to 04:00, for now in UTC.
**Wrong claims** lower the score: what a listener would have to unlearn weighs more than what is missing.
**Hard questions** are hard on purpose: strong candidates know about half of them.

-# Answers are private: only you see what you wrote and how it was graded. \
Commands and buttons work in servers, in my DM, and wherever you install me for yourself."""


def board_card(board: Board) -> Card:
    """A server's best, and the reader's own place."""
    if not board.top:
        return Card(*texts("### Leaderboard", "Nobody has points here yet. Use `/ask` and be the first."))
    rows = "\n".join(_row(place) for place in board.top)
    own = board.own
    if own is None:
        foot = "You have no points here yet. `/ask` gets you started."
    else:
        foot = f"You are number {own.rank} with {plural(own.points, 'point')}."
    return Card(*texts("### Leaderboard", f"```\n{rows}\n```", foot))


def streak_card(view: StreakView) -> Card:
    """The reader's own streak."""
    if view.counted_today:
        today = "Today counts already. See you tomorrow."
    elif view.today:
        today = "Answer one question today (2 out of 10 is enough) to keep it."
    else:
        today = "Answer one question (2 out of 10 is enough) to start one."
    return Card(
        *texts(
            f"### Streak: {plural(view.today, 'day')}",
            f"{today}\nBest so far: {plural(view.best, 'day')}. Points in all: {view.points}.",
            f"-# Days run from 04:00 to 04:00 in the time zone {view.zone}.",
        )
    )


def help_card() -> Card:
    """What Hotseat does and how points and streaks work."""
    return Card(*texts(HELP))


def _row(place: Place) -> str:
    name = visible(place.name).replace("`", "ˋ")[:NAME_COLUMNS]
    return f"{place.rank:>3}. {name:<{NAME_COLUMNS}} {place.points:>7}"[:COLUMNS]
