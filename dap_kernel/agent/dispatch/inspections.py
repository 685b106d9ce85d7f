"""Inspection under way: who answers it, for how long at most, and how it is broken off.

An inspection is answered once: by the thread that it was given to, or, when that takes too long or
nobody wants it any more, by the agent thread. Source of the limits: what a client shows at each
stop must not hang (0.5 s), a watch may compute (2 s), what the user typed may take for ever.

A thread that signals do not reach is broken into by `PyThreadState_SetAsyncExc`, whose exception comes where
CPython looks at the eval breaker: at calls, backward jumps and RESUME (`_Py_HandlePending`); checked with
3.11.7, 3.12.1 and 3.13.0. Survived: the thread is done just when it is broken into. The exception is sent
under a lock that the thread takes to leave; so it comes before `run` returns, and never in the program.
Where it leaves `run`, the stopped thread calls `run` again.
Racing test: `test_a_cancellation_that_comes_just_when_the_evaluation_ends`.
"""

import ctypes
from _thread import get_ident
from collections.abc import Callable

from ..common.errors import one_line
from ..common.locks import new_lock
from ..common.object_access import is_instance
from ..common.raised import EvaluationCancelled
from ..common.signal_handlers import is_of_handler
from ..debuggee.threads import UserThread
from ..evaluate.bindings import InspectionError
from ..inspect.inspector import Inspector
from ..stops.interrupts import Interrupts
from ..stops.stop import Stop
from ..wire.messages import (
    Completions,
    Evaluate,
    ExceptionInfo,
    Inspection,
    NotebookVariables,
    Scopes,
    Table,
    Variables,
)
from .timers import After

Answer = Callable[[int, object, str | None], None]  # id, result, error

_SHOW_S = 0.5
_WATCH_S = 2.0
_LOOKS = (Completions, ExceptionInfo, NotebookVariables, Scopes, Variables)  # these change nothing
_TABLE_S = 10.0  # to sort and filter; once that is done, cells take no longer than variables
_SIGNAL_S = 0.2  # user code may have taken the signal


