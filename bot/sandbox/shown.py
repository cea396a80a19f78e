"""What a persona is shown after doing something: a message, an update of one, "thinking", or a form. Always live."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bot.sandbox.component_tree import BUTTON, LABEL, ROW, SELECTS, TEXT_DISPLAY, text_of, walk
from bot.sandbox.interaction import DEFER, DEFER_UPDATE, SHOW_MODAL, Interaction
from bot.sandbox.message_payloads import message_json
from bot.sandbox.model import Message, User
from bot.sandbox.wire import Json, Value, listed

if TYPE_CHECKING:
    from bot.sandbox.world import World

PATIENCE = 10.0  # real seconds a test waits for anything, unless it says otherwise


@dataclass(frozen=True)
class Button:
    """A button as it is seen. `label` falls back to the emoji; `custom_id` is None for link buttons."""

    label: str
    custom_id: str | None
    disabled: bool
    style: int
    url: str | None


@dataclass(frozen=True)
class Select:
    """A select menu. `options` as on the wire (string selects only)."""

    custom_id: str
    placeholder: str
    disabled: bool
    kind: int
    options: list[Json]
    least: int
    most: int


@dataclass(frozen=True)
class Field:
    """An input of a form. `value` is what it starts with; `component` the wire JSON."""

    label: str
    description: str
    custom_id: str
    kind: int
    value: Value
    required: bool
    component: Json
    number: int


class Shown:
    """A handle on what the bot showed. Its properties read the world now, so an edit is seen at once.

    For a form (`modal` is not None): `title`, `fields` (by label), `text`. Otherwise: `text`, `buttons`, `selects`,
    `components`, `ephemeral`, `thinking`, `attachments`, `pings`, `message` (the wire JSON), `followups`.
    """

    def __init__(
        self,
        world: "World",
        user: User,
        channel_id: int,
        message_id: int | None,
        interaction: Interaction | None,
    ) -> None:
        self.world = world
        self.user = user
        self.channel_id = channel_id
        self.message_id = message_id
        self.interaction = interaction
        found = self.found
        self._revision = found.revision if found else 0

    def __repr__(self) -> str:
        what = "form" if self.modal else "thinking" if self.thinking else "message"
        return f"<Shown {what} to {self.user.name}: {self.text[:60]!r} buttons={[b.label for b in self.buttons]}>"

    # --- messages ------------------------------------------------------------------------------------------

    @property
    def found(self) -> Message | None:
        """The message in the world; None for a form, or once it was deleted."""
        if self.message_id is None:
            return None
        return self.world.state.messages.get(self.channel_id, {}).get(self.message_id)

    @property
    def _message(self) -> Message:
        found = self.found
        if found is None:
            raise LookupError("there is no such message (any more)")
        return found

    @property
    def deleted(self) -> bool:
        """Whether the message is gone."""
        return self.message_id is not None and self.found is None

    @property
    def message(self) -> Json:
        """The message as Discord writes it."""
        return message_json(self._message, self.world.state)

    @property
    def components(self) -> list[Json]:
        """The components as on the wire, of the message or the form."""
        if self.modal is not None:
            return self.modal["components"]
        found = self.found
        return found.components if found else []

    @property
    def text(self) -> str:
        """All that can be read: content, embeds, text displays; one per line."""
        found = self.found
        lines = [found.content] if found and found.content else []
        for embed in found.embeds if found else []:
            lines += [str(embed[key]) for key in ("title", "description") if embed.get(key)]
            lines += [f"{item['name']}: {item['value']}" for item in listed(embed, "fields")]
        return "\n".join([*lines, *text_of(self.components)])

    @property
    def ephemeral(self) -> bool:
        """Whether only this persona sees it."""
        found = self.found
        return found is not None and found.only_for is not None

    @property
    def thinking(self) -> bool:
        """Whether it still is the placeholder of a deferral."""
        found = self.found
        return found is not None and found.thinking

    @property
    def attachments(self) -> list[Json]:
        """Attached files: filename, description (alt text), size, content_type, url."""
        return self.message["attachments"]

    @property
    def pings(self) -> list[str]:
        """Who is notified: names of members, "@role", "@everyone"."""
        message = self._message
        state = self.world.state
        names = [state.users[number].name for number in message.mentions]
        guild_id = state.channels[self.channel_id].guild_id
        if guild_id is not None:
            names += [f"@{state.guilds[guild_id].roles[number].name}" for number in message.mention_roles]
        return [*names, *(["@everyone"] if message.mention_everyone else [])]

    @property
    def buttons(self) -> list[Button]:
        """The buttons, in order."""
        return [_button(item) for item in walk(self.components) if item["type"] == BUTTON]

    @property
    def selects(self) -> list[Select]:
        """The select menus, in order."""
        return [_select(item) for item in walk(self.components) if item["type"] in SELECTS]

    def button(self, name: str) -> Button:
        """A button by its visible label or its custom id."""
        found = [item for item in self.buttons if name in (item.label, item.custom_id)]
        if not found:
            raise LookupError(f"no button {name!r}; there are {[item.label for item in self.buttons]}")
        return found[0]

    # --- forms ---------------------------------------------------------------------------------------------

    @property
    def modal(self) -> Json | None:
        """The form as on the wire, if this is one."""
        return self.interaction.modal if self.interaction and self.interaction.answer == SHOW_MODAL else None

    @property
    def title(self) -> str:
        """The form's title."""
        return str(self.modal["title"]) if self.modal else ""

    @property
    def fields(self) -> dict[str, Field]:
        """The form's inputs by label."""
        return {field.label: field for field in form_fields(self.components)} if self.modal else {}

    # --- waiting -------------------------------------------------------------------------------------------

    @property
    def followups(self) -> list["Shown"]:
        """Follow-up messages of this interaction so far."""
        interaction = self.interaction
        if interaction is None:
            return []
        return [
            Shown(self.world, self.user, self.channel_id, number, interaction)
            for number in interaction.followups
        ]

    async def settled(self, timeout: float = PATIENCE) -> Self:  # noqa: ASYNC109 - handed to the wait that names it
        """Wait until a deferral has become something: the edit or first follow-up. At once if nothing is deferred."""
        interaction = self.interaction

        def done() -> bool | None:
            if interaction is None or interaction.answer not in (DEFER, DEFER_UPDATE):
                return True
            if interaction.answer == DEFER:
                return True if not self.thinking else None
            return True if interaction.updates else None

        await self.world.state.feed.until(done, timeout, f"{self!r} to settle after its deferral")
        return self

    async def changed(self, timeout: float = PATIENCE) -> Self:  # noqa: ASYNC109
        """Wait for the next edit (or the deletion) since this handle was made or last waited for."""
        before = self._revision

        def done() -> bool | None:
            found = self.found
            return True if found is None or found.revision > before else None

        await self.world.state.feed.until(done, timeout, f"{self!r} to change")
        found = self.found
        self._revision = found.revision if found else before
        return self

    async def followup(self, index: int = 0, timeout: float = PATIENCE) -> "Shown":  # noqa: ASYNC109
        """Wait for a follow-up message of this interaction."""

        def done() -> "Shown | None":
            found = self.followups
            return found[index] if len(found) > index else None

        return await self.world.state.feed.until(done, timeout, f"follow-up {index + 1} of {self!r}")


