"""Kinds of components, and walking a tree of them: texts, custom ids, the ids Discord assigns."""

from collections.abc import Iterator

from bot.sandbox.wire import Json, Value

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = range(
    1, 9
)
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR = range(9, 15)
CONTAINER, LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 17, 18, 19, 21, 22, 23
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)
IN_CONTAINER = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR)
IN_MESSAGE = (*IN_CONTAINER, CONTAINER)
IN_LABEL = (*SELECTS, TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)
MOST_COMPONENTS, MOST_TEXT, LONGEST_ID = 40, 4000, 100


def walk(components: list[Json]) -> Iterator[Json]:
    """All components, nested ones too, each before what is inside it."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            inner = component.get(key)
            if inner:
                yield from walk([inner])


def assign_ids(components: list[Json]) -> None:
    """Give every component without an id the next free number, as Discord does."""
    taken = {component["id"] for component in walk(components) if component.get("id")}
    count = 0
    for component in walk(components):
        if not component.get("id"):
            count += 1
            while count in taken:
                count += 1
            component["id"] = count


def text_of(components: list[Json]) -> list[str]:
    """All displayed texts, in order."""
    return [str(item["content"]) for item in walk(components) if item["type"] == TEXT_DISPLAY]


def find(components: list[Json], custom_id: Value) -> Json | None:
    """The component with this custom id, if there is one."""
    for item in walk(components):
        if item.get("custom_id") == custom_id:
            return item
    return None
