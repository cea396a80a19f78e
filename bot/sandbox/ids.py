"""Snowflakes: ids that carry their moment, as Discord's do."""

from datetime import UTC, datetime

from bot.sandbox.clock import SandboxClock

DISCORD_EPOCH = 1_420_070_400_000  # milliseconds: 2015-01-01, the zero of every snowflake


class Snowflakes:
    """Hands out ids that only ever grow, also when the clock stands still."""

    def __init__(self, clock: SandboxClock, last: int = 0) -> None:
        self.last = last
        self._clock = clock

    def next(self) -> int:
        """A fresh id for this moment."""
        milliseconds = int(self._clock.time() * 1000) - DISCORD_EPOCH
        self.last = max(milliseconds << 22, self.last + 1)
        return self.last


def moment_of(snowflake: int) -> datetime:
    """When the thing with this id came to be."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH) / 1000, UTC)
