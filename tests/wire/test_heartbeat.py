"""The bot notes when it is there. While the gateway is lost it is not, whatever its process does."""

import pytest

from tests.wire.conftest import House

pytestmark = pytest.mark.restart
HOUR_S = 3600


async def test_an_outage_of_the_gateway_is_time_away(fresh: House):
    clock, gateway = fresh.world.clock, fresh.world.gateway
    await fresh.eventually("SELECT 1 FROM uptime")
    clock.advance(60)
    await fresh.eventually("SELECT 1 FROM uptime WHERE until > since")
    ((before,),) = fresh.rows("SELECT until FROM uptime")
    gateway.down = True
    fresh.world.faults.drop_gateway()
    await fresh.bot.printed("Attempting a reconnect")
    clock.advance(5 * HOUR_S)
    with pytest.raises(TimeoutError):  # nothing is noted meanwhile
        await fresh.eventually("SELECT 1 FROM uptime WHERE until > ?", before, seconds=1.5)
    gateway.down = False
    await fresh.box.bot_ready()
    clock.advance(60)
    ((again,),) = [await fresh.eventually("SELECT since FROM uptime WHERE since > ?", before)]
    assert again - before >= 5 * HOUR_S * 1000
    fresh.bot.lines.clear()  # discord.py prints a traceback for each attempt to connect
