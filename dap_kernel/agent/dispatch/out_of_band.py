"""The out-of-band commands: what the agent thread does at once, also while a cell runs.

Each method takes the command and returns the reply's result. None runs user code or waits.
"""

from collections.abc import Callable
from typing import Any, Protocol

from ..common.options import ClientOptions
from ..debuggee.imported_files import Imports
from ..debuggee.modules import modules, source_text
from ..debuggee.threads import UserThread, UserThreads, frames_of_others
from ..debuggee.user_code import UserCode
from ..stops.interrupts import Interrupts
from ..stops.parking import Parking
from ..stops.stop import Stop
from ..watch.frame_watcher import FrameWatcher
from ..watch.step_in_targets import step_in_targets
from ..watch.watch_list import WatchList
from ..wire import messages as wire
from .host import Host, Refusal, ThreadNotStopped
from .inspections import Inspections
from .timers import After

_QUIT_PATIENCE_S = 3.0
_PAUSE_PATIENCE_S = 1.0


class Parts(Protocol):
    """What out-of-band commands ask and change."""

    host: Host
    options: ClientOptions
    user_code: UserCode
    imports: Imports
    threads: UserThreads
    interrupts: Interrupts
    inspections: Inspections
    parking: Parking
    watch_list: WatchList
    watcher: FrameWatcher
    after: After
    idle: Stop | None  # None: a cell runs
    cells_run: int  # counts the cells that have begun

    def emit(self, notification: wire.Notification, /) -> None:
        """Send a notification; without effect when there is no server."""


class OutOfBand:
    """What is done for each kind of command."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        watcher, host = parts.watcher, parts.host
        self._commands: dict[type, Callable[[Any], object]] = {
            wire.Configure: self._configure,
            wire.MoveNotebook: lambda it: parts.options.notebook_moved(it.path),
            wire.SetNoDebug: lambda it: watcher.set_no_debug(it.no_debug),
            wire.Describe: lambda it: host.describe(),
            wire.NameText: lambda it: host.name_text(it),
            wire.SetBreakpoints: lambda it: watcher.set_breakpoints(it.filename, it.version, it.breakpoints),
            wire.SetFunctionBreakpoints: lambda it: watcher.set_functions(it.version, it.breakpoints),
            wire.SetExceptionBreakpoints: lambda it: watcher.set_exception_filters(it.version, it.filters),
            wire.Threads: self._threads,
            wire.Pause: self._pause,
            wire.Interrupt: self._interrupt,
            wire.Quit: self._quit,
            wire.Resume: self._resume,
            wire.StackTrace: self._stack_trace,
            wire.StepInTargets: self._step_in_targets,
            wire.Modules: lambda it: modules(parts.user_code, parts.imports),
            wire.SourceText: lambda it: source_text(it.filename),
            wire.Cancel: lambda it: parts.inspections.cancel(it.command),
            wire.Input: lambda it: host.take_input(it.text),
        }

    def answer_command(self, command: wire.Command) -> object:
        """Do `command` and return its result. On the agent thread. Raises Refusal."""
        return self._commands[type(command)](command)

    def _configure(self, command: wire.Configure) -> None:
        self._parts.options.configure(command)
        self._parts.watch_list.configure(command.just_my_code, command.show_return_value)

    def _threads(self, _: wire.Threads) -> list[wire.Thread]:
        shown = {wire.MAIN_THREAD, *self._parts.parking.stops}  # post mortem no user code runs
        return self._parts.threads.listed(shown, self._parts.user_code.runs_user_code)

    def _thread(self, id: int) -> UserThread:
        try:
            return self._parts.threads.with_id(id)
        except KeyError:
            raise Refusal(f"there is no thread {id}") from None

    def _is_signalled(self, thread: UserThread) -> bool:
        """Whether a thread is reached by signals: others are reached at lines of theirs alone."""
        return self._parts.interrupts.reaches(thread.ident)

    def _pause(self, command: wire.Pause) -> None:
        thread = self._thread(command.thread)
        if thread.id in self._parts.parking.stops:
            return
        if self._is_signalled(thread):
            if not self._parts.interrupts.runs_cell:
                raise Refusal("nothing runs that could be paused")
            self._parts.interrupts.pause()
        else:
            self._break_in(thread, "pause")
            if thread.id in self._parts.parking.stops:  # it came to a stop of its own meanwhile
                self._parts.watcher.stopped(thread.ident)
        self._parts.after(_PAUSE_PATIENCE_S, lambda: self._tell_pause(thread))

    def _tell_pause(self, thread: UserThread) -> None:
        """Say so when a thread that was told to pause is busy in C code."""
        is_awaited = (
            self._parts.interrupts.is_wanted("pause")
            if self._is_signalled(thread)
            else self._parts.watcher.is_breaking_in(thread.ident)
        )
        if is_awaited and thread.id not in self._parts.parking.stops:
            self._parts.emit(wire.Note(f"{thread.name} is busy in C code and stops when that returns"))

    def _break_in(self, thread: UserThread, reason: str) -> None:
        frame = frames_of_others().get(thread.ident)
        if frame is not None:
            self._parts.watcher.break_in(thread.ident, frame, reason)

    def _interrupt(self, _: wire.Interrupt) -> None:
        if not self._parts.parking.release(wire.MAIN_THREAD, (0, wire.Interrupt())):
            if not self._is_signalled(self._parts.threads.main):
                raise Refusal("this process is not to be interrupted by its debugger: pause it")
            self._parts.interrupts.interrupt()

    def _quit(self, command: wire.Quit) -> None:
        thread = self._thread(command.thread)
        is_signalled = self._is_signalled(thread)
        if is_signalled and (
            self._parts.interrupts.break_off_exit()
            or self._parts.interrupts.quit_coming()
            or self._parts.idle is not None
        ):
            return
        frame = frames_of_others().get(thread.ident)
        if frame is not None:  # First, so that a thread that is about to stop does not miss it.
            self._parts.watcher.quit(thread.ident, frame)
        is_stopped = self._parts.parking.release(thread.id, (0, command))
        if is_signalled and not is_stopped:
            self._parts.interrupts.quit()
        if is_signalled:
            self._insist(self._parts.cells_run)

    def _insist(self, cell: int) -> None:
        """A cell that does not end when it is told to gets SIGINT; then only a restart helps."""

        def is_same() -> bool:
            return (
                self._parts.cells_run == cell
                and self._parts.idle is None
                and wire.MAIN_THREAD not in self._parts.parking.stops
            )

        def interrupt() -> None:
            if is_same():
                self._parts.interrupts.interrupt()
                self._parts.after(_QUIT_PATIENCE_S, give_up)

        def give_up() -> None:
            if is_same():
                self._parts.emit(wire.Note("the cell does not end: restart the kernel", "important"))

        self._parts.after(_QUIT_PATIENCE_S, interrupt)

    def _resume(self, command: wire.Resume) -> None:
        is_resumed = self._parts.parking.release(command.thread, (0, command))
        for thread_id in command.others:
            self._parts.parking.release(thread_id, (0, wire.Resume(thread_id)))
        if not is_resumed:
            raise ThreadNotStopped

    def _stack_trace(self, command: wire.StackTrace) -> wire.Stack:
        stop = self._parts.parking.stops.get(command.thread)
        if stop is None:
            raise ThreadNotStopped
        return stop.stack(command.start, command.levels)

    def _step_in_targets(self, command: wire.StepInTargets) -> list[wire.Target]:
        stop = self._parts.parking.find(command.frame)
        if stop is None:
            raise ThreadNotStopped
        return step_in_targets(stop.frame(command.frame))
