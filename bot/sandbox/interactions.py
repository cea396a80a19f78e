"""Interactions: how they come to be, their tokens, the first response within 3 s, follow-ups and edits for 15 minutes."""

import base64
import secrets
from functools import partial

from bot.sandbox.commands import check_choices
from bot.sandbox.component_tree import assign_ids
from bot.sandbox.components import check_modal_components
from bot.sandbox.interaction import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    DEFER,
    DEFER_UPDATE,
    REPLY,
    SHOW_MODAL,
    UPDATE,
    Interaction,
    allowed_answers,
    find,
    focused_kind,
    metadata,
    receipt_json,
)
from bot.sandbox.messages import Messages, Uploads
from bot.sandbox.model import EPHEMERAL, Channel, Failure, Message
from bot.sandbox.state import State
from bot.sandbox.validate import Fields, Problems
from bot.sandbox.wire import Json, Refusal, unknown

FIRST_RESPONSE_SECONDS, TOKEN_SECONDS = 3.0, 900.0
MOST_FOREIGN_FOLLOWUPS = 5
NO_ANSWER = "The application did not respond"
FAILED = "This interaction failed"


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
        message = find(interaction, interaction.response_id, self._state)
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
        return receipt_json(interaction, message, self._state)

    def _checked(self, interaction: Interaction, body: Json, uploads: Uploads) -> int:
        problems = Problems()
        fields = Fields(body, problems)
        answer = fields.choice("type", allowed_answers(interaction), required=True)
        problems.raise_if_any()
        data: Json = body.get("data") or {}
        inner = Fields(data, problems, ("data",))
        if answer in (REPLY, UPDATE):
            previous = find(interaction, interaction.message_id, self._state) if answer == UPDATE else None
            self._nested(data, uploads, previous)
        elif answer == CHOICES:
            check_choices(inner, focused_kind(interaction.data.get("options") or []))
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

    def _perform(self, interaction: Interaction, answer: int, data: Json, uploads: Uploads) -> Message | None:
        if answer in (REPLY, DEFER):
            return self._new(interaction, data, uploads, thinking=answer == DEFER)
        if answer in (UPDATE, DEFER_UPDATE):
            message = find(interaction, interaction.message_id, self._state)
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

    # --- follow-ups and edits through the token ------------------------------------------------------------

    def follow_up(self, token: str, body: Json, uploads: Uploads) -> Message:
        """A further message; the first one after a deferral replaces "thinking" and keeps its visibility."""
        interaction = self._alive(token)
        if self.foreign(interaction) and interaction.foreign_followups >= MOST_FOREIGN_FOLLOWUPS:
            raise Refusal(400, 40094, "This interaction has reached the maximum number of follow up messages")
        placeholder = find(interaction, interaction.response_id, self._state)
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
        found = find(interaction, number, self._state)
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
            interaction=metadata(interaction, self._state),
            thinking=thinking,
        )

    def _must_hide(self, interaction: Interaction, channel: Channel) -> bool:
        """Members without "use external apps" get private replies from apps the server does not have."""
        installed_by_user_only = "0" not in interaction.owners and channel.guild_id is not None
        return installed_by_user_only and not self._state.allows(
            interaction.user_id, channel, "use_external_apps"
        )
