"""Interactions: how they come to be, their tokens, the first response within 3 s, follow-ups and edits for 15 minutes."""

import base64
import secrets
from dataclasses import dataclass, field
from functools import partial

from bot.sandbox.commands import STRING, check_choices
from bot.sandbox.components import assign_ids, check_modal_components
from bot.sandbox.messages import Messages, Uploads
from bot.sandbox.model import EPHEMERAL, Channel, Failure, Message
from bot.sandbox.payloads import (
    app_permissions,
    interaction_member_json,
    message_event,
    message_json,
    partial_channel_json,
    user_json,
)
from bot.sandbox.state import State
from bot.sandbox.validate import Fields, Problems
from bot.sandbox.wire import Json, Refusal, Value, listed, unknown

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, SHOW_MODAL = 4, 5, 6, 7, 8, 9
FIRST_RESPONSE_SECONDS, TOKEN_SECONDS = 3.0, 900.0
MOST_FOREIGN_FOLLOWUPS = 5
NO_ANSWER = "The application did not respond"
FAILED = "This interaction failed"


@dataclass
class Interaction:
    """One thing a member did to the bot, and what came of it."""

    id: int
    kind: int
    token: str
    user_id: int
    channel_id: int
    guild_id: int | None
    created: float
    data: Json
    owners: dict[str, str]
    message_id: int | None = None  # the message whose component was used
    triggered_by: Json | None = None  # metadata of the interaction that opened the form
    answer: int | None = None  # the type of the first response
    response_id: int | None = None  # the message that the first response made or updated
    followups: list[int] = field(default_factory=list[int])
    modal: Json | None = None
    choices: list[Json] | None = None
    failed: bool = False
    updates: int = 0  # how often any message of this interaction was edited through its token
    foreign_followups: int = 0


