"""What a table is shown in beside its cells: a row of it, and what is told of the whole. Knows no library."""

from collections.abc import Callable
from typing import NamedTuple

from ...common.errors import one_line
from ...common.raised import PASS_ON


class TableRow:
    """One row of a data frame. `cell` makes the expression of its n-th value."""

    def __init__(self, names: list[object], values: list[object], put: Callable[[int, object], None]) -> None:
        self.names = names
        self.values = values
        self.put = put


class Fact(NamedTuple):
    """Something that is told of a table beside its rows."""

    name: str
    value: object
    suffix: str | None = None  # what to append to the table's expression for it
    text: str | None = None  # shown in place of the value


def fact_of(find: Callable[[], Fact], name: str, suffix: str | None) -> Fact:
    """Return what `find` does, or what it raises: that costs its own line alone."""
    try:
        return find()
    except PASS_ON:
        raise
    except Exception as error:
        return Fact(name, error, suffix, f"<{name} raised {one_line(error)}>")
