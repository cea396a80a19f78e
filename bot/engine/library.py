"""The questions on hand: today's bank, and every version that was ever asked."""

from dataclasses import dataclass

from bot.bank import loader
from bot.bank.loader import Bank
from bot.domain.question import Question
from bot.storage import asks
from bot.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a question, its digest, and as it is stored; `retired` if the bank has none with its id any more."""

    question: Question
    digest: str
    content: str
    retired: bool = False


class Library:
    """Finds questions by id in the bank, and by digest also those that have changed or gone since."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        contents = {question_id: loader.to_json(question) for question_id, question in bank.questions.items()}
        versions = [
            Version(one, loader.digest(contents[one.id]), contents[one.id]) for one in bank.questions.values()
        ]
        self._versions = {version.digest: version for version in versions}
        self._digests = {version.question.id: version.digest for version in self._versions.values()}

    def current(self, question_id: str) -> Version:
        """Today's version of a question of the bank."""
        return self._versions[self._digests[question_id]]

    def version(self, connection: Connection, digest: str) -> Version:
        """The version that was asked; KeyError for a digest that was never stored."""
        if digest in self._versions:
            return self._versions[digest]
        content = asks.version(connection, digest)
        question = loader.from_json(content)
        return Version(question, digest, content, retired=question.id not in self.bank.questions)
