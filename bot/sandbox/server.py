"""The sandbox itself: the world behind a web server on loopback."""

import asyncio
import ipaddress
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox import channel_routes, page_routes, presets, routes, thread_routes, webhook_routes
from bot.sandbox.clock import SandboxClock
from bot.sandbox.record import Record
from bot.sandbox.rest import PREFIX, Rest
from bot.sandbox.shown import PATIENCE
from bot.sandbox.store import Store
from bot.sandbox.wire import snowflake
from bot.sandbox.world import World

INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


class Sandbox:
    """A small Discord on loopback: `async with Sandbox() as box:` serves until the block ends.

    Tell the bot `box.api_base`, `box.gateway_url` and `box.token`. `port` 0 takes any free one. `data` is a folder
    in which the world is kept from run to run; without it everything is forgotten. `record` is a file to which
    every request is appended as a JSON line. More routes (the page) can be added to `box.app` before the start.
    """

    def __init__(
        self, host: str = "127.0.0.1", port: int = 0, data: Path | None = None, *, record: Path | None = None
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the sandbox serves this machine only: {host} is no loopback address")
        self.host = host
        self.port = port
        self.clock = SandboxClock()
        self.world = World(self.clock, Record(record))
        self._store = Store(data, self.world.state, self.world.interactions) if data is not None else None
        if self._store is None or not self._store.load():
            presets.populate(self.world)
        self.app = web.Application(middlewares=[_same_machine], client_max_size=32 * 1024 * 1024)
        self.app.router.add_get("/gateway", self.world.gateway.handle)
        self.app.router.add_get("/gateway/", self.world.gateway.handle)
        self.app.router.add_get("/attachments/{channel_id}/{attachment_id}/{filename}", self._attachment)
        Rest(self.world).install(
            self.app,
            [
                route
                for part in (routes, webhook_routes, channel_routes, thread_routes)
                for route in part.routes()
            ],
        )
        page_routes.add_page(self.app, self)
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1.0)

    @property
    def _address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def base_url(self) -> str:
        """Where everything is served."""
        return f"http://{self._address}"

    @property
    def api_base(self) -> str:
        """What the bot takes for https://discord.com/api/v10."""
        return self.base_url + PREFIX

    @property
    def gateway_url(self) -> str:
        """What the bot takes for wss://gateway.discord.gg."""
        return f"ws://{self._address}/gateway"

    @property
    def token(self) -> str:
        """The bot token that is accepted."""
        return self.world.state.token

    @property
    def application_id(self) -> int:
        """The bot's application id, which is its account's id too."""
        return self.world.state.application_id

    async def start(self) -> None:
        """Begin to serve."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.world.state.base_url = self.base_url
        self.world.gateway.url = self.gateway_url
        self.world.threads.watch_all()
        if self._store is not None:
            self._store.watch()

    async def close(self) -> None:
        """Stop the bot's process if there is one, stop serving, write the world."""
        if self.world.bot_process is not None:
            await self.world.bot_process.stop()
        await self.world.gateway.close()
        await self._runner.cleanup()
        self.clock.close()
        if self._store is not None:
            self._store.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def run(self) -> None:
        """Serve until cancelled."""
        async with self:
            await asyncio.Event().wait()

    async def bot_ready(self, timeout: float = PATIENCE * 2) -> None:  # noqa: ASYNC109 - the wait names what it waited for
        """Wait until the bot has identified or resumed on all its shards and was sent its servers."""

        def ready() -> bool | None:
            return True if self.world.bot_online() else None

        def what() -> str:
            process = self.world.bot_process
            return "the bot to connect" + (f"; it printed:\n{process.output[-3000:]}" if process else "")

        await self.world.state.feed.until(ready, timeout, what)

    async def bot_gone(self, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        """Wait until no socket of the bot is open."""

        def gone() -> bool | None:
            open_ones = [item for item in self.world.gateway.sessions.values() if item.line is not None]
            return None if open_ones else True

        await self.world.state.feed.until(gone, timeout, "the bot to disconnect")

    async def _attachment(self, request: web.Request) -> web.Response:
        number = snowflake(request.match_info["attachment_id"], "attachment_id")
        found = self.world.state.attachments.get(number)
        if found is None:
            raise web.HTTPNotFound
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        kind = found.content_type if found.content_type in INLINE else "application/octet-stream"
        return web.Response(body=found.data, content_type=kind, headers=headers)


@web.middleware
async def _same_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse pages of other origins that reach loopback through a name of their own (DNS rebinding)."""
    name = request.host.rsplit(":", 1)[0].strip("[]")
    if name != "localhost":
        try:
            local = ipaddress.ip_address(name).is_loopback
        except ValueError:
            local = False
        if not local:
            raise web.HTTPForbidden(text="The sandbox serves this machine only.")
    return await handler(request)
