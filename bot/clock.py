"""The only source of time besides discord.py's own."""

from datetime import UTC, datetime


class Clock:
    """Tells the time in UTC. Handed out by `app`, so that nobody asks the machine behind our back."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 UTC, the unit in which moments are stored; `moment` must be aware."""
    return round(moment.timestamp() * 1000)


def moment(stored: int) -> datetime:
    """The inverse of `milliseconds`."""
    return datetime.fromtimestamp(stored / 1000, UTC)
