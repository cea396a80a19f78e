"""Components of messages and modals: Discord's rules for each kind."""

from collections.abc import Callable
from typing import cast

from bot.sandbox.component_tree import (
    BUTTON,
    CHECKBOX,
    CHECKBOX_GROUP,
    CONTAINER,
    FILE,
    FILE_UPLOAD,
    GALLERY,
    IN_CONTAINER,
    IN_LABEL,
    IN_MESSAGE,
    LABEL,
    LONGEST_ID,
    MOST_COMPONENTS,
    MOST_TEXT,
    RADIO_GROUP,
    ROW,
    SECTION,
    SELECTS,
    SEPARATOR,
    STRING_SELECT,
    TEXT_DISPLAY,
    TEXT_INPUT,
    THUMBNAIL,
    walk,
)
from bot.sandbox.validate import Fields, Problems
from bot.sandbox.wire import Json, Value


def check_message_components(fields: Fields, *, v2: bool, attachments: set[str]) -> None:
    """The `components` of a message. `v2` says whether it carries the Components V2 flag."""
    check = _Check(fields.problems, attachments)
    top = fields.children("components", 0, MOST_COMPONENTS if v2 else 5)
    for item in top:
        check.one_of(item, IN_MESSAGE if v2 else (ROW,))
    if v2:
        whole = [item.body for item in top]
        # Only well-formed trees can be counted; a malformed one is refused already.
        if not fields.problems.tree:
            _check_totals(fields, whole)
    check.unique(fields)


def check_modal_components(fields: Fields) -> None:
    """The `components` of a modal: at most five, labels, texts or (old style) rows with one text input."""
    check = _Check(fields.problems, set())
    for item in fields.children("components", 1, 5, required=True):
        check.one_of(item, (ROW, LABEL, TEXT_DISPLAY), modal=True)
    check.unique(fields)


def _check_totals(fields: Fields, whole: list[Json]) -> None:
    everything = list(walk(whole))
    if len(everything) > MOST_COMPONENTS:
        message = f"The total number of components must be {MOST_COMPONENTS} or fewer (is {len(everything)})."
        fields.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    text = sum(len(item["content"]) for item in everything if item["type"] == TEXT_DISPLAY)
    if text > MOST_TEXT:
        message = f"The total length of displayable text must be {MOST_TEXT} or fewer (is {text})."
        fields.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


