"""What the bot asked of Discord, request by request, in memory and (if wished) as JSON lines for later checks."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.sandbox.wire import Value


@dataclass
class Request:
    """One REST request. `route` is the path template of Discord's OpenAPI document; `status` 0: no answer sent."""

    method: str
    route: str
    path: str
    body: Value
    status: int
    time: float


class Record:
    """All requests since the start."""

    def __init__(self, file: Path | None = None) -> None:
        self.requests: list[Request] = []
        self._file = file

    def add(self, request: Request) -> None:
        """Remember one."""
        self.requests.append(request)

    def finish(self, request: Request, status: int) -> None:
        """Note what it was answered with, and write it out."""
        request.status = status
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(asdict(request)) + "\n")
