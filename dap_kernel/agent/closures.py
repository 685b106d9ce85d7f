"""The variables that functions made in the console share with the frame in which they were made.

A frame's own variables are in slots, and no cell is there to be shared. So such functions get cells of ours:
each evaluation in the frame puts the values of today into them first, and binds in the frame afterwards what
the functions have changed. While the program runs on, they keep what they had. Knows nothing of texts.
"""

from types import CellType, FunctionType

from .bindings import Place
from .wire import TYPED

_NOTHING = object()


class Closures:
    """The cells of one place, which binds `values`: those of this stop, and of functions in its locals."""

    def __init__(self, place: Place, values: dict[str, object]) -> None:
        self.cells = place.cells
        self._place = place
        self._values = values
        start = place.qualname + ".<locals>."
        for value in values.values():
            if type(value) is FunctionType and value.__closure__ is not None:
                code = value.__code__
                if code.co_filename == TYPED and code.co_qualname.startswith(start):
                    for name, cell in zip(code.co_freevars, value.__closure__, strict=True):
                        self.cells.setdefault(name, cell)
        for name, cell in self.cells.items():
            _put(cell, values.get(name, _NOTHING))

    def share(self, names: list[str]) -> None:
        """Have cells for `names`."""
        for name in names:
            if name not in self.cells:
                self.cells[name] = CellType()
                _put(self.cells[name], self._values.get(name, _NOTHING))

    def changes(self) -> dict[str, object]:
        """Return what the cells hold that is another now, by name."""
        now = {name: _value(cell) for name, cell in self.cells.items()}
        return {
            name: value
            for name, value in now.items()
            if value is not _NOTHING and value is not self._values.get(name, _NOTHING)
        }

    def as_local(self, error: NameError) -> NameError:
        """Return the error as the frame's own code would raise it: that there is a cell is ours."""
        text = str(error)
        is_ours = error.name in self.cells and error.name not in self._place.free_names
        if not is_ours or not text.startswith("cannot access free variable"):
            return error
        text = text.removesuffix(" in enclosing scope").replace("free variable", "local variable", 1)
        return UnboundLocalError(text, name=error.name)


def _value(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty
        return _NOTHING


def _put(cell: CellType, value: object) -> None:
    if value is not _NOTHING:
        cell.cell_contents = value
    elif _value(cell) is not _NOTHING:
        del cell.cell_contents