class Inspections:
    """The inspections that wait for their answer."""

    def __init__(self, inspector: Inspector, answer: Answer, interrupts: Interrupts, after: After) -> None:
        self._inspector = inspector
        self._answer = answer
        self._interrupts = interrupts
        self._call_after = after
        self._open: dict[int, UserThread] = {}  # by id of the command
        self._found: dict[int, tuple[object, str | None]] = {}  # by id: result, error
        self._told: set[int] = set()  # idents: EvaluationCancelled was sent there
        self._running: dict[int, int] = {}  # by ident: the command that the thread is at
        self._breaking_off = new_lock()

    def expect(self, id: int, command: Inspection, thread: UserThread) -> None:
        """Take note that `thread` is to answer `command`. On the agent thread, before it is told."""
        self._open[id] = thread
        limit = limit_s(command)
        if limit is not None:
            self._after(limit, limit, id, command)

    def _after(
        self, delay_s: float, waited_s: float, id: int, command: Inspection, has_begun: bool = False
    ) -> None:
        """In `delay_s` seconds, when `waited_s` have passed in all, give `command` up.

        A thread that is at nothing else and has not come to it yet gets longer: the machine is busy. So does
        one that sorts a table; `has_begun`: it was at the cells when it was looked at before.
        """

        def look() -> None:
            thread = self._open.get(id)
            if thread is not None and thread.ident not in self._running and waited_s < _WATCH_S:
                self._after(_SHOW_S, waited_s + _SHOW_S, id, command)
            elif thread is not None and type(command) is Table and not has_begun and waited_s < _TABLE_S:
                is_at_it = self._running.get(thread.ident) == id
                is_at_cells = is_at_it and self._inspector.so_far(thread.ident) is not None
                self._after(_SHOW_S, waited_s + _SHOW_S, id, command, is_at_cells)
            else:
                self._give_up(id, _late(command, waited_s), command)

        self._call_after(delay_s, look)

    def cancel(self, id: int) -> None:
        """Break off the inspection with this id, if it is still open."""
        self._give_up(id, "cancelled")

    def run(self, stop: Stop, id: int, command: Inspection) -> None:
        """Answer `command` on the calling thread, if that is still wanted.

        What signal handlers raise gets out, and an EvaluationCancelled that comes as the evaluation has just
        ended. Then call it again: it may not have come to its answer, and evaluates nothing twice.
        """
        if id not in self._open:
            self._found.pop(id, None)
            return
        late = None
        try:
            if id not in self._found:
                late = self._find(stop, id, command)
        finally:
            self._leave(get_ident())
        if id in self._open:
            self._answer(id, *self._found[id])
            self._open.pop(id, None)  # A moment late: nothing that is raised meanwhile leaves it unanswered.
        self._found.pop(id, None)
        try:
            if is_instance(late, Exception) and is_of_handler(late):
                raise late  # It is for the program.
        finally:
            late = None  # Its traceback leads here: this frame would hold itself, and the user's frames.

    def stop_ends(self) -> None:
        """Let go of what other stops keep of tables: a thread is about to run on."""
        self._inspector.forget_tables()

    def _find(self, stop: Stop, id: int, command: Inspection) -> BaseException | None:
        """Find what there is to answer; return what the program has raised meanwhile, if it was refused."""
        if not isinstance(command, _LOOKS):  # Those change nothing: they look once more.
            self._found[id] = None, "a signal handler of the program raised an exception"
        ident = get_ident()
        result, error, late = None, None, None
        try:
            self._running[ident] = id
            if self._interrupts.reaches(ident):
                self._interrupts.evaluation_begins()
            result = self._inspector.answer(stop, command)
        except EvaluationCancelled:
            error = "cancelled"
        except InspectionError as refusal:
            error, late = str(refusal), refusal.__context__
        except BaseException as raised:
            error, late = one_line(raised), raised
        try:
            if late is not None and isinstance(command, _LOOKS) and is_of_handler(late):
                raise late
            self._found[id] = result, error
            return late
        finally:
            late = None

    def _leave(self, ident: int) -> None:
        """Be done evaluating; a cancellation that came too late is dropped."""
        try:
            if self._interrupts.reaches(ident):
                self._interrupts.evaluation_ends()
            with self._breaking_off:
                self._running.pop(ident, None)
            if ident in self._told:
                # An exception was sent here, and may not have come yet: send another, which replaces it, and
                # wait for it. To take it back (`PyThreadState_SetAsyncExc` with NULL) is no way out: CPython
                # 3.11 then leaves the eval breaker set (`_PyEval_SignalAsyncExc`), and a traced function
                # never gets past its RESUME.
                self._told.discard(ident)
                _raise_in(ident, EvaluationCancelled)
                while True:
                    pass  # Between two of these it comes.
        except EvaluationCancelled:
            self._leave(ident)

    def _give_up(self, id: int, why: str, command: Inspection | None = None) -> None:
        thread = self._open.pop(id, None)
        if thread is None:
            return
        is_at_it = self._running.get(thread.ident) == id
        has_parts = is_at_it and isinstance(command, Variables | NotebookVariables | Table)
        so_far = self._inspector.so_far(thread.ident) if has_parts else None
        self._answer(id, so_far, why if so_far is None else None)
        if is_at_it and self._interrupts.reaches(thread.ident):
            # One exception, not two: the second would break into what cleans up after the first.
            self._interrupts.cancel()
            self._call_after(_SIGNAL_S, lambda: self._break_off(id, thread.ident))
        elif is_at_it:
            self._break_off(id, thread.ident)

    def _break_off(self, id: int, ident: int) -> None:
        with self._breaking_off:  # so that the thread cannot leave between the look and the exception
            if self._running.get(ident) == id:
                self._told.add(ident)
                _raise_in(ident, EvaluationCancelled)


def _late(command: Inspection, waited_s: float) -> str:
    if type(command) is Table:
        return f"the table was not ready within {waited_s:g} s: ask for a part of it, `.head(1000)`, say"
    return f"no answer within {waited_s:g} s"


def limit_s(command: Inspection) -> float | None:
    """Return how long an inspection may take, in seconds; None: as long as it likes."""
    match command:
        # Scopes run nothing of the user's: only the machine is slow.
        case Evaluate(context="watch") | Scopes():
            return _WATCH_S
        case Evaluate(context="hover") | Variables() | NotebookVariables() | Table():
            return _SHOW_S
        case Completions() | ExceptionInfo():
            return _SHOW_S
        case _:
            return None


def _raise_in(ident: int, exception: type[BaseException]) -> None:
    """Raise `exception` in a thread between two of its bytecodes."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(exception))