class _Check:
    """One pass over a component tree."""

    def __init__(self, problems: Problems, attachments: set[str]) -> None:
        self.problems = problems
        self.attachments = attachments
        self.custom_ids: list[str] = []
        self.ids: list[int] = []
        self.rules: dict[int, Callable[[Fields, bool], None]] = {
            ROW: self._row,
            BUTTON: self._button,
            TEXT_INPUT: self._text_input,
            SECTION: self._section,
            TEXT_DISPLAY: self._text_display,
            THUMBNAIL: self._thumbnail,
            GALLERY: self._gallery,
            FILE: self._file,
            SEPARATOR: self._separator,
            CONTAINER: self._container,
            LABEL: self._label,
            FILE_UPLOAD: self._file_upload,
            RADIO_GROUP: self._radio_group,
            CHECKBOX_GROUP: self._checkbox_group,
            CHECKBOX: self._checkbox,
            **dict.fromkeys(SELECTS, self._select),
        }

    def one_of(self, item: Fields, kinds: tuple[int, ...], *, modal: bool = False) -> None:
        """A component of one of these kinds, valid by its kind's rules."""
        kind = item.body.get("type")
        if kind not in kinds:
            listed = ", ".join(str(allowed) for allowed in sorted(kinds))
            item.add("type", "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({listed},).')
            return
        if number := item.integer("id", 0, 2**31 - 1):
            self.ids.append(number)
        self.rules[kind](item, modal)

    def unique(self, fields: Fields) -> None:
        """No custom id and no component id twice."""
        if len(self.custom_ids) != len(set(self.custom_ids)):
            fields.add(
                "components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
            )
        if len(self.ids) != len(set(self.ids)):
            fields.add(
                "components", "COMPONENT_ID_DUPLICATED", "Component ids must be unique within the message"
            )

    def _custom_id(self, item: Fields) -> None:
        if custom_id := item.text("custom_id", 1, LONGEST_ID, required=True):
            self.custom_ids.append(custom_id)

    def _row(self, item: Fields, modal: bool) -> None:  # noqa: FBT001 - the shape all rules share
        children = item.children("components", 1, 5, required=True)
        kinds = (TEXT_INPUT, *SELECTS) if modal else (BUTTON, *SELECTS)
        for child in children:
            self.one_of(child, kinds, modal=modal)
        if len(children) > 1 and any(child.body.get("type") != BUTTON for child in children):
            item.add(
                "components",
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            )
        if modal:
            for child in children:
                if child.body.get("type") == TEXT_INPUT:
                    child.text("label", 1, 45, required=True)

    def _button(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        style = item.choice("style", range(1, 7), required=True)
        label = item.text("label", 0, 80)
        item.boolean("disabled")
        if style in (1, 2, 3, 4):
            self._custom_id(item)
            if item.body.get("url") is not None:
                item.add("url", "BUTTON_COMPONENT_URL_NOT_ALLOWED", "A url is only for link buttons")
        if style == 5:
            url = item.text("url", 1, 512, required=True)
            if item.body.get("custom_id") is not None:
                item.add(
                    "custom_id",
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                )
            if url is not None and not url.startswith(("http://", "https://", "discord://")):
                item.add("url", "URL_TYPE_INVALID_SCHEME", f'Scheme "{url.split(":")[0]}" is not supported.')
        if style == 6:
            item.text("sku_id", 1, 20, required=True)
        elif not label and not item.body.get("emoji"):
            item.add("label", "BUTTON_COMPONENT_MISSING_LABEL", "Button label or emoji is required")

    def _select(self, item: Fields, modal: bool) -> None:  # noqa: FBT001
        self._custom_id(item)
        item.text("placeholder", 0, 150)
        if item.boolean("disabled") and modal:
            item.add("disabled", "COMPONENT_DISABLED_IN_MODAL", "A select in a modal cannot be disabled")
        options = 25
        if item.body["type"] == STRING_SELECT:
            options = self._options(item, 1, 25)
        self._range(item, options, 25)

    def _range(self, item: Fields, options: int, most: int, *, default: int = 1) -> None:
        least_chosen = item.integer("min_values", 0, most)
        most_chosen = item.integer("max_values", 1, most)
        most_chosen = default if most_chosen is None else most_chosen
        least_chosen = min(1, most_chosen) if least_chosen is None else least_chosen
        if least_chosen > most_chosen:
            item.add("min_values", "COMPONENT_MIN_VALUES_GREATER", "min_values must not exceed max_values")
        if options and most_chosen > options:
            item.add(
                "max_values",
                "COMPONENT_MAX_VALUES_EXCEEDED",
                "max_values must not exceed the number of options",
            )
        given: Value = item.body.get("options")
        listed = cast("list[Value]", given) if isinstance(given, list) else []
        chosen = sum(
            isinstance(option, dict) and bool(cast("Json", option).get("default")) for option in listed
        )
        if chosen > most_chosen:
            item.add("options", "COMPONENT_DEFAULTS_EXCEEDED", "More default options than max_values")

    def _options(self, item: Fields, least: int, most: int) -> int:
        options = item.children("options", least, most, required=True)
        values: list[str | None] = []
        for option in options:
            option.text("label", 1, 100, required=True)
            values.append(option.text("value", 1, 100, required=True))
            option.text("description", 0, 100)
            option.boolean("default")
        if len(values) != len(set(values)):
            item.add(
                "options",
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        return len(options)

    def _text_input(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        self._custom_id(item)
        item.choice("style", (1, 2), required=True)
        item.text("label", 1, 45)
        item.text("placeholder", 0, 100)
        item.boolean("required")
        least = item.integer("min_length", 0, 4000)
        most = item.integer("max_length", 1, 4000)
        value = item.text("value", 0, 4000 if most is None else min(most, 4000))
        if least is not None and most is not None and least > most:
            item.add("min_length", "TEXT_INPUT_MIN_GREATER_THAN_MAX", "min_length must not exceed max_length")
        if value and least is not None and len(value) < least:
            item.add("value", "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")

    def _section(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        for child in item.children("components", 1, 3, required=True):
            self.one_of(child, (TEXT_DISPLAY,))
        if item.body.get("accessory") is None:
            item.add("accessory", "BASE_TYPE_REQUIRED", "This field is required")
        else:
            self.one_of(item.child("accessory"), (BUTTON, THUMBNAIL))

    def _text_display(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        item.text("content", 1, MOST_TEXT, required=True)

    def _media(self, item: Fields, key: str) -> None:
        if item.body.get(key) is None:
            item.add(key, "BASE_TYPE_REQUIRED", "This field is required")
            return
        media = item.child(key)
        url = media.text("url", 1, 2048, required=True)
        if url is None:
            return
        if url.startswith("attachment://"):
            name = url.removeprefix("attachment://")
            if name not in self.attachments:
                media.add(
                    "url",
                    "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                    f"The referenced attachment '{name}' was not found",
                )
        elif key == "file" or not url.startswith(("http://", "https://")):
            media.add("url", "URL_TYPE_INVALID_SCHEME", "The scheme of this address is not supported here.")

    def _thumbnail(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        item.text("description", 1, 1024)
        self._media(item, "media")

    def _gallery(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        for picture in item.children("items", 1, 10, required=True):
            picture.text("description", 1, 1024)
            self._media(picture, "media")

    def _file(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        self._media(item, "file")

    def _separator(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        item.boolean("divider")
        item.choice("spacing", (1, 2))

    def _container(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        item.integer("accent_color", 0, 0xFFFFFF)
        item.boolean("spoiler")
        for child in item.children("components", 1, MOST_COMPONENTS, required=True):
            self.one_of(child, IN_CONTAINER)

    def _label(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        item.text("label", 1, 45, required=True)
        item.text("description", 1, 100)
        if item.body.get("component") is None:
            item.add("component", "BASE_TYPE_REQUIRED", "This field is required")
        else:
            self.one_of(item.child("component"), IN_LABEL, modal=True)

    def _file_upload(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        self._custom_id(item)
        self._range(item, 0, 10)

    def _radio_group(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        self._custom_id(item)
        self._options(item, 2, 10)
        item.boolean("required")

    def _checkbox_group(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        self._custom_id(item)
        count = self._options(item, 1, 10)
        # Unlike a select, a group of check boxes lets everything be ticked unless told otherwise.
        self._range(item, count, 10, default=max(1, count))
        item.boolean("required")

    def _checkbox(self, item: Fields, _: bool) -> None:  # noqa: FBT001
        self._custom_id(item)
        item.boolean("default")
