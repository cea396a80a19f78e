"""What `/ask topic:` understands: areas, tags and titles, typed carelessly."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from bot.bank.loader import Bank
from bot.domain.question import Level, Question
from bot.engine.wording import repeated
from bot.errors import UserError

CLOSE_ENOUGH = 75.0
SAME = 85.0  # a slip of the finger
SUGGESTED = 3
MOST_CHOICES = 25


@dataclass(frozen=True, slots=True)
class Topic:
    """One choice: `value` goes over the wire (`area:vision`), `label` is read by people."""

    value: str
    label: str


class Topics:
    """All areas, tags and titles of a bank, findable by what a member types."""

    def __init__(self, bank: Bank) -> None:
        questions = list(bank.questions.values())
        areas = Counter(question.area for question in questions)
        titles = {question.area: question.area_title for question in questions}
        tags = Counter(tag for question in questions for tag in question.tags)
        self._questions = questions
        self._topics = [
            *(Topic(f"area:{area}", f"{titles[area]} ({count})") for area, count in sorted(areas.items())),
            *(
                Topic(f"tag:{tag}", f"{tag.replace('-', ' ')} ({count})")
                for tag, count in sorted(tags.items())
            ),
            *(Topic(f"question:{question.id}", question.title) for question in questions),
        ]
        self._labels = [utils.default_process(topic.label.rsplit(" (", 1)[0]) for topic in self._topics]

    def complete(self, typed: str) -> Sequence[Topic]:
        """At most 25 topics that fit what was typed so far, best first; all areas for an empty text."""
        if not typed.strip():
            return self._topics[:MOST_CHOICES]
        return [self._topics[index] for index in self._search(typed, MOST_CHOICES)]

    def find(self, typed: str) -> Topic:
        """The topic that is called so: by a choice's value, or by its name but for slips of the finger.

        Raises UserError with the likeliest ones.
        """
        found = self._same(typed)
        if found is not None:
            return found
        likely = [self.label(self._topics[index].value) for index in self._search(typed, SUGGESTED)]
        hint = (
            f"Did you mean {' or '.join(likely)}?"
            if likely
            else "Type a letter or two and pick from the list."
        )
        raise UserError(f"I know no topic called{repeated(typed)}. {hint}")

    def has(self, typed: str) -> bool:
        """Whether a topic is called so."""
        return self._same(typed) is not None

    def label(self, value: str) -> str:
        """What people read for a choice's value; the value's own name if the bank has it no more."""
        known = next((topic.label for topic in self._topics if topic.value == value), None)
        return known.rsplit(" (", 1)[0] if known else value.partition(":")[2]

    def questions(self, topic: str | None, level: Level | None) -> Sequence[Question]:
        """The questions of a topic (a choice's value or free text; None: all) and level (None: any).

        Raises UserError if nothing fits, with what to do instead.
        """
        chosen = self._questions if topic is None or not topic.strip() else self._of(topic.strip())
        fitting = [question for question in chosen if level is None or question.level == level]
        if not fitting:
            has = " and ".join(sorted({question.level.value for question in chosen}))
            raise UserError(
                f"There is no {level} question on this topic yet; it has {has}. Pick another level or leave it out."
            )
        return fitting

    def _same(self, typed: str) -> Topic | None:
        known = next((topic for topic in self._topics if topic.value == typed.strip()), None)
        if known is not None:
            return known
        plain = utils.default_process(typed)
        found = process.extractOne(plain, self._labels, scorer=fuzz.ratio, score_cutoff=SAME)
        return None if found is None else self._topics[found[2]]

    def _of(self, topic: str) -> Sequence[Question]:
        kind, _, name = topic.partition(":")
        if kind not in {"area", "tag", "question"}:
            found = self._search(topic, 1)
            if not found:
                raise UserError(
                    f"I know no topic like{repeated(topic)}. "
                    "Type a letter or two and pick from the list, or leave the topic out."
                )
            kind, _, name = self._topics[found[0]].value.partition(":")
        name = name.strip()
        chosen = [
            question
            for question in self._questions
            if (kind == "area" and question.area == name)
            or (kind == "tag" and name in question.tags)
            or (kind == "question" and question.id == name)
        ]
        if not chosen:
            raise UserError(
                "There is no such topic in the bank. Type a letter or two and pick one from the list."
            )
        return chosen

    def _search(self, typed: str, most: int) -> Sequence[int]:
        plain = utils.default_process(typed)
        if not plain:
            return []
        hits = process.extract(
            plain,
            self._labels,
            scorer=_likeness,
            limit=most,
            score_cutoff=CLOSE_ENOUGH,
        )
        return [index for _, _, index in hits]


def _likeness(typed: str, label: str, **_: object) -> float:
    """0 to 100: how well a label fits what was typed so far, word by word and with slips of the finger."""
    words = label.split()
    beginnings = (" ".join(words[start:])[: len(typed)] for start in range(len(words)))
    # Words in another order, or one too many, are a weaker sign.
    return max(0.8 * fuzz.token_set_ratio(typed, label), *(fuzz.ratio(typed, one) for one in beginnings), 0.0)
