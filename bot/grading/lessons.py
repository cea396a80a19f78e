"""What a question's models learn from: its sentences, each with what it is, and who learns from which."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.question import Question
from bot.grading.background import Background
from bot.grading.normalise import tokens
from bot.grading.sentences import split
from bot.grading.stems import FUNCTION_WORDS

# Fewer sentences than this teach nothing: such a point is never judged, such a misconception never found.
LEAST_COVERED = 4
LEAST_WRONG = 4
LISTED = 10

Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One training sentence: what it is (covered, missed, wrong, asked or other) and of which point or misconception."""

    group: str
    owner: str
    text: str
    tokens: tuple[str, ...]


def lessons(question: Question, background: Background) -> list[Lesson]:
    """All training sentences of a question."""
    found: list[Lesson] = []

    def add(group: str, owner: str, texts: Sequence[str]) -> None:
        found.extend(Lesson(group, owner, text, tuple(tokens(text))) for text in texts)

    for point in question.points:
        add("covered", point.id, (*point.covered, point.says))
        add("missed", point.id, point.missed)
    for item in question.misconceptions:
        add("wrong", item.id, item.wrong)
    # What the question itself says earns nothing, and neither do its hints.
    asked = [question.prompt, question.approach, *question.hints, *(point.probe for point in question.points)]
    for text in asked:
        found.extend(
            Lesson("asked", "", text[sentence.start : sentence.end], sentence.tokens)
            for sentence in split(text)
        )
    # Words side by side say nothing: a bare list of the question's commonest words covers no point.
    covered = [(one.owner, one.tokens) for one in found if one.group == "covered"]
    listed = _commonest(covered)
    found.extend(
        Lesson("asked", "", " ".join(words), tuple(words)) for words in (listed, listed[::-1], sorted(listed))
    )
    found.extend(
        Lesson("other", "", " ".join(plain), tuple(plain))
        for plain in background.near(question, [plain for _, plain in covered])
    )
    return found


def _commonest(covered: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The commonest words of each point's sentences, given as (point, tokens)."""
    counts: dict[str, Counter[str]] = {}
    for owner, plain in covered:
        words = {token for token in plain if token.isalpha() and token not in FUNCTION_WORDS}
        counts.setdefault(owner, Counter()).update(words)
    ranked = (sorted(one, key=lambda word: (-one[word], word))[:LISTED] for one in counts.values())
    return list(dict.fromkeys(word for words in ranked for word in words))


def tasks(question: Question, sentences: Sequence[Lesson]) -> list[tuple[Chosen, Chosen]]:
    """Per model: which rows take part, and which of them are positive. Nobody takes part = no model."""
    group = np.array([sentence.group for sentence in sentences])
    owner = np.array([sentence.owner for sentence in sentences])
    nobody = np.zeros(len(sentences), dtype=np.bool_)
    covered, missed, wrong = (group == name for name in ("covered", "missed", "wrong"))
    found: list[tuple[Chosen, Chosen]] = []
    for point in question.points:
        mine = covered & (owner == point.id)
        # A sentence that states several points stands under each of them; none of its twins speaks against the others.
        stated = {
            sentence.tokens
            for sentence in sentences
            if sentence.owner == point.id and sentence.group == "covered"
        }
        twin = np.array([sentence.tokens in stated for sentence in sentences]) & ~mine
        members = (~missed | (owner == point.id)) & ~twin
        enough = len(point.covered) >= LEAST_COVERED and bool((members & ~mine).any())
        found.append((members if enough else nobody, mine))
    enough = int(wrong.sum()) >= LEAST_WRONG and int(covered.sum()) >= LEAST_COVERED
    found.append((covered | wrong | missed if enough else nobody, wrong))
    for item in question.misconceptions:
        mine = wrong & (owner == item.id)
        enough = len(item.wrong) >= LEAST_WRONG and int(covered.sum()) >= LEAST_COVERED
        found.append((np.ones(len(sentences), dtype=np.bool_) if enough else nobody, mine))
    return found
