"""The tables that were looked at during one stop, and in which order: few, and only until code runs.

So an expression is evaluated once for all pages, and the next page of a sorted table costs what any page
does. Knows nothing of texts.
"""

from array import array
from collections import OrderedDict, deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from ...common.raised import PASS_ON
from ...evaluate.bindings import InspectionError
from ...wire.messages import TableFilter, TableSort
from ..sizes import length_of
from .grids import Grid, label_text
from .plain_grids import grid_of
from .whole_columns import ColumnFigures, Deadline, Places

_MOST_VALUES = 10  # that are kept: each may be a large one that nothing else holds
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
        self._figures: dict[tuple[object, ...], ColumnFigures] = {}

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

    def figures(self, position: int, filters: Sequence[TableFilter], deadline: Deadline) -> ColumnFigures:
        """Return what is told about a column's values in the rows that pass."""
        key = (position, *filters)
        if key not in self._figures:
            if deadline.is_over() or self._size[0] > _MOST_ROWS:
                return ColumnFigures()
            try:
                found = self.grid.whole(position).figures(self.places((), filters), deadline)
            except (InspectionError, *PASS_ON):
                raise
            except Exception:  # of values that cannot even be counted
                found = ColumnFigures()
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


class KeptTable(NamedTuple):
    """A value of which pages are asked for."""

    value: object
    path: str | None  # the expression for it
    is_path: bool  # it can be found anew: by names, attributes and items


class TableViews:
    """Keeps the tables by handle and their sorted views by the id of the value; the least used go first.

    `forget` may be called on any thread, the others by the thread that is stopped.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, KeptTable] = OrderedDict()  # by handle
        self._tables: OrderedDict[int, ViewedTable] = OrderedDict()  # by the value's id

    def keep(self, handle: int, table: KeptTable) -> None:
        """Have `handle` stand for a table. Few are kept: others may be let go for it."""
        self._kept[handle] = table
        if len(self._kept) > _MOST_VALUES:
            self.release_view(next(iter(self._kept), handle))

    def owns(self, handle: int) -> bool:
        """Whether a handle stands for a table that is still kept. On any thread."""
        return handle in self._kept

    def used(self, handle: int) -> KeptTable | None:
        """Return what a handle stands for, and keep it longer than others."""
        with suppress(KeyError):  # another thread has run on just now
            self._kept.move_to_end(handle)
        return self._kept.get(handle)

    def release_view(self, handle: int) -> None:
        gone = self._kept.pop(handle, None)
        if gone is not None:
            self._tables.pop(id(gone.value), None)

    def forget_tables(self, with_paths: bool = True) -> None:
        """Code has run: forget orders and, `with_paths`, what can be found anew."""
        self._tables.clear()
        for handle, it in self._kept.copy().items():
            if with_paths and it.is_path:
                self._kept.pop(handle, None)

    def clear(self) -> None:
        self._kept.clear()
        self._tables.clear()

    def table(self, value: object) -> ViewedTable:
        """Return a value as a table. Raises InspectionError for what is none."""
        found = self._tables.get(id(value))
        if found is None or not found.is_as_it_was:
            found = self._tables[id(value)] = ViewedTable(value)
        with suppress(KeyError):  # another thread has run on just now
            self._tables.move_to_end(id(value))
            if len(self._tables) > _MOST_TABLES:
                self._tables.popitem(last=False)
        return found
