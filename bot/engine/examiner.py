"""The grader off the event loop."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.domain.grade import Grade
from bot.domain.question import Question
from bot.grading.copies import fingerprints
from bot.grading.grader import Grader
from bot.grading.sentences import LONGEST


class Examiner:
    """Grades in one thread of its own: with several, first responses would wait for their turn among them."""

    def __init__(self, grader: Grader) -> None:
        self.digest = grader.digest
        self._grader = grader
        self._thread = ThreadPoolExecutor(1, "grader")
        self._preparing: asyncio.Future[object] | None = None

    async def grade(self, question: Question, answer: str, others: Sequence[str]) -> Grade:
        """Grade one answer. `others` are texts of other members that it may be a copy of."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._grader.grade, question, answer, others)

    async def fingerprints(self, answer: str) -> frozenset[int]:
        """By what near-copies of an answer are found; up to 15 ms of work for a very long one."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, fingerprints, answer[:LONGEST])

    def prepare(self, question: Question) -> None:
        """Train the question's models while its reader still thinks; not while another question is prepared."""
        idle = self._preparing is None or self._preparing.done()
        if idle and not self._grader.knows(question):
            loop = asyncio.get_running_loop()
            self._preparing = loop.run_in_executor(self._thread, self._grader.train, question)

    def close(self) -> None:
        """Drop what has not begun and wait for the rest (well under a second)."""
        self._thread.shutdown(cancel_futures=True)
