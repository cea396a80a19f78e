"""Small facts of this installation that outlive a restart."""

from bot.storage import notes
from bot.storage.database import Database


class Notebook:
    """Reads and writes notes by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, key: str) -> str | None:
        """The note, or None."""
        return await self._database.read(notes.get, key)

    async def write(self, key: str, value: str) -> None:
        """Keep the note."""
        await self._database.write(notes.put, key, value)
