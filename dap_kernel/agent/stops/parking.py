"""Where threads wait while they are stopped, and serve the commands that concern their stop.

Each method says which thread calls it. What a thread does once it runs again is the watcher's
business.
"""

import warnings
from collections.abc import Callable
from os import getpid as _getpid
from time import perf_counter
from types import FrameType
from typing import Any, Protocol

from ..common.errors import one_line
from ..common.raised import CellQuit, EvaluationCancelled
from ..common.signal_handlers import is_of_handler
from ..debuggee.code_names import name_of
from ..debuggee.inbox import Item
from ..debuggee.threads import UserThread, UserThreads
from ..debuggee.user_code import UserCode
from ..wire.messages import (
    MAIN_THREAD,
    Control,
    Goto,
    Inspection,
    Interrupt,
    Note,
    Notification,
    Quit,
    Resume,
    Resumed,
    Stopped,
    Thread,
)
from .headroom import Headroom
from .interrupts import Interrupts
from .stop import Resumption, Stop, live_frames
from .suspended_timeouts import suspend_timeouts


class StopOutput(Protocol):
    """Where a thread that stops leaves what it has printed, and what log points say."""

    def flush(self) -> None:
        """Write unfinished lines."""

    def emit_log(self, text: str, filename: str, line: int) -> None:
        """Print a log point's message."""


class Inspecting(Protocol):
    """Who answers what is asked about a stop, on the thread that is stopped."""

    def run(self, stop: Stop, id: int, command: Inspection) -> None:
        """Answer a command. What signal handlers raise gets out, and a late EvaluationCancelled."""

    def stop_ends(self) -> None:
        """A thread is about to run on: what was seen at other stops may be otherwise."""


