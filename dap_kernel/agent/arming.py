"""Have other threads trace themselves with `sys.settrace`, also while they run. CPython's C API.

The main thread: a pending call, run between two of its bytecodes. Others: until 3.12 there is
`_PyEval_SetTrace`, whose arguments are found by looking at what `sys.settrace` changes in the state of the
thread that asks. From 3.13 on the interpreter can only set all threads' trace functions at once.
"""

import ctypes
import sys
from _thread import RLock, get_ident
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, NamedTuple

_WORD = ctypes.sizeof(ctypes.c_void_p)
_PATIENCE_S = 1.0  # a call deep in a recursion fails before its first line
_MOST_ASKED = 4  # calls that wait, of the 32 that Python holds
_UNDISTURBED_S = 1.0  # longer than anything takes here; one who waits for his turn meanwhile may wait so long
_WORDS = 48  # of a thread state: enough to hold the fields looked for
_disturbing = RLock()  # held while one thread is undisturbed: a second would keep its switch interval

_api: Any = ctypes.pythonapi
_api.PyThreadState_Get.restype = ctypes.c_void_p
_api.PyInterpreterState_Get.restype = ctypes.c_void_p
_api.PyInterpreterState_ThreadHead.argtypes = [ctypes.c_void_p]
_api.PyInterpreterState_ThreadHead.restype = ctypes.c_void_p
_api.PyThreadState_Next.argtypes = [ctypes.c_void_p]
_api.PyThreadState_Next.restype = ctypes.c_void_p


class MainThreadCall:
    """Run `call` on the main thread soon, between two bytecodes of whatever it runs.

    Nothing may be asked of Python while it runs: a traced frame of 3.11 that begins inside a pending call
    waits for ever for the next one to be taken.
    """

    def __init__(self, call: Callable[[], None]) -> None:
        def run(_: object) -> int:
            self._is_running = True
            try:
                self._is_wanted = True
                while self._is_wanted:
                    self._is_wanted = False
                    with suppress(RecursionError):  # `check` asks again.
                        call()
            finally:
                self._is_running, self._asked = False, 0
            return 0

        self._is_running = self._is_wanted = False
        self._asked = 0
        self._asked_at = 0.0
        self._callback = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(run)

    def ask(self) -> None:
        """Ask for one call; nothing when one is asked for already, unless it seems to have failed."""
        self._is_wanted = True
        if self._is_running:
            return
        is_lost = self._asked < _MOST_ASKED and monotonic() - self._asked_at > _PATIENCE_S
        if self._asked == 0 or is_lost:
            self._asked += 1
            self._asked_at = monotonic()
            if _api.Py_AddPendingCall(self._callback, None) != 0:
                self._asked = 0  # The queue is full: `check` asks again.


def trace_other_threads(idents: set[int], instead_of: Callable[[Any], Any]) -> None:
    """Set the trace function of the threads `idents`, neither the main nor the calling one.

    `instead_of` gets the one that a thread has now and returns the one that it is to have.
    """
    layout = _layout() if idents and hasattr(_api, "_PyEval_SetTrace") else None
    if layout is not None:
        with _undisturbed():
            _trace_threads(layout, idents, instead_of)
    elif idents and hasattr(sys, "_settraceallthreads"):
        own = sys.gettrace()
        sys._settraceallthreads(instead_of(None))
        sys.settrace(own)


def _trace_threads(layout: "_Layout", idents: set[int], instead_of: Callable[[Any], Any]) -> None:
    state = _api.PyInterpreterState_ThreadHead(ctypes.c_void_p(_api.PyInterpreterState_Get()))
    while state:
        if _word(state + layout.ident) in idents:
            address = _word(state + layout.tracer)
            before = ctypes.cast(address, ctypes.py_object).value if address else None
            wanted = instead_of(before)
            if wanted is not before:
                _set_trace(state, layout.trampoline, wanted)
        state = _api.PyThreadState_Next(ctypes.c_void_p(state))


def _set_trace(state: int, trampoline: int, trace: Callable[..., object] | None) -> None:
    if trace is None:
        _api._PyEval_SetTrace(ctypes.c_void_p(state), None, None)
    else:
        _api._PyEval_SetTrace(ctypes.c_void_p(state), ctypes.c_void_p(trampoline), ctypes.py_object(trace))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let no other thread run: one that ends takes its state with it."""
    with _disturbing:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_UNDISTURBED_S)
        try:
            yield
        finally:
            sys.setswitchinterval(interval)


def _word(address: int) -> int:
    return ctypes.c_void_p.from_address(address).value or 0


class _Layout(NamedTuple):
    """What a thread state has where, in bytes, and the C function behind `sys.settrace`."""

    ident: int
    tracer: int
    trampoline: int


def _layout() -> _Layout | None:
    def probe(frame: object, event: str, arg: object) -> None:
        return None

    state = _api.PyThreadState_Get()
    before = sys.gettrace()
    sys.settrace(probe)
    words = [_word(state + i * _WORD) for i in range(_WORDS)]
    sys.settrace(before)
    try:
        tracer = words.index(id(probe))  # c_traceobj; c_tracefunc stands two words before it
        return _Layout(words.index(get_ident()) * _WORD, tracer * _WORD, words[tracer - 2])
    except ValueError:
        return None
