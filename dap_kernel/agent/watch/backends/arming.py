"""Have other threads trace themselves with `sys.settrace`, also while they run. CPython's C API.

Until 3.12 there is `_PyEval_SetTrace`, whose arguments are found by looking at what `sys.settrace` changes in
the state of the thread that asks. From 3.13 on the interpreter can only set all threads' trace functions at
once; there the main thread does it by itself, in a pending call, run between two of its bytecodes.

A thread that ends takes its state with it, and another thread may run at nearly every bytecode. So what
looks into states is a chain of iterators in C, which one call consumes.

CPython: `_PyEval_SetTrace` (exported by 3.11 and 3.12 alone), `PyThreadState_Next`, `sys._settraceallthreads`
and `Py_AddPendingCall`; checked with 3.11.7, 3.12.1 and 3.13.0. Survived: a thread ends between the look at
its state and the call for it; what is watched changes meanwhile (`is_current` is asked last); a signal
handler raises within a pending call; who has asked for one is garbage by the time.
Racing tests: `test_a_thread_that_ends_just_when_it_is_to_be_traced`,
`test_threads_that_come_and_go_while_breakpoints_change`, `test_what_a_handler_raises_in_a_call_arrives`,
`test_a_call_that_is_asked_for_lives_until_it_has_run`.
"""

import ctypes
import sys
from _thread import get_ident
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from itertools import accumulate, chain, compress, repeat, takewhile, tee
from operator import attrgetter, itemgetter
from time import monotonic
from typing import Any, NamedTuple

from ...common.signal_handlers import is_of_handler

_PATIENCE_S = 1.0  # a call deep in a recursion fails before its first line
_MOST_ASKED = 4  # calls that wait, of the 32 that Python holds
_WORDS = 48  # of a thread state: enough to hold the fields looked for
_Words = ctypes.c_size_t * _WORDS

_api: Any = ctypes.PyDLL(None, handle=ctypes.pythonapi._handle)  # its types are not the user's
_api.PyThreadState_Get.restype = ctypes.c_void_p
_api.PyInterpreterState_Get.restype = ctypes.c_void_p
_api.PyInterpreterState_ThreadHead.argtypes = [ctypes.c_void_p]
_api.PyInterpreterState_ThreadHead.restype = ctypes.c_void_p
_api.PyThreadState_Next.argtypes = [ctypes.c_void_p]
_api.PyThreadState_Next.restype = ctypes.c_void_p


_queued: "list[MainThreadCall]" = []  # once for each call that the interpreter is yet to make: it keeps none


class MainThreadCall:
    """Run `call` on the main thread soon, between two bytecodes of whatever it runs.

    What a signal handler raises meanwhile arrives in what the main thread runs. One that is asked for lives
    until it has run, though nobody keeps it: the main thread may wait in C code until long after a detach.
    """

    def __init__(self, call: Callable[[], None]) -> None:
        def run(_: object) -> int:
            late: Mapping[int, object] | None = None
            self._is_running = True
            try:
                self._is_wanted = True
                while self._is_wanted:
                    self._is_wanted = False
                    with suppress(RecursionError):  # `check` asks again.
                        call()
                with suppress(RecursionError):
                    _queued.remove(self)
            except BaseException as error:
                if not is_of_handler(error):
                    raise
                late = _raising_later(error)
            finally:
                self._is_running, self._asked = False, 0
            if late is not None:
                late[0]  # No call: at its end the exception would come here, from where C code lets none out.
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
            _queued.append(self)
            if _api.Py_AddPendingCall(self._callback, None) != 0:
                _queued.remove(self)
                self._asked = 0  # The queue is full: `check` asks again.


def _raising_later(error: BaseException) -> Mapping[int, object]:
    """Return what raises `error` in the calling thread, at its next call or jump, when it is looked into.

    `_PyErr_SetNone` calls the class that it is given (`_PyErr_CreateException`), and takes what that makes.
    """

    class Again(BaseException):
        def __new__(cls) -> Any:
            return error

    thread, again = ctypes.c_ulong(get_ident()), ctypes.py_object(Again)
    return defaultdict(partial(_api.PyThreadState_SetAsyncExc, thread, again))


def can_tell_threads() -> bool:
    """Whether the trace function of each thread can be set apart from the others'."""
    return _layout() is not None


def tracers_of(idents: Iterable[int]) -> dict[int, Any]:
    """Return the trace functions of the threads `idents`, None for none; {} where that cannot be known."""
    layout = _layout()
    if layout is None:
        return {}
    states, again = tee(_states())
    boxes = map(ctypes.py_object.from_address, map(layout.tracer_at.__add__, again))
    tracers, are_there, are_these = tee(boxes, 3)
    known = zip(
        compress(layout.idents(states), are_these),
        map(attrgetter("value"), compress(tracers, are_there)),
        strict=True,
    )
    by_ident = dict(known)
    return {ident: by_ident.get(ident) for ident in idents}


def set_tracers(wanted: dict[int, Any], is_current: Callable[[], bool]) -> None:
    """Set the trace functions of threads by ident, not of the calling one.

    Nothing is set when `is_current` says no: it is asked in the last moment before. Where threads cannot be
    told apart all get the same one, the calling thread excepted.
    """
    if not wanted:
        return
    layout = _layout()
    if layout is None:
        if hasattr(sys, "_settraceallthreads") and is_current():
            own = sys.gettrace()
            sys._settraceallthreads(next(iter(wanted.values())))
            sys.settrace(own)
        return
    functions = {ident: None if tracer is None else layout.trampoline for ident, tracer in wanted.items()}
    addresses = {ident: None if tracer is None else id(tracer) for ident, tracer in wanted.items()}
    states, again = tee(_states())
    are_wanted, of_functions, of_addresses = tee(layout.idents(again), 3)
    calls = map(
        _api._PyEval_SetTrace,
        compress(states, map(wanted.__contains__, are_wanted)),
        map(functions.__getitem__, filter(wanted.__contains__, of_functions)),
        map(addresses.__getitem__, filter(wanted.__contains__, of_addresses)),
    )
    if is_current():
        deque(calls, 0)


class _Layout(NamedTuple):
    """What a thread state has where, and the C function behind `sys.settrace`."""

    ident: int  # in words
    tracer_at: int  # in bytes
    trampoline: int

    def idents(self, states: Iterator[int]) -> Iterator[int]:
        return map(itemgetter(self.ident), map(_Words.from_address, states))


def _states() -> Iterator[int]:
    """Yield the addresses of all threads' states."""
    heads = map(_api.PyInterpreterState_ThreadHead, [_api.PyInterpreterState_Get()])
    return takewhile(bool, accumulate(chain(heads, repeat(None)), _api.PyThreadState_Next))


@cache
def _layout() -> _Layout | None:
    """Return the layout, the same in all threads; None where a thread cannot set what traces another one."""

    def probe(frame: object, event: str, arg: object) -> None:
        return None

    if not hasattr(_api, "_PyEval_SetTrace"):
        return None
    _api._PyEval_SetTrace.argtypes = [ctypes.c_void_p] * 3
    before = sys.gettrace()
    sys.settrace(probe)
    words = list(_Words.from_address(_api.PyThreadState_Get()))
    sys.settrace(before)
    try:
        tracer = words.index(id(probe))  # c_traceobj; c_tracefunc stands two words before it
        at = tracer * ctypes.sizeof(ctypes.c_size_t)
        return _Layout(words.index(get_ident()), at, words[tracer - 2])
    except ValueError:
        return None
