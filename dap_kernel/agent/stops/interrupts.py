"""What breaks into running code: KeyboardInterrupt, the quitting of a cell, a pause, a cancelled evaluation.

The main thread is reached by signals, which also end a wait in C code: SIGINT as ever, SIGURG for the
rest (its default is to be ignored, so that nobody minds one too many). Other threads are reached at
their next watched line, which is the watcher's business.

What is wanted is noted without a lock: each change of a set is one call of C, which does what `PySet_Add` or
`PySet_Discard` does (checked with CPython 3.11.7, 3.12.1 and 3.13.0; a `Signals` is hashed in Python, before
the set is touched). Who wants something notes it first and signals then; the handler takes note of the signal
first and looks then; who goes on says so first and looks then. Survived: a signal that comes while the thread
is about to stop or to go on, which the handler leaves alone and `unparked` sends again; one that comes just
as the handler of an earlier one runs. Cells begin, and are broken off, under a lock.
Racing tests: `test_pauses_that_come_just_when_the_main_thread_stops_or_goes_on`,
`test_cancellations_at_any_moment`.
"""

import signal
from _thread import get_ident
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..common.locks import new_lock
from ..common.raised import CellQuit, EvaluationCancelled, WaitBrokenOff
from ..debuggee.user_code import UserCode

_pthread_kill = signal.pthread_kill
_UNSEEN_S = 0.005
_GIVE_UP_S = 2.0


