"""The tables that were looked at during one stop, and in which order: few, and only until code runs.

So the next page of a sorted table costs what any page does. Knows nothing of texts.
"""

from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from ...common.object_access import PASS_ON
from ...evaluate.bindings import InspectionError
from ...wire.messages import TableFilter, TableSort
from ..sizes import length_of
from .grids import Grid, label_text
from .plain_grids import grid_of
from .whole_columns import Deadline, Figures, Places

_MOST_TABLES = 4
_MOST_ORDERS = 6  # of one table
_MOST_KEPT = 10_000_000  # positions in them, of 8 bytes each
_MOST_ROWS = 50_000_000  # that are sorted or filtered: more take longer than anybody waits
_MOST_MARKED = 1_000  # values of a dictionary


class ViewedTable:
    """One table, with the orders of its rows that were asked for."""

    def __init__(self, value: object) -> None:
        self.value = value  # held, so that its id stays its own
        self.grid: Grid = grid_of(value)
        self._size = self.grid.size()
        self._marks = _marks(value)
        self._orders: OrderedDict[tuple[object, ...], Places] = OrderedDict()
        self._figures: dict[tuple[object, ...], Figures] = {}

    @property
    def is_as_it_was(self) -> bool:
        """Whether it still has as many rows and columns, as far as that is told: other threads run on."""
        return self.grid.size() == self._size and _marks(self.value) == self._marks

    def places(self, sort: Sequence[TableSort], filters: Sequence[TableFilter]) -> Places:
        """Return where the rows are that pass all filters, in the order asked for. Raises InspectionError."""
        key = (*sort, *filters)
        if key in self._orders:
            self._orders.move_to_end(key)
            return self._orders[key]
        if key and self._size[0] > _MOST_ROWS:
            raise InspectionError(
                f"{self._size[0]:,} rows are too many to sort or to filter here: look at a part of them"
            )
        if sort:
            found = self.places((), filters)
            for it in reversed(sort):
                found = self.grid.whole(it.position).order(found, it.descending)
        else:
            found = range(self._size[0])
            for one in filters:
                found = self._passing(found, one)
        self._orders[key] = array("q", found) if type(found) is list else found
        while len(self._orders) > 1 and (len(self._orders) > _MOST_ORDERS or self._kept() > _MOST_KEPT):
            self._orders.popitem(last=False)
        return self._orders[key]

    def _kept(self) -> int:
        """Return how many positions are in memory."""
        return sum(len(it) for it in self._orders.values() if type(it) is not range)

    def figures(self, position: int, filters: Sequence[TableFilter], deadline: Deadline) -> Figures:
        """Return what is told about a column's values in the rows that pass."""
        key = (position, *filters)
        if key not in self._figures:
            if deadline.is_over() or self._size[0] > _MOST_ROWS:
                return Figures()
            try:
                found = self.grid.whole(position).figures(self.places((), filters), deadline)
            except (InspectionError, *PASS_ON):
                raise
            except Exception:  # of values that cannot even be counted
                found = Figures()
            if deadline.is_missed:
                return found
            self._figures[key] = found
        return self._figures[key]

    def _passing(self, places: Places, wanted: TableFilter) -> Places:
        try:
            return self.grid.whole(wanted.position).passing(places, wanted)
        except InspectionError as error:
            name = label_text(self.grid.head(wanted.position).name)
            raise InspectionError(f"column {name!r} cannot be filtered so: {error}") from None


def _marks(value: Any) -> tuple[object, ...]:
    """Return what tells that a container has changed that was copied for its grid."""
    kind = type(value)
    if kind is list or kind is tuple or (length := length_of(value)) is None:
        return ()
    marks: list[object] = [length]
    with suppress(RuntimeError, IndexError):  # it is being changed
        if issubclass(kind, dict):
            for it in islice(dict.values(value), _MOST_MARKED):
                marks += id(it), length_of(it)
        elif length and issubclass(kind, (list, deque)):
            base: Any = list if issubclass(kind, list) else deque
            marks += [id(base.__getitem__(value, at)) for at in (0, -1)]
        return tuple(marks)
    return (object(),)


class TableViews:
    """See the module."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[int, str], object] = OrderedDict()  # by frame and expression
        self._tables: OrderedDict[int, ViewedTable] = OrderedDict()  # by the value's id
        self._changes = 0

    def note_changes(self, changes: int) -> None:
        """Forget all if code has run since: `changes` counts how often it did."""
        if changes != self._changes:
            self.clear()
            self._changes = changes

    def clear(self) -> None:
        self._values.clear()
        self._tables.clear()

    def value(self, frame: int, expression: str, evaluate: Callable[[], object]) -> object:
        """Return an expression's value: the one of the page before, if there was one.

        A plain name is looked up each time: another thread may have bound it anew.
        """
        if expression.strip().isidentifier():
            return evaluate()
        key = (frame, expression)
        if key not in self._values:
            self._values[key] = evaluate()
            if len(self._values) > _MOST_TABLES:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]

    def table(self, value: object) -> ViewedTable:
        """Return a value as a table. Raises InspectionError for what is none."""
        found = self._tables.get(id(value))
        if found is None or not found.is_as_it_was:
            found = self._tables[id(value)] = ViewedTable(value)
            if len(self._tables) > _MOST_TABLES:
                self._tables.popitem(last=False)
        self._tables.move_to_end(id(value))
        return found
