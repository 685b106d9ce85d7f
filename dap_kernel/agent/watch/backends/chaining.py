"""Trace functions that stand in for others: two for one thread, and one that fails.

Knows nothing of what either is for. Source: `sys.settrace`.

CPython: when a trace function raises, `trace_trampoline` (`sysmodule.c`) calls `_PyEval_SetTrace` with NULL
and clears `f_trace`, which ends the `Failing` that stands there; checked with 3.11.7, 3.12.1 and 3.13.0.
Survived: a signal handler raises anywhere within our trace function, so that tracing would end unnoticed.
Racing test: `test_what_a_handler_raises_arrives_and_breakpoints_go_on`.
"""

import sys
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from types import FrameType, FunctionType
from typing import Any, cast

from ...common.signal_handlers import begins_unbroken

TraceFunction = Callable[[FrameType, str, Any], Any]
_CHAIN = "dap_kernel chain"  # an attribute of `Chain.call`


class Chain:
    """The global trace function of a thread that somebody else traces too: `call`."""

    def __init__(self, ours: TraceFunction, foreign: TraceFunction, is_on: Callable[[], bool]) -> None:
        """`is_on` says whether `ours` is to be called any more."""

        @begins_unbroken
        def call(frame: FrameType, event: str, arg: object) -> TraceFunction | None:
            local = ours(frame, event, arg)
            theirs = foreign(frame, event, arg)
            if (
                sys.gettrace() is foreign and is_on()
            ):  # A tracer in C does that at each call, to be called directly.
                sys.settrace(call)
            if theirs is None:
                return cast(TraceFunction | None, local)
            frame.f_trace_lines = True
            return cast(TraceFunction, theirs if local is None else Both(local, theirs))

        vars(call)[_CHAIN] = self
        self.call = call
        self.foreign = foreign


def with_ours(tracer: TraceFunction | None, ours: TraceFunction, is_on: Callable[[], bool]) -> TraceFunction:
    """Return what is to trace a thread that `tracer` traces now, so that `ours` does, too."""
    if tracer is None or tracer is ours:
        return ours
    return tracer if _chain_of(tracer) is not None else Chain(ours, tracer, is_on).call


def without_ours(tracer: TraceFunction | None, ours: TraceFunction) -> TraceFunction | None:
    """Return what is to trace a thread that `tracer` traces now, so that `ours` does no more."""
    chain = _chain_of(tracer)
    return chain.foreign if chain is not None else None if tracer is ours else tracer


def _chain_of(tracer: object) -> Chain | None:
    """Return the chain whose `call` a thread's trace function is, if it is one."""
    chain = vars(tracer).get(_CHAIN) if type(tracer) is FunctionType else None
    return chain if isinstance(chain, Chain) else None


class Both:
    """The local trace function of a frame that somebody else traces too."""

    def __init__(self, ours: TraceFunction, foreign: TraceFunction | None) -> None:
        self._ours = ours
        self.foreign = foreign

    @begins_unbroken
    def __call__(self, frame: FrameType, event: str, arg: object) -> TraceFunction:
        if self.foreign is not None:
            self.foreign = self.foreign(frame, event, arg)
        self._ours(frame, event, arg)
        return self


class Failing:
    """Stands in for a local trace function that is about to raise.

    The interpreter then switches the thread's tracing off and drops the frame's trace function: this
    one switches it on again, in that very moment.
    """

    def __init__(self, frame: FrameType) -> None:
        self._frame = frame
        self._local = frame.f_trace
        self._again: defaultdict[int, object] = defaultdict(partial(sys.settrace, sys.gettrace()))

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        """Nobody calls it: it is dropped first."""

    @begins_unbroken
    def __del__(self) -> None:
        # What a signal's handler raises here is lost: and so there is no call at whose end one may run.
        self._frame.f_trace = self._local
        self._again[0]
