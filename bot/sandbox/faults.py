"""Faults on demand: answers, dropped sockets, slowness and callbacks for requests that match a pattern."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.sandbox.wire import Json

Callback = Callable[[], Awaitable[None] | None]


@dataclass
class Fault:
    """One planned fault. `pattern` is a route template ("/channels/{channel_id}/messages") or a path with `*`."""

    method: str
    pattern: str
    times: int
    status: int | None = None
    body: Json | None = None
    retry_after: float | None = None
    drop: bool = False
    after_effect: bool = False
    seconds: float = 0.0
    callback: Callback | None = None

    def matches(self, method: str, template: str, path: str) -> bool:
        """Whether this fault is meant for that request."""
        if self.times <= 0 or self.method not in ("*", method):
            return False
        return self.pattern == template or fnmatchcase(path, self.pattern)


class Faults:
    """The plan. Each fault counts down `times`; a fault that is used up is forgotten."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self.drop_gateway: Callable[[], None] = lambda: None
        self.invalidate_session: Callable[[], None] = lambda: None

    def answer(
        self,
        method: str,
        pattern: str,
        status: int,
        times: int = 1,
        body: Json | None = None,
        retry_after: float | None = None,
    ) -> Fault:
        """Answer the next `times` matching requests with `status`; they have no effect.

        For 429 give `retry_after` in seconds. `body` defaults to what Discord sends with that status.
        """
        return self._plan(Fault(method, pattern, times, status=status, body=body, retry_after=retry_after))

    def drop(self, method: str, pattern: str, times: int = 1, *, after_effect: bool = False) -> Fault:
        """Close the socket without an answer; `after_effect` lets the request do its work first."""
        return self._plan(Fault(method, pattern, times, drop=True, after_effect=after_effect))

    def slow(self, pattern: str, seconds: float, times: int = 1, method: str = "*") -> None:
        """Let matching requests wait before they are looked at (real seconds)."""
        self._plan(Fault(method, pattern, times, seconds=seconds))

    def on_receipt(
        self,
        pattern: str,
        callback: Callback,
        times: int = 1,
        method: str = "*",
        *,
        after_effect: bool = False,
    ) -> None:
        """Run `callback` (for example a SIGKILL) once a matching request was fully received.

        It runs before the request takes effect, or after that but before the answer with `after_effect`.
        """
        self._plan(Fault(method, pattern, times, callback=callback, after_effect=after_effect))

    def _plan(self, fault: Fault) -> Fault:
        self._planned.append(fault)
        return fault

    def clear(self) -> None:
        """Forget everything planned."""
        for fault in self._planned:
            fault.times = 0
        self._planned.clear()

    def forget(self, fault: Fault) -> None:
        """Let what is left of one fault not happen."""
        fault.times = 0

    def due(self, method: str, template: str, path: str) -> list[Fault]:
        """The faults for this request, counted down."""
        found = [fault for fault in self._planned if fault.matches(method, template, path)]
        for fault in found:
            fault.times -= 1
        self._planned = [fault for fault in self._planned if fault.times > 0]
        return found


DEFAULT_BODIES: dict[int, Json] = {
    403: {"message": "Missing Access", "code": 50001},
    404: {"message": "404: Not Found", "code": 0},
    500: {"message": "500: Internal Server Error", "code": 0},
    502: {"message": "502: Bad Gateway", "code": 0},
    503: {"message": "503: Service Unavailable", "code": 0},
}


def body_of(fault: Fault) -> Json:
    """The body such an answer carries."""
    if fault.body is not None:
        return fault.body
    if fault.status == 429:
        retry_after = 1.0 if fault.retry_after is None else fault.retry_after
        return {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
    return DEFAULT_BODIES.get(fault.status or 0, {"message": f"{fault.status}", "code": 0})
