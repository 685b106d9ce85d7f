"""Python's scopes, for finding out which names a piece of code takes from outside. Knows no syntax trees."""

from collections.abc import Iterable
from typing import Literal

import msgspec

Kind = Literal["cell", "class", "comprehension", "function", "types"]


class NameScope(msgspec.Struct):
    """Names in one scope; `later_reads` are those of the functions in it, which run when all is bound."""

    kind: Kind
    bound: set[str] = msgspec.field(default_factory=set)
    reads: set[str] = msgspec.field(default_factory=set)
    later_reads: set[str] = msgspec.field(default_factory=set)
    global_names: set[str] = msgspec.field(default_factory=set)
    nonlocal_names: set[str] = msgspec.field(default_factory=set)


class NameScopes:
    """The scopes around the code that is being looked at, from the cell inwards."""

    def __init__(self) -> None:
        self.cell = NameScope("cell")
        self.innermost = self.cell
        self._outer: list[NameScope] = []

    def enter(self, kind: Kind, bound: Iterable[str] = ()) -> None:
        self._outer.append(self.innermost)
        self.innermost = NameScope(kind, set(bound))

    def leave(self) -> None:
        """Close the innermost scope: what it reads and does not bind, it reads from those around it."""
        scope, outer = self.innermost, self._outer.pop()
        self.innermost = outer
        at_once, later = scope.reads, scope.later_reads
        if scope.kind != "class":  # the names of a class are not those of the functions in it
            at_once, later = at_once - scope.bound, later - scope.bound
        if scope.kind == "function":
            outer.later_reads |= at_once | later
            return
        outer.later_reads |= later
        if outer.kind == "cell" or (outer.kind == "class" and scope.kind != "comprehension"):
            at_once = at_once - outer.bound
        outer.reads |= at_once

    def bind(self, name: str) -> None:
        scope = self.innermost
        if name in scope.global_names:
            self.cell.bound.add(name)
        elif name not in scope.nonlocal_names:
            scope.bound.add(name)

    def bind_around(self, name: str) -> None:
        """Bind `name` as `:=` does: around the comprehensions it stands in."""
        scope, depth = self.innermost, len(self._outer)
        while scope.kind == "comprehension":
            depth -= 1
            scope = self._outer[depth]
        inner, self.innermost = self.innermost, scope
        self.bind(name)
        self.innermost = inner

    def read(self, name: str) -> None:
        scope = self.innermost
        if name in scope.global_names:
            self.cell.later_reads.add(name)
        elif name not in scope.bound or scope.kind == "function":
            scope.reads.add(name)

    def delete(self, name: str) -> None:
        """A global is read by this, and stays what the cell defines; in a function others become locals."""
        if self.innermost.kind == "cell" or name in self.innermost.global_names:
            self.read(name)
        else:
            self.bind(name)
