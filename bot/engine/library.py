"""The questions on hand: today's bank, and every version that was ever asked."""

from dataclasses import dataclass

from bot.bank import loader
from bot.bank.loader import Bank
from bot.domain.question import Question
from bot.storage import asks
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a question; `retired` if the bank no longer has a question with its id."""

    question: Question
    digest: str
    retired: bool = False


class Library:
    """Finds questions by id in the bank, and by digest also those that have changed or gone since."""

    def __init__(self, bank: Bank, database: Database) -> None:
        self.bank = bank
        self._database = database
        self._versions = {
            version.digest: version
            for version in (Version(one, loader.digest(one)) for one in bank.questions.values())
        }
        self._digests = {version.question.id: version.digest for version in self._versions.values()}

    def current(self, question_id: str) -> Version:
        """Today's version of a question of the bank."""
        return self._versions[self._digests[question_id]]

    async def version(self, digest: str) -> Version:
        """The version that was asked; KeyError for a digest that was never stored."""
        if digest in self._versions:
            return self._versions[digest]
        question = loader.from_json(await asks.version(self._database.reader, digest))
        return Version(question, digest, retired=question.id not in self.bank.questions)
