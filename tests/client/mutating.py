"""Arguments of requests as the schema describes them, and a little wrong: what a fuzzer sends.

Knows no session: what there is to name (paths, ids, expressions) it is told, by property.
"""

import copy
import random
from collections.abc import Mapping, Sequence
from typing import Any

from . import schema

Json = dict[str, Any]

HUGE = "@@HUGE@@"  # becomes an integer of 5,000 digits, which `json` does not write
ODD: list[Any] = [
    *(None, True, False, -1, 0, 1, 2, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 1.5, -0.0, 1e300, HUGE),
    *("", "x", "\0", "\ud800", "/", "1 +", "ä" * 300, "x" * 5000, "1" * 5000, "²", "٣"),
    *([], [None], [[]], {}, {"a": []}, {"path": None}, [{"line": 1}]),
]
WORDS = ["x", "", "n", "1 + 1", "x.y", "a\nb", "ä", " ", "\t"]
NUMBERS = [0, 1, 1, 2, 3, 5, 10, -1, 10**9, 2**31 - 1]
OURS: Json = {  # the arguments of our own requests, which the schema does not know
    "notebookCells": {"path": {"type": "string"}},
    "notebookRun": {"run": {}, "path": {"type": "string"}, "noDebug": {"type": "boolean"}},
    "notebookSync": {
        "path": {"type": "string"},
        "cells": {},
        "text": {"type": "string"},
        "format": {"type": "string", "enum": ["marimo", "percent", "jupyter", "script"]},
    },
    "notebookMove": {"path": {"type": "string"}},
    "notebookInterrupt": {},
    "notebookVariables": {"all": {"type": "boolean"}},
    "notebookTable": {
        **{it: {"type": "string"} for it in ("expression", "name")},
        **{
            it: {"type": "integer"}
            for it in ("frameId", "variablesReference", "tableReference", "start", "count")
        },
        **{it: {"type": "integer"} for it in ("firstColumn", "columnCount", "textWidth")},
        **{it: {"type": "boolean"} for it in ("statistics", "raw", "lookUp")},
        "sort": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"position": {"type": "integer"}, "descending": {"type": "boolean"}},
            },
        },
        "filters": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "position": {"type": "integer"},
                    "operator": {"type": "string", "enum": ["contains", "=", "!=", "<", "missing"]},
                    "value": {"type": "string"},
                },
            },
        },
    },
}


class Mutator:
    """Makes arguments by `chance`; `known` are values for properties of a name, good and bad ones."""

    def __init__(self, chance: random.Random, known: Mapping[str, Sequence[Any]]) -> None:
        self.chance = chance
        self.known = known
        self.wrong = 0.05  # the share of values that are of another type than they should be

    def arguments(self, command: str) -> Any:
        """Return arguments for `command`: an object nearly always."""
        if self.chance.random() < 0.01:
            return self._odd()
        name = f"{command[0].upper()}{command[1:]}Arguments"
        known = {"type": "object", "properties": OURS[command]} if command in OURS else {}
        made = self._value(schema.definitions().get(name, known), command, depth=0)
        if isinstance(made, dict) and self.chance.random() < 0.1:
            made[self.chance.choice(["seq", "type", "__x", "path", "threadId"])] = self._odd()
        return made if made is not None else {}

    def _odd(self) -> Any:
        return copy.deepcopy(self.chance.choice(ODD))

    def _value(self, part: Json, key: str, depth: int) -> Any:
        chance = self.chance
        if chance.random() < self.wrong and depth:
            return self._odd()
        if "$ref" in part:
            part = schema.definitions()[part["$ref"].rpartition("/")[2]]
        if self.known.get(key) and chance.random() < 0.85:
            return copy.deepcopy(chance.choice(self.known[key]))
        for several in ("allOf", "oneOf"):
            if several in part:
                return self._value(chance.choice(part[several]), key, depth)
        kind = part.get("type")
        kind = chance.choice(kind) if isinstance(kind, list) else kind
        if kind == "object" or "properties" in part:
            return self._object(part, depth)
        match kind:
            case "array":
                items = part.get("items", {})
                return [self._value(items, key, depth + 1) for _ in range(chance.choice([0, 1, 1, 2, 3]))]
            case "string":
                return chance.choice(part.get("enum") or part.get("_enum") or WORDS)
            case "integer" | "number":
                return chance.choice(NUMBERS)
            case "boolean":
                return chance.random() < 0.5
        return self._odd()

    def _object(self, part: Json, depth: int) -> Json:
        required = part.get("required", [])
        if depth > 4:
            return {}
        wanted = [
            it
            for it in part.get("properties", {})
            if self.chance.random() < (0.97 if it in required else 0.4)
        ]
        return {it: self._value(part["properties"][it], it, depth + 1) for it in wanted}
