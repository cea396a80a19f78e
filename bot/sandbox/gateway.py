"""The gateway: sessions with sequence numbers and replay, identify and resume, and which event goes to whom."""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import cast

from aiohttp import web

from bot.sandbox.events import Events
from bot.sandbox.feed import Change
from bot.sandbox.payloads import guild_create_json, member_json, user_json
from bot.sandbox.state import State
from bot.sandbox.wire import Json, Value

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE = 0, 1, 2, 3, 4
RESUME, REQUEST_MEMBERS, INVALID_SESSION, HELLO, ACK = 6, 8, 9, 10, 11
PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15)  # members, presences, message content
KNOWN_INTENTS = (1 << 26) - 1
MOST_SENT_PER_MINUTE = 120
MOST_KEPT = 1000  # events a session remembers for a resume


@dataclass
class Line:
    """One socket: what is queued for it goes out in order."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    outbox: asyncio.Queue[str] = field(default_factory=asyncio.Queue[str])

    def send(self, operation: int, data: Json | bool | None = None) -> None:  # noqa: FBT001 - a JSON value
        """Queue a frame that is no event."""
        self.outbox.put_nowait(json.dumps({"op": operation, "d": data}))

    async def write(self) -> None:
        """Send what is queued until the socket goes away; unsent events wait in the session for a resume."""
        try:
            while True:
                await self.socket.send_str(await self.outbox.get())
        except (ConnectionError, RuntimeError):
            return


@dataclass
class Session:
    """One identified connection of a shard; outlives its socket so that it can be resumed."""

    id: str
    shard: tuple[int, int]
    intents: int
    line: Line | None = None
    sequence: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


class _Closed(Exception):
    """The connection must be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Gateway:
    """All sessions of the bot. `allowed_privileged` holds the privileged intents switched on in the portal: none."""

    def __init__(self, state: State, events: Events) -> None:
        self._state = state
        self._events = events
        self.allowed_privileged = 0
        self.heartbeat_milliseconds = 41_250
        self.shards = 1
        self.url = ""
        self.down = False  # whoever connects is refused
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []  # every IDENTIFY as sent, for tests
        state.feed.listen(self._announce)

    # --- what the world asks -------------------------------------------------------------------------------

    def online(self) -> bool:
        """Whether every shard that the bot announced is connected and has its servers."""
        connected = [session for session in self.sessions.values() if session.line is not None]
        if not connected:
            return False
        return {session.shard[0] for session in connected} == set(range(connected[-1].shard[1]))

    def drop(self, *, resumable: bool = True) -> None:
        """Cut all sockets without a goodbye; unless `resumable`, a resume is answered with INVALID_SESSION."""
        for session in self.sessions.values():
            if session.line is not None and session.line.transport is not None:
                session.line.transport.abort()
        if not resumable:
            self.sessions.clear()

    def invalidate(self) -> None:
        """Tell the bot on the open sockets that its sessions are gone: INVALID_SESSION, not resumable."""
        for session in self.sessions.values():
            if session.line is not None:
                session.line.send(INVALID_SESSION, data=False)
        self.sessions.clear()

    async def close(self) -> None:
        """Say goodbye to everybody."""
        for session in list(self.sessions.values()):
            if session.line is not None:
                await session.line.socket.close(code=1001)

    # --- events to the bot ---------------------------------------------------------------------------------

    def _announce(self, change: Change) -> None:
        for event in self._events.of(change):
            for session in list(self.sessions.values()):
                if self._meant_for(session, event.guild_id) and (
                    not event.intent or session.intents & event.intent
                ):
                    self._dispatch(session, event.name, event.data(session.intents))

    @staticmethod
    def _meant_for(session: Session, guild_id: int | None) -> bool:
        number, count = session.shard
        return number == (0 if guild_id is None else (guild_id >> 22) % count)

    def _dispatch(self, session: Session, name: str, data: Json) -> None:
        session.sequence += 1
        text = json.dumps({"op": DISPATCH, "s": session.sequence, "t": name, "d": data})
        session.kept.append((session.sequence, text))
        del session.kept[:-MOST_KEPT]
        if session.line is not None:
            session.line.outbox.put_nowait(text)

    # --- one socket ----------------------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it ends."""
        if self.down:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(max_msg_size=16_384)
        await socket.prepare(request)
        line = Line(socket, request.transport)
        line.send(HELLO, {"heartbeat_interval": self.heartbeat_milliseconds})
        writer = asyncio.create_task(line.write(), name="sandbox gateway writer")
        session: Session | None = None
        sent: list[float] = []
        try:
            async for message in socket:
                self._count(sent)
                session = self._receive(line, session, message.data)
        except _Closed as closed:
            await socket.close(code=closed.code, message=closed.reason.encode())
        finally:
            writer.cancel()
            self._left(session, line)
        return socket

    def _count(self, sent: list[float]) -> None:
        """At most 120 frames a minute."""
        now = self._state.clock.time()
        sent[:] = [*(moment for moment in sent if moment > now - 60), now]
        if len(sent) > MOST_SENT_PER_MINUTE:
            raise _Closed(4008, "You are being rate limited.")

    def _left(self, session: Session | None, line: Line) -> None:
        if session is None or session.line is not line:
            return
        session.line = None
        # A clean goodbye by the client ends its session; everything else can be resumed.
        if line.socket.close_code in (1000, 1001):
            self.sessions.pop(session.id, None)
        self._state.publish("bot_offline", data={"shard": session.shard[0]})

    def _receive(self, line: Line, session: Session | None, text: str | bytes) -> Session | None:
        try:
            payload: Json = json.loads(text)
            operation: Value = payload["op"]
            data: Value = payload.get("d")
        except (ValueError, TypeError, KeyError):
            raise _Closed(4002, "Error while decoding payload.") from None
        if operation == HEARTBEAT:
            line.send(ACK)
        elif operation == IDENTIFY:
            if session is not None:
                raise _Closed(4005, "Already authenticated.")
            return self._identify(line, data)
        elif operation == RESUME:
            return self._resume(line, data)
        elif session is None:
            raise _Closed(4003, "Not authenticated.")
        elif operation == REQUEST_MEMBERS:
            self._send_members(session, data)
        elif operation not in (PRESENCE, VOICE_STATE):
            raise _Closed(4001, "Unknown opcode.")
        return session

    def _identify(self, line: Line, data: Json) -> Session:
        self.identifies.append(data)
        if data.get("token", "").removeprefix("Bot ") != self._state.token:
            raise _Closed(4004, "Authentication failed.")
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            raise _Closed(4010, "Invalid shard.")
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise _Closed(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~self.allowed_privileged:
            raise _Closed(4014, "Disallowed intent(s).")
        session = Session(secrets.token_hex(16), (number, count), intents, line)
        self._forget_dead(session.shard)
        self.sessions[session.id] = session
        self._welcome(session)
        return session

    def _forget_dead(self, shard: tuple[int, int]) -> None:
        """A new session of a shard replaces those that lost their socket: nobody will resume them."""
        for other in list(self.sessions.values()):
            if other.line is None and (other.shard == shard or other.shard[1] != shard[1]):
                del self.sessions[other.id]

    def _welcome(self, session: Session) -> None:
        state = self._state
        guilds = [
            item for item in state.guilds.values() if item.bot_present and self._meant_for(session, item.id)
        ]
        ready: Json = {
            "v": 10,
            "user": user_json(state.users[state.bot_id])
            | {"verified": True, "mfa_enabled": True, "email": None},
            "user_settings": {},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(state.application_id), "flags": 0},
        }
        self._dispatch(session, "READY", ready)
        if session.intents & 1:
            for guild in guilds:
                self._dispatch(session, "GUILD_CREATE", guild_create_json(guild, state))
        state.publish("bot_online", data={"shard": session.shard[0], "resumed": False})

    def _resume(self, line: Line, data: Json) -> Session | None:
        if data.get("token", "").removeprefix("Bot ") != self._state.token:
            raise _Closed(4004, "Authentication failed.")
        session = self.sessions.get(data.get("session_id", ""))
        if session is None:
            line.send(INVALID_SESSION, data=False)
            return None
        seen = int(data.get("seq") or 0)
        if seen > session.sequence:
            raise _Closed(4007, "Invalid seq.")
        session.line = line
        for number, text in session.kept:
            if number > seen:
                line.outbox.put_nowait(text)
        self._dispatch(session, "RESUMED", {"_trace": []})
        self._state.publish("bot_online", data={"shard": session.shard[0], "resumed": True})
        return session

    def _send_members(self, session: Session, data: Json) -> None:
        """Members by id (at most 100) or by the start of a name; the whole list would need a privileged intent."""
        state = self._state
        guild = state.guilds.get(int(data["guild_id"]))
        if guild is None or not guild.bot_present:
            return
        wanted: Value = data.get("user_ids")
        if wanted is not None:
            several = cast("list[str]", wanted if isinstance(wanted, list) else [wanted])
            ids = [int(number) for number in several[:100]]
            found = [guild.members[number] for number in ids if number in guild.members]
            missing = [str(number) for number in ids if number not in guild.members]
        else:
            query, missing = str(data.get("query") or ""), []
            if not query and not session.intents & (1 << 1):
                return
            members = guild.members.values()
            found = [item for item in members if state.users[item.user_id].name.startswith(query)]
            found = found[: data.get("limit") or None]
        body: Json = {
            "guild_id": str(guild.id),
            "members": [member_json(member, user=state.users[member.user_id]) for member in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": missing,
        }
        if data.get("nonce"):
            body["nonce"] = data["nonce"]
        self._dispatch(session, "GUILD_MEMBERS_CHUNK", body)
