"""Handles for people: what a member can do in Discord, for tests and for the page."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.sandbox import component_tree
from bot.sandbox.interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction, metadata
from bot.sandbox.model import Channel, Message, User
from bot.sandbox.options import NotPossible, Resolver, chosen_values, command_data, form_data
from bot.sandbox.shown import PATIENCE, Shown
from bot.sandbox.wire import Json, Value

if TYPE_CHECKING:
    from bot.sandbox.world import Place, World

__all__ = ["Handle", "NotPossible", "Shown", "Unanswered"]


class Unanswered(Exception):
    """The bot gave no first response within 3 s; the message is what Discord shows."""


class Handle:
    """Acts as one persona. Everything waits for events; nothing sleeps.

    slash, press, select, submit and autocomplete return when the first response is there, or raise `Unanswered`
    after 3 s. With `wait="final"` they go on until a deferral has become something. What the persona's client
    would not let them do raises `NotPossible`; the `_raw` variants skip that.
    """

    def __init__(self, world: "World", user: User) -> None:
        self.world = world
        self.user = user
        self.name = user.name
        self._seen: set[int] = set()

    @property
    def id(self) -> int:
        """The account's id."""
        return self.user.id

    # --- commands ------------------------------------------------------------------------------------------

    async def slash(
        self,
        command: str,
        options: Mapping[str, Value] | None = None,
        *,
        channel: "Place" = "study",
        wait: str = "first",
        **more: Value,
    ) -> Shown:
        """Use a slash command: `slash("ask", topic="dropout", channel="study")`, `slash("daily status")`.

        Options may stand in the mapping too, for names such as "channel" that mean something else here:
        `slash("daily setup", {"channel": "daily"}, channel="study", time="09:00")`. People, roles and channels
        are given by name.
        """
        interaction = self.start_slash(command, {**(options or {}), **more}, channel=channel)
        return await self._shown(interaction, wait, f"/{command}")

    def start_slash(self, command: str, options: Mapping[str, Value], *, channel: "Place") -> Interaction:
        """The same without waiting, for many at once and for the page."""
        place = self._place(channel)
        path = command.removeprefix("/").split()
        known = self._command(path[0], place)
        resolver = Resolver(self.world, self.id, place.guild_id)
        data = command_data(known, path, options, resolver)
        owners = self.world.commands.owners(known, self.id, place)
        return self.world.interactions.create(COMMAND, self.id, place, data, owners)

    async def autocomplete(
        self,
        command: str,
        option: str,
        typed: str,
        options: Mapping[str, Value] | None = None,
        *,
        channel: "Place" = "study",
        **more: Value,
    ) -> list[Json]:
        """The choices offered while typing into an option: [{"name", "value"}]."""
        place = self._place(channel)
        path = command.removeprefix("/").split()
        known = self._command(path[0], place)
        given: dict[str, Value] = {**(options or {}), **more, option: typed}
        data = command_data(known, path, given, Resolver(self.world, self.id, place.guild_id), focused=option)
        owners = self.world.commands.owners(known, self.id, place)
        interaction = self.world.interactions.create(AUTOCOMPLETE, self.id, place, data, owners)
        await self._first_response(interaction, f"choices of /{command} {option}")
        return interaction.choices or []

    def _command(self, name: str, place: Channel) -> Json:
        for command in self.world.commands.visible(self.id, place):
            if command["name"] == name and command["type"] == 1:
                return command
        raise NotPossible(f"{self.name} is offered no command /{name} in {place.name or 'direct messages'}")

    # --- components ----------------------------------------------------------------------------------------

    async def press(self, shown: Shown, button: str, *, wait: str = "first") -> Shown:
        """Press a button by its visible label or custom id. The result may be a form, a new message, an update."""
        found = [item for item in shown.buttons if button in (item.label, item.custom_id)]
        if not found:
            raise NotPossible(f"no button {button!r}; there are {[item.label for item in shown.buttons]}")
        if len({item.custom_id for item in found}) > 1:
            raise NotPossible(f"several buttons are called {button!r}; name one by its custom id")
        if found[0].custom_id is None:
            raise NotPossible(f"{button!r} is a link: it opens {found[0].url}")
        if found[0].disabled:
            raise NotPossible(f"the button {button!r} is disabled")
        return await self.press_raw(shown, found[0].custom_id, wait=wait)

    async def press_raw(self, shown: Shown | Json, custom_id: str, *, wait: str = "first") -> Shown:
        """Press on any message this persona sees, with any custom id, as a hostile client could."""
        interaction = self.start_component(
            self.visible(shown), custom_id, {"component_type": component_tree.BUTTON}
        )
        return await self._shown(interaction, wait, f"the button {custom_id!r}")

    async def select(self, shown: Shown, menu: str, values: Sequence[str], *, wait: str = "first") -> Shown:
        """Pick in a select menu, found by custom id or placeholder; values or visible labels (or names)."""
        found = [item for item in shown.selects if menu in (item.custom_id, item.placeholder)]
        if not found:
            raise NotPossible(f"no menu {menu!r}; there are {[item.placeholder for item in shown.selects]}")
        if found[0].disabled:
            raise NotPossible(f"the menu {menu!r} is disabled")
        message = self.visible(shown)
        component = component_tree.find(message.components, found[0].custom_id) or {}
        resolver = Resolver(self.world, self.id, self.world.state.channels[message.channel_id].guild_id)
        chosen = chosen_values(component, values, resolver, menu)
        data: Json = {"component_type": component["type"], "values": chosen}
        if resolver.resolved:
            data["resolved"] = resolver.resolved
        interaction = self.start_component(message, found[0].custom_id, data)
        return await self._shown(interaction, wait, f"the menu {menu!r}")

    def start_component(self, message: Message, custom_id: str, data: Json) -> Interaction:
        """Use a component without waiting. `data` holds component_type and, for menus, values."""
        world = self.world
        channel = world.state.channels[message.channel_id]
        used = component_tree.find(message.components, custom_id)
        body: Json = {"custom_id": custom_id, "id": used["id"] if used else 0, **data}
        owners: dict[str, str] = (message.interaction or {}).get("authorizing_integration_owners") or (
            {"0": str(channel.guild_id)} if channel.guild_id is not None else {"0": "0"}
        )
        return world.interactions.create(COMPONENT, self.id, channel, body, owners, message=message)

    # --- forms ---------------------------------------------------------------------------------------------

    async def submit(
        self, form: Shown, values: Mapping[str, Value] | None = None, *, wait: str = "first"
    ) -> Shown:
        """Send a form off: values by label or custom id; what is not given stays as the form came."""
        interaction = self.start_submit(form, values or {})
        return await self._shown(interaction, wait, f"the form {form.title!r}")

    def start_submit(self, form: Shown, values: Mapping[str, Value]) -> Interaction:
        """The same without waiting."""
        if form.modal is None or form.interaction is None:
            raise NotPossible("this is no form")
        guild_id = self.world.state.channels[form.channel_id].guild_id
        data = form_data(form.modal, values, Resolver(self.world, self.id, guild_id))
        return self.start_submit_raw(form, data)

    async def submit_raw(self, form: Shown, data: Json, *, wait: str = "first") -> Shown:
        """Send a form's submission with any data, as a hostile client could."""
        return await self._shown(self.start_submit_raw(form, data), wait, "the form")

    def start_submit_raw(self, form: Shown, data: Json) -> Interaction:
        """The same without waiting."""
        if form.interaction is None:
            raise NotPossible("this is no form")
        world, opened = self.world, form.interaction
        message = world.state.messages.get(opened.channel_id, {}).get(opened.message_id or 0)
        channel = world.state.channels[opened.channel_id]
        return world.interactions.create(
            MODAL,
            self.id,
            channel,
            data,
            opened.owners,
            message=message,
            triggered_by=metadata(opened, world.state),
        )

    # --- messages ------------------------------------------------------------------------------------------

    async def say(self, text: str, *, channel: "Place" = "study", reply_to: Shown | None = None) -> Shown:
        """Post a message, perhaps as a reply to one."""
        place = self._place(channel)
        permission = "send_messages_in_threads" if place.is_thread else "send_messages"
        if not self.world.state.allows(self.id, place, "view_channel"):
            raise NotPossible(f"{self.name} does not see that channel")
        if place.guild_id is not None and not self.world.state.allows(self.id, place, permission):
            raise NotPossible(f"{self.name} may not write there")
        body: Json = {"content": text}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to.message_id)}
        self.world.messages.check(body, {})
        message = self.world.messages.create(place, self.id, body, {})
        return Shown(self.world, self.user, place.id, message.id, None)

    async def dm(self, text: str, *, reply_to: Shown | None = None) -> Shown:
        """Write to the bot directly."""
        return await self.say(text, channel="dm", reply_to=reply_to)

    async def next_message(self, *, channel: "Place" = "study", timeout: float = PATIENCE) -> Shown:  # noqa: ASYNC109
        """The bot's oldest message there that this handle has not returned yet; waits for it if need be.

        Counts from the start of the world; `catch_up` skips what is there. Direct answers and follow-ups that were
        returned by slash, press and the like do not come again.
        """
        place = self._place(channel)

        def look() -> Shown | None:
            for message in self.world.state.visible_messages(self.id, place.id):
                if message.author_id == self.world.state.bot_id and message.id not in self._seen:
                    self._seen.add(message.id)
                    return Shown(self.world, self.user, place.id, message.id, None)
            return None

        where = place.name or "direct messages"
        return await self.world.state.feed.until(
            look, timeout, f"the bot's next message to {self.name} in {where}"
        )

    def catch_up(self, channel: "Place" = "study") -> None:
        """Take everything there as read: `next_message` returns only what comes from now on."""
        place = self._place(channel)
        self._seen |= {message.id for message in self.world.state.visible_messages(self.id, place.id)}

    def history(self, channel: "Place" = "study") -> list[Shown]:
        """What this persona sees there, oldest first, their own ephemeral messages included."""
        place = self._place(channel)
        found = self.world.state.visible_messages(self.id, place.id)
        return [Shown(self.world, self.user, place.id, message.id, None) for message in found]

    def visible(self, shown: Shown | Json) -> Message:
        """The message behind something shown (or its wire JSON), if this persona sees it."""
        if isinstance(shown, Shown):
            message = shown.found
        else:
            message = self.world.state.messages.get(int(shown["channel_id"]), {}).get(int(shown["id"]))
        if message is None or not self.world.state.sees_message(self.id, message):
            raise NotPossible(f"{self.name} does not see that message")
        return message

    # --- the person ----------------------------------------------------------------------------------------

    def close_dms(self) -> None:
        """The bot can no longer write to this person directly (50007)."""
        self._set_dms(opened=False)

    def open_dms(self) -> None:
        """The opposite."""
        self._set_dms(opened=True)

    def _set_dms(self, *, opened: bool) -> None:
        self.user.dms_open = opened
        self.world.state.publish("user_update", user_id=self.id)

    def install_app(self, *, installed: bool = True) -> None:
        """Install the bot for oneself, or remove it again."""
        self.user.has_app = installed
        self.world.state.publish("user_update", user_id=self.id)

    def leave(self, guild: str) -> None:
        """Leave a server."""
        self.world.leave(self.name, guild)

    def join(self, guild: str) -> None:
        """Join a server."""
        self.world.join(self.name, guild)

    # --- waiting -------------------------------------------------------------------------------------------

    def _place(self, channel: "Place") -> Channel:
        place = self.world.channel(channel, self.id)
        if not self.world.state.sees(self.id, place):
            raise NotPossible(f"{self.name} does not see that channel")
        return place

    async def _first_response(self, interaction: Interaction, what: str) -> None:
        def answered() -> bool | None:
            if interaction.failed:
                raise Unanswered(f"The application did not respond ({what} by {self.name})")
            return True if interaction.answer is not None else None

        await self.world.state.feed.until(answered, PATIENCE, f"the first response to {what} by {self.name}")

    async def result(self, interaction: Interaction, what: str, *, wait: str = "first") -> Shown:
        """Wait for what a started interaction shows."""
        return await self._shown(interaction, wait, what)

    async def _shown(self, interaction: Interaction, wait: str, what: str) -> Shown:
        await self._first_response(interaction, what)
        if interaction.response_id is not None:
            self._seen.add(interaction.response_id)
        shown = Shown(self.world, self.user, interaction.channel_id, interaction.response_id, interaction)
        return await shown.settled() if wait == "final" else shown
