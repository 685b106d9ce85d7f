"""The variables that functions made in the console share with the frame in which they were made.

A frame's own variables are in slots, and no cell is there to be shared. So such functions get cells of ours:
each evaluation in the frame puts the values of today into them first, and binds in the frame afterwards what
the functions have changed. While the program runs on, they keep what they had, also after a mere look.

A cell belongs to one frame. Of those that functions in its locals have, it is known by two numbers: the
cell's and the frame's. Another frame may get the number of one that has ended, so a frame that has cells of
ours is marked: by a bit of `PyFrameObject.f_trace_lines`, a char of which Python asks only whether it is 0,
and which `_PyFrame_New_NoTrack` sets to 1 (CPython 3.11 to 3.15). Where the layout is another, cells are of
one stop.
Survived: a frame ends, and another one gets its number; a frame is gone whose cells are held by functions.
Racing tests: `test_many_frames_one_after_the_other`, `test_functions_made_in_the_console`.
Knows nothing of texts.
"""

import sys
from ctypes import c_ubyte
from functools import cache
from types import CellType, FrameType, FunctionType

from ..wire.filenames import TYPED
from .bindings import Bindings

_NOTHING = object()
_TRACE_LINES_AT = 44  # bytes: `PyFrameObject.f_trace_lines`
_MARK = 2
_frames: dict[int, int] = {}  # by id of a cell: the id of its frame


class Closures:
    """The cells of one place, which binds `values`: those of this stop, and of functions in its locals."""

    def __init__(self, place: Bindings, values: dict[str, object]) -> None:
        self.cells = place.cells
        self._place = place
        self._values = values
        frame = place.frame
        if frame is not None and _is_marked(frame):
            for value in values.values():
                if type(value) is FunctionType and value.__closure__ is not None:
                    for name, cell in zip(value.__code__.co_freevars, value.__closure__, strict=True):
                        if _frames.get(id(cell)) == id(frame) and value.__code__.co_filename == TYPED:
                            self.cells.setdefault(name, cell)
        self._before = {name: _value(cell) for name, cell in self.cells.items()}
        for name, cell in self.cells.items():
            _put(cell, values.get(name, _NOTHING))

    def share(self, names: list[str]) -> None:
        """Have cells for `names`."""
        for name in names:
            if name not in self.cells:
                cell = self.cells[name] = CellType()
                _put(cell, self._values.get(name, _NOTHING))
                if self._place.frame is not None and _is_layout_known():
                    _mark(self._place.frame)
                    _frames[id(cell)] = id(self._place.frame)

    def put(self, changes: dict[str, object]) -> None:
        """Put what is about to be bound in the frame into the cells, too."""
        for name in self.cells.keys() & changes:
            _put(self.cells[name], changes[name])

    def put_back(self, changed: dict[str, object]) -> None:
        """Leave the cells as they were, but for those that have `changed`: what was evaluated was a look."""
        for name, value in self._before.items():
            if name not in changed:
                _put(self.cells[name], value)

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


def _trace_lines(frame: FrameType) -> c_ubyte:
    return c_ubyte.from_address(id(frame) + _TRACE_LINES_AT)


def _is_marked(frame: FrameType) -> bool:
    """Whether the frame has cells of ours; asks no frame's memory before there are any."""
    return bool(_frames) and _is_layout_known() and bool(_trace_lines(frame).value & _MARK)


def _mark(frame: FrameType) -> None:
    """Mark a frame; cells of one that had its number and has ended are nobody's."""
    marks = _trace_lines(frame)
    if not marks.value & _MARK:
        for cell in [it for it, of in _frames.items() if of == id(frame)]:
            del _frames[cell]
        if marks.value:  # or the program has asked for no lines: it is to stay 0
            marks.value |= _MARK


@cache
def _is_layout_known() -> bool:
    """Whether the char is where it is taken to be: it follows what Python sets in a frame of ours."""
    if sys.implementation.name != "cpython" or not (3, 11) <= sys.version_info[:2] <= (3, 15):
        return False
    frame = sys._getframe()
    try:
        marks = _trace_lines(frame)
        before = marks.value
        frame.f_trace_lines = False
        between = marks.value
        frame.f_trace_lines = True
        return (before, between, marks.value) == (1, 0, 1)
    finally:
        del (
            frame
        )  # A frame that holds itself lives on, with all that have called it, until garbage is collected.
