"""The card of a member's stats: as a picture with words beside it, or in words alone."""

from datetime import timedelta

from bot.domain.readiness import ENOUGH, GOOD
from bot.engine.stats import WEEKS, StatsView
from bot.engine.wording import SURE, plural
from bot.ui.base import Card, CardButton, row, texts
from bot.ui.cards import NAME_LIMIT
from bot.ui.charts import bars, in_words, picture_in
from bot.ui.custom_ids import stats_address
from bot.ui.text import fitting, quote

PICTURE = "stats.png"
BEGIN = "Nothing was graded yet. `/ask` gets you started, and this card fills with what you know."


def stats_card(view: StatsView, picture: bytes | None) -> Card:
    """With `picture` it shows most of it, else text bars do."""
    files, pictures = picture_in(picture, stats_alt(view), PICTURE)
    whose = "Your stats" if view.own else f"Stats of {quote(view.member.name, NAME_LIMIT)}"
    head = f"### {whose}\n{_totals(view)}"
    if not view.graded and not view.streak.days:
        return Card(*texts(head, BEGIN if view.own else "", *_moves(view), _foot(view)))
    told = [] if picture is not None else [_ready(view), _judged(view), _calendar(view)]
    other = CardButton(
        "As text" if picture is not None else "As a picture",
        stats_address(view.member.id, text=picture is not None),
    )
    head, *rest = fitting(lambda _: [head, *told, *_moves(view), _foot(view)], (0,))
    return Card(*texts(head), *pictures, *texts(*rest), row(other), files=files)


def stats_alt(view: StatsView) -> str:
    """What the picture shows, for those who do not see it."""
    days = sum(bool(one.answers) for one in view.streak.days)
    ready = in_words([(one.title, one.share) for one in view.ready])
    judged = ", ".join(f"{SURE[one.sure]} {one.score:.1f}" for one in view.judged)
    parts = (
        f"Calendar: answers on {plural(days, 'day')} of the last {WEEKS} weeks." if days else "",
        f"How sure, and how right (average score out of 10): {judged}." if judged else "",
        f"Readiness by area: {ready}." if ready else "",
    )
    return " ".join(part for part in parts if part)


def _totals(view: StatsView) -> str:
    streak = view.streak
    return (
        f"**Streak {plural(streak.today, 'day')}** · best {streak.best} · {plural(view.counted, 'day')} counted\n"
        f"**{plural(streak.points, 'point')}** · {view.week} this week\n"
        f"**{plural(view.graded, 'question')}** graded · {view.strong} of them with {GOOD:g} out of 10 or more"
    )


def _ready(view: StatsView) -> str:
    if not view.ready:
        return ""
    return f"**Readiness by area**\n```\n{bars([(one.title, one.share) for one in view.ready])}\n```"


def _judged(view: StatsView) -> str:
    if not view.judged:
        return ""
    lines = "\n".join(f"{SURE[one.sure]:<12} {one.score:>4.1f} {f'({one.tries})':>6}" for one in view.judged)
    return f"**How sure, and how right**\n-# Average score of first tries out of 10 (how many)\n```\n{lines}\n```"


def _calendar(view: StatsView) -> str:
    """Answers week by week, the latest last."""
    monday = view.streak.day - timedelta(days=view.streak.day.weekday())
    weeks = [0] * WEEKS
    for one in view.streak.days:
        back = -((one.day - monday).days // 7)
        if back < WEEKS:
            weeks[WEEKS - 1 - max(back, 0)] += one.answers
    return f"**Answers in the last {WEEKS} weeks,** week by week: {', '.join(map(str, weeks))}"


def _moves(view: StatsView) -> list[str]:
    if not view.moves:
        return []
    lines = "\n".join(
        f"- **{one.question.title}** ({one.question.area_title}, {one.question.level}): "
        f"{one.before:.0%} → {one.after:.0%}"
        for one in view.moves
    )
    about = f"With {GOOD:g} out of 10 each. An area counts in full from {ENOUGH} questions on. `/ask topic:` finds them by title."
    return [f"**The three questions that would move you most**\n{lines}\n-# {about}"]


def _foot(view: StatsView) -> str:
    if not view.own:
        return ""
    if view.shown:
        return "-# Others may look at these numbers with `/stats`; `/settings` changes that."
    return "-# Only you see this; `/settings` can show it to others."
