"""The protocol's JSON schema, prepared once: is this message what DAP says it is?

What we receive is held to it strictly, unknown keys included, unless the only schema at hand is too old to
know them all. It knows nothing of the order of messages.
"""

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]

Json = dict[str, Any]

BESIDE_CHECKOUT = Path(__file__).parents[2].parent / "shared/dap/debugAdapterProtocol.json"
OURS = (
    *("notebookCells", "notebookRun", "notebookSync", "notebookMove", "notebookInterrupt"),
    *("notebookTable", "notebookVariables"),
)
OUR_EVENTS = (
    *("notebookLine", "notebookCell", "notebookKernel", "notebookDisplay"),
    *("notebookProgress", "notebookVariablesChanged"),
)


def problems(message: Json, is_received: bool) -> list[str]:
    """Say what in `message` breaks the schema; nothing if it is well."""
    found = list(_envelope(message))
    if found:
        return found
    part = _part(message)
    if part is None:
        return []
    validators = _validators(is_received)
    name, instance = part
    if name not in validators:
        return [f"DAP has no {name}"] if is_current() else []
    validator = validators[name]
    if validator is None:
        return [f"{name} has a body, DAP knows none"] if instance else []
    if instance is None:
        instance = {}
    return [f"{name} at {error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def commands() -> list[str]:
    """Every request that DAP knows."""
    return sorted(name.split()[1] for name in _validators(True) if name.startswith("request "))


@cache
def definitions() -> dict[str, Json]:
    """The schema's definitions, as they stand in it."""
    found: dict[str, Json] = _load()["definitions"]
    return found


def is_current() -> bool:
    """Whether the schema knows all of DAP that is used here: 1.71, not debugpy's older copy."""
    return "LocationsRequest" in definitions()


def _envelope(message: Json) -> Iterator[str]:
    kinds: dict[str, dict[str, type]] = {
        "request": {"command": str},
        "response": {"request_seq": int, "success": bool, "command": str},
        "event": {"event": str},
    }
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        yield f"type {kind!r}"
        return
    for key, expected in ({"seq": int} | kinds[kind]).items():
        value = message.get(key)
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            yield f"{kind}.{key} is {value!r}"
    if kind == "response" and not message.get("success") and not isinstance(message.get("message"), str):
        yield "a failed response says no message"
    if kind == "response" and not message.get("success") and not isinstance(message.get("body"), dict):
        yield "a failed response has no body"


def _part(message: Json) -> tuple[str, Any] | None:
    """What of a message its own schema describes, and that schema's name; None: DAP does not describe it."""
    if message["type"] == "request":
        name, part = f"request {message['command']}", message.get("arguments")
        return None if message["command"] in OURS else (name, part)
    if message["type"] == "event":
        return None if message["event"] in OUR_EVENTS else (f"event {message['event']}", message.get("body"))
    if not message["success"]:
        return "error response", message.get("body")
    return None if message["command"] in OURS else (f"response {message['command']}", message.get("body"))


@cache
def _validators(is_strict: bool) -> dict[str, Any]:
    """A validator by name of message; None where the message has no body."""
    known = _resolved(is_strict)
    made: dict[str, Any] = {"error response": None}
    for name, definition in known.items():
        if "allOf" not in definition or name in ("Request", "Event", "Response"):
            continue
        own = definition["allOf"][-1].get("properties", {})
        if name.endswith("Event") and "event" in own:
            made[f"event {own['event']['enum'][0]}"] = _validator(own.get("body"))
        elif name.endswith("Request") and "command" in own:
            command = own["command"]["enum"][0]
            made[f"request {command}"] = _validator(own.get("arguments", {}))
            answer = known[name.removesuffix("Request") + "Response"]
            made[f"response {command}"] = _validator(answer["allOf"][-1].get("properties", {}).get("body"))
    made["error response"] = _validator(known["ErrorResponse"]["allOf"][-1]["properties"]["body"])
    return made


def _validator(schema: Json | None) -> Any:
    return None if schema is None else jsonschema.Draft4Validator(schema)


def _resolved(is_strict: bool) -> dict[str, Json]:
    """The schema's definitions, each `$ref` replaced by what it refers to: jsonschema resolves too slowly."""
    known = copy.deepcopy(definitions())
    known["Capabilities"]["properties"]["supportsNotebookRequests"] = {"type": "boolean"}
    known["Variable"]["properties"]["__vscodeVariableMenuContext"] = {"type": "string"}
    # Every configuration fits both launch and attach, so that none fits one of them alone, as `oneOf` wants.
    known["RestartArguments"]["properties"].get("arguments", {}).pop("oneOf", None)

    def resolve(value: Any) -> Any:
        if isinstance(value, list):
            return [resolve(it) for it in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str):
            return known[reference.rpartition("/")[2]]
        for key, inner in value.items():
            value[key] = resolve(inner)
        if is_strict and is_current() and isinstance(value.get("properties"), dict):
            value.setdefault("additionalProperties", False)
        return value

    for definition in known.values():
        resolve(definition)
    return known


def _load() -> Json:
    for path in (BESIDE_CHECKOUT, _inside_debugpy()):
        if path.is_file():
            loaded: Json = json.loads(path.read_text("utf-8"))
            return loaded
    raise FileNotFoundError("no schema of DAP: neither beside the checkout nor in an installed debugpy")


def _inside_debugpy() -> Path:
    import debugpy

    folder = Path(debugpy.__file__).parent / "_vendored/pydevd/_pydevd_bundle/_debug_adapter"
    return folder / "debugProtocol.json"