def _button(item: Json) -> Button:
    emoji: Json = item.get("emoji") or {}
    label = item.get("label") or emoji.get("name") or ""
    return Button(
        str(label), item.get("custom_id"), bool(item.get("disabled")), item["style"], item.get("url")
    )


def _select(item: Json) -> Select:
    least, most = item.get("min_values"), item.get("max_values")
    return Select(
        custom_id=str(item["custom_id"]),
        placeholder=str(item.get("placeholder") or ""),
        disabled=bool(item.get("disabled")),
        kind=item["type"],
        options=item.get("options") or [],
        least=1 if least is None else least,
        most=1 if most is None else most,
    )


def form_fields(components: list[Json]) -> list[Field]:
    """The inputs of a form, in order; text displays are no inputs."""
    found: list[Field] = []
    for item in components:
        if item["type"] == LABEL:
            found.append(_field(item["component"], str(item["label"]), str(item.get("description") or "")))
        elif item["type"] == ROW:
            found += [
                _field(inner, str(inner.get("label") or inner["custom_id"]), "")
                for inner in item["components"]
            ]
        elif item["type"] != TEXT_DISPLAY:
            raise ValueError(f"unexpected component {item['type']} in a form")
    return found


def _field(item: Json, label: str, description: str) -> Field:
    defaults = [str(option["value"]) for option in listed(item, "options") if option.get("default")]
    value: Value = defaults
    if item["type"] == 4:
        value = str(item.get("value") or "")
    elif item["type"] == 21:
        value = defaults[0] if defaults else None
    elif item["type"] == 23:
        value = bool(item.get("default"))
    required = item.get("required")
    return Field(
        label=label,
        description=description,
        custom_id=str(item["custom_id"]),
        kind=item["type"],
        value=value,
        # Inputs of a form are required unless the form says otherwise; a single check box never is.
        required=item["type"] != 23 and required is not False,
        component=item,
        number=int(item.get("id") or 0),
    )
