"""What breaks into running code: KeyboardInterrupt, the quitting of a cell, a pause, a cancelled evaluation.

The main thread is reached by signals, which also end a wait in C code: SIGINT as ever, SIGURG for the
rest (its default is to be ignored, so that nobody minds one too many). Other threads are reached at
their next watched line, which is the watcher's business.
"""

import signal
from _thread import get_ident
from collections.abc import Callable
from types import FrameType

from ..common.locks import new_lock
from ..common.raised import CellQuit, EvaluationCancelled, WaitBrokenOff
from ..debuggee.user_code import UserCode

_pthread_kill = signal.pthread_kill
_UNSEEN_S = 0.005
_GIVE_UP_S = 2.0


class Interrupts:
    """Signals of the main thread, and what they mean at the moment.

    `on_parked` is called for a SIGINT that comes while the main thread is stopped, and waits. `on_pause`,
    on the main thread, with the frame it is in, for a pause; it returns whether there was a stop.
    What comes while the main thread is about to stop or to go on waits until it has. `redirect`, if
    set, is asked first whether it sees to it that what came while `frame` ran ends the cell.
    `at_input` are the idents of the threads that wait for a line of the console.
    """

    def __init__(
        self, ident: int, user_code: UserCode, later: Callable[[float, Callable[[], None]], None]
    ) -> None:
        """`later` calls a function on another thread after some seconds."""
        self._ident = ident
        self._later = later
        self._unseen: set[int] = set()  # signals that were sent, and that no handler has seen
        self._user_code = user_code
        self._runs_cell = False
        self._cells = new_lock()  # held while one begins or is to be broken off
        self._waiting: set[int] = set()  # ids of cells that are to run, or run, and are not answered yet
        self._has_begun = False  # the first of them
        self._exits = self._waits_for_threads = False
        self._wants: set[str] = set()  # "pause", "quit", "cancel", "interrupt", "exit"
        self.is_parked = False
        self.is_stopped = False  # from the word that it is to the word that it is to go on
        self.is_evaluating = False
        self.on_parked: Callable[[], None] = lambda: None
        self.on_pause: Callable[[FrameType | None], bool] = lambda frame: False
        self.at_input: set[int] = set()
        self.redirect: Callable[[FrameType | None, BaseException], bool] = _redirects_nothing

    def install(self) -> None:
        """Take SIGINT and SIGURG. On the main thread, before any user code."""
        signal.signal(signal.SIGINT, self._on_interrupt)
        signal.signal(signal.SIGURG, self._on_urgent)

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
            self.is_parked = self.is_stopped = self.is_evaluating = False

    def let_go(self) -> None:
        """Give the signals back that are still ours, and know nobody any more."""
        for number, handler, then in (
            (signal.SIGINT, self._on_interrupt, signal.default_int_handler),
            (signal.SIGURG, self._on_urgent, signal.SIG_DFL),
        ):
            if signal.getsignal(number) == handler:
                signal.signal(number, then)
        self.redirect = _redirects_nothing

    def cell_comes(self, id: int) -> None:
        """A cell is on its way to the main thread. On the agent thread."""
        with self._cells:
            self._waiting.add(id)

    def cell_begins(self) -> None:
        """Raise what came for this cell before it has begun, if anything did."""
        with self._cells:
            wants, self._wants = self._wants, set()
            self._runs_cell = self._has_begun = True
        if "quit" in wants:
            raise CellQuit
        if "interrupt" in wants:
            raise KeyboardInterrupt

    def cell_ends(self) -> bool:
        """Return whether there is a pause that the cell has not come to."""
        self._runs_cell = False
        is_pausing = "pause" in self._wants
        self._wants.clear()
        return is_pausing

    def cell_answered(self, id: int) -> None:
        """The cell is over, also one that could not begin."""
        with self._cells:
            self._waiting.discard(id)
            if not self._has_begun:
                self._wants.clear()
            self._has_begun = False

    @property
    def runs_cell(self) -> bool:
        return self._runs_cell

    def announced(self) -> bool:
        """The main thread has stopped: a pause is void. Return whether it was interrupted just before."""
        self._wants.discard("pause")
        return self._is_interrupted()

    def unparked(self) -> BaseException | None:
        """The main thread goes on: what came since it was told to is done now, or is to be raised."""
        self.is_parked = self.is_stopped = False
        if self._wants:
            self._send(signal.SIGURG)
        return KeyboardInterrupt() if self._is_interrupted() else None

    def _is_interrupted(self) -> bool:
        is_wanted = "interrupt" in self._wants
        self._wants.discard("interrupt")
        return is_wanted

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the cell that runs or is about to; nothing happens when none is."""
        with self._cells:
            if self._runs_cell:
                self._send(signal.SIGINT)
            elif self._is_cell_coming():
                self._wants.add("interrupt")

    def pause(self) -> None:
        self._urge("pause")

    def quit(self) -> None:
        """Raise CellQuit in the running cell; nothing happens when none runs."""
        with self._cells:
            if self._runs_cell:
                self._urge("quit")

    def quit_coming(self) -> bool:
        """Raise CellQuit in the cell that is about to run; return whether one is."""
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
        self.is_evaluating = True

    def evaluation_ends(self) -> None:
        """What was to break off this evaluation shall not break off the next."""
        self.is_evaluating = False
        self._wants.discard("cancel")

    def is_wanted(self, what: str) -> bool:
        """Whether a signal for `what` is still on its way."""
        return what in self._wants

    def _urge(self, what: str) -> None:
        self._wants.add(what)
        self._send(signal.SIGURG)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        self._unseen.discard(signal.SIGINT)
        if self.is_evaluating:
            raise EvaluationCancelled
        if self.is_parked:
            self._wants.add("interrupt")  # raised when the thread goes on
            if self.is_stopped:
                self.on_parked()
        elif self._runs_cell and not self.redirect(frame, KeyboardInterrupt()):
            raise KeyboardInterrupt

    def _on_urgent(self, number: int, frame: FrameType | None) -> None:
        self._unseen.discard(signal.SIGURG)
        if "cancel" in self._wants:
            self._wants.discard("cancel")
            if self.is_evaluating:
                raise EvaluationCancelled
        if self.is_parked or not self._runs_cell:
            return
        if "exit" in self._wants:
            self._wants.discard("exit")
            if self._waits_for_threads:
                self._waits_for_threads = False
                raise WaitBrokenOff
        if "quit" in self._wants:
            if self.redirect(frame, CellQuit()):
                self._wants.discard("quit")
            elif self._ident in self.at_input or not self._is_ours(frame):
                self._wants.discard("quit")
                raise CellQuit  # In our own code: at the next watched line, then.
        if "pause" in self._wants:
            self._wants.discard("pause")
            if not self.on_pause(self._asking(frame) if self._ident in self.at_input else frame):
                self._wants.add("pause")  # until it has stopped; what is next may be a long wait
                self._unseen.add(signal.SIGURG)

    def _is_cell_coming(self) -> bool:
        return bool(self._waiting) and not self._has_begun

    def _asking(self, frame: FrameType | None) -> FrameType | None:
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
