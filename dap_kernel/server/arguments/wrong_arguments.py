"""What is wrong with the arguments of launch and attach, in words that name the setting. Pure."""

import json
import re
from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from ..errors import DapError

_AT = re.compile(r"(?P<what>.+) - at `\$\.(?P<path>.+)`")
_TYPES = re.compile(r"Expected `(?P<wanted>.+)`, got `(?P<given>.+)`")
_MISSING = re.compile(r"Object missing required field `(?P<field>.+)`")
_WORDS = {
    "str": "a string",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def in_words(error: msgspec.ValidationError, given: dict[str, Any], kind: type[msgspec.Struct]) -> str:
    """Return what msgspec says of `given`, which is no `kind`, as the user wrote it."""
    at = _AT.fullmatch(str(error))
    if at is None:
        return str(error)
    what, path = at["what"], at["path"]
    setting = re.split(r"[.\[]", path)[0]
    value = given.get(setting)
    if path == setting and (choices := _choices(kind, setting)):
        return f'"{setting}": {json.dumps(value)} is not one of {", ".join(map(json.dumps, choices))}'
    if missing := _MISSING.fullmatch(what):
        return f'"{path}" lacks "{missing["field"]}"'
    types = _TYPES.fullmatch(what)
    if types is None:
        return f'"{path}": {what}'
    wanted = [_WORDS.get(it, it) for it in types["wanted"].split(" | ") if it != "null"]
    said = f"must be {' or '.join(dict.fromkeys(wanted))}, not {_WORDS.get(types['given'], types['given'])}"
    if path == f"{setting}[...]" and isinstance(value, dict):
        key = next((key for key, it in value.items() if it is not None and not isinstance(it, str)), "")
        return f'"{setting}": "{key}" {said}'
    return f'"{path}" {said}'


def check_environment(env: Iterable[tuple[str, str | None]]) -> None:
    """Raise DapError for what no process can be started with."""
    for name, value in env:
        if not name or "=" in name or "\0" in name:
            raise DapError(f'"env": {json.dumps(name)} is no name of a variable')
        if value is not None and "\0" in value:
            raise DapError(f'"env": "{name}" holds a null character')


def check_module(name: str) -> None:
    """Raise DapError when no module could be called so."""
    if not all(name.split(".")) or re.search(r"[\s/\\\0]", name):
        raise DapError(f'"module": {json.dumps(name)} is no module\'s name: write package.module')


def unreplaced(text: str) -> str:
    """Return a hint for a path that holds a variable of the editor's, which leads nowhere; else ""."""
    found = _VARIABLE.search(text)
    return f": the editor has not replaced {found[0]}, write what it stands for" if found else ""


def _choices(kind: type[msgspec.Struct], setting: str) -> list[str]:
    """Return the texts that a setting may be, if it is one of a few."""
    types = [it.type for it in msgspec.structs.fields(kind) if it.encode_name == setting]
    found = []
    while types:
        for it in get_args(types.pop()):
            if isinstance(it, str):
                found.append(it)
            else:
                types.append(it)
    return found
