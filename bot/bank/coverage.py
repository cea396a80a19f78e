"""What the bank as a whole has to be: every topic of its inventory served, levels in balance, no question asked twice."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import tomli
from pydantic import ValidationError
from rapidfuzz import fuzz

from bot.bank.mistakes import Mistake
from bot.bank.schema import Topic, TopicsFile
from bot.domain.question import Level, Question

TOPICS = "topics.toml"
SHARES = {Level.BASIC: 0.35, Level.INTERMEDIATE: 0.45, Level.ADVANCED: 0.20}
SHARE_MAY_DIFFER = 0.05
ALIKE = 75  # of 100; prompts of different questions of this bank reach 60


def read_topics(folder: Path) -> tuple[Mapping[str, Topic], list[Mistake]]:
    """The topics by ref, and what is wrong with their list; neither where the folder has no list."""
    path = folder / TOPICS
    if not path.is_file():
        return {}, []
    try:
        topics = TopicsFile.model_validate(tomli.loads(path.read_text(encoding="utf-8"))).topic
    except (ValueError, ValidationError) as error:
        return {}, [Mistake(TOPICS, "", "", f"this list cannot be read: {error}")]
    counts = Counter(topic.ref for topic in topics)
    twice = [Mistake(TOPICS, "", ref, "this ref stands twice.") for ref, count in counts.items() if count > 1]
    return {topic.ref: topic for topic in topics}, twice


def coverage_mistakes(topics: Mapping[str, Topic], questions: Sequence[Question]) -> Iterator[Mistake]:
    """Topics that nobody serves, and questions whose place in the inventory is not that of one of their topics."""
    served = {ref for question in questions for ref in question.covers}
    for ref, topic in topics.items():
        if ref not in served:
            yield Mistake(TOPICS, "", ref, f"no question serves this topic ({topic.title}).")
    for question in questions:
        file, own = f"{question.area}.toml", [topics[ref] for ref in question.covers if ref in topics]
        for ref in question.covers:
            if ref not in topics:
                yield Mistake(file, question.id, "covers", f"there is no topic {ref} in {TOPICS}.")
        if own and question.area not in {topic.area for topic in own}:
            yield Mistake(file, question.id, "covers", "none of its topics belongs to this area.")
        if own and question.level not in {topic.level for topic in own}:
            yield Mistake(file, question.id, "level", "none of its topics has this level.")


def balance_mistakes(questions: Sequence[Question]) -> Iterator[Mistake]:
    """Levels whose share is too large or too small."""
    counts = Counter(question.level for question in questions)
    for level, wanted in SHARES.items():
        share = counts[level] / len(questions)
        if round(abs(share - wanted), 6) > SHARE_MAY_DIFFER:
            said = f"{share:.1%} of the questions have this level; it should be {wanted:.0%}, give or take 5 points."
            yield Mistake(TOPICS, "", level, said)


def alike_mistakes(questions: Sequence[Question]) -> Iterator[Mistake]:
    """Prompts that ask nearly the same in nearly the same words."""
    for one, other in combinations(questions, 2):
        if fuzz.token_sort_ratio(one.prompt, other.prompt) >= ALIKE:
            said = (
                f"this is nearly the prompt of {other.id}; ask for something else, or leave one of them out."
            )
            yield Mistake(f"{one.area}.toml", one.id, "prompt", said)


def coverage_table(topics: Mapping[str, Topic], questions: Sequence[Question]) -> Sequence[str]:
    """Lines of a table: topics that are served, of how many, by area and document (the first three digits of a ref)."""
    if not topics:
        return []
    served = {ref for question in questions for ref in question.covers}
    cells: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for ref, topic in topics.items():
        for area in (topic.area, "all"):
            for document in (_document(ref), "all"):
                cells[area, document].append(ref in served)
    documents = [*sorted({_document(ref) for ref in topics}), "all"]
    areas = [*sorted({topic.area for topic in topics.values()}), "all"]
    head = f"{'topics served':<24}" + "".join(f"{document:>9}" for document in documents)
    return [
        head,
        *(
            f"{area:<24}" + "".join(f"{_cell(cells[area, document]):>9}" for document in documents)
            for area in areas
        ),
    ]


def _document(ref: str) -> str:
    return ref.partition("-")[0]


def _cell(found: Sequence[bool]) -> str:
    return f"{sum(found)}/{len(found)}" if found else "-"