class Interactions:
    """Creates interactions for members and answers the bot's calls about them."""

    def __init__(self, state: State, messages: Messages) -> None:
        self._state = state
        self._messages = messages
        self.all: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    # --- from a member -------------------------------------------------------------------------------------

    def create(
        self,
        kind: int,
        user_id: int,
        channel: Channel,
        data: Json,
        owners: dict[str, str],
        *,
        message: Message | None = None,
        triggered_by: Json | None = None,
    ) -> Interaction:
        """Send an interaction to the bot. After 3 s without a first response it is marked failed."""
        state = self._state
        number = state.ids.next()
        raw = f"interaction:{number}:{secrets.token_urlsafe(90)}"
        token = base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")
        interaction = Interaction(
            id=number,
            kind=kind,
            token=token,
            user_id=user_id,
            channel_id=channel.id,
            guild_id=channel.guild_id,
            created=state.clock.time(),
            data=data,
            owners=owners,
            message_id=message.id if message else None,
            triggered_by=triggered_by,
        )
        self.all[number] = interaction
        self._by_token[token] = interaction
        state.clock.call_later(FIRST_RESPONSE_SECONDS, lambda: self._expire(interaction))
        state.publish(
            "interaction_create",
            channel_id=channel.id,
            user_id=user_id,
            only_for=user_id,
            data={"id": str(number)},
        )
        return interaction

    def _expire(self, interaction: Interaction) -> None:
        if interaction.answer is None:
            interaction.failed = True
            self._fail(interaction, NO_ANSWER if interaction.kind in (COMMAND, AUTOCOMPLETE) else FAILED)

    def _give_up(self, interaction: Interaction) -> None:
        """A deferral that was never followed up turns into an error when the token ends."""
        message = self._find(interaction, interaction.response_id)
        if message is not None and message.thinking:
            self._fail(interaction, NO_ANSWER)

    def _fail(self, interaction: Interaction, text: str) -> None:
        state = self._state
        if interaction.kind != AUTOCOMPLETE:
            at = interaction.message_id or interaction.response_id
            failure = Failure(state.ids.next(), interaction.user_id, interaction.channel_id, at, text)
            state.failures.append(failure)
        state.publish(
            "interaction_failed",
            channel_id=interaction.channel_id,
            message_id=interaction.message_id,
            user_id=interaction.user_id,
            only_for=interaction.user_id,
            data={"id": str(interaction.id), "text": text},
        )

    def payload(self, interaction: Interaction) -> Json:
        """The data of INTERACTION_CREATE."""
        state = self._state
        channel = state.channels[interaction.channel_id]
        user = state.users[interaction.user_id]
        body: Json = {
            "id": str(interaction.id),
            "application_id": str(state.application_id),
            "type": interaction.kind,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(channel.id),
            "channel": partial_channel_json(channel, state, user.id),
            "app_permissions": str(app_permissions(channel, state)),
            "locale": user.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": interaction.owners,
            "context": 0 if channel.guild_id is not None else 1,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if channel.guild_id is not None:
            guild = state.guilds[channel.guild_id]
            body["guild_id"] = str(guild.id)
            body["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
            body["guild_locale"] = guild.locale
            body["member"] = interaction_member_json(guild, channel, user.id, state)
        else:
            body["user"] = user_json(user)
        message = self._find(interaction, interaction.message_id)
        if message is not None:
            body["message"] = message_event(message, state)
            body["message"].pop("guild_id", None)
        return body

    def alive(self) -> list[Interaction]:
        """Answered interactions whose token still works: what the world on disk keeps of them."""
        return [
            item for item in self.all.values() if item.answer is not None and self._age(item) <= TOKEN_SECONDS
        ]

    def restore(self, kept: list[Interaction]) -> None:
        """Take up what `alive` gave; deferrals that nobody can end any more are marked failed."""
        self.all |= {item.id: item for item in kept}
        self._by_token |= {item.token: item for item in kept}
        waiting = {item.response_id: item for item in kept if item.answer == DEFER}
        for messages in self._state.messages.values():
            for message in messages.values():
                if message.thinking and message.id in waiting:
                    left = TOKEN_SECONDS - self._age(waiting[message.id])
                    self._state.clock.call_later(left, partial(self._give_up, waiting[message.id]))
                elif message.thinking:
                    self._abandon(message)

    def _abandon(self, message: Message) -> None:
        if any(item.message_id == message.id for item in self._state.failures):
            return
        user_id = int((message.interaction or {})["user"]["id"])
        failure = Failure(self._state.ids.next(), user_id, message.channel_id, message.id, NO_ANSWER)
        self._state.failures.append(failure)

    # --- the first response --------------------------------------------------------------------------------

    def respond(self, interaction_id: int, token: str, body: Json, uploads: Uploads) -> Json:
        """Take the first response, or refuse it; returns what `with_response` shows."""
        interaction = self._by_token.get(token)
        if interaction is None or interaction.id != interaction_id:
            raise unknown("Interaction")
        if interaction.answer is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        if interaction.failed or self._age(interaction) > FIRST_RESPONSE_SECONDS:
            raise unknown("Interaction")
        answer = self._checked(interaction, body, uploads)
        data: Json = body.get("data") or {}
        message = self._perform(interaction, answer, data, uploads)
        interaction.answer = answer
        if message is not None:
            interaction.response_id = message.id
        if answer == DEFER:
            self._state.clock.call_later(TOKEN_SECONDS, lambda: self._give_up(interaction))
        self._state.publish(
            "modal" if answer == SHOW_MODAL else "interaction_answer",
            channel_id=interaction.channel_id,
            message_id=interaction.response_id,
            user_id=interaction.user_id,
            only_for=interaction.user_id,
            data={"id": str(interaction.id), "type": answer, "modal": interaction.modal},
        )
        return self._receipt(interaction, message)

    def _checked(self, interaction: Interaction, body: Json, uploads: Uploads) -> int:
        problems = Problems()
        fields = Fields(body, problems)
        answer = fields.choice("type", self._allowed(interaction), required=True)
        problems.raise_if_any()
        data: Json = body.get("data") or {}
        inner = Fields(data, problems, ("data",))
        if answer in (REPLY, UPDATE):
            previous = self._find(interaction, interaction.message_id) if answer == UPDATE else None
            self._nested(data, uploads, previous)
        elif answer == CHOICES:
            check_choices(inner, self._focused_kind(interaction.data.get("options") or []))
        elif answer == SHOW_MODAL:
            inner.text("title", 1, 45, required=True)
            inner.text("custom_id", 1, 100, required=True)
            check_modal_components(inner)
        problems.raise_if_any()
        return answer or 0

    def _nested(self, data: Json, uploads: Uploads, previous: Message | None) -> None:
        """Check the message inside a callback; its field errors hang below `data`."""
        try:
            self._messages.check(data, uploads, previous=previous)
        except Refusal as refusal:
            if refusal.errors is not None:
                refusal.errors = {"data": refusal.errors}
            raise

    @staticmethod
    def _allowed(interaction: Interaction) -> tuple[int, ...]:
        if interaction.kind == AUTOCOMPLETE:
            return (CHOICES,)
        if interaction.kind == COMMAND:
            return (REPLY, DEFER, SHOW_MODAL)
        updates = (DEFER_UPDATE, UPDATE) if interaction.message_id else ()
        return (REPLY, DEFER, *updates, *((SHOW_MODAL,) if interaction.kind == COMPONENT else ()))

    def _focused_kind(self, options: list[Json]) -> int:
        for option in options:
            if option.get("focused"):
                return option["type"]
            if option.get("options"):
                return self._focused_kind(option["options"])
        return STRING

    def _perform(self, interaction: Interaction, answer: int, data: Json, uploads: Uploads) -> Message | None:
        if answer in (REPLY, DEFER):
            return self._new(interaction, data, uploads, thinking=answer == DEFER)
        if answer in (UPDATE, DEFER_UPDATE):
            message = self._find(interaction, interaction.message_id)
            if message is None:
                raise unknown("Message")
            if answer == UPDATE:
                self._messages.edit(message, data, uploads)
            return message
        if answer == CHOICES:
            interaction.choices = list(data.get("choices") or [])
        else:
            assign_ids(data["components"])
            interaction.modal = {key: data[key] for key in ("custom_id", "title", "components")}
        return None

    def _receipt(self, interaction: Interaction, message: Message | None) -> Json:
        state = self._state
        receipt: Json = {"interaction": {"id": str(interaction.id), "type": interaction.kind}}
        if message is not None:
            receipt["interaction"] |= {
                "response_message_id": str(message.id),
                "response_message_loading": message.thinking,
                "response_message_ephemeral": message.only_for is not None,
                "channel_id": str(message.channel_id),
            }
            if interaction.guild_id is not None:
                receipt["interaction"]["guild_id"] = str(interaction.guild_id)
        # A deferral names its message by id only.
        if message is not None and interaction.answer in (REPLY, UPDATE):
            receipt["resource"] = {"type": interaction.answer, "message": message_json(message, state)}
        return receipt

    # --- follow-ups and edits through the token ------------------------------------------------------------

    def follow_up(self, token: str, body: Json, uploads: Uploads) -> Message:
        """A further message; the first one after a deferral replaces "thinking" and keeps its visibility."""
        interaction = self._alive(token)
        if self.foreign(interaction) and interaction.foreign_followups >= MOST_FOREIGN_FOLLOWUPS:
            raise Refusal(400, 40094, "This interaction has reached the maximum number of follow up messages")
        placeholder = self._find(interaction, interaction.response_id)
        if interaction.answer == DEFER and placeholder is not None and placeholder.thinking:
            self._messages.check(body, uploads, previous=placeholder)
            self._messages.edit(placeholder, body, uploads)
            message = placeholder
        else:
            self._messages.check(body, uploads)
            message = self._new(interaction, body, uploads)
            interaction.followups.append(message.id)
        interaction.foreign_followups += self.foreign(interaction)
        self._touch(interaction, message)
        return message

    def message(self, token: str, message_id: int | None) -> Message:
        """A message of this interaction; None means `@original`."""
        interaction = self._alive(token)
        number = interaction.response_id if message_id is None else message_id
        found = self._find(interaction, number)
        if found is None or found.author_id != self._state.bot_id:
            raise unknown("Message")
        return found

    def edit(self, token: str, message_id: int | None, body: Json, uploads: Uploads) -> Message:
        """Edit one of this interaction's messages."""
        message = self.message(token, message_id)
        self._messages.check(body, uploads, previous=message)
        self._messages.edit(message, body, uploads)
        self._touch(self._by_token[token], message)
        return message

    def delete(self, token: str, message_id: int | None) -> None:
        """Delete one of this interaction's messages."""
        self._messages.delete(self.message(token, message_id))

    def foreign(self, interaction: Interaction) -> bool:
        """Whether this happened in a server without the bot."""
        return interaction.guild_id is not None and not self._state.guilds[interaction.guild_id].bot_present

    def _touch(self, interaction: Interaction, message: Message) -> None:
        interaction.updates += 1
        self._state.publish(
            "interaction_answer",
            channel_id=interaction.channel_id,
            message_id=message.id,
            user_id=interaction.user_id,
            only_for=interaction.user_id,
            data={"id": str(interaction.id), "type": None, "modal": None},
        )

    def _alive(self, token: str) -> Interaction:
        interaction = self._by_token.get(token)
        if interaction is None:
            raise unknown("Webhook")
        if self._age(interaction) > TOKEN_SECONDS:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        if interaction.answer is None:
            # Before the first response there is no webhook to speak through.
            raise unknown("Webhook")
        return interaction

    def _age(self, interaction: Interaction) -> float:
        return self._state.clock.time() - interaction.created

    def _find(self, interaction: Interaction, message_id: int | None) -> Message | None:
        if message_id is None:
            return None
        return self._state.messages.get(interaction.channel_id, {}).get(message_id)

    def _new(
        self, interaction: Interaction, data: Json, uploads: Uploads, *, thinking: bool = False
    ) -> Message:
        state = self._state
        channel = state.channels[interaction.channel_id]
        private = bool((data.get("flags") or 0) & EPHEMERAL) or self._must_hide(interaction, channel)
        return self._messages.create(
            channel,
            state.bot_id,
            {} if thinking else data,
            uploads,
            only_for=interaction.user_id if private else None,
            interaction=self.metadata(interaction),
            thinking=thinking,
        )

    def _must_hide(self, interaction: Interaction, channel: Channel) -> bool:
        """Members without "use external apps" get private replies from apps the server does not have."""
        installed_by_user_only = "0" not in interaction.owners and channel.guild_id is not None
        return installed_by_user_only and not self._state.allows(
            interaction.user_id, channel, "use_external_apps"
        )

    def metadata(self, interaction: Interaction) -> Json:
        """`interaction_metadata` of the messages it makes."""
        body: Json = {
            "id": str(interaction.id),
            "type": interaction.kind,
            "user": user_json(self._state.users[interaction.user_id]),
            "authorizing_integration_owners": interaction.owners,
        }
        if interaction.kind == COMMAND:
            body["name"] = full_name(interaction.data)
            body["command_type"] = 1
        if interaction.kind == COMPONENT:
            body["interacted_message_id"] = str(interaction.message_id)
        if interaction.kind == MODAL and interaction.triggered_by is not None:
            body["triggering_interaction_metadata"] = interaction.triggered_by
        if interaction.answer in (REPLY, DEFER):
            body["original_response_message_id"] = str(interaction.response_id)
        return body


def full_name(data: Value) -> str:
    """A command's name with its sub-command, as in "daily setup"."""
    name = str(data["name"])
    for option in listed(data, "options"):
        if option["type"] in (1, 2):
            return f"{name} {full_name(option)}"
    return name
