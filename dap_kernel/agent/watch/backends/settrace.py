"""The watch backend on `sys.settrace`: any Python; each call and each watched line costs a little.

A thread is traced only while something is watched. Frames of code without a breakpoint get no
local trace function, so that their lines run untold.

Threads change what frames have (`f_trace`) at the same time, without a lock. Who changes what is watched
raises the count `_changes` before a frame is given anything for it. Who takes a trace function away reads the
count, decides, and looks again: it takes only while the count is the same, else it decides anew. Between the
second look and the store no other thread runs: CPython switches threads only where it looks at the eval
breaker, at calls, backward jumps and RESUME (`_Py_HandlePending`), and no bytecode between is one; checked
with 3.11.7, 3.12.1 and 3.13.0. To give a trace function too many is harmless: its lines are told in vain.

A detach (`off`) is such a change, too: who has given a frame or a thread something for what was watched
before looks again, and takes it away. What the main thread is asked to put away (`arming.py`) and does not,
because it has no room for a call, say, it puts away when it calls next (`_judge`). Not reached: a generator
that is suspended keeps its local trace function, which nothing calls.

Survived: a breakpoint is set when a thread has just found that nothing is watched, and has not acted on it; a
server goes when a thread has found what to watch, and has not acted on it.
Racing tests: `test_a_breakpoint_set_just_when_the_last_step_ends`,
`test_a_breakpoint_set_just_when_another_one_goes`,
`test_nothing_is_left_when_the_server_goes_just_when_a_thread_arms`,
`test_a_main_thread_that_cannot_be_asked_puts_its_trace_function_away`.
"""

import sys
import threading
from _thread import get_ident
from collections.abc import Callable, Iterable
from types import CodeType, FrameType
from typing import Any, cast

from ...common.object_access import is_instance
from ...common.signal_handlers import begins_unbroken
from ...debuggee.code_names import name_of
from ...debuggee.threads import UserThreads
from ...evaluate.bindings import settle
from ..contract import WatchCallbacks
from ..watch_list import WatchList
from .arming import MainThreadCall, can_tell_threads, set_tracers, tracers_of
from .chaining import Both, Failing, TraceFunction, with_ours, without_ours
from .instructions import is_midway, may_suspend
from .local_traces import LocalTraces
from .watched_lines import WatchedLines


