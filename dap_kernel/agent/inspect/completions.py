"""What may stand at the cursor: names, attributes, keys, keywords.

Nothing is evaluated but dotted names and subscripts with literals, and no property is run: `a.b.`
is completed only if `a.b` can be had without running code. Source: the protocol's CompletionItem.
"""

import ast
import builtins
import re
import sys
from collections.abc import Collection, Iterable
from itertools import islice
from keyword import kwlist
from types import ModuleType
from typing import Any

from ..common.object_access import (
    NOTHING,
    attribute,
    attributes,
    class_dict,
    instance_dict,
    is_one_of,
    lookup,
    mro,
    type_name,
)
from ..common.private_names import prefix_of, shown, split_private, stored
from ..common.text import clean
from ..evaluate.bindings import Bindings
from ..evaluate.compiling import UNPARSABLE
from ..wire.messages import Completion
from .objects import FUNCTIONS
from .values import entries

_MOST = 500
_MOST_KEYS = 1_000
# Compiled when they are used: a start has no time for it.
_NAME = r"[^\W\d]\w*\Z|\Z"
_CHAIN = r"(?:[^\W\d]\w*|\])(?:\s*\.\s*\w+|\[[^\[\]]*\])*\Z"
_IMPORT = r"\s*(?:import|from)\s+(?:[\w.]+(?:\s+as\s+\w+)?\s*,\s*)*([\w.]*)\Z"
_FROM = r"\s*from\s+([\w.]+)\s+import\s+(?:\(?\s*)(?:\w+\s*,\s*)*(\w*)\Z"
_KEY = r"\[\s*([rbuRBU]?['\"]?)([^\[\]'\"]*)\Z"


def complete(text: str, place: Bindings, hidden: Collection[str]) -> list[Completion]:
    """Return what can stand at the end of `text`, best first: no private names unless asked for."""
    line = text.rpartition("\n")[2]
    found = re.match(_FROM, line)
    if found:
        return _made(_module_names(found[1]), found[2], line)
    found = re.match(_IMPORT, line)
    if found:
        return _made(_modules(found[1]), found[1], line)
    if _is_in_string(line) and not re.search(_KEY, line):
        return []
    key = re.search(_KEY, line)
    if key and line[: key.start()].rstrip():
        keys = _keys(_value(line[: key.start()], place), key[1])
        if keys or key[1]:
            return _made(keys, line[key.start() + 1 :].lstrip(), line)
    match = re.search(_NAME, line)
    prefix = match[0] if match else ""
    before = line[: len(line) - len(prefix)].rstrip()
    if before.endswith("."):
        return _made(_attributes(_value(before[:-1], place)), prefix, line)
    return _made(_names(place, hidden), prefix, line)


def _made(found: Iterable[tuple[str, str | None, str | None]], prefix: str, line: str) -> list[Completion]:
    chosen = {}
    for text, kind, detail in found:
        if text.startswith(prefix) and text not in chosen and (text[:1] != "_" or prefix[:1] == "_"):
            chosen[text] = (kind, detail)
            if len(chosen) == _MOST:
                break
    start = len(line) - len(prefix)
    return [
        Completion(clean(text), kind, start, len(prefix), detail) for text, (kind, detail) in chosen.items()
    ]


def _names(place: Bindings, hidden: Collection[str]) -> Iterable[tuple[str, str | None, str | None]]:
    prefix = prefix_of(place.filename)
    for name, value in [*place.locals().items(), *Bindings(None, place.globals).locals().items()]:
        private = split_private(name)
        text = private[1] if private is not None and place.frame is None else shown(name, prefix)
        if name not in hidden and name.isidentifier() and (text != name or private is None):
            yield text, _kind(value, "variable"), type_name(value)
    for name in kwlist:
        yield name, "keyword", None
    for name, value in vars(builtins).items():
        yield name, _kind(value, "variable"), None


def _attributes(value: object) -> Iterable[tuple[str, str | None, str | None]]:
    if value is NOTHING:
        return
    is_class = issubclass(type(value), type)
    held = instance_dict(value)
    found = {} if held is None else attributes(held)
    if not issubclass(type(value), ModuleType):
        for base in mro(value if is_class else type(value)):  # type: ignore[arg-type]
            for name, entry in list(class_dict(base).items()):
                if type(name) is str:
                    found.setdefault(name, entry)
    for name in sorted({*found, *_own_dir(value)}):
        entry = found.get(name, NOTHING)
        plain = "variable" if issubclass(type(value), ModuleType) else "field"
        yield name, _kind(entry, plain, is_member=plain == "field"), None


