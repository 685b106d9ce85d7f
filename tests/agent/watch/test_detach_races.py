"""The server goes just when a thread has begun to arm something: nothing of the debugger is left."""

import ctypes
import operator
import sys
import threading
from _thread import allocate_lock, get_ident
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType

import pytest

from dap_kernel.agent.watch import frame_watcher
from dap_kernel.agent.watch.backends.arming import can_tell_threads
from dap_kernel.agent.watch.frame_watcher import FrameWatcher
from dap_kernel.agent.wire.messages import ExceptionFilter, FunctionBreakpoint

from ..watching import BACKENDS, make, run, set_lines

backends = pytest.mark.parametrize("backend", BACKENDS)
WATCHER = Path(frame_watcher.__file__).parent
PROGRAM = """\
def function():
    n = 2
    arm()
    n = 4
    return n
function()
"""


def step_into(watcher: FrameWatcher, frame: FrameType) -> None:
    """As a step does that enters a function."""
    watcher.break_in(get_ident(), frame, "pause")
    watcher.backend.watch_frame(get_ident(), sys._getframe())


Arm = Callable[[FrameWatcher, FrameType], None]
FILTERS = [ExceptionFilter("raised"), ExceptionFilter("userUnhandled")]
WAYS: dict[str, Arm] = {
    "breakpoints": lambda watcher, frame: set_lines(watcher, [1, 4]),
    "functions": lambda watcher, frame: watcher.set_functions(1, [FunctionBreakpoint(1, "function")]),
    "exceptions": lambda watcher, frame: watcher.set_exception_filters(1, FILTERS),
    "pause": lambda watcher, frame: watcher.break_in(get_ident(), frame, "pause"),
    "frame": step_into,
    "cell": lambda watcher, frame: watcher.cell_begins("entry"),
}


class Interrupting:
    """A profiler that has another thread do something once: at a call or a return in the watcher's code.

    It does so at the `at`-th place that comes by. Between these no other thread runs but in a loop.
    """

    def __init__(self, at: int, call: Callable[[], None]) -> None:
        self.is_done = False
        self._at = at
        self._places: set[tuple[CodeType, int, str]] = set()
        self._call = call

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        if self.is_done or WATCHER not in Path(frame.f_code.co_filename).parents:
            return
        self._places.add((frame.f_code, frame.f_lasti, event))
        if len(self._places) > self._at:
            self.is_done = True
            thread = threading.Thread(target=self._call)
            thread.start()
            thread.join()


def run_with(backend: str, arm: Arm) -> None:
    """Run the program, whose function arms something; look at what is left right after, and at the end."""
    watcher, seen = make(backend, [])
    frames: list[FrameType] = []

    def arm_here() -> None:
        frame = sys._getframe(1)
        arm(watcher, frame)
        tell_left(frame)
        frames.append(frame)

    def tell_left(frame: FrameType | None) -> None:
        assert (sys.gettrace(), threading.gettrace()) == (None, None)
        while frame is not None:
            assert (frame.f_trace, frame.f_trace_lines) == (None, True)
            frame = frame.f_back

    names: dict[str, object] = {"arm": arm_here}
    run(watcher, seen, PROGRAM, names)
    assert seen.raised is None and not seen.told
    assert frames
    tell_left(sys._getframe())
    function: CodeType = names["function"].__code__  # type: ignore[attr-defined]
    assert left_in(function, frames[0].f_code) == ""


def left_in(*codes: CodeType) -> str:
    """Say which tools of `sys.monitoring` are taken, and what of events and callbacks others would get."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        return ""
    left = ""
    for tool in (0, 3, 4):
        if monitoring.get_tool(tool) is not None:
            left += f"tool {tool} "
            continue
        monitoring.use_tool_id(tool, "test")
        if monitoring.get_events(tool) or any(monitoring.get_local_events(tool, it) for it in codes):
            left += f"events of {tool} "
        for name in ("PY_START", "PY_RESUME", "LINE", "PY_RETURN", "RAISE"):
            if monitoring.register_callback(tool, getattr(monitoring.events, name), None) is not None:
                left += f"callback {name} of {tool} "
        monitoring.free_tool_id(tool)
    return left


@backends
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left_when_the_server_goes_just_when_a_thread_arms(backend: str, way: str) -> None:
    """Tried at each call and each return of ours on the way, until the server goes too late for that."""
    at, is_between = 0, True

    def arm(watcher: FrameWatcher, frame: FrameType) -> None:
        nonlocal is_between
        interrupting = Interrupting(at, watcher.clear_watch_list)
        sys.setprofile(interrupting)
        try:
            WAYS[way](watcher, frame)
        finally:
            sys.setprofile(None)
        is_between = interrupting.is_done
        watcher.clear_watch_list()

    while is_between:
        run_with(backend, arm)
        at += 1
    assert at > 10


@pytest.mark.skipif(can_tell_threads(), reason="Nobody has to ask it.")
def test_a_main_thread_that_cannot_be_asked_puts_its_trace_function_away() -> None:
    """Python holds so many calls for it, which waits in C code, that there is no room for ours."""
    watcher, _ = make("settrace", [])
    set_lines(watcher, [1])
    assert sys.gettrace() is not None
    nothing = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _: 0)

    begins, ends = allocate_lock(), allocate_lock()
    begins.acquire()
    ends.acquire()

    def fill_and_forget() -> None:
        begins.acquire()
        while ctypes.pythonapi.Py_AddPendingCall(nothing, None) == 0:
            pass
        watcher.clear_watch_list()
        ends.release()

    thread = threading.Thread(target=fill_and_forget)
    thread.start()
    calls: list[Callable[[], object]] = [begins.release, ends.acquire]
    deque(map(operator.call, calls), 0)  # All in C: none of the calls that wait is made meanwhile.
    thread.join()
    assert sys.gettrace() is None
