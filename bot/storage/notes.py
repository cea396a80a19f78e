"""Small facts of this installation, such as the digest of the commands Discord knows."""

from bot.storage.database import Connection, queries

_sql = queries("notes")


def get(connection: Connection, key: str) -> str | None:
    """The note under this key, or None."""
    return _sql.get(connection, key=key)


def put(connection: Connection, key: str, value: str) -> None:
    """Write the note under this key."""
    _sql.put(connection, key=key, value=value)
