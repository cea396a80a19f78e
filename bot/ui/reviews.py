"""Cards of /review: a question that is due, and the end of a day's reviews."""

from bot.client import Interaction
from bot.engine.reviews import Rest, Review
from bot.engine.wording import plural
from bot.ui.base import Card, CardButton, ask_button, place, reply, row, texts
from bot.ui.cards import question_card
from bot.ui.custom_ids import Round, Verb, review_address
from bot.ui.dailies import stamp
from bot.ui.questions import show_question
from bot.ui.text import visible

FRESH = "Ask me something new"


async def show_review(interaction: Interaction, found: Review | Rest) -> None:
    """Answer an interaction with the question that is due, or say that none is."""
    if isinstance(found, Rest):
        await reply(interaction, rest_card(found), private=not place(interaction).dm)
        return
    picture = interaction.client.practice.picture(found.asked.question.prompt_formula)
    await show_question(interaction, found.asked, review_card(found, picture))


def review_card(review: Review, picture: bytes | None) -> Card:
    """The question, how many are due with it, and a way round one that will not stick."""
    beyond = f" of {review.left + review.beyond}" if review.beyond else ""
    head = f"-# Review · {review.left}{beyond} due{' today' if beyond else ''}, about {plural(review.minutes, 'minute')}"
    beside: list[CardButton] = []
    if review.lapses:
        head += f"\n⚠️ This one did not stick: {review.lapses} times by now. "
        if review.easier is None:
            head += "After your try, read the model answer and say it once in your own words."
        else:
            head += f"**Easier one** asks “{visible(review.easier.title)}” first."
            beside.append(ask_button(review.asked.ask.id, Verb.EASIER, "Easier one"))
    return question_card(review.asked, picture, head=head, beside=beside)


def rest_card(rest: Rest) -> Card:
    """Why nothing is asked now, and when there will be."""
    done = f"You reviewed {plural(rest.done, 'question')} today. " if rest.done else ""
    fresh = CardButton(FRESH, review_address(Round.FRESH))
    if rest.due:
        more = f"{plural(rest.due, 'more question')} {'is' if rest.due == 1 else 'are'} due"
        return Card(
            *texts(
                f"### That is enough for today\n{done}{more} and can wait until tomorrow; the next "
                f"{'one takes' if rest.due == 1 else 'ones take'} about {plural(rest.minutes, 'minute')}."
            ),
            row(CardButton("Go on", review_address(Round.BEYOND)), fresh),
        )
    if rest.next_at is None:
        return Card(
            *texts(
                f"### Nothing to review yet\n{done}What you answer comes here again, shortly before you would forget it: "
                "what you know badly soon, what you know well much later."
            ),
            row(fresh),
        )
    day, away = stamp(rest.next_at, "D"), stamp(rest.next_at, "R")
    return Card(*texts(f"### Nothing due\n{done}Nothing is due until {day} ({away})."), row(fresh))
