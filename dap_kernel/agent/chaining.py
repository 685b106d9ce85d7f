"""Two trace functions for one thread: ours, and that of a tracer that was there before.

Knows nothing of what either is for. Source: `sys.settrace`.
"""

from collections.abc import Callable
from types import FrameType
from typing import Any, cast

TraceFunction = Callable[[FrameType, str, Any], Any]


class Chain:
    """The global trace function of a thread that somebody else traces too."""

    def __init__(self, ours: TraceFunction, foreign: TraceFunction) -> None:
        def call(frame: FrameType, event: str, arg: object) -> TraceFunction | None:
            local = ours(frame, event, arg)
            theirs = foreign(frame, event, arg)
            if theirs is None:
                return cast(TraceFunction | None, local)
            frame.f_trace_lines = True
            return cast(TraceFunction, theirs if local is None else Both(local, theirs))

        self.call = call
        self.foreign = foreign


class Both:
    """The local trace function of a frame that somebody else traces too."""

    def __init__(self, ours: TraceFunction, foreign: TraceFunction | None) -> None:
        self._ours = ours
        self.foreign = foreign

    def __call__(self, frame: FrameType, event: str, arg: object) -> TraceFunction:
        if self.foreign is not None:
            self.foreign = self.foreign(frame, event, arg)
        self._ours(frame, event, arg)
        return self
