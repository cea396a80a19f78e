"""Checks what the bot sent against Discord's own API document."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ROOT = "urn:discord"
SNOWFLAKE = {"anyOf": [{"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}, {"type": "integer", "minimum": 0}]}
PERMISSIONS = {"type": ["integer", "string", "null"], "pattern": "^[0-9]+$", "minimum": 0}


class ApiDocument:
    """Discord's OpenAPI document, with the two loosenings that the real API grants."""

    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        self._document: dict[str, Any] = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        self._document["components"]["schemas"]["SnowflakeType"] = SNOWFLAKE
        for schema in self._document["components"]["schemas"].values():
            properties = schema.get("properties", {})
            if "default_member_permissions" in properties:
                properties["default_member_permissions"] = PERMISSIONS
        resource = Resource(contents=self._document, specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(ROOT, resource)
        self._paths = [
            (
                re.compile(
                    re.sub(r"\{\w+\}", "[^/]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}"))
                ),
                path,
            )
            for path in sorted(self._document["paths"], key=lambda one: one.count("{"))
        ]
        self._validators: dict[tuple[str, str], Draft202012Validator | None] = {}

    def complaint(self, method: str, path: str, body: Any) -> str | None:
        """What is wrong with a body sent to this (concrete) path, or None."""
        template = next((name for pattern, name in self._paths if pattern.fullmatch(path)), None)
        if template is None:
            return f"{method} {path}: the API has no such path"
        validator = self._validator(template, method.lower())
        if validator is None:
            return f"{method} {template}: the API takes no JSON body there"
        error = best_match(validator.iter_errors(body))
        return error and f"{method} {template}: {error.json_path}: {error.message[:400]}"

    def _validator(self, template: str, method: str) -> Draft202012Validator | None:
        key = (template, method)
        if key not in self._validators:
            body = self._document["paths"][template].get(method, {}).get("requestBody", {})
            given = body.get("content", {}).get("application/json")
            self._validators[key] = given and Draft202012Validator(
                self._absolute(given["schema"]), registry=self._registry
            )
        return self._validators[key]

    def _absolute(self, schema: Any) -> Any:
        text = json.dumps(schema).replace('"#/components/', f'"{ROOT}#/components/')
        return json.loads(text)
