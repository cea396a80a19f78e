"""Each limit is accepted at the limit and refused just beyond it, with Discord's code."""

from typing import Any

import pytest

from tests.sandbox.api import Api, Reply, codes

V2 = 1 << 15


def text(content: str = "x") -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go", **more}


def row(*items: Any) -> dict[str, Any]:
    return {"type": 1, "components": list(items)}


def buttons(count: int) -> list[dict[str, Any]]:
    return [button(custom_id=f"b{index}") for index in range(count)]


def select(count: int = 1, **more: Any) -> dict[str, Any]:
    options = [{"label": f"o{index}", "value": f"v{index}"} for index in range(count)]
    return {"type": 3, "custom_id": "s", "options": options, **more}


def option(**more: Any) -> dict[str, Any]:
    return select(options=[{"label": "l", "value": "v", **more}])


def v2(*components: Any, **more: Any) -> dict[str, Any]:
    return {"flags": V2, "components": list(components), **more}


def v1(*components: Any) -> dict[str, Any]:
    return {"content": "c", "components": list(components)}


def section(count: int, **accessory: Any) -> dict[str, Any]:
    return {"type": 9, "components": [text() for _ in range(count)], **accessory}


def texts(count: int) -> list[dict[str, Any]]:
    return [text() for _ in range(count)]


