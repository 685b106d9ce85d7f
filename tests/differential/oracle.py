"""What CPython's own `bdb` visits: the oracle for steps.

The end of the frame that was stopped in counts as a visit of its caller, on the line of the call: so the
design has it. `bdb` tells both, but for the end of a generator that is stepped over or out of: that is
found here. A line is not visited again by a step from it: so `bdb` has it from 3.14 on, and here it
always does. What CPython 3.13 and newer tell at CLEANUP_THROW, an exception that comes out of an `await`
or a `yield from`, is no line that begins: 3.12 tells none there, and none tells one at a plain `yield`.
"""

import bdb
import dis
from collections.abc import Callable
from types import FrameType
from typing import Any

Place = tuple[str, int]  # qualified name of the function, line
Choose = Callable[[Place], str]  # "in", "over" or "out" from there
_GENERATOR_FLAGS = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
_SUSPENDS = {"YIELD_VALUE", "SEND", "RETURN_GENERATOR", "RESUME"}


class _Oracle(bdb.Bdb):
    def __init__(self, filename: str, choose: Choose, limit: int) -> None:
        super().__init__()
        self.places: list[Place] = []
        self._filename = filename
        self._choose = choose
        self._limit = limit
        self._top: FrameType | None = None  # where it stopped last
        self._stepped: tuple[FrameType | None, int] = (None, 0)  # frame and line that the step is from
        self._again: Callable[[], None] = self.set_step
        self._unwinds: FrameType | None = None

    def dispatch_line(self, frame: FrameType) -> Any:
        self._unwinds = None
        is_same = frame is self._stepped[0] and frame.f_lineno == self._stepped[1]
        if is_same or _operation(frame) == "CLEANUP_THROW":
            return self.trace_dispatch
        return super().dispatch_line(frame)

    def user_line(self, frame: FrameType) -> None:
        if frame.f_code.co_filename == self._filename:
            self._visit(frame)
        else:
            self._again()

    def user_return(self, frame: FrameType, value: Any) -> None:
        if frame is self._top and not self._is_suspended(frame):
            self._leave(frame)
        else:
            self._again()

    def dispatch_exception(self, frame: FrameType, arg: Any) -> Any:
        self._unwinds = frame
        return super().dispatch_exception(frame, arg)

    def dispatch_return(self, frame: FrameType, arg: Any) -> Any:
        if frame is self.stopframe and frame.f_code.co_flags & _GENERATOR_FLAGS:
            if not self._is_suspended(frame):
                self._leave(frame)
            return self.trace_dispatch
        return super().dispatch_return(frame, arg)

    def _leave(self, frame: FrameType) -> None:
        caller = frame.f_back
        while caller is not None and caller.f_code.co_filename != self._filename:
            caller = caller.f_back
        if frame.f_code.co_filename != self._filename or caller is None:
            self._again()
        else:
            caller.f_trace = self.trace_dispatch
            self._visit(caller)

    def _visit(self, frame: FrameType) -> None:
        self._top = frame
        place = (frame.f_code.co_qualname, frame.f_lineno)
        self.places.append(place)
        self._stepped = frame, frame.f_lineno
        if len(self.places) >= self._limit:
            self._again = self.set_continue
        else:
            match self._choose(place):
                case "in":
                    self._again = self.set_step
                case "out":
                    self._again = lambda: self.set_return(frame)
                case _:
                    self._again = lambda: self.set_next(frame)
        self._again()

    def _is_suspended(self, frame: FrameType) -> bool:
        return (
            bool(frame.f_code.co_flags & _GENERATOR_FLAGS)
            and _operation(frame) in _SUSPENDS
            and self._unwinds is not frame
        )


def _operation(frame: FrameType) -> str:
    return dis.opname[frame.f_code.co_code[frame.f_lasti]]


def visits(source: str, filename: str, choose: Choose, limit: int) -> list[Place]:
    """Return the places where a run of `source` under `bdb` stops, `limit` at most."""
    oracle = _Oracle(filename, choose, limit)
    oracle.run(compile(source, filename, "exec"), {"__name__": "__main__"})
    return oracle.places
