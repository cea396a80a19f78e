"""The bank as a whole: topics served, levels in balance, no prompt twice."""

import pytest

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.bank.coverage import (
    alike_mistakes,
    balance_mistakes,
    coverage_mistakes,
    coverage_table,
    read_topics,
)
from bot.bank.schema import Topic
from bot.domain.question import KeyPoint, Level, Question

TOPICS = {
    "001-01": Topic(ref="001-01", title="One", area="optics", level=Level.BASIC),
    "002-01": Topic(ref="002-01", title="Two", area="optics", level=Level.ADVANCED),
    "002-02": Topic(ref="002-02", title="Three", area="sound", level=Level.BASIC),
}


def question(
    covers: tuple[str, ...],
    area: str = "optics",
    level: Level = Level.BASIC,
    prompt: str = "Why is the sky blue?",
) -> Question:
    point = KeyPoint("p", "A point.")
    return Question(f"q-{area}-{level}", area, "Q", level, prompt, "An answer.", (point,), covers=covers)


def said(covers: tuple[str, ...], area: str = "optics", level: Level = Level.BASIC) -> list[str]:
    return [
        f"{one.field}: {one.sentence}" for one in coverage_mistakes(TOPICS, [question(covers, area, level)])
    ]


def test_a_topic_that_nobody_serves_is_named():
    assert said(("001-01", "002-01")) == ["002-02: no question serves this topic (Three)."]


def test_an_area_and_a_level_are_those_of_a_topic():
    every = ("001-01", "002-01", "002-02")
    assert said(every) == said(every, "sound") == said(every, level=Level.ADVANCED) == []
    assert said(every, "music") == ["covers: none of its topics belongs to this area."]
    assert said(every, level=Level.INTERMEDIATE) == ["level: none of its topics has this level."]
    assert said((*every, "009-09")) == ["covers: there is no topic 009-09 in topics.toml."]


def test_the_table_counts_by_area_and_document():
    assert coverage_table(TOPICS, [question(("001-01", "002-02"))]) == [
        "topics served                 001      002      all",
        "optics                        1/1      0/1      1/2",
        "sound                           -      1/1      1/1",
        "all                           1/1      1/2      2/3",
    ]


@pytest.mark.parametrize(
    ("basic", "intermediate", "advanced", "wrong"),
    [
        (35, 45, 20, []),
        (40, 45, 15, []),
        (29, 46, 25, ["basic"]),
        (34, 40, 26, ["advanced"]),
        (20, 70, 10, ["basic", "intermediate", "advanced"]),
    ],
)
def test_levels_are_in_balance(basic: int, intermediate: int, advanced: int, wrong: list[str]):
    counts = {Level.BASIC: basic, Level.INTERMEDIATE: intermediate, Level.ADVANCED: advanced}
    questions = [question((), level=level) for level, count in counts.items() for _ in range(count)]
    assert [one.field for one in balance_mistakes(questions)] == wrong


def test_nearly_the_same_prompt_is_a_mistake():
    one = question((), prompt="Explain dropout: what happens in training, and what changes at test time?")
    near = question(
        (), "sound", prompt="What changes at test time, and what happens in training? Explain dropout."
    )
    far = question((), "music", prompt="Contrast bagging with boosting.")
    assert [mistake.question for mistake in alike_mistakes([one, near, far])] == [one.id]


def test_a_broken_list_of_topics_is_told(tmp_path):
    (tmp_path / "topics.toml").write_text("[[topic]]\nref = 1\n")
    assert "cannot be read" in str(read_topics(tmp_path)[1])
    entry = '[[topic]]\nref = "001-01"\ntitle = "T"\narea = "a"\nlevel = "basic"\n'
    (tmp_path / "topics.toml").write_text(entry + entry)
    assert "stands twice" in str(read_topics(tmp_path)[1])
    assert read_topics(tmp_path / "nowhere") == ({}, [])


def test_the_bundled_bank_serves_every_topic():
    topics, mistakes = read_topics(bundled())
    questions = list(loader.load(bundled()).questions.values())
    assert len(topics) == 174
    assert not [
        *mistakes,
        *coverage_mistakes(topics, questions),
        *balance_mistakes(questions),
        *alike_mistakes(questions),
    ]