# name, accepted, refused, the code the refusal carries
MESSAGES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("content", {"content": "x" * 2000}, {"content": "x" * 2001}, "BASE_TYPE_MAX_LENGTH"),
    (
        "nonce",
        {"content": "x", "nonce": "n" * 25},
        {"content": "x", "nonce": "n" * 26},
        "BASE_TYPE_MAX_LENGTH",
    ),
    ("V2 needs its flag", v2(text()), v1(text()), "UNION_TYPE_CHOICES"),
    (
        "V2 excludes content",
        v2(text()),
        v2(text(), content="c"),
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    (
        "V2 excludes embeds",
        v2(text()),
        v2(text(), embeds=[{"title": "t"}]),
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    (
        "components in all",
        v2({"type": 17, "components": texts(39)}),
        v2({"type": 17, "components": texts(40)}),
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    (
        "text in all",
        v2(text("x" * 3999), {"type": 17, "components": [text()]}),
        v2(text("x" * 4000), {"type": 17, "components": [text()]}),
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    ("an empty text", v2(text()), v2(text("")), "BASE_TYPE_BAD_LENGTH"),
    (
        "texts of a section",
        v2(section(3, accessory=button())),
        v2(section(4, accessory=button())),
        "BASE_TYPE_BAD_LENGTH",
    ),
    ("accessory of a section", v2(section(1, accessory=button())), v2(section(1)), "BASE_TYPE_REQUIRED"),
    ("buttons of a row", v2(row(*buttons(5))), v2(row(*buttons(6))), "BASE_TYPE_BAD_LENGTH"),
    ("one menu of a row", v2(row(select())), v2(row(select(), button())), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    (
        "custom_id",
        v2(row(button(custom_id="c" * 100))),
        v2(row(button(custom_id="c" * 101))),
        "BASE_TYPE_BAD_LENGTH",
    ),
    ("a custom_id at all", v2(row(button())), v2(row(button(custom_id=""))), "BASE_TYPE_BAD_LENGTH"),
    (
        "custom_id once",
        v2(row(button(), button(custom_id="b"))),
        v2(row(button(), button())),
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    ("label", v2(row(button(label="l" * 80))), v2(row(button(label="l" * 81))), "BASE_TYPE_MAX_LENGTH"),
    ("a label at all", v2(row(button())), v2(row(button(label=""))), "BUTTON_COMPONENT_MISSING_LABEL"),
    (
        "links have no custom_id",
        v2(row(button(style=5, url="https://a.b", custom_id=None))),
        v2(row(button(style=5, url="https://a.b"))),
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    ("options", v2(row(select(25))), v2(row(select(26))), "BASE_TYPE_BAD_LENGTH"),
    (
        "option label",
        v2(row(option(label="l" * 100))),
        v2(row(option(label="l" * 101))),
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        "option value",
        v2(row(option(value="l" * 100))),
        v2(row(option(value="l" * 101))),
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        "option description",
        v2(row(option(description="l" * 100))),
        v2(row(option(description="l" * 101))),
        "BASE_TYPE_MAX_LENGTH",
    ),
    (
        "choices of a menu",
        v2(row(select(2, max_values=2))),
        v2(row(select(2, max_values=3))),
        "COMPONENT_MAX_VALUES_EXCEEDED",
    ),
    (
        "no check boxes in messages",
        v2(row(select())),
        v2(row({**select(), "type": 22})),
        "UNION_TYPE_CHOICES",
    ),
    (
        "rows without V2",
        v1(*[row(b) for b in buttons(5)]),
        v1(*[row(b) for b in buttons(6)]),
        "BASE_TYPE_MAX_LENGTH",
    ),
    (
        "alt text",
        v2({"type": 12, "items": [{"media": {"url": "https://a.b"}, "description": "d" * 1024}]}),
        v2({"type": 12, "items": [{"media": {"url": "https://a.b"}, "description": "d" * 1025}]}),
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        "a picture that was not attached",
        v2({"type": 12, "items": [{"media": {"url": "https://a.b"}}]}),
        v2({"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}),
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    (
        "allowed mentions",
        {"content": "x", "allowed_mentions": {"parse": [], "users": ["1"]}},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    (
        "embed title",
        {"embeds": [{"title": "t" * 256}]},
        {"embeds": [{"title": "t" * 257}]},
        "BASE_TYPE_MAX_LENGTH",
    ),
]


@pytest.mark.parametrize(
    ("accepted", "refused", "code"), [item[1:] for item in MESSAGES], ids=[i[0] for i in MESSAGES]
)
async def test_message_limits(api: Api, accepted: dict[str, Any], refused: dict[str, Any], code: str):
    assert (await api.post(accepted))[0] == 200
    status, body = await api.post(refused)
    assert (status, body["code"]) == (400, 50035)
    assert codes(body) == {code}


async def test_an_empty_message_is_refused(api: Api):
    for body in ({}, {"content": "  "}, {"components": []}, {"content": None}):
        status, answer = await api.post(body)
        assert (status, answer["code"]) == (400, 50006)


def form(*components: Any, **more: Any) -> dict[str, Any]:
    return {"type": 9, "data": {"custom_id": "f", "title": "T", "components": list(components), **more}}


def label(component: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"type": 18, "label": "L", "component": component or entry(), **more}


def entry(**more: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": "t", "style": 2, **more}


def labels(count: int) -> list[dict[str, Any]]:
    return [label(entry(custom_id=f"t{index}")) for index in range(count)]


def group(kind: int, count: int) -> dict[str, Any]:
    options = [{"label": f"o{index}", "value": f"v{index}"} for index in range(count)]
    return {"type": kind, "custom_id": "g", "options": options}


FORMS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("title", form(label(), title="t" * 45), form(label(), title="t" * 46), "BASE_TYPE_BAD_LENGTH"),
    (
        "custom_id",
        form(label(), custom_id="c" * 100),
        form(label(), custom_id="c" * 101),
        "BASE_TYPE_BAD_LENGTH",
    ),
    ("children", form(*labels(5)), form(*labels(6)), "BASE_TYPE_BAD_LENGTH"),
    ("label", form(label(label="l" * 45)), form(label(label="l" * 46)), "BASE_TYPE_BAD_LENGTH"),
    (
        "description",
        form(label(description="d" * 100)),
        form(label(description="d" * 101)),
        "BASE_TYPE_BAD_LENGTH",
    ),
    (
        "value",
        form(label(entry(value="v" * 4000))),
        form(label(entry(value="v" * 4001))),
        "BASE_TYPE_MAX_LENGTH",
    ),
    (
        "max_length",
        form(label(entry(max_length=4000))),
        form(label(entry(max_length=4001))),
        "NUMBER_TYPE_MAX",
    ),
    (
        "min_length",
        form(label(entry(min_length=4000))),
        form(label(entry(min_length=4001))),
        "NUMBER_TYPE_MAX",
    ),
    (
        "placeholder",
        form(label(entry(placeholder="p" * 100))),
        form(label(entry(placeholder="p" * 101))),
        "BASE_TYPE_MAX_LENGTH",
    ),
    ("radio buttons", form(label(group(21, 10))), form(label(group(21, 11))), "BASE_TYPE_BAD_LENGTH"),
    ("at least two of them", form(label(group(21, 2))), form(label(group(21, 1))), "BASE_TYPE_BAD_LENGTH"),
    ("check boxes", form(label(group(22, 10))), form(label(group(22, 11))), "BASE_TYPE_BAD_LENGTH"),
    ("no buttons in forms", form(label(select())), form(label(button())), "UNION_TYPE_CHOICES"),
    ("same field twice", form(*labels(2)), form(label(), label()), "COMPONENT_CUSTOM_ID_DUPLICATED"),
]


@pytest.mark.parametrize(
    ("accepted", "refused", "code"), [item[1:] for item in FORMS], ids=[i[0] for i in FORMS]
)
async def test_form_limits(api: Api, accepted: dict[str, Any], refused: dict[str, Any], code: str):
    interaction = await api.asked()
    status, body = await api.answer(interaction, refused)
    assert (status, body["code"], codes(body)) == (400, 50035, {code})
    # A refused body does not acknowledge: a second answer still works.
    assert (await api.answer(interaction, accepted))[0] == 200


def command(**more: Any) -> dict[str, Any]:
    return {"name": "ask", "description": "d", **more}


def choice(count: int, **more: Any) -> dict[str, Any]:
    choices = [{"name": f"n{index}", "value": f"v{index}", **more} for index in range(count)]
    return command(options=[{"type": 3, "name": "o", "description": "d", "choices": choices}])


def options(*required: bool) -> dict[str, Any]:
    listed = [
        {"type": 3, "name": f"o{index}", "description": "d", "required": needed}
        for index, needed in enumerate(required)
    ]
    return command(options=listed)


COMMANDS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("name", command(name="a" * 32), command(name="a" * 33), "BASE_TYPE_BAD_LENGTH"),
    (
        "name in lower case",
        command(name="größe-2_a"),
        command(name="Ask"),
        "APPLICATION_COMMAND_INVALID_NAME",
    ),
    ("name without spaces", command(name="a-b"), command(name="a b"), "APPLICATION_COMMAND_INVALID_NAME"),
    ("description", command(description="d" * 100), command(description="d" * 101), "BASE_TYPE_BAD_LENGTH"),
    ("a description at all", command(), command(description=""), "BASE_TYPE_BAD_LENGTH"),
    ("options", options(*[False] * 25), options(*[False] * 26), "BASE_TYPE_MAX_LENGTH"),
    (
        "required first",
        options(True, False),
        options(False, True),
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    ("choices", choice(25), choice(26), "BASE_TYPE_MAX_LENGTH"),
    ("choice names", choice(1, name="n" * 100), choice(1, name="n" * 101), "BASE_TYPE_BAD_LENGTH"),
    ("contexts", command(contexts=[0, 1, 2]), command(contexts=[3]), "BASE_TYPE_CHOICES"),
]


@pytest.mark.parametrize(
    ("accepted", "refused", "code"), [item[1:] for item in COMMANDS], ids=[i[0] for i in COMMANDS]
)
async def test_command_limits(api: Api, accepted: dict[str, Any], refused: dict[str, Any], code: str):
    assert (await api.register(accepted))[0] == 200
    status, body = await api.register(refused)
    assert (status, body["code"]) == (400, 50035)
    assert code in codes(body)
    # A refused registration changes nothing.
    assert [item["name"] for item in api.world.commands.all(None)] == [accepted["name"]]


async def test_a_hundred_commands(api: Api):
    assert (await api.register(*[command(name=f"c{index}") for index in range(100)]))[0] == 200
    assert (await api.register(*[command(name=f"c{index}") for index in range(101)]))[0] == 400
    assert (await api.register(command(), command()))[0] == 400


@pytest.mark.parametrize(("count", "length", "status"), [(25, 100, 200), (26, 100, 400), (25, 101, 400)])
async def test_autocomplete_limits(api: Api, count: int, length: int, status: int):
    await api.asked()
    ann = api.world.member("ann")
    place = api.world.channel("study")
    data = {"options": [{"name": "topic", "type": 3, "value": "", "focused": True}], "name": "ask", "id": "1"}
    interaction = api.world.interactions.create(4, ann.id, place, data, {"0": str(place.guild_id)})
    choices = [{"name": "n" * length, "value": f"{index}"} for index in range(count)]
    assert (await api.answer(interaction, {"type": 8, "data": {"choices": choices}}))[0] == status


async def same_reply(api: Api, token: str) -> Reply:
    return await api.call("GET", "/users/@me", headers={"Authorization": token})


async def test_the_token_is_checked(api: Api):
    assert await same_reply(api, "Bot wrong") == (401, {"message": "401: Unauthorized", "code": 0})
    assert (await same_reply(api, f"Bot {api.box.token}"))[0] == 200
    assert api.headers["Content-Type"] == "application/json"


async def test_unknown_routes_are_noted(api: Api):
    assert await api.call("GET", "/nowhere") == (404, {"message": "404: Not Found", "code": 0})
    assert await api.call("TRACE", "/users/@me") == (404, {"message": "404: Not Found", "code": 0})
    assert api.world.unknown_routes == ["GET /nowhere", "TRACE /users/@me"]
    api.world.unknown_routes.clear()


async def test_component_ids_are_assigned_and_flags_come_back(api: Api):
    _, message = await api.post(v2({"type": 17, "components": [text(), row(button(id=7))]}))
    assert message["flags"] == V2
    container = message["components"][0]
    inner = container["components"]
    assert [container["id"], inner[0]["id"], inner[1]["id"], inner[1]["components"][0]["id"]] == [1, 2, 3, 7]
