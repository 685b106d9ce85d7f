"""Line breakpoints by the file names that code objects carry, at lines that have code.

The server looks at the text with a Python of its own: the kernel's may have no code there (of another
version, or with `-O`). Knows nothing of threads.
"""

import sys
from collections.abc import Callable
from itertools import chain
from types import CodeType

from ..debuggee.code_names import name_of
from ..debuggee.user_code import UserCode
from ..wire.code_lines import code_lines
from ..wire.messages import BreakpointChanged, LineBreakpoint
from .breakpoint import Points, Table

_PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}{' -O' if sys.flags.optimize else ''}"
_NO_CODE = f"{_PYTHON} makes no code of this line, nor of one below"


class Placing:
    """Moves breakpoints that were asked for onto lines with code, once the code of a file is known.

    `on_changed` is called for each breakpoint that is elsewhere than the server thinks.
    """

    def __init__(
        self, table: Table, user_code: UserCode, on_changed: Callable[[BreakpointChanged], None]
    ) -> None:
        self.points: dict[str, Points | None] = {}  # by file name as code objects have it
        self._on_changed = on_changed
        self._table = table
        self._user_code = user_code
        self._why: dict[str, str] = {}  # by canonical file name: there is no code at a line
        self._names: dict[str, list[str]] = {}  # by canonical file name: those in `points`

    def set(self, filename: str, version: int, asked: list[LineBreakpoint]) -> bool:
        """Replace one file's breakpoints. False: an old snapshot. On the agent thread."""
        is_new = self._table.set_lines(filename, version, asked)
        if is_new:
            self.look_up_again(filename)
            self._tell(filename)
        return is_new

    def compiled(self, codes: tuple[CodeType, ...], why: str | None = None) -> str | None:
        """Take note of all code of a cell or a module; return its file's name if breakpoints have moved.

        `why`: what is said of lines that have no code, nor any below.
        """
        filename = self._user_code.canonical(name_of(codes[0]))
        lines = code_lines(codes[0]) if len(codes) == 1 else sorted({*chain(*map(code_lines, codes))})
        has_moved = self._table.set_code(filename, lines) or self._is_behind(filename)
        self._why[filename] = why or _NO_CODE
        if has_moved:
            self.look_up_again(filename)
        self._tell(filename)
        return filename if has_moved else None

    def look_up_again(self, filename: str) -> None:
        """The table has changed for the file whose canonical name is `filename`."""
        self.points.update(dict.fromkeys(self.names_of(filename), self._table.files.get(filename)))

    def _is_behind(self, filename: str) -> bool:
        """Whether `points` were not brought up to date the last time: a signal's handler has raised."""
        points = self._table.files.get(filename)
        return any(self.points[it] is not points for it in self.names_of(filename))

    def points_of(self, filename: str) -> Points | None:
        if filename not in self.points:
            canonical = self._user_code.canonical(filename)
            self._names.setdefault(canonical, []).append(filename)
            files = self._table.files
            # A call between the look-up and the store would let new breakpoints be overtaken.
            self.points[filename] = files[canonical] if canonical in files else None  # noqa: SIM401
        return self.points[filename]

    def names_of(self, filename: str) -> list[str]:
        return self._names.get(filename, [])

    def _tell(self, filename: str) -> None:
        for asked, line in self._table.placed(filename) if self._table.has_code(filename) else ():
            if line is None:
                self._on_changed(
                    BreakpointChanged(asked.id, filename, False, asked.line, self._why[filename])
                )
            elif line != asked.line or asked.is_unchecked:
                self._on_changed(BreakpointChanged(asked.id, filename, True, line))
