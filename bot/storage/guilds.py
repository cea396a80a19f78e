"""What a server has set."""

from bot.storage.database import Connection, queries

_sql = queries("guilds")


def sharing(connection: Connection, guild_id: int) -> bool:
    """Whether members may share their answers in this server; yes unless somebody switched it off."""
    stored = _sql.sharing(connection, id=guild_id)
    return stored is None or bool(stored)


def set_sharing(connection: Connection, guild_id: int, *, allowed: bool) -> None:
    """Switch sharing on or off."""
    _sql.set_sharing(connection, id=guild_id, sharing=int(allowed))
