"""What posting to thousands of channels leaves behind in discord.py."""

import asyncio

import discord
from discord.http import Ratelimit

from bot.ui.posts import forget_idle_limits


async def test_rate_limits_are_forgotten_once_their_time_has_run_out_and_nobody_waits():
    client = discord.Client(intents=discord.Intents.none())
    now = asyncio.get_running_loop().time()
    limits = {name: Ratelimit(None) for name in ("over", "under way", "awaited", "new", "running")}
    for name in ("over", "under way", "awaited"):
        limits[name].expires = now - 1
    limits["running"].expires = now + 60
    limits["under way"].outgoing = 1
    limits["awaited"]._pending_requests.append(asyncio.get_running_loop().create_future())
    client.http._buckets.update(limits)
    forget_idle_limits(client)
    assert set(client.http._buckets) == {"under way", "awaited", "new", "running"}
