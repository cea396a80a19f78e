"""Calls to the sandbox as a bot without a library would make them."""

import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.sandbox import Sandbox
from bot.sandbox.interaction import Interaction

Reply = tuple[int, Any]
ASK = {
    "name": "ask",
    "description": "Asks",
    "type": 1,
    "contexts": [0, 1, 2],
    "integration_types": [0, 1],
    "options": [{"type": 3, "name": "topic", "description": "Topic", "autocomplete": True}],
}


class Api:
    """A logged-in HTTP client."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.world = box.world
        self.headers: Mapping[str, str] = {}
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bot {box.token}"})

    async def __aenter__(self) -> Self:
        await self._session.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.__aexit__(kind, error, trace)

    async def call(self, method: str, path: str, body: object = None, **options: Any) -> Reply:
        """Status and JSON of a request."""
        if body is not None:
            options["json"] = body
        async with self._session.request(method, self.box.api_base + path, **options) as response:
            self.headers = response.headers
            text = await response.text()
            return response.status, json.loads(text) if text else None

    async def post(self, body: object, channel: str = "study") -> Reply:
        """Post a message into a channel."""
        return await self.call("POST", f"/channels/{self.world.channel(channel).id}/messages", body)

    async def register(self, *commands: object) -> Reply:
        """Register global commands."""
        return await self.call("PUT", f"/applications/{self.box.application_id}/commands", list(commands))

    async def asked(self, name: str = "ann", channel: str = "study") -> Interaction:
        """An /ask of a member, unanswered."""
        if not self.world.commands.all(None):
            await self.register(ASK)
        return self.world.member(name).start_slash("ask", {}, channel=channel)

    async def answer(self, interaction: Interaction, body: object, query: str = "?with_response=1") -> Reply:
        """The first response to it."""
        path = f"/interactions/{interaction.id}/{interaction.token}/callback{query}"
        return await self.call("POST", path, body)

    def hook(self, interaction: Interaction, rest: str = "") -> str:
        """The path of its webhook."""
        return f"/webhooks/{self.box.application_id}/{interaction.token}{rest}"


def codes(body: Any) -> set[str]:
    """All error codes in Discord's tree."""
    found: set[str] = set()
    stack = [body.get("errors", {})]
    while stack:
        node = stack.pop()
        for key, value in node.items():
            if key == "_errors":
                found |= {item["code"] for item in value}
            else:
                stack.append(value)
    return found
