"""The page's own routes: its files, one persona's view, what a persona does, and the feed of changes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.driver import Handle, NotPossible, Shown, Unanswered
from bot.sandbox.feed import Change, Subscription, WaitedTooLong
from bot.sandbox.model import User
from bot.sandbox.wire import Json, Refusal, Value

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox
    from bot.sandbox.world import World

FILES = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# Changes that alter nothing on the page; what comes of an interaction is announced as a message anyway.
UNSEEN = ("request", "interaction_create", "interaction_answer", "modal")
TOLD = ("kind", "channel_id", "message_id", "user_id")
MOST_MESSAGES = 1000
HEARTBEAT_SECONDS = 20.0
Act = Callable[[Handle, Json], Awaitable[Json]]


def add_page(app: web.Application, sandbox: "Sandbox") -> None:
    """Serve the page of this sandbox. To be called before the application starts."""
    Page(sandbox.world).install(app)


class Page:
    """The page's end in the sandbox: whatever it does goes through the same handles that tests use."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._open: set[web.WebSocketResponse] = set()
        self._acts: dict[str, Act] = {
            "slash": self._slash,
            "autocomplete": self._autocomplete,
            "press": self._press,
            "select": self._select,
            "submit": self._submit,
            "say": self._say,
            "typing": self._typing,
            "greeted": self._greeted,
            "weather": world.weather.act,
        }

    def install(self, app: web.Application) -> None:
        """Add routes and guards."""
        app.middlewares.append(_same_origin)
        for file in sorted(FILES.iterdir()):
            if file.suffix in KINDS:
                path = "/" if file.name == "index.html" else f"/page/{file.name}"
                app.router.add_get(path, _served(file.read_bytes(), KINDS[file.suffix]))
        app.router.add_get("/page/view", self.view)
        app.router.add_post("/page/act", self.act)
        app.router.add_get("/page/events", self.events)
        app.on_shutdown.append(self._close)

    async def _close(self, _: web.Application) -> None:
        for socket in list(self._open):
            await socket.close()

    # --- reading -------------------------------------------------------------------------------------------

    async def view(self, request: web.Request) -> web.Response:
        """All that one persona sees, with the messages of one channel: `as`, `channel`, `most` (messages), `message`.

        With the id of a message more are sent than `most`, if that one would not be among them.
        """
        world, me = self._world, self._persona(request.query.get("as"))
        seen = world.view(me.name)
        channel = self._channel(me, request.query.get("channel"), seen)
        most = request.query.get("most", "")
        most = min(int(most) if most.isdecimal() else 100, MOST_MESSAGES)
        messages = world.messages_view(me.name, channel) if channel else []
        wanted = [place for place, item in enumerate(messages) if item["id"] == request.query.get("message")]
        most = max([most, *(len(messages) - place for place in wanted)])
        return _json(
            {
                "view": seen,
                "channel": channel,
                "messages": messages[-most:],
                "more": len(messages) > most,
                "members": world.members_view(me.name, channel) if channel else [],
                "commands": world.commands_view(me.name, channel) if channel else [],
                "now": world.clock.time(),
                "process": world.bot_process is not None,
                "weather": world.weather.view(channel),
                "greeting": not world.state.greeted,
            }
        )

    async def events(self, request: web.Request) -> web.WebSocketResponse:
        """What changes, as far as this persona may know; the page then reads its view anew."""
        me = self._persona(request.query.get("as"))
        # A websocket, for browsers open no more than six connections of other kinds to one server.
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS)
        # Listening begins before the page knows: nothing falls between its first view and the first change.
        with self._world.subscribe() as changes:
            await socket.prepare(request)
            sender = asyncio.create_task(self._send(socket, me, changes), name="changes for the page")
            self._open.add(socket)
            self._present(me, 1)
            try:
                async for _ in socket:
                    pass  # the page says nothing; this ends when it leaves
            finally:
                sender.cancel()
                self._open.discard(socket)
                self._present(me, -1)
        return socket

    def _present(self, me: User, pages: int) -> None:
        self._world.state.present[me.id] += pages
        self._world.state.publish("presence", user_id=me.id)

    async def _send(self, socket: web.WebSocketResponse, me: User, changes: Subscription) -> None:
        async for change in changes:
            if self._concerns(me, change):
                told = {key: value for key, value in change.as_json().items() if key in TOLD}
                with suppress(ConnectionError):  # the page left; the reader notices
                    await socket.send_json(told)

    def _concerns(self, me: User, change: Change) -> bool:
        if change.kind == "request" and not 200 <= change.data["status"] < 400:
            return True  # the trouble that the panel counts down
        if change.kind in UNSEEN or change.only_for not in (None, me.id):
            return False
        channel = self._world.state.channels.get(change.channel_id or 0)
        return channel is None or self._world.state.sees(me.id, channel)

    def _persona(self, name: Value) -> User:
        for user in self._world.state.users.values():
            if user.name == name and not user.bot:
                return user
        raise web.HTTPNotFound(text=f"Nobody here is called {name}.")

    def _channel(self, me: User, wanted: str | None, seen: Json) -> str | None:
        """The wanted channel if this persona sees it, else the first one they see; "dm" is theirs with the bot."""
        state = self._world.state
        if wanted == "dm" and (direct := state.direct_channel(me.id)):
            return str(direct.id)
        channel = state.channels.get(int(wanted)) if wanted and wanted.isdecimal() else None
        if channel is not None and state.sees(me.id, channel):
            return str(channel.id)
        first = [item["id"] for guild in seen["guilds"] for item in guild["channels"]]
        return next(iter([*first, *(item["id"] for item in seen["dms"])]), None)

    # --- acting --------------------------------------------------------------------------------------------

    async def act(self, request: web.Request) -> web.Response:
        """What a persona does: {"as", "do", ...}. Answers {"error"}, {"form"}, {"choices"} or {}.

        Only JSON is taken: a form of a foreign page could not send it unasked.
        """
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="Only JSON is taken.")
        try:
            body = json.loads(await request.text())
            handle = self._world.member(self._persona(body["as"]).name)
            perform = self._acts[body["do"]]
        except (ValueError, TypeError, LookupError) as error:
            raise web.HTTPBadRequest(text="This is no act of the page.") from error
        return _json(await _in_words(perform(handle, body)))

    async def _slash(self, handle: Handle, body: Json) -> Json:
        return _form(await handle.slash(body["command"], body["options"], channel=body["channel"]))

    async def _autocomplete(self, handle: Handle, body: Json) -> Json:
        option, typed = body["option"], body["typed"]
        given = {name: value for name, value in body["options"].items() if name != option}
        choices = await handle.autocomplete(body["command"], option, typed, given, channel=body["channel"])
        return {"choices": choices}

    async def _press(self, handle: Handle, body: Json) -> Json:
        return _form(await handle.press(self._shown(handle, body, "message"), body["custom_id"]))

    async def _select(self, handle: Handle, body: Json) -> Json:
        shown = self._shown(handle, body, "message")
        return _form(await handle.select(shown, body["custom_id"], body["values"]))

    async def _submit(self, handle: Handle, body: Json) -> Json:
        opened = self._world.interactions.all.get(int(body["form"]))
        if opened is None or opened.user_id != handle.id:
            raise NotPossible(
                "The sandbox was restarted after this form was opened. Copy your text and open it again."
            )
        form = Shown(self._world, handle.user, opened.channel_id, None, opened)
        return _form(await handle.submit(form, body["values"]))

    async def _say(self, handle: Handle, body: Json) -> Json:
        reply_to = self._shown(handle, body, "reply_to") if body.get("reply_to") else None
        await handle.say(body["text"], channel=body["channel"], reply_to=reply_to)
        return {}

    async def _typing(self, handle: Handle, body: Json) -> Json:
        channel = self._world.channel(str(body["channel"]))
        if self._world.state.sees(handle.id, channel):
            self._world.state.publish("typing", channel_id=channel.id, user_id=handle.id)
        return {}

    async def _greeted(self, _: Handle, __: Json) -> Json:
        self._world.state.greeted = True
        self._world.state.publish("weather")
        return {}

    def _shown(self, handle: Handle, body: Json, key: str) -> Shown:
        return Shown(self._world, handle.user, int(body["channel"]), int(body[key]), None)


async def _in_words(doing: Awaitable[Json]) -> Json:
    """The outcome of an act; what went wrong in a sentence."""
    try:
        return await doing
    except Unanswered:
        return {"error": "The application did not respond."}
    except NotPossible as error:
        sentence = str(error).rstrip(".")
        return {"error": f"{sentence[:1].upper()}{sentence[1:]}."}
    except Refusal as refusal:
        return {"error": f"{refusal.message}."}
    except WaitedTooLong as error:
        return {"error": f"{error}."}
    except (LookupError, ValueError, TypeError):
        return {"error": "That is not there any more, or not in this form. Reload the page and try again."}


def _form(shown: Shown) -> Json:
    """The form that was opened, if one was; everything else reaches the page as a change."""
    if shown.modal is None or shown.interaction is None:
        return {}
    form = {key: shown.modal[key] for key in ("title", "components")}
    return {"form": form | {"id": str(shown.interaction.id)}}


def _json(body: Json) -> web.Response:
    return web.json_response(body, headers=HEADERS)


def _served(body: bytes, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=HEADERS)

    return serve


@web.middleware
async def _same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page asks for: browsers name it in Origin. The host is checked by the server."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="The sandbox answers its own page only.")
    return await handler(request)
