"""The breakpoints that are set, and where they are: at lines that have code.

The server looks at the text with a Python of its own: the kernel's may have no code there (of another
version, or with `-O`). Knows nothing of threads.
"""

import sys
from collections.abc import Callable
from itertools import chain
from types import CodeType

from ..common.private_names import plain
from ..debuggee.code_names import name_of
from ..debuggee.user_code import UserCode
from ..wire.code_lines import code_lines, next_line
from ..wire.messages import BreakpointChanged, FunctionBreakpoint, LineBreakpoint
from .breakpoint import Ask, Breakpoint, NamedBreakpoint, ask_all

_PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}{' -O' if sys.flags.optimize else ''}"
_NO_CODE = f"{_PYTHON} makes no code of this line, nor of one below"


Points = dict[int, Ask]  # by line


class BreakpointTable:
    """All line breakpoints by canonical file name, all function breakpoints by name.

    Written by the agent thread, read by every thread: what is read of a file is replaced as a whole, never
    changed in place. While `is_off`, `files` and `functions` are empty, and what is set is kept for later.
    """

    def __init__(self) -> None:
        self.files: dict[str, Points] = {}
        self.is_off = False
        self._kept_files: dict[str, Points] = {}
        self._kept_functions: tuple[NamedBreakpoint, ...] = ()
        self._points: dict[str, dict[LineBreakpoint, Breakpoint]] = {}  # by file name
        self._lines: dict[str, list[int]] = {}  # that have code, by file name, where that is known
        self.functions: tuple[NamedBreakpoint, ...] = ()
        self._versions: dict[str, int] = {}  # by canonical file name: the newest snapshot taken
        self._function_version = -1

    @property
    def is_empty(self) -> bool:
        return not self.files and not self.functions

    def set_lines(self, filename: str, version: int, asked: list[LineBreakpoint]) -> bool:
        """Replace one file's; those asked for as before keep their hit counts. False: an old snapshot."""
        if version < self._versions.get(filename, -1):
            return False
        self._versions[filename] = version
        known = self._points.get(filename, {})
        self._points[filename] = {it: known.get(it) or Breakpoint(it) for it in asked}
        self._place(filename)
        return True

    def set_code(self, filename: str, lines: list[int]) -> bool:
        """Have the file's breakpoints where there is code: `lines`. Return whether that moves any.

        On the thread whose code it is. It waits for nobody: a signal's handler may run in it, and wait.
        """
        before = self.placed(filename)
        self._lines[filename] = lines
        has_moved = self.placed(filename) != before
        if has_moved:
            self._place(filename)
        return has_moved

    def placed(self, filename: str) -> list[tuple[LineBreakpoint, int | None]]:
        """Return the breakpoints of a file, and the lines where they are: None, nowhere."""
        lines = self._lines.get(filename)
        points = self._points.get(filename, ())
        return [(it, it.line if lines is None else next_line(lines, it.line)) for it in points]

    def has_code(self, filename: str) -> bool:
        """Whether it is known which lines of a file have code."""
        return filename in self._lines

    def clear(self) -> None:
        """Forget all breakpoints: the next server counts its versions anew."""
        self._points, self._versions, self._function_version = {}, {}, -1
        self.files, self._kept_files = {}, {}
        self.functions = self._kept_functions = ()

    def set_functions(self, version: int, asked: list[FunctionBreakpoint]) -> bool:
        """Replace all function breakpoints, if `version` is not overtaken; return whether it was not.

        Those that stay keep their count of hits.
        """
        if version < self._function_version:
            return False
        self._function_version = version
        known = {it.asked: it for it in self._kept_functions}
        self._kept_functions = tuple(known.get(it) or NamedBreakpoint(it) for it in asked)
        self.functions = () if self.is_off else self._kept_functions
        return True

    def set_off(self, is_off: bool) -> list[str]:
        """Hide all breakpoints, or show them again; return the names of the files that have any."""
        self.is_off = is_off
        self.files = {} if is_off else self._kept_files
        self.functions = () if is_off else self._kept_functions
        return list(self._kept_files)

    def may_be_function(self, code: CodeType) -> bool:
        """Whether a function breakpoint may be meant for `code`, going by its name alone."""
        name = plain(code.co_name)
        return any(it.name.rsplit(".", 1)[-1] == name for it in self.functions)

    def functions_of(self, code: CodeType, module: object) -> tuple[NamedBreakpoint, ...]:
        """Return the function breakpoints that `code`, of the module of that name, answers to."""
        if not self.functions:
            return ()
        name, qualname = plain(code.co_name), plain(code.co_qualname).replace(".<locals>", "")
        names = {name, qualname, f"{module}.{qualname}"}
        return tuple(it for it in self.functions if it.name in names)

    def _place(self, filename: str) -> None:
        """Bring `files` up to date with what was set and with the code, whoever changes these meanwhile."""
        while True:
            asked, lines, files = self._points.get(filename), self._lines.get(filename), self._kept_files
            by_line: dict[int, list[Breakpoint]] = {}
            for breakpoint, point in (asked or {}).items():
                line = breakpoint.line if lines is None else next_line(lines, breakpoint.line)
                by_line.setdefault(line or breakpoint.line, []).append(point)
            if by_line:
                files[filename] = {line: ask_all(it) for line, it in by_line.items()}
            else:
                files.pop(filename, None)
            is_same = self._points.get(filename) is asked and self._lines.get(filename) is lines
            if is_same and self._kept_files is files:
                break
        self.files = {} if self.is_off else self._kept_files


class PlacedBreakpoints:
    """Line breakpoints by the file names that code objects carry, on lines with code once these are known."""

    def __init__(
        self, table: BreakpointTable, user_code: UserCode, on_changed: Callable[[BreakpointChanged], None]
    ) -> None:
        """`on_changed` is called for each breakpoint that is elsewhere than the server thinks."""
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
        """Return the breakpoints of a code object's `co_filename`, by line; None: it has none.

        It is looked up once; `points` then says so until breakpoints of that file change.
        """
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
