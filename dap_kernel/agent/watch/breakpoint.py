"""The table of breakpoints, and what decides whether one of them stops a thread.

Knows lines of files; knows neither threads nor how lines are watched. Written by the agent
thread, read by every thread: what is read of a file is replaced as a whole, never changed in place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import CodeType, FrameType

from ..common.errors import one_line
from ..common.private_names import plain
from ..common.raised import PASS_ON
from ..common.signal_handlers import is_of_handler
from ..evaluate.compiling import UNPARSABLE
from ..evaluate.conditions import compile_condition
from ..wire.code_lines import next_line
from ..wire.hit_conditions import hit_test
from ..wire.messages import FunctionBreakpoint, LineBreakpoint
from .log_messages import compile_log_message


@dataclass(frozen=True)
class Outcome:
    """What breakpoints want of a thread that came by: to stop, if `ids` has any; lines in the output."""

    ids: list[int]
    logs: list[str]
    problem: str | None = None  # why a condition could not be asked; told once


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return what several breakpoints that were hit at once want."""
    ids = [id for it in outcomes for id in it.ids]
    logs = [log for it in outcomes for log in it.logs]
    return Outcome(ids, logs, next((it.problem for it in outcomes if it.problem), None))


Ask = Callable[[FrameType], Outcome | None]  # None: the thread passes. On the thread of the frame.


class Point:
    """A breakpoint as it is asked on the thread that comes by."""

    def __init__(self, asked: LineBreakpoint | FunctionBreakpoint) -> None:
        self.asked = asked
        self._stop = Outcome([asked.id], [])
        self._hits = 0
        self._is_told = False
        self._problem: str | None = None
        self._condition = self._log = None
        self._reaches: Callable[[int], bool] | None = None
        try:
            if asked.condition and asked.condition.strip():
                self._condition = compile_condition(asked.condition)
            if asked.hit_condition and asked.hit_condition.strip():
                self._reaches = hit_test(asked.hit_condition)
            if isinstance(asked, LineBreakpoint) and asked.log_message:
                self._log = compile_log_message(asked.log_message)
        except UNPARSABLE as error:
            has_condition = bool(asked.condition and asked.condition.strip())
            is_its = has_condition and self._condition is None
            self._problem = self._of_condition(error) if is_its else one_line(error)

    def ask(self, frame: FrameType) -> Outcome | None:
        """Judge one hit. No exception gets out but a signal handler's. This is a hot path."""
        try:
            if self._condition is not None and not self._condition(frame):
                return None
            if self._problem is not None:
                return self._stop_for(self._problem)
            self._hits += 1
            if self._reaches is not None and not self._reaches(self._hits):
                return None
            return self._stop if self._log is None else Outcome([], [self._log(frame)])
        except PASS_ON:
            raise
        except BaseException as error:
            if is_of_handler(error):
                raise
            if issubclass(type(error), RecursionError):
                return None  # The thread is too deep to be asked, and about to fail in its own code.
            return self._stop_for(self._of_condition(error))

    def _of_condition(self, error: BaseException) -> str:
        return f"condition {self.asked.condition!r}: {one_line(error)}"

    def _stop_for(self, problem: str) -> Outcome:
        if self._is_told:
            return self._stop
        self._is_told = True
        return Outcome([self.asked.id], [], problem)


def ask_all(points: Sequence[Point]) -> Ask:
    """Return what asks several breakpoints of one place, each of them."""
    if len(points) == 1:
        return points[0].ask

    def ask(frame: FrameType) -> Outcome | None:
        found = [it for point in points if (it := point.ask(frame)) is not None]
        return joined(found) if found else None

    return ask


class FunctionPoint(Point):
    """A function breakpoint: hit where a function of that name begins."""

    def __init__(self, asked: FunctionBreakpoint) -> None:
        super().__init__(asked)
        self.name = asked.name


Points = dict[int, Ask]  # by line


class Table:
    """All line breakpoints by canonical file name, all function breakpoints by name.

    While `is_off`, `files` and `functions` are empty, and what is set is kept for later.
    """

    def __init__(self) -> None:
        self.files: dict[str, Points] = {}
        self.is_off = False
        self._kept_files: dict[str, Points] = {}
        self._kept_functions: tuple[FunctionPoint, ...] = ()
        self._points: dict[str, dict[LineBreakpoint, Point]] = {}  # by file name
        self._lines: dict[str, list[int]] = {}  # that have code, by file name, where that is known
        self.functions: tuple[FunctionPoint, ...] = ()
        self._versions: dict[str, int] = {}
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
        self._points[filename] = {it: known.get(it) or Point(it) for it in asked}
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
        if version < self._function_version:
            return False
        self._function_version = version
        known = {it.asked: it for it in self._kept_functions}
        self._kept_functions = tuple(known.get(it) or FunctionPoint(it) for it in asked)
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

    def functions_of(self, code: CodeType, module: object) -> tuple[FunctionPoint, ...]:
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
            by_line: dict[int, list[Point]] = {}
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
