"""What travels: the alias for JSON objects and the refusal that becomes a Discord error body."""

from typing import Any

# What came off the wire or goes onto it. Its shape is Discord's, and `validate` and `components` look at every
# part before use, so a precise type would only repeat Discord's document.
Json = dict[str, Any]
# One JSON value of unknown shape, for the same reason.
Value = Any


class Refusal(Exception):
    """An HTTP error as Discord words it: status, numeric code, message and the optional tree of field errors."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} ({code}): {message} {errors or ''}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> Json:
        """The JSON body that Discord would send."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


def listed(body: Json, key: str) -> list[Json]:
    """The objects under a key; none if it is absent or null."""
    return list(body.get(key) or [])


def not_found() -> Refusal:
    """A route that does not exist."""
    return Refusal(404, 0, "404: Not Found")


def unauthorized() -> Refusal:
    """A missing or a wrong bot token."""
    return Refusal(401, 0, "401: Unauthorized")


def unknown(what: str) -> Refusal:
    """Something that is not there, or not for the bot's eyes: Discord does not tell the two apart."""
    codes = {
        "Channel": 10003,
        "Guild": 10004,
        "Member": 10007,
        "Message": 10008,
        "User": 10013,
        "Webhook": 10015,
        "Interaction": 10062,
        "application command": 10063,
    }
    return Refusal(404, codes[what], f"Unknown {what}")


def missing_access() -> Refusal:
    """The bot cannot see the place."""
    return Refusal(403, 50001, "Missing Access")


def missing_permissions() -> Refusal:
    """The bot sees the place but may not do this there."""
    return Refusal(403, 50013, "Missing Permissions")


def snowflake(text: str, what: str) -> int:
    """An id out of a path; Discord answers a malformed one with a field error."""
    if not text.isdecimal() or len(text) > 20:
        reason = {"code": "NUMBER_TYPE_COERCE", "message": f'Value "{text}" is not snowflake.'}
        raise Refusal(400, 50035, "Invalid Form Body", {what: {"_errors": [reason]}})
    return int(text)
