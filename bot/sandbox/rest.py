"""The REST door: token, body, record, faults, rate limit, the route itself, and errors as Discord words them."""

import asyncio
import copy
import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from aiohttp import BodyPartReader, web

from bot.sandbox.faults import Fault, body_of
from bot.sandbox.messages import Upload, Uploads
from bot.sandbox.record import Request
from bot.sandbox.wire import Json, Refusal, Value, not_found, snowflake, unauthorized

if TYPE_CHECKING:
    from bot.sandbox.world import World

PREFIX = "/api/v10"
# Calls that carry an interaction's token instead of the bot's and are exempt from the global limit.
BY_INTERACTION_TOKEN = ("/interactions/", "/webhooks/")
MAJOR = ("channel_id", "guild_id", "webhook_token")


@dataclass
class Call:
    """One request as a route sees it."""

    world: "World"
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Value = None
    uploads: Uploads = field(default_factory=dict[int, Upload])

    def id(self, name: str) -> int:
        """An id out of the path."""
        return snowflake(self.path[name], name)

    @property
    def json(self) -> Json:
        """The body as an object; anything else is a malformed request."""
        body: object = self.body
        if body is None:
            return {}
        if not isinstance(body, dict):
            raise Refusal(400, 50035, "Invalid Form Body")
        return cast("Json", body)


# A route returns the JSON to answer with, or None for 204.
Route = Callable[[Call], Value]
Routes = Iterable[tuple[str, str, Route]]


@dataclass(frozen=True)
class Answer:
    """What goes back; `dropped` closes the socket instead."""

    status: int
    body: Value = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    dropped: bool = False


class Rest:
    """Serves all routes of the API."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def install(self, app: web.Application, routes: Routes) -> None:
        """Add the routes to a web application; every other path under the API answers 404 and is noted."""
        for method, template, route in routes:
            app.router.add_route(method, PREFIX + template, self._served(template, route))
        app.router.add_route("*", "/api/{rest:.*}", self._unknown)

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        self._world.unknown_routes.append(f"{request.method} {path}")
        return _response(Answer(404, not_found().body()))

    def _served(
        self, template: str, route: Route
    ) -> Callable[[web.Request], "asyncio.Future[web.StreamResponse]"]:
        async def handle(request: web.Request) -> web.StreamResponse:
            # The bot may hang up at any moment; what it asked for still happens, as it would at Discord.
            return await asyncio.shield(asyncio.ensure_future(self._serve(request, template, route)))

        return cast("Callable[[web.Request], asyncio.Future[web.StreamResponse]]", handle)

    async def _serve(self, request: web.Request, template: str, route: Route) -> web.StreamResponse:
        world = self._world
        try:
            body, uploads = await _body(request)
        except Refusal as refusal:
            return _response(Answer(refusal.status, refusal.body()))
        path = request.path.removeprefix(PREFIX)
        record = Request(request.method, template, path, copy.deepcopy(body), 0, world.clock.time())
        world.record.add(record)
        call = Call(world, request.match_info, request.query, body, uploads)
        answer = await self._answer(request, template, path, route, call)
        world.record.finish(record, answer.status)
        world.state.publish(
            "request", data={"method": record.method, "route": template, "status": answer.status}
        )
        if answer.dropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return _response(answer)

    async def _answer(
        self, request: web.Request, template: str, path: str, route: Route, call: Call
    ) -> Answer:
        faults = self._world.faults.due(request.method, template, path)
        for fault in faults:
            if fault.seconds:
                await asyncio.sleep(fault.seconds)
        await _callbacks(faults, after_effect=False)
        for fault in faults:
            if fault.status is not None:
                return Answer(fault.status, body_of(fault), _headers(fault))
            if fault.drop and not fault.after_effect:
                return Answer(0, dropped=True)
        answer = self._perform(request, template, route, call)
        await _callbacks(faults, after_effect=True)
        if any(fault.drop for fault in faults):
            return Answer(0, dropped=True)
        return answer

    def _perform(self, request: web.Request, template: str, route: Route, call: Call) -> Answer:
        world = self._world
        exempt = template.startswith(BY_INTERACTION_TOKEN)
        open_to_all = exempt or template == "/gateway"
        if not open_to_all and request.headers.get("Authorization") != f"Bot {world.state.token}":
            refusal = unauthorized()
            return Answer(refusal.status, refusal.body())
        major = "/".join(request.match_info.get(name, "") for name in MAJOR)
        verdict = world.limits.ask(request.method, template, major, exempt=exempt)
        if verdict.refused is not None:
            return Answer(429, verdict.refused, verdict.headers)
        try:
            result = route(call)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body(), verdict.headers)
        if result is None:
            return Answer(204, None, verdict.headers)
        return Answer(
            201 if request.method == "POST" and "thread" in template else 200, result, verdict.headers
        )


async def _callbacks(faults: list[Fault], *, after_effect: bool) -> None:
    for fault in faults:
        if fault.callback is not None and fault.after_effect is after_effect:
            result = fault.callback()
            if inspect.isawaitable(result):
                await result


def _headers(fault: Fault) -> dict[str, str]:
    if fault.status != 429:
        return {}
    wait = 1.0 if fault.retry_after is None else fault.retry_after
    return {
        "Retry-After": f"{wait:g}",
        "X-RateLimit-Scope": "shared",
        "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset-After": f"{wait:g}",
        # Without it discord.py takes the answer for a ban by Cloudflare and does not retry.
        "Via": "1.1 google",
    }


def _response(answer: Answer) -> web.Response:
    if answer.status == 204:
        return web.Response(status=204, headers=answer.headers)
    data = json.dumps(answer.body).encode()
    # Exactly this content type: discord.py compares the whole header.
    headers = {**answer.headers, "Content-Type": "application/json"}
    return web.Response(status=answer.status, body=data, headers=headers)


def _parsed(text: str) -> Value:
    try:
        return json.loads(text)
    except ValueError:
        raise Refusal(400, 50109, "The request body contains invalid JSON.") from None


async def _body(request: web.Request) -> tuple[Value, Uploads]:
    """The JSON body, or `payload_json` and the files of a multipart one."""
    if not request.content_type.startswith("multipart/"):
        text = await request.text()
        return (_parsed(text) if text else None), {}
    body: Value = None
    uploads: Uploads = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read(decode=True))
        numbered = re.fullmatch(r"files\[(\d{1,2})\]", part.name or "")
        if part.name == "payload_json":
            body = _parsed(data.decode())
        elif numbered:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads[int(numbered[1])] = Upload(part.filename or "file", kind, data)
    return body, uploads
