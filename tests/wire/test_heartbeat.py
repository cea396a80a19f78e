"""The bot notes when it is there. While the gateway is lost it is not, whatever its process does."""

from contextlib import suppress
from typing import Any

import pytest

from tests.wire.conftest import House

pytestmark = pytest.mark.restart
HOUR_S = 3600


async def beat(house: House, sql: str, *values: object) -> tuple[Any, ...]:
    """What a query finds once the bot has noted that it is there; it may just be busy with the last time."""
    for _ in range(5):
        house.world.clock.advance(60)
        with suppress(TimeoutError):
            return await house.eventually(sql, *values, seconds=4)
    raise TimeoutError(sql)


async def test_an_outage_of_the_gateway_is_time_away(fresh: House):
    clock, gateway = fresh.world.clock, fresh.world.gateway
    await fresh.eventually("SELECT 1 FROM uptime")
    await beat(fresh, "SELECT 1 FROM uptime WHERE until > since")
    ((before,),) = fresh.rows("SELECT until FROM uptime")
    gateway.down = True
    fresh.world.faults.drop_gateway()
    await fresh.bot.printed("Attempting a reconnect")
    clock.advance(5 * HOUR_S)
    with pytest.raises(TimeoutError):  # nothing is noted meanwhile
        await fresh.eventually("SELECT 1 FROM uptime WHERE until > ?", before, seconds=1.5)
    gateway.down = False
    await fresh.box.bot_ready()
    (again,) = await beat(fresh, "SELECT since FROM uptime WHERE since > ?", before)
    assert again - before >= 5 * HOUR_S * 1000
    fresh.bot.lines.clear()  # discord.py prints a traceback for each attempt to connect
