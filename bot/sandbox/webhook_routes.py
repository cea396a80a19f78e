"""Routes of interactions: the first response, follow-ups, and edits through the token."""

from bot.sandbox.message_payloads import message_json
from bot.sandbox.messages import Uploads
from bot.sandbox.rest import Call, Routes
from bot.sandbox.wire import Value, unknown

WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"


def callback(call: Call) -> Value:
    """The first response."""
    world = call.world
    number, token = call.id("interaction_id"), call.path["interaction_token"]
    receipt = world.interactions.respond(number, token, call.json, call.uploads)
    return receipt if call.query.get("with_response", "false").lower() in ("1", "true") else None


def _token(call: Call) -> str:
    if call.id("webhook_id") != call.world.state.application_id:
        raise unknown("Webhook")
    return call.path["webhook_token"]


def follow_up(call: Call) -> Value:
    """A follow-up message."""
    message = call.world.interactions.follow_up(_token(call), call.json, call.uploads)
    return message_json(message, call.world.state)


def _which(call: Call) -> int | None:
    return call.id("message_id") if "message_id" in call.path else None


def interaction_message(call: Call) -> Value:
    """A message of an interaction, ephemeral ones included."""
    return message_json(call.world.interactions.message(_token(call), _which(call)), call.world.state)


def edit_interaction_message(call: Call) -> Value:
    """Edit one."""
    uploads: Uploads = call.uploads
    message = call.world.interactions.edit(_token(call), _which(call), call.json, uploads)
    return message_json(message, call.world.state)


def delete_interaction_message(call: Call) -> Value:
    """Delete one."""
    call.world.interactions.delete(_token(call), _which(call))


def routes() -> Routes:
    """All of the above; the templates are those of Discord's OpenAPI document."""
    yield "POST", "/interactions/{interaction_id}/{interaction_token}/callback", callback
    yield "POST", WEBHOOK, follow_up
    for which in ("@original", "{message_id}"):
        yield "GET", f"{WEBHOOK}/messages/{which}", interaction_message
        yield "PATCH", f"{WEBHOOK}/messages/{which}", edit_interaction_message
        yield "DELETE", f"{WEBHOOK}/messages/{which}", delete_interaction_message
