"""A fresh sandbox and a small bot connected to it."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox import Sandbox
from tests.sandbox.api import Api
from tests.sandbox.small_bot import SmallBot, connect


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    """A fresh world."""
    async with Sandbox() as sandbox:
        yield sandbox
        assert sandbox.world.unknown_routes == []


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[SmallBot]:
    """A small bot, connected."""
    client, running = await connect(box)
    yield client
    await client.close()
    await running


@pytest.fixture
async def api(box: Sandbox) -> AsyncIterator[Api]:
    """Plain HTTP to the sandbox, for what no library would send."""
    async with Api(box) as client:
        yield client