class Parking:
    """The stopped threads of a kernel."""

    def __init__(
        self,
        threads: UserThreads,
        user_code: UserCode,
        output: StopOutput,
        interrupts: Interrupts,
        inspecting: Inspecting,
        *,
        emit: Callable[[Notification], None],
        answer: Callable[[int, object, str | None], None],
        on_stopped: Callable[[int], None],
    ) -> None:
        """`answer` gets a command's id, result and error; `on_stopped` the ident of who has stopped."""
        self._threads = threads
        self._user_code = user_code
        self._output = output
        self._interrupts = interrupts
        self._emit = emit
        self._answer = answer
        self._told: set[str] = set()
        self._inspecting = inspecting
        self._on_stopped = on_stopped
        self._pid = _getpid()
        self._headroom = Headroom()
        self._headroom.begin()
        self.stops: dict[int, Stop] = {}  # by thread id
        self._is_open = True  # closed: no server is there to resume anybody
        self.stopped_s = 0.0  # how long the main thread was stopped so far, all in all

    def log(self, text: str, frame: FrameType) -> None:
        """Print what a log point says. On the thread that hit it."""
        self._output.emit_log(text, name_of(frame.f_code), frame.f_lineno)

    def announce_once(self, text: str) -> None:
        """Tell the user something, unless it was told before. On any thread."""
        if text not in self._told:
            self._told.add(text)
            self._emit(Note(text))

    def park(self, stop: Stop, ids: list[int], text: str | None) -> Resumption:
        """Hold the calling thread until it is resumed. At once when there is no server."""
        thread = self._threads.current()
        if not self._is_open or _getpid() != self._pid:  # in a forked child nobody is told
            return Resumption()
        is_main = thread.id == MAIN_THREAD
        if is_main:
            self._interrupts.parks()
        began, stopped_s = perf_counter(), self.stopped_s
        self._output.flush()
        if text is not None and stop.exception is None:
            self._emit(Note(text, "important"))
        self._headroom.make_room()
        try:
            self._announce(stop, thread, ids, text)
            if not self._is_open:  # the server was lost meanwhile, and `close` has not seen this stop
                self.release(thread.id, (0, Resume(thread.id)))
            self._on_stopped(thread.ident)
            if is_main and self._interrupts.announced():
                thread.inbox.put((0, Interrupt()))
            resumption = self._serve(stop, thread)
        finally:
            self.stops.pop(thread.id, None)  # A signal's handler may have raised.
            self._headroom.regain_room()
            self._emit(Resumed(thread.id))
            if is_main:
                self.stopped_s = stopped_s + perf_counter() - began
            late = self._interrupts.unparked() if is_main else None
        return Resumption(raises=late) if late and resumption.raises is None else resumption

    def find(self, handle: int) -> Stop | None:
        """Return the stop that a frame id or a reference belongs to. On the agent thread."""
        return next((stop for stop in list(self.stops.values()) if stop.owns(handle)), None)

    def release(self, thread_id: int, item: tuple[int, Resume | Interrupt | Quit]) -> bool:
        """Let a stopped thread go, as `item` says; False when it is not stopped. On the agent thread."""
        if self.stops.pop(thread_id, None) is None:
            return False
        self._threads.with_id(thread_id).inbox.put(item)
        return True

    def open(self) -> None:
        """Hold who stops: there is a server again."""
        self._is_open = True

    def close(self) -> None:
        """Let all go and hold nobody any more: the server is gone."""
        self._is_open = False
        for thread_id in list(self.stops):
            self.release(thread_id, (0, Resume(thread_id)))

    def end(self) -> None:
        """Give back what was changed for it, for good."""
        self._headroom.end()

    def go_off(self) -> None:
        """Hold nobody in a forked child: who has forked at its stop goes on, the others are gone."""
        self._is_open = False
        own = self._threads.current().id
        gone = [self.stops.pop(it) for it in list(self.stops) if it != own]
        for stop in gone:
            stop.end()
            self._headroom.regain_room()
        self.release(own, (0, Resume(own)))

    def drop_stops(self) -> None:
        """Hold nobody any more, nor what was looked at. Who is stopped stays so until the process ends."""
        self._is_open = False
        for stop in list(self.stops.values()):
            stop.end()
        self.stops.clear()

    def _announce(self, stop: Stop, thread: UserThread, ids: list[int], text: str | None) -> None:
        top = stop.frames[0]
        suspend_timeouts()
        self.stops[thread.id] = stop
        self._emit(
            Stopped(
                thread.id,
                thread.name,
                stop.reason,
                top.filename,
                top.line,
                text=text,
                hit_breakpoint_ids=ids,
                is_post_mortem=stop.is_post_mortem,
                threads=self._listed(),
            )
        )

    def _listed(self) -> list[Thread]:
        """Return the threads that the server is to know; none where code of the user's is in the way."""
        try:
            return self._threads.listed({MAIN_THREAD, *self.stops}, self._user_code.runs_user_code)
        except Exception as error:  # a class of the user's may compute its threads' names
            if is_of_handler(error):
                raise
            return []

    def _serve(self, stop: Stop, thread: UserThread) -> Resumption:
        """Do what the inbox says until it says to go on."""
        serving = _Serving(stop)
        try:
            while True:
                try:
                    return self._do_all(serving, thread)
                except BaseException as error:  # of a second signal handler
                    serving.raised = error
        finally:
            serving.raised = None  # Its traceback leads here, and would hold the user's frames.
            self.stops.pop(thread.id, None)
            serving.stop.end()
            self._inspecting.stop_ends()

    def _do_all(self, serving: "_Serving", thread: UserThread) -> Resumption:
        """Do what the inbox says. What signal handlers raise meanwhile is for the user's code.

        Control commands wait for the cell's end.
        """
        while True:
            try:
                id, command = thread.inbox.wait_for_next(serving.taken, is_stopped=True)
                match command:
                    case Resume(step=step, target=target):
                        return Resumption(step, target, serving.raised)
                    case Interrupt():
                        return Resumption(raises=KeyboardInterrupt())
                    case Quit():
                        return Resumption(raises=CellQuit())
                    case Goto(line=line):
                        serving.taken.clear()
                        serving.stop = self._go_to(serving.stop, thread, id, line)
                    case _ if isinstance(command, Control):
                        thread.inbox.put_off(serving.taken)
                    case _ if isinstance(command, Inspection):
                        self._inspecting.run(serving.stop, id, command)
                serving.taken.clear()
            except EvaluationCancelled:
                continue  # It came too late for the evaluation that it was meant for.
            except KeyboardInterrupt as error:
                serving.raised = error
                if not self._interrupts.takes_interrupt:  # whoever runs the cell has broken it off
                    return Resumption(raises=error)
            except BaseException as error:
                serving.raised = error

    def _go_to(self, stop: Stop, thread: UserThread, id: int, line: int) -> Stop:
        """Move the top frame to `line` and stop there anew."""
        frame = stop.frames[0].frame
        try:
            if frame is None:
                raise ValueError("the kernel is idle")
            _move(frame, line)
        except (ValueError, AttributeError) as error:
            self._answer(id, None, f"cannot go to line {line}: {one_line(error)}")
            return stop
        stop.end()
        new = Stop(thread.id, "goto", live_frames(frame, self._user_code, is_named=True))
        self._answer(id, None, None)
        self._announce(new, thread, [], None)
        return new


class _Serving:
    """What is going on at one stop."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop  # another after a goto
        self.taken: list[Item] = []  # at most one: what is being done
        self.raised: BaseException | None = None  # for the user's code, when it goes on


def _move(frame: FrameType, line: int) -> None:
    """Set the next line. From 3.12 on Python binds unbound locals to None for that, and would warn.

    The filters stay the list that they are: at the interpreter's end C goes by the one that it has seen last
    (`get_warnings_attr` of `_warnings.c`), which would be that of `catch_warnings`.
    """
    filters: Any = warnings.filters
    silent = ("ignore", None, RuntimeWarning, None, 0)
    filters.insert(0, silent)
    try:
        frame.f_lineno = line  # type: ignore[misc]
    finally:
        filters.remove(silent)
