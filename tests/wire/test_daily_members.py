"""The daily question as members meet it: the post, its answers, what may be seen while it is open, its close."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.sandbox import Handle, Shown
from bot.sandbox.wire import Json
from tests.wire.answers import BANK, QUESTION, TOPIC, strong
from tests.wire.conftest import House, ask_id
from tests.wire.room import PART, Room, answered, earned, forged, score
from tests.wire.study import Study, end_all

SECOND, THIRD, FOURTH = (QUESTION.points[place].covered[9] for place in (1, 2, 3))
LOCKED = "No points: you could see this model answer"
NO_GRADE = (
    "Dropout schaltet beim Training zufällig Neuronen ab, beim Testen sind alle aktiv und werden skaliert."
)


@pytest.fixture(autouse=True)
def _no_schedules_left(house: House) -> Iterator[None]:
    yield
    end_all(house)


async def asks(member: Handle, place: object, topic: str = TOPIC) -> Shown:
    """What a member is shown for `/ask`, in private where others could see it."""
    return await member.slash("ask", topic=topic, private=place != "dm", channel=place)  # pyright: ignore[reportArgumentType] - a channel or "dm"


def sent(house: House, post: Shown) -> Json:
    """The body with which the bot sent a message."""
    requests = [one for one in house.world.requests if one.path == f"/channels/{post.channel_id}/messages"]
    (body,) = [one.body for one in requests if one.method == "POST"]
    return body


# --- the post -----------------------------------------------------------------------------------------------


async def test_the_post_pings_exactly_its_role_and_opens_a_thread_if_it_should(house: House):
    room = Study(house, "ann")
    role = house.world.add_role("learners", guild=room.name, mentionable=True)
    house.world.add_role("others", guild=room.name, mentionable=True)
    post = await room.post(ping_role="learners", thread=True)
    assert post.pings == ["@learners"]
    assert not post.ephemeral
    ((schedule,),) = room.rows("id")
    body = sent(house, post)
    allowed = body["allowed_mentions"]
    assert [allowed["parse"], allowed["roles"], allowed.get("users") or []] == [[], [role.id], []]
    assert body["nonce"] == f"d{schedule}-{house.world.clock.now():%Y%m%d}"
    assert body["enforce_nonce"] is True
    thread = house.world.state.channels[post.message_id or 0]
    assert (thread.name, thread.parent_id) == (QUESTION.title, room.channel.id)
    for part in (
        f"### {QUESTION.title}",
        QUESTION.prompt,
        "5 key points",
        "up to 10 points",
        "It closes when",
    ):
        assert part in post.text
    assert [one.label for one in post.buttons] == ["Answer", "Hint", "Reveal"]
    assert not any(one.disabled for one in post.buttons)


async def test_without_a_role_and_a_thread_nobody_is_pinged_and_none_is_opened(house: House):
    room = Study(house, "ann")
    post = await room.post()
    assert post.pings == []
    allowed = sent(house, post)["allowed_mentions"]
    assert [allowed["parse"], allowed.get("roles") or [], allowed.get("users") or []] == [[], [], []]
    assert "<@&" not in post.text
    assert post.message_id not in house.world.state.channels
    assert [one for one in house.world.state.channels.values() if one.parent_id == room.channel.id] == []


async def test_two_schedules_of_a_server_never_post_the_same_question(house: House):
    room = Study(house, "ann")
    second = house.world.add_channel(f"second-{room.guild_id}", guild=room.name)
    areas = ("optimization", "regularization")
    pool = {question.id for question in BANK.questions.values() if question.area in areas}
    due = room.morning()
    for channel in (room.channel, second):
        await room.set_up(channel=str(channel.id), topics=",".join(f"area:{area}" for area in areas))
    for day in range(len(pool) // 2):
        await room.handled(due + timedelta(days=day))
        await asyncio.gather(room.posted(), room.posted(second))
    posted = house.rows("SELECT question_id FROM ask WHERE guild_id = ? AND door = 'daily'", room.guild_id)
    assert Counter(name for (name,) in posted) == Counter(pool)
    again = (await room.daily("status")).text
    assert again.count(f"From {len(pool)} questions (Optimisation, Regularisation).") == 2


# --- while it is open ---------------------------------------------------------------------------------------


async def test_everybody_answers_the_same_card_each_for_themselves(house: House):
    room = Study(house, "ann", "ben", "cem")
    ann, ben, cem = room.members
    post = await room.post()
    hint = await ben.press(post, "Hint")
    assert "Hint 1 of" in hint.text
    assert hint.ephemeral
    verdicts = [
        await answered(ann, post, strong()),
        await answered(ben, hint, strong(variant=1)),
        await answered(cem, post, PART),
    ]
    assert [score(one) for one in verdicts][:2] == [10, 10]
    assert [earned(one) for one in verdicts] == [10, 8, 3]
    for member, verdict in zip(room.members, verdicts, strict=True):
        assert verdict.ephemeral
        others = [one for one in room.members if one is not member]
        assert all(
            verdict.message_id not in [one.message_id for one in other.history(room.channel)]
            for other in others
        )
    assert "**covered**" in (await answered(cem, verdicts[2], SECOND, button="Follow-up")).text
    assert len(room.seen()) == 1
    counted = house.rows("SELECT DISTINCT guild_id FROM ledger WHERE ask_id = ?", ask_id(post))
    assert counted == [(room.guild_id,)]


async def test_reveal_asks_first_and_gives_up_the_points(house: House):
    room = Study(house, "ann", "ben")
    ann, ben = room.members
    post = await room.post()
    asked_first = await ann.press(post, "Reveal")
    assert asked_first.ephemeral
    assert "earns you nothing more for 30 days" in asked_first.text
    assert QUESTION.answer not in asked_first.text
    assert [one.label for one in asked_first.buttons] == ["Answer", "Reveal anyway"]
    assert room.ledger(ann) == []  # the question alone costs nothing
    assert earned(await answered(ann, asked_first, PART, button="Answer")) == 3
    verdict = await answered(ben, post, PART)
    from_verdict = await ben.press(verdict, "Model answer")
    assert QUESTION.answer not in from_verdict.text
    revealed = await ann.press(asked_first, "Reveal anyway")
    assert revealed.ephemeral
    assert QUESTION.answer in revealed.text
    assert room.ledger(ann, "revealed") == ["revealed"]
    locked = await answered(ann, post, strong())
    assert LOCKED in locked.text
    assert earned(locked) == 0
    assert QUESTION.answer in (await ann.press(post, "Reveal")).text  # nothing is left to lose
    assert earned(await answered(ben, post, strong(variant=2))) > 0  # it is nobody else's loss


async def test_ask_never_draws_what_is_open_as_a_daily_there(house: House):
    room, elsewhere = Study(house, "ann"), Room(house, "ben")
    (ann,) = room.members
    post = await room.post(topics="question:pca-and-eigenvectors")
    others = sum(question.area == "linear-algebra" for question in BANK.questions.values()) - 1
    for _ in range(others + 1):
        card = await asks(ann, room.channel, "area:linear-algebra")
        ((drawn,),) = house.rows("SELECT question_id FROM ask WHERE id = ?", ask_id(card))
        assert drawn != "pca-and-eigenvectors"
    for topic in ("question:pca-and-eigenvectors", "PCA and eigenvectors"):
        refused = await asks(ann, room.channel, topic)
        assert refused.ephemeral
        assert "open in this server at the moment" in refused.text
    title = BANK.questions["pca-and-eigenvectors"].title
    assert title in (await asks(ann, "dm", "question:pca-and-eigenvectors")).text
    (ben,) = elsewhere.members
    assert title in (await asks(ben, elsewhere.channel, "question:pca-and-eigenvectors")).text
    await room.daily("remove")
    await post.changed(timeout=20)
    assert title in (await asks(ann, room.channel, "question:pca-and-eigenvectors")).text


# --- its close ----------------------------------------------------------------------------------------------


async def test_the_close_shows_how_the_server_did(house: House):
    room = Study(house, "ann", "ben", "cem", "dora", "eva", "fay")
    ann, ben, cem, dora, eva, fay = room.members
    post = await room.post()
    verdicts = [
        await answered(ann, post, strong()),
        await answered(ben, post, f"{PART}\n{THIRD}"),
        await answered(cem, post, SECOND),
        await answered(dora, post, f"{PART} I am sure."),
    ]
    await answered(ben, post, "I forgot everything about it.")  # the best one counts
    assert "No number" in (await answered(eva, post, NO_GRADE)).text
    await fay.press(post, "Hint")  # takes part, and answers nothing
    await room.closed(post)
    day = house.world.clock.now() - timedelta(days=1)
    assert f"-# Daily question of {day.day} {day:%B %Y} · " in post.text
    assert (
        post.text.index("members answered")
        < post.text.index("Missed most often")
        < post.text.index("Model answer")
    )
    for part in (QUESTION.title, QUESTION.prompt, QUESTION.answer, "**5 members answered.**"):
        assert part in post.text
    bars = re.findall(r"^(\d+) to ([\d.]+) +(█*) +(\d+)$", post.text, re.MULTILINE)
    counts = {float(low): int(number) for low, _, _, number in bars}
    scores = [score(one) for one in verdicts]
    assert counts == {
        low: sum(low <= one <= low + 2 - (low < 8) * 0.5 for one in scores) for low in (8, 6, 4, 2, 0)
    }
    assert sum(counts.values()) == len(verdicts)
    assert all(bool(bar) == (number != "0") for _, _, bar, number in bars)
    assert all(len(line) <= 28 for line in post.text.splitlines() if "█" in line)
    best = dict[int, Json]()
    for member, outcome in house.rows("SELECT member_id, outcome FROM answer WHERE ask_id = ?", ask_id(post)):
        grade = json.loads(outcome)["grade"]
        if grade["score"] is not None:
            best[member] = max(best.get(member, grade), grade, key=lambda one: one["score"])
    missed = Counter(
        one["point"]
        for grade in best.values()
        for one in grade["verdicts"]
        if one["mark"] in ("missed", "wrong", "not sure")
    )
    assert sorted(grade["score"] for grade in best.values()) == sorted(scores)
    told = re.findall(r"^- (.+) \(missed by (\d) of (\d)\)$", post.text, re.MULTILINE)
    assert len(told) == 3
    assert [int(number) for _, number, _ in told] == [number for _, number in missed.most_common(3)]
    for says, number, of in told:
        (point,) = [one.id for one in QUESTION.points if one.says == says]
        assert (missed[point], int(of)) == (int(number), len(verdicts))
    assert [one.label for one in post.buttons] == ["Key points and sources", "Ask me another"]
    (picture,) = post.attachments
    assert picture["description"]
    points = await eva.press(post, "Key points and sources")
    assert QUESTION.points[0].says in points.text
    assert QUESTION.answer not in points.text  # it stands in the channel
    another = await eva.press(post, "Ask me another")
    assert another.ephemeral
    assert [one.label for one in another.buttons] == ["Answer", "Hint", "Reveal", "Pass"]


async def test_the_close_locks_the_question_for_those_who_took_part(house: House):
    room = Study(house, "ann", "ben", "cem", "dora", "eva")
    ann, ben, cem, dora, eva = room.members
    post = await room.post()
    assert earned(await answered(ann, post, PART)) > 0
    await ben.press(post, "Hint")
    await cem.press(await cem.press(post, "Reveal"), "Reveal anyway")
    form = await eva.press(post, "Answer")  # and is not done before it closes
    await room.closed(post)
    late = await eva.submit(form, {"Your answer": strong(variant=3)}, wait="final")
    assert score(late) == 10
    assert LOCKED in late.text
    assert "1 member answered" in post.text
    for number, member in enumerate((ann, ben, cem), start=4):
        assert room.ledger(member, "closed") == ["closed"]
        assert LOCKED in (await answered(member, await asks(member, "dm"), strong(variant=number))).text
    assert room.ledger(dora) == []
    assert earned(await answered(dora, await asks(dora, "dm"), strong(variant=7))) == 10
    assert (
        LOCKED
        in (
            await answered(
                dora, forged(room, dora, f"ask:{ask_id(post)}:answer"), strong(variant=8), "Forged"
            )
        ).text
    )
    end_all(house)
    house.world.clock.advance(timedelta(days=30, hours=1).total_seconds())
    assert earned(await answered(ann, await asks(ann, "dm"), strong(variant=9))) > 0
