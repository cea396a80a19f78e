"""Cards of the boards, and the help."""

from bot.domain.history import BOOKED_WINDOW, REMEMBERED
from bot.domain.question import Level
from bot.domain.scoring import HINT_SHARE, RETRY_SHARE, WORTH, Measure, Period, Place
from bot.domain.streak import FREEZE_EVERY, LEAST_SCORE, MOST_FREEZES
from bot.engine.bursts import QUIET
from bot.engine.progress import Board
from bot.engine.wording import PERIODS, plural
from bot.ui.base import Card, CardButton, row, texts
from bot.ui.custom_ids import board_address
from bot.ui.text import visible

PERIOD_LABELS = {Period.WEEK: "Week", Period.MONTH: "Month", Period.ALL: "All time"}
COLUMNS = 28  # what a phone shows of a code block without wrapping
NAME_COLUMNS = 15

HINT_PERCENT, RETRY_PERCENT = round(100 * (1 - HINT_SHARE)), round(100 * RETRY_SHARE)

STREAK_RULES = f"""A day counts with one answer of at least {LEAST_SCORE:g} out of 10. Days run from 04:00 to 04:00 in your \
time zone. Every {FREEZE_EVERY}th day that counts brings a freeze (you can hold {MOST_FREEZES}); freezes hold your streak over days you miss, \
if they cover all of them. Days on which I was away are on me."""

GAIN_RULE = f"""-# By how much your best scores rose on later days, in points out of 10 (from {LEAST_SCORE:g} up). For {REMEMBERED.days} days after a look \
at the model answer a question does not count here."""

HELP = f"""### Hotseat asks, you answer, and you see what an interviewer would have heard
**/ask** asks you an interview question. Name a topic or a level if you like; `private` keeps the card to yourself.
Press **Answer** and type, or in my DM simply write back: what you type within {int(QUIET.total_seconds())} seconds is one answer. \
You get a score out of 10 and one line per key point: covered, partly, missed, wrong, or not sure. How long or polished \
your answer is never counts; wrong claims do, because a listener would have to unlearn them.
**After a grade:** try again, or let me ask one of the open points (**Follow-up**). If I overlooked something, say \
**I covered this**; **/why** shows what is behind a grade. **Share** shows your answer to the channel, **Next** goes on, **Pass** skips a question.
**/review** asks again what you are about to forget; a finished review counts for your streak however it went.
**/stats** (what you know), **/leaderboard** (also by improvement), **/streak** and **/settings** (time zone, boards, private asking) are yours. Whoever runs a server can \
have a question posted every day: **/daily**.

**Points.** A question is worth up to {WORTH[Level.BASIC]} (basic), {WORTH[Level.INTERMEDIATE]} (intermediate) or \
{WORTH[Level.ADVANCED]} (advanced) points. A hint takes {HINT_PERCENT} % of what is still to be won. Another try can still earn \
{RETRY_PERCENT} % of what was missing and never costs you anything. **Reveal** shows the model answer; after it the question \
earns nothing for {REMEMBERED.days} days. A question remembers all of that for {REMEMBERED.days} days, on every card, and what it \
earned you in the last {BOOKED_WINDOW.days} days is not paid twice.
**Streak.** {STREAK_RULES}
**Hard questions** are hard on purpose: strong candidates know about half of them.

-# Answers are private: only you see what you wrote and how it was graded, unless you share it. **/privacy** gives you all \
I have stored about you, or deletes it. \
Commands and buttons work in servers, in my DM, and wherever you install me for yourself."""


def board_card(board: Board) -> Card:
    """A board's best, the reader's own place, and buttons to the other periods and to the other measure."""
    where, when = ("everywhere" if board.everywhere else "in this server"), PERIODS[board.period]
    improved = board.measure is Measure.GAIN
    head = f"### Leaderboard\n-# {'Improvement' if improved else 'Points'} {where}, {when}"
    if board.top:
        rows = "\n".join(_row(place, board.measure) for place in board.top)
        table = f"```\n{rows}\n```"
    else:
        table = "Nobody is shown on this board yet."
    buttons = [
        CardButton(
            label,
            board_address(period, board.measure, everywhere=board.everywhere),
            disabled=period is board.period,
        )
        for period, label in PERIOD_LABELS.items()
    ]
    other, label = (Measure.POINTS, "Points") if improved else (Measure.GAIN, "Improved")
    buttons.append(CardButton(label, board_address(board.period, other, everywhere=board.everywhere)))
    parts = (head, table, _own_place(board), GAIN_RULE if improved else "")
    return Card(*texts(*parts), row(*buttons))


def _own_place(board: Board) -> str:
    improved = board.measure is Measure.GAIN
    if board.own is None:
        return (
            "No improvement of yours here yet. Answer a question again that you answered on an earlier day."
            if improved
            else "You have no points here yet. `/ask` gets you started."
        )
    place = f"number {board.own.rank}" if board.own.rank else f"in the top {board.percent} %"
    points = f"+{board.own.points:g}" if improved else plural(int(board.own.points), "point")
    if board.hidden:
        return (
            f"You would be {place} with {points}.\n-# Others do not see you here; `/settings` changes that."
        )
    return f"You are {place} with {points}."


def help_card() -> Card:
    """What Hotseat does and how points and streaks work."""
    return Card(*texts(HELP))


def _row(place: Place, measure: Measure) -> str:
    name = visible(place.name).replace("`", "ˋ")[:NAME_COLUMNS]
    value = f"{place.points:g}" if measure is Measure.POINTS else f"+{place.points:g}"
    return f"{place.rank:>3}. {name:<{NAME_COLUMNS}} {value:>7}"[:COLUMNS]
