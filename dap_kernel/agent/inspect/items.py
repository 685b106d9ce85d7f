"""What a value's children are made of: items, and things that hold items. Knows no kind of value."""

import ast
from collections.abc import Sequence
from itertools import islice
from keyword import iskeyword
from typing import NamedTuple

from ..evaluate.bindings import Bindings, InspectionError
from ..evaluate.compiling import UNPARSABLE

_LONG = 1_000  # bits of an int
_LONG_NUMBER = 19  # digits
_MOST_LOOKED = 10_000  # children that one is looked for among
MOST_NAMED = 100  # entries of a dictionary or fields that are shown as names; more of them are paged


class Item(NamedTuple):
    """One child, before it is shown. `children` are those it has by its kind when None."""

    name: str
    value: object
    path: str | None = None  # the expression for it
    kind: str | None = None
    attributes: tuple[str, ...] = ()
    children: "Children | None" = None
    text: str | None = None  # shown in place of the value
    type: str | None = None


class Children:
    """What `variables` answers for one reference: first what is indexed, then what has a name."""

    def __init__(self, place: Bindings) -> None:
        self.place = place  # where a new value for a child is evaluated

    def size(self) -> int:
        """Return how many are indexed."""
        return 0

    def names(self) -> int | None:
        """Return how many have a name, None when that is not known beforehand."""
        return None

    def indexed(self, start: int, stop: int) -> list[Item]:
        """Return the items of a page; `stop` is at most `size()`. Takes no time for those before."""
        return []

    def named(self, stop: int) -> list[Item]:
        """Return items, at least `stop` of them when there are as many."""
        return []

    def item(self, name: str) -> Item:
        """Return the child called `name`. Raises InspectionError."""
        found = next((it for it in self.named(_MOST_LOOKED) if it.name == name), None)
        at = int(name) if found is None and name.isdecimal() and len(name) < _LONG_NUMBER else -1
        if 0 <= at < self.size() and (one := self.indexed(at, at + 1))[0].name == name:
            return one[0]
        if found is None:
            some = self.indexed(0, min(self.size(), _MOST_LOOKED))
            found = next((it for it in some if it.name == name), None)
        if found is None:
            raise InspectionError(f"there is no {name} in it any more")
        return found

    def assign(self, name: str, value: object) -> None:
        """Put `value` in the place of the child called `name`."""
        raise InspectionError(f"{name} cannot be assigned to")


def distinct(names: Sequence[str]) -> list[str]:
    """Return names of which each stands once, for a child is found by it: "x", "x (2)"."""
    own, made, numbers = set(names), dict[str, None](), dict[str, int]()
    for name in names:
        found, number = name, numbers.get(name, 1)
        while found in made or (number > 1 and found in own):
            number += 1
            found = f"{name} ({number})"
        numbers[name] = max(number, 1)
        made[found] = None
    return list(made)


class Group(Children):
    """Items under one heading; the values belong to `owner`."""

    def __init__(self, items: list[Item], owner: Children) -> None:
        super().__init__(owner.place)
        self._items = items
        self._owner = owner

    def names(self) -> int:
        return len(self._items)

    def named(self, stop: int) -> list[Item]:
        return self._items

    def assign(self, name: str, value: object) -> None:
        self._owner.assign(name, value)


def group(name: str, items: list[Item], owner: Children) -> list[Item]:
    """Return one item that holds `items`, or none when there are none."""
    if not items:
        return []
    return [Item(name, None, None, "virtual", ("readOnly",), Group(items, owner), "", "")]


def page(children: Children, filter: str | None, start: int, count: int, most: int) -> tuple[list[Item], int]:
    """Return a page of items, and how many follow that could have been in it.

    `count` 0 is all; `most` is how many all are at most, of those indexed and of those with a name.
    """
    size = children.size() if filter != "named" else 0
    stop = start + (count or most)
    items = children.indexed(start, min(stop, size)) if start < size else []
    rest = 0
    if filter != "indexed":
        until = max(stop - size, 0) if count else max(start - size, 0) + most
        named = children.named(until + 1)
        items += islice(named, max(start - size, 0), until)
        rest = max(len(named) - until, 0)
    return items, 0 if count else max(size - stop, 0) + rest


def atom(path: str) -> str:
    """Return `path` in a form to which `.x` or `[x]` can be appended."""
    try:
        tree = ast.parse(path.strip(), mode="eval").body
    except UNPARSABLE:
        return f"({path})"
    simple = (
        ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.List | ast.Dict | ast.Set | ast.JoinedStr
    )
    if isinstance(tree, simple) or (isinstance(tree, ast.Constant) and isinstance(tree.value, str)):
        return path.strip()
    return f"({path.strip()})"


def attribute_path(path: str, name: str, place: Bindings) -> str | None:
    """Return the expression for an attribute; None where none gives it."""
    if name.isascii() and name.isidentifier() and not iskeyword(name) and not is_mangled(name):
        return f"{path}.{name}"
    return f"getattr({path}, {name!r})" if place.has_builtins("getattr") else None


def is_mangled(name: str) -> bool:
    """Whether a name means another one within a class."""
    return name.startswith("__") and not name.endswith("__")


def key_text(key: object) -> str | None:
    """Return the source text of a key that can be typed, None for one that cannot."""
    if (type(key) is int and key.bit_length() < _LONG) or type(key) is bool or key is None:
        return repr(key)
    if (type(key) is str or type(key) is bytes) and len(key) <= 200:
        return repr(key)
    if type(key) is float and key - key == 0:  # neither infinite nor NaN
        return repr(key)
    if type(key) is tuple:
        parts = [key_text(it) for it in key[:10]]
        if len(key) <= 10 and None not in parts:
            return f"({', '.join(map(str, parts))}{',' * (len(parts) == 1)})"
    return None
