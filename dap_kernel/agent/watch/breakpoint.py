"""What decides whether a breakpoint stops a thread that comes by. Knows nothing of where it is."""

from collections.abc import Callable, Sequence
from types import FrameType

from ..common.errors import one_line
from ..common.raised import PASS_ON
from ..common.signal_handlers import is_of_handler
from ..evaluate.compiling import UNPARSABLE
from ..evaluate.conditions import compile_condition
from ..wire.hit_conditions import hit_test
from ..wire.messages import FunctionBreakpoint, LineBreakpoint
from ..wire.structs import FrozenStruct
from .log_messages import compile_log_message


class Outcome(FrozenStruct):
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


class Breakpoint:
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


def ask_all(points: Sequence[Breakpoint]) -> Ask:
    """Return what asks several breakpoints of one place, each of them."""
    if len(points) == 1:
        return points[0].ask

    def ask(frame: FrameType) -> Outcome | None:
        found = [it for point in points if (it := point.ask(frame)) is not None]
        return joined(found) if found else None

    return ask


class NamedBreakpoint(Breakpoint):
    """A function breakpoint: hit where a function of that name begins."""

    def __init__(self, asked: FunctionBreakpoint) -> None:
        super().__init__(asked)
        self.name = asked.name