class SettraceBackend:
    """See `WatchBackend`."""

    name = "settrace"

    def __init__(self, watch_list: WatchList, callbacks: WatchCallbacks, threads: UserThreads) -> None:
        self._list = watch_list
        self._callbacks = callbacks
        self._threads = threads
        self._steps = watch_list.steps
        self._watched: dict[int, dict[int, FrameType]] = {}  # by ident, by id: frames that a step watches
        self._lines = WatchedLines(watch_list)
        self._locals = LocalTraces(watch_list, callbacks, self._lines, self._is_told, self._unwatch)
        self._main = MainThreadCall(lambda: self._arm_current(sys._getframe(2)))
        self._call, self._forget_cold = self._new_call()
        self._is_on = False  # something is watched
        self._is_off = False  # nothing is to be, whatever the list says
        self._changes = 0  # of what is watched

    def breakpoints_changed(self, filename: str | None) -> None:
        self._changes += 1
        for name in self._list.names_of(filename) if filename is not None else ():
            self._lines.change(name)
        self._update()

    def exceptions_changed(self) -> None:
        self._changes += 1
        self._update()

    def step_begins(self, ident: int, frames: list[FrameType]) -> None:
        self._watched[ident] = {id(frame): frame for frame in frames}
        self._changes += 1
        for frame in frames:
            self._watch(frame)
        self._update()

    def step_ends(self, ident: int) -> None:
        self._watched.pop(ident, None)
        self._changes += 1
        self._update()

    def watch_frame(self, ident: int, frame: FrameType) -> None:
        self._watched.setdefault(ident, {})[id(frame)] = frame
        self._changes += 1
        self._watch(frame)
        if self._is_off:
            self.step_ends(ident)

    def thread_begins(self) -> None:
        if self._is_on:
            self._arm_current(sys._getframe(1))

    def check(self) -> None:
        main = self._threads.main.ident
        if not self._is_on:
            return
        if get_ident() == main:
            self._arm_current(sys._getframe(1))
        elif can_tell_threads():
            while not self._arm_others([main]):
                pass
        else:
            self._main.ask()

    def off(self) -> None:
        was_on, self._is_off, self._is_on = self._is_on, True, False
        self._changes += 1
        self._watched.clear()
        if was_on:
            self._arm_new_threads()
            self._arm_all()
        self._lines.release_code()
        self._locals.release_frames()
        self._forget_cold()

    def on(self) -> None:
        self._is_off = False
        self._changes += 1

    # Arming.

    def _update(self) -> None:
        watched, was_on = self._list, self._is_on
        self._forget_cold()
        self._lines.forget_codes()
        while True:
            changes = self._changes
            is_on = not self._is_off and bool(
                watched.steps or watched.wants_raise or watched.wants_unwind or not watched.table.is_empty
            )
            if self._changes == changes:
                self._is_on, self._changes = is_on, changes + 1
                break
        if is_on or was_on:
            self._arm_new_threads()
            self._arm_all()
        elif self._is_off:  # `off` may have come before frames were given something.
            self._arm_frames(sys._getframe(1), get_ident())
            for thread, frame in self._threads.others():
                self._arm_frames(frame, thread.ident)

    def _arm_new_threads(self) -> None:
        changes = None
        while self._changes != changes:
            changes = self._changes
            hook = cast(TraceFunction | None, threading.gettrace())
            wanted = self._instead_of(hook)
            if wanted is not hook:
                threading.settrace(cast(Any, wanted))

    def _arm_all(self) -> None:
        """Have every thread of the user's trace itself, or stop that."""
        own, main = get_ident(), self._threads.main.ident
        others = {}
        if own not in self._threads.own:
            self._arm_current(sys._getframe(1))
        for thread, frame in self._threads.others():
            if thread.ident == main and not can_tell_threads():
                self._main.ask()
                self._arm_frames(frame, main)
            else:
                others[thread.ident] = frame
        while others and not self._arm_others(others):
            pass
        for ident, frame in others.items():
            self._arm_frames(frame, ident)

    def _arm_others(self, idents: Iterable[int]) -> bool:
        """Have threads, which may run, trace themselves or stop that; False: something changed meanwhile."""
        changes = self._changes

        def is_current() -> bool:
            return self._changes == changes

        before = tracers_of(idents)
        wanted = {ident: self._instead_of(before.get(ident)) for ident in idents}
        changed = {it: tracer for it, tracer in wanted.items() if not before or tracer is not before[it]}
        set_tracers(changed, is_current)
        return is_current()

    def _watch(self, frame: FrameType) -> None:
        local, known = self._locals.of(name_of(frame.f_code)), frame.f_trace
        if known is None or known is local:
            frame.f_trace = local
        elif type(known) is not Both:
            frame.f_trace = Both(local, known)
        frame.f_trace_lines = True

    def _unwatch(self, frame: FrameType) -> None:
        """Hold a frame of the calling thread no longer, which ends: a step may go on for long without it."""
        watched = self._watched.get(get_ident())
        if watched is not None:
            watched.pop(id(frame), None)

    def _arm_current(self, frame: FrameType | None) -> None:
        """Trace the calling thread, or stop that when nothing is watched; `frame` is its innermost."""
        changes = None
        while self._changes != changes:
            changes = self._changes
            before = cast(TraceFunction | None, sys.gettrace())
            wanted = self._instead_of(before)
            if wanted is not before:
                sys.settrace(wanted)
        self._arm_frames(frame, get_ident())

    def _instead_of(self, tracer: TraceFunction | None) -> TraceFunction | None:
        if self._is_on:
            return with_ours(tracer, self._call, lambda: self._is_on)
        return without_ours(tracer, self._call)

    def _arm_frames(self, frame: FrameType | None, ident: int) -> None:
        """Give the running frames of a thread the local trace function where they need it."""
        while frame is not None:
            if self._arm_frame(frame, ident):
                frame = frame.f_back

    def _arm_frame(self, frame: FrameType, ident: int) -> bool:
        """Give one frame its local trace function, or take it; False: something changed meanwhile."""
        changes, known, code = self._changes, frame.f_trace, frame.f_code
        if id(frame) in self._watched.get(ident, ()) or (self._is_on and self._lines.are_in(code)):
            self._watch(frame)
            return self._changes == changes
        wanted, is_of_interest = known, self._is_on and self._list.wants_code(code)
        if is_of_interest and known is None:
            wanted = self._locals.of(name_of(code))
        elif type(known) is Both and not is_of_interest:
            wanted = known.foreign
        elif known is self._locals.known(name_of(code)) and not is_of_interest:
            wanted = None
        if self._changes != changes:
            return False
        if wanted is not known:
            frame.f_trace_lines = not is_of_interest and (frame.f_trace_lines or wanted is None)
            frame.f_trace = wanted
        return True

    # Trace functions, on the thread that runs the code.

    def _new_call(self) -> tuple[TraceFunction, Callable[[], None]]:
        """Return the global trace function, asked at each call, and what makes it ask anew.

        No bytecode that lets another thread run stands between a look into `cold` or `warm` and the return.
        """
        newest = second = None  # of the cold ones: most calls are of the same few functions
        cold: dict[int, CodeType] = {}  # by id: code of which nothing is watched
        warm: dict[int, tuple[CodeType, TraceFunction]] = {}  # by id: code that holds breakpoints
        closures: set[int] = set()  # ids of cold ones whose variables other threads may set meanwhile
        steps = self._steps
        id_of = id  # user code may replace the builtin; and a name in a closure is quicker to find

        @begins_unbroken
        def call(frame: FrameType, event: str, arg: object) -> TraceFunction | None:
            nonlocal newest, second
            code = frame.f_code
            if code is newest or code is second:
                return None
            try:  # A call looks for signals at its end.
                key = id_of(code)
                if key in cold:
                    second, newest = newest, code
                    if key in closures:
                        settle(frame)
                    return None
                settle(frame)
                if key in warm and not steps:
                    return warm[key][1]
                return self._judged(frame, cold, warm, closures)
            except BaseException as error:
                if not is_instance(error, RecursionError):  # Too deep to do anything: `check` arms anew.
                    frame.f_trace = Failing(frame)
                raise

        def forget() -> None:
            nonlocal cold, warm, closures, newest, second
            cold, warm, closures, newest, second = {}, {}, set(), None, None

        return call, forget

    def _judged(
        self,
        frame: FrameType,
        cold: dict[int, CodeType],
        warm: dict[int, tuple[CodeType, TraceFunction]],
        closures: set[int],
    ) -> TraceFunction | None:
        """Return what `_judge` does, None once nothing is watched: nobody would take it from the frame."""
        local = self._judge(frame, cold, warm, closures)
        settle(frame)
        if self._is_on:  # From here to the return of `call` no other thread runs.
            return local
        frame.f_trace_lines = True
        return None

    def _judge(
        self,
        frame: FrameType,
        cold: dict[int, CodeType],
        warm: dict[int, tuple[CodeType, TraceFunction]],
        closures: set[int],
    ) -> TraceFunction | None:
        """Return the local trace function that a frame which begins or goes on needs."""
        code, ident, changes = frame.f_code, get_ident(), self._changes
        if not self._is_on:  # Who was to put this trace function away could not: its thread does.
            self._arm_current(frame)
            return None
        if code.co_name == "<module>":
            self._callbacks.on_module(frame)
        step = self._steps.get(ident)
        if (step is not None and step.wants_entries) or self._list.table.may_be_function(code):
            self._callbacks.on_entry(frame, is_midway(frame))
        has_points = self._lines.are_in(code)
        is_told = has_points or id(frame) in self._watched.get(ident, ())
        if is_told or self._list.wants_code(code):
            local = self._locals.of(name_of(code))
            frame.f_trace_lines = is_told or self._changes != changes
            if has_points and not (self._list.table.may_be_function(code) or may_suspend(code)):
                warm[id(code)] = code, local
            return local
        if not self._is_volatile(code):
            if code.co_freevars or code.co_cellvars:
                closures.add(id(code))
            cold[id(code)] = code
        return None

    def _is_volatile(self, code: CodeType) -> bool:
        """Whether another frame of `code`, or this one when it goes on, may be of interest all the same."""
        steps = list(self._steps.values())
        return self._list.table.may_be_function(code) or any(
            it.wants_entries or (it.origin and it.origin.f_code is code) for it in steps
        )

    def _is_told(self, frame: FrameType) -> bool:
        """Whether the lines of a frame of the calling thread are to be told."""
        changes, watched = self._changes, self._watched.get(get_ident(), ())
        is_told = id(frame) in watched or self._lines.are_in(frame.f_code)
        return is_told or self._changes != changes or self._is_off
