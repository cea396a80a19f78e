"""The grader: one answer to one question in, a Grade out. Trains each question once; safe to call from threads."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

from bot.domain.grade import Flag, Grade, Mark, Verdict
from bot.domain.lexicon import Lexicon
from bot.domain.question import Question
from bot.grading import guards, sentences
from bot.grading.background import Background
from bot.grading.background import bundled as bundled_background
from bot.grading.copies import holds, is_copy
from bot.grading.judge import judge
from bot.grading.lexicon import Vocabulary
from bot.grading.model import QuestionModel, train
from bot.grading.sentences import Sentence
from bot.grading.shelf import Shelf

# Raise this with every change to bot/grading that can change a grade: it is part of the digest.
VERSION = 5
# About 0.5 MB each.
MOST_MODELS = 256


@lru_cache(maxsize=2 * MOST_MODELS)
def question_digest(question: Question) -> str:
    """SHA-256 of everything in the question that a grade depends on (whole examples do not count)."""
    plain = json.dumps(asdict(replace(question, examples=())), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


class Grader:
    """Grades answers offline and keeps the models of the questions it met.

    `lexicon` comes with the bank; `background` (question id -> sentences) defaults to the bundled one. `shelf` is a
    folder where trained models outlive the process.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        background: Mapping[str, Sequence[str]] | None = None,
        shelf: Path | None = None,
    ) -> None:
        self.vocabulary = Vocabulary(lexicon)
        self.background = Background(bundled_background() if background is None else background)
        self._models: OrderedDict[str, QuestionModel] = OrderedDict()
        self._lock = threading.Lock()
        self._gates: dict[str, threading.Lock] = {}
        plain = json.dumps(
            [VERSION, asdict(lexicon), self.background.pool], sort_keys=True, ensure_ascii=False
        )
        self.digest = hashlib.sha256(plain.encode()).hexdigest()
        """SHA-256 of this grader's version, lexicon and background; stored beside every grade."""
        self._shelf = Shelf(shelf, self.digest, self.vocabulary) if shelf else None

    def knows(self, question: Question) -> bool:
        """Whether the models of this question are trained already."""
        return question_digest(question) in self._models

    def train(self, question: Question) -> QuestionModel:
        """The models of a question: trained at the first call (about a second), then remembered."""
        key = question_digest(question)
        with self._lock:
            gate = self._gates.setdefault(key, threading.Lock())
        with gate:  # a second caller waits for the first instead of training too
            with self._lock:
                known = self._models.get(key)
            if known is None:
                known = self._shelf.get(key) if self._shelf else None
            if known is None:
                known = train(question, self.vocabulary, self.background)
                if self._shelf:
                    self._shelf.put(key, known)
            with self._lock:
                self._models[key] = known
                self._models.move_to_end(key)
                self._gates.pop(key, None)
                while len(self._models) > MOST_MODELS:
                    self._models.popitem(last=False)
        return known

    def grade(self, question: Question, answer: str, others: Sequence[str] = ()) -> Grade:
        """Grade an answer. `others`: the few answers of other members that it may be a copy of (see `copies`)."""
        text = answer[: sentences.LONGEST]
        if is_copy(text, (question.answer, *others)) or holds(text, question.answer):
            return _nothing(question, 0.0, Flag.COPY)
        return self.grade_text(question, answer)

    def grade_text(self, question: Question, answer: str) -> Grade:
        """Grade an answer without looking for copies: this is how a model answer is checked."""
        text = answer[: sentences.LONGEST]
        found = sentences.split(text)
        cut = (Flag.CUT,) if len(text) < len(answer.rstrip()) or len(found) > sentences.MOST else ()
        found = found[: sentences.MOST]
        if not found:
            grade = _nothing(question, 0.0, Flag.EMPTY)
        elif guards.is_foreign(text):
            grade = _nothing(question, None, Flag.LANGUAGE)
        elif guards.is_echo([sentence.tokens for sentence in found], question.prompt):
            grade = _nothing(question, 0.0, Flag.ECHO)
        else:
            grade = self._judged(question, text, found)
        return replace(grade, flags=(*grade.flags, *cut))

    def _judged(self, question: Question, text: str, found: Sequence[Sentence]) -> Grade:
        named = [sentence for sentence in found if not guards.is_list(sentence.tokens)]
        said = [sentence for sentence in named if not guards.is_echoed(sentence.tokens, question.prompt)]
        if not said:
            return _nothing(question, 0.0, Flag.ECHO if named else Flag.LIST)
        plain, windows = sentences.windows(said)
        reading = self.train(question).read(plain, [(window.start, window.end) for window in windows])
        grade = judge(question, text, said, windows, reading)
        return grade if len(named) == len(found) else replace(grade, flags=(*grade.flags, Flag.LIST))


def _nothing(question: Question, score: float | None, flag: Flag) -> Grade:
    mark = Mark.MISSED if score is not None else Mark.NOT_SURE
    return Grade(score, tuple(Verdict(point.id, mark, 0.0) for point in question.points), flags=(flag,))