class Interrupts:
    """Signals of the main thread, and what they mean at the moment.

    What comes while the main thread is about to stop or to go on waits until it has. Until `install` was
    called the main thread is not reached at all.
    """

    def __init__(
        self,
        ident: int,
        user_code: UserCode,
        later: Callable[[float, Callable[[], None]], None],
        *,
        asking: set[int],
        is_stopped: Callable[[], bool],
        on_pause: Callable[[FrameType | None], bool],
        on_parked: Callable[[], None],
        redirect: Callable[[FrameType | None, BaseException], bool],
    ) -> None:
        """`ident` is the main thread's; `later` calls a function on another thread after some seconds.

        `asking`: the idents of the threads that wait for a line of the console. `is_stopped`: whether the
        main thread is stopped, and not told to go on. On the main thread are called: `on_pause` for a
        pause, with the frame it is in; it returns whether there was a stop. `on_parked` for a SIGINT that
        comes while the thread is stopped. `redirect`: whether somebody else sees to it that an exception
        ends the cell whose frame runs.
        """
        self._ident = ident
        self._later = later
        self._is_installed = self._takes_interrupt = self._is_leaving = False
        self._urgent_before: Any = signal.SIG_DFL
        self._asking = asking
        self._is_stopped = is_stopped
        self._on_pause = on_pause
        self._on_parked = on_parked
        self._redirect = redirect
        self._unseen: set[int] = set()  # signals that were sent, and that no handler has seen
        self._user_code = user_code
        self._runs_cell = False
        self._cells = new_lock()  # held while one begins or is to be broken off
        self._waiting: set[int] = set()  # ids of cells that are to run, or run, and are not answered yet
        self._has_begun = False  # the first of them
        self._exits = self._waits_for_threads = False
        self._wants: set[str] = set()  # "pause", "quit", "cancel", "interrupt", "exit"
        self._is_parked = False
        self._is_evaluating = False

    def install(self) -> None:
        """Take SIGINT and SIGURG. On the main thread, before any user code."""
        signal.signal(signal.SIGINT, self._on_interrupt)
        self._takes_interrupt = True
        self.borrow_urgent()

    def borrow_urgent(self) -> None:
        """Take SIGURG alone: SIGINT is the program's. On the main thread, whatever it is at."""
        if self._is_leaving:  # whoever wanted it is gone by now
            signal.signal(signal.SIGURG, signal.SIG_DFL)
            return
        self._urgent_before = signal.signal(signal.SIGURG, self._on_urgent)
        self._is_installed = True

    def give_urgent_back(self) -> None:
        """Have the main thread put back what took SIGURG before, as soon as it comes by. On any thread."""
        self._is_leaving = True
        if self._is_installed:
            _pthread_kill(self._ident, signal.SIGURG)

    @property
    def takes_interrupt(self) -> bool:
        """Whether SIGINT is ours: else the program ends its cells by it, also one that is stopped."""
        return self._takes_interrupt

    def reaches(self, ident: int) -> bool:
        """Whether a thread is the main one, and SIGURG is ours to send it."""
        return ident == self._ident and self._is_installed

    def exit_begins(self) -> None:
        """The kernel ends: SIGINT breaks into the wait for threads and into `atexit` functions, as ever."""
        self._runs_cell = self._exits = self._waits_for_threads = True

    def threads_ended(self) -> None:
        """From now on `break_off_exit` does nothing: functions of `atexit` have what time there is."""
        self._waits_for_threads = False

    def break_off_exit(self) -> bool:
        """Raise WaitBrokenOff in the wait for threads, if the kernel is at it; return whether it exits."""
        if self._waits_for_threads:
            self._urge("exit")
        return self._exits

    def go_off(self) -> None:
        """In a forked child: the thread that has forked, which may have been another, is the main one now."""
        if get_ident() != self._ident:
            self._is_parked = self._is_evaluating = False

    def restore_signal_handlers(self) -> None:
        """Give the signals back that are still ours, and know nobody any more."""
        for number, handler, then in (
            (signal.SIGINT, self._on_interrupt, signal.default_int_handler),
            (signal.SIGURG, self._on_urgent, signal.SIG_DFL),
        ):
            if signal.getsignal(number) == handler:
                signal.signal(number, then)
        self._redirect = _redirects_nothing

    def cell_comes(self, id: int) -> None:
        """A cell is on its way to the main thread. On the agent thread."""
        with self._cells:
            self._waiting.add(id)

    def cell_begins(self) -> None:
        """Raise what came for this cell before it has begun, if anything did. On the main thread."""
        with self._cells:
            wants, self._wants = self._wants, set()
            self._runs_cell = self._has_begun = True
        if "quit" in wants:
            raise CellQuit
        if "interrupt" in wants:
            raise KeyboardInterrupt

    def cell_ends(self) -> bool:
        """Return whether there is a pause that the cell has not come to. On the main thread."""
        self._runs_cell = False
        is_pausing = "pause" in self._wants
        self._wants.clear()
        return is_pausing

    def cell_answered(self, id: int) -> None:
        """The cell is over, also one that could not begin. On the main thread."""
        with self._cells:
            self._waiting.discard(id)
            if not self._has_begun:
                self._wants.clear()
            self._has_begun = False

    @property
    def runs_cell(self) -> bool:
        """Whether a cell runs: what is raised in the main thread is for it."""
        return self._runs_cell

    @property
    def is_parked(self) -> bool:
        """Whether the main thread stands at a stop, or is about to."""
        return self._is_parked

    def parks(self) -> None:
        """It is about to stop. On the main thread."""
        self._is_parked = True

    def announced(self) -> bool:
        """The main thread has stopped: a pause is void. Return whether it was interrupted just before."""
        self._wants.discard("pause")
        return self._is_interrupted()

    def unparked(self) -> BaseException | None:
        """The main thread goes on: what came since it was told to is done now, or is to be raised."""
        self._is_parked = False
        if self._wants:
            self._send(signal.SIGURG)
        return KeyboardInterrupt() if self._is_interrupted() else None

    def _is_interrupted(self) -> bool:
        is_wanted = "interrupt" in self._wants
        self._wants.discard("interrupt")
        return is_wanted

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the cell that runs or is about to; nothing happens when none is.

        On the agent thread.
        """
        with self._cells:
            if self._runs_cell and not self._takes_interrupt:
                _pthread_kill(self._ident, signal.SIGINT)  # once: each breaks something off
            elif self._runs_cell:
                self._send(signal.SIGINT)
            elif self._is_cell_coming():
                self._wants.add("interrupt")

    def pause(self) -> None:
        """Have the main thread stop where it is. By the agent thread."""
        self._urge("pause")

    def forget_pause(self) -> None:
        """Who has asked for a pause is gone. By the agent thread."""
        self._wants.discard("pause")

    def quit(self) -> None:
        """Raise CellQuit in the running cell; nothing happens when none runs. By the agent thread."""
        with self._cells:
            if self._runs_cell:
                self._urge("quit")

    def quit_coming(self) -> bool:
        """Raise CellQuit in the cell that is about to run; return whether one is. By the agent thread."""
        with self._cells:
            is_coming = self._is_cell_coming()
            if is_coming:
                self._wants.add("quit")
            return is_coming

    def cancel(self) -> None:
        """Break off the evaluation that the main thread is at."""
        self._urge("cancel")

    def evaluation_begins(self) -> None:
        """From now on `cancel` breaks off what the main thread does. On the main thread."""
        self._wants.discard("cancel")
        self._is_evaluating = True

    def evaluation_ends(self) -> None:
        """What was to break off this evaluation shall not break off the next."""
        self._is_evaluating = False
        self._wants.discard("cancel")

    def is_wanted(self, what: str) -> bool:
        """Whether a signal for `what` is still on its way."""
        return what in self._wants

    def _urge(self, what: str) -> None:
        self._wants.add(what)
        self._send(signal.SIGURG)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        self._unseen.discard(signal.SIGINT)
        if self._is_evaluating:
            raise EvaluationCancelled
        if self._is_parked:
            self._wants.add("interrupt")  # raised when the thread goes on
            if self._is_stopped():
                self._on_parked()
        elif self._runs_cell and not self._redirect(frame, KeyboardInterrupt()):
            raise KeyboardInterrupt

    def _on_urgent(self, number: int, frame: FrameType | None) -> None:
        self._unseen.discard(signal.SIGURG)
        if self._is_leaving:
            if self._is_installed:
                self._is_installed = False
                signal.signal(signal.SIGURG, self._urgent_before)
            return
        if "cancel" in self._wants:
            self._wants.discard("cancel")
            if self._is_evaluating:
                raise EvaluationCancelled
        if self._is_parked or not self._runs_cell:
            return
        if "exit" in self._wants:
            self._wants.discard("exit")
            if self._waits_for_threads:
                self._waits_for_threads = False
                raise WaitBrokenOff
        if "quit" in self._wants:
            if self._redirect(frame, CellQuit()):
                self._wants.discard("quit")
            elif self._ident in self._asking or not self._is_ours(frame):
                self._wants.discard("quit")
                raise CellQuit  # In our own code: at the next watched line, then.
        if "pause" in self._wants:
            self._wants.discard("pause")
            if not self._on_pause(self._asker(frame) if self._ident in self._asking else frame):
                self._wants.add("pause")  # until it has stopped; what is next may be a long wait
                self._unseen.add(signal.SIGURG)

    def _is_cell_coming(self) -> bool:
        return bool(self._waiting) and not self._has_begun

    def _asker(self, frame: FrameType | None) -> FrameType | None:
        """Return the frame that asks for a line of the console, which the kernel's own code waits for."""
        while frame is not None and self._user_code.is_kernel(frame.f_code.co_filename):
            frame = frame.f_back
        return frame

    def _is_ours(self, frame: FrameType | None) -> bool:
        """Whether the kernel's own code runs, or what it has called, and not the user's."""
        while frame is not None and not self._user_code.is_users_text(frame.f_code.co_filename):
            if self._user_code.is_kernel(frame.f_code.co_filename):
                return True
            frame = frame.f_back
        return False

    def _send(self, number: signal.Signals) -> None:
        """Signal the main thread until it has noticed.

        One that comes just before the thread waits in C code is noticed only when that wait ends.
        """
        self._unseen.add(number)
        _pthread_kill(self._ident, number)
        self._later(_UNSEEN_S, lambda: self._send_again(number, 2 * _UNSEEN_S))

    def _send_again(self, number: signal.Signals, delay_s: float) -> None:
        if number in self._unseen and delay_s < _GIVE_UP_S:
            _pthread_kill(self._ident, number)
            self._later(delay_s, lambda: self._send_again(number, 2 * delay_s))


def _redirects_nothing(frame: FrameType | None, exception: BaseException) -> bool:
    return False
