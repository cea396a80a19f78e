"""Rate limits: five channel messages per five seconds, buckets for the other routes, fifty requests a second in all."""

import hashlib
import math
from dataclasses import dataclass, field

from bot.sandbox.clock import SandboxClock
from bot.sandbox.wire import Json

POST_MESSAGE = "/channels/{channel_id}/messages"
EDIT_MESSAGE = "/channels/{channel_id}/messages/{message_id}"


@dataclass
class Verdict:
    """Whether a request may pass; the headers and, if not, the body of the 429."""

    headers: dict[str, str]
    refused: Json | None = None


@dataclass
class Limits:
    """The limits in force: (requests, seconds). Set `enabled` to False for a load test of something else."""

    clock: SandboxClock
    enabled: bool = True
    messages: tuple[int, float] = (5, 5.0)
    webhooks: tuple[int, float] = (5, 2.0)
    others: tuple[int, float] = (50, 1.0)
    everything: tuple[int, float] = (50, 1.0)
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict[str, tuple[float, int]])

    def ask(self, method: str, template: str, major: str, *, exempt: bool) -> Verdict:
        """Count a request. `major` is the channel, server or token it concerns; `exempt` ones have no global limit."""
        if not self.enabled or template == "/interactions/{interaction_id}/{interaction_token}/callback":
            return Verdict({})
        if not exempt:
            passed, _, wait = self._take("everything", self.everything)
            if not passed:
                headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
                return self._refusal(wait, headers, everywhere=True)
        limit = self._limit(method, template)
        bucket = hashlib.sha256(f"{method} {template}".encode()).hexdigest()[:32]
        passed, left, wait = self._take(f"{bucket}:{major}", limit)
        headers = {
            "X-RateLimit-Limit": str(limit[0]),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{self.clock.time() + wait:.3f}",
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": bucket,
        }
        if passed:
            return Verdict(headers)
        return self._refusal(wait, headers | {"X-RateLimit-Scope": "user"}, everywhere=False)

    def _limit(self, method: str, template: str) -> tuple[int, float]:
        if (method, template) in (("POST", POST_MESSAGE), ("PATCH", EDIT_MESSAGE)):
            return self.messages
        return self.webhooks if template.startswith("/webhooks/") else self.others

    def _take(self, key: str, limit: tuple[int, float]) -> tuple[bool, int, float]:
        """Count in fixed windows, as Discord does: passed, what is left, seconds until the window ends."""
        now = self.clock.time()
        most, seconds = limit
        ends, count = self._windows.get(key, (0.0, 0))
        if ends <= now:
            ends, count = now + seconds, 0
        passed = count < most
        self._windows[key] = (ends, count + passed)
        return passed, most - count - passed, max(0.001, ends - now)

    def _refusal(self, wait: float, headers: dict[str, str], *, everywhere: bool) -> Verdict:
        wait = math.ceil(wait * 1000) / 1000
        body: Json = {"message": "You are being rate limited.", "retry_after": wait, "global": everywhere}
        return Verdict(headers | {"Retry-After": str(math.ceil(wait)), "Via": "1.1 google"}, body)