def _own_dir(value: object) -> list[str]:
    """Return what the object itself says, if its class has a say: no dictionary may hold the names."""
    if lookup(type(value), "__dir__") in (class_dict(it)["__dir__"] for it in (object, type, ModuleType)):
        return []
    try:
        return [it for it in islice(dir(value), 5 * _MOST) if type(it) is str]
    except Exception:
        return []


def _kind(value: object, plain: str, is_member: bool = False) -> str:
    cls = type(value)
    if issubclass(cls, FUNCTIONS):
        return "method" if is_member else "function"
    if issubclass(cls, type):
        return "class"
    if issubclass(cls, ModuleType):
        return "module"
    if issubclass(cls, property):
        return "property"
    return plain


def _value(text: str, place: Bindings) -> object:
    """Return the value of the dotted name at the end of `text`, NOTHING unless it can be had safely."""
    text = text.rstrip()
    for start in _starts(text):
        try:
            tree = ast.parse(text[start:].strip(), mode="eval").body
        except UNPARSABLE:
            continue
        return _look(tree, place)
    return NOTHING


def _starts(text: str) -> Iterable[int]:
    """Return where an expression that ends `text` may begin, the longest chain first."""
    found = re.search(_CHAIN, text)
    if found:
        yield found.start()
    for quote in "'\"":
        if text.endswith(quote):
            yield max(text.rfind(quote, 0, -1), 0)
    if text.endswith(("]", "}")):
        start = max(text.rfind("[" if text[-1] == "]" else "{"), 0)
        if not text[:start].rstrip().endswith((")", "]", "}", "'", '"')):
            yield start


def _look(node: ast.expr, place: Bindings) -> object:
    match node:
        case ast.Name(id=name):
            local = {**vars(builtins), **place.globals, **place.locals(), **place.extras}
            return local.get(stored(name, prefix_of(place.filename), local), NOTHING)
        case ast.Constant(value=value):
            return value
        case ast.List() | ast.Tuple() | ast.Dict() | ast.Set():
            return {ast.List: [], ast.Tuple: (), ast.Dict: {}, ast.Set: set()}[type(node)]
        case ast.Attribute(value=inner, attr=name):
            owner = _look(inner, place)
            return NOTHING if owner is NOTHING else _plain_attribute(owner, name)
        case ast.Subscript(value=inner, slice=ast.Constant(value=key)):
            return _item(_look(inner, place), key)
    return NOTHING


def _plain_attribute(value: object, name: str) -> object:
    if issubclass(type(value), type):
        return next((class_dict(it)[name] for it in mro(value) if name in class_dict(it)), NOTHING)  # type: ignore[arg-type]
    found = attribute(value, name)
    return NOTHING if issubclass(type(found), property) else found


def _item(value: Any, key: Any) -> object:
    try:
        if issubclass(type(value), dict):
            return dict.get(value, key, NOTHING)
        base: Any = list if issubclass(type(value), list) else tuple
        if issubclass(type(value), base) and type(key) is int:
            return base.__getitem__(value, key)
    except (IndexError, TypeError):
        return NOTHING
    return NOTHING


def _keys(value: Any, quote: str) -> list[tuple[str, str | None, str | None]]:
    """Return the keys of a dictionary, the columns of a frame, as they are typed after the bracket."""
    if issubclass(type(value), dict):
        keys = [it for it, _ in islice(entries(value), _MOST_KEYS)]
    elif ({"columns", "iloc"} <= {*dir(type(value))} and type(value).__module__.startswith("pandas")) or (
        type(value).__module__.startswith("polars") and type(value).__name__ == "DataFrame"
    ):
        keys = list(value.columns[:_MOST_KEYS])
    else:
        return []
    found: list[tuple[str, str | None, str | None]] = []
    for key in keys:
        if type(key) is str:
            mark = quote[-1:] if quote[-1:] in ("'", '"') and quote[-1:] not in key else None
            found.append((f"{quote}{key}{mark}" if mark else repr(key), "property", None))
        elif is_one_of(type(key), (int, bool, float)):
            found.append((repr(key), "property", None))
    return found


def _modules(prefix: str) -> Iterable[tuple[str, str | None, str | None]]:
    depth = prefix.count(".")
    names = {*sys.modules, *sys.builtin_module_names, *sys.stdlib_module_names}
    chosen = {".".join(it.split(".")[: depth + 1]) for it in names if it.startswith(prefix)}
    return [(it, "module", None) for it in sorted(chosen)]


def _module_names(name: str) -> Iterable[tuple[str, str | None, str | None]]:
    found = sys.modules.get(name)
    return [] if found is None else _attributes(found)


def _is_in_string(line: str) -> bool:
    quote = ""
    for at, character in enumerate(line):
        if quote:
            quote = "" if character == quote and line[at - 1] != "\\" else quote
        elif character in "'\"":
            quote = character
        elif character == "#":
            return True
    return bool(quote)
