"""Every body that any bot of this test run sent is valid by Discord's own API document."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.wire.openapi import ApiDocument


@pytest.fixture(scope="module")
def document() -> ApiDocument:
    """Discord's document, if somebody has a copy."""
    named = os.environ.get("DISCORD_OPENAPI")
    if not named:
        pytest.skip("DISCORD_OPENAPI does not name a copy of Discord's API document")
    return ApiDocument(Path(named))


def shape(body: Any) -> Any:
    """A body without its texts and ids."""
    if isinstance(body, dict):
        return {name: shape(value) for name, value in body.items()}
    if isinstance(body, list):
        return [shape(value) for value in body]
    return "" if isinstance(body, str) else body


def check(document: ApiDocument, recorded: Path) -> None:
    """All recorded bodies, with the count on the way."""
    requests = [json.loads(line) for line in recorded.read_text(encoding="utf-8").splitlines()]
    bodies = [request for request in requests if request["body"] is not None]
    # Of those that differ only in texts and ids, the longest is looked at.
    kinds: dict[str, Any] = {}
    for one in sorted(bodies, key=lambda one: len(json.dumps(one))):
        path = re.sub(r"[0-9]{15,}|(?<=/)[^/]{40,}(?=/)", "1", one["path"])
        kinds[f"{one['method']} {path} {json.dumps(shape(one['body']))}"] = one
    complaints = {document.complaint(one["method"], one["path"], one["body"]) for one in kinds.values()} - {
        None
    }
    assert complaints == set()
    assert len(bodies) > 20
    print(f"\n{len(bodies)} bodies ({len(kinds)} different ones) are valid")  # noqa: T201 - a number to report, shown with -rP


def test_every_body_is_valid(document: ApiDocument, recorded: Path):
    check(document, recorded)


@pytest.mark.restart
def test_every_body_is_valid_after_restarts(document: ApiDocument, recorded: Path):
    check(document, recorded)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"type": 4, "data": {"content": 5}}, "$"),
        ({"type": 9, "data": {"custom_id": "x", "title": "t", "components": [{"type": 99}]}}, "$"),
    ],
)
def test_the_check_can_fail(document: ApiDocument, body: object, place: str):
    assert place in (document.complaint("POST", "/interactions/1/t/callback", body) or "")
    assert "no such path" in (document.complaint("POST", "/quizzes", body) or "")
