"""The out-of-band commands: what the agent thread does at once, also while a cell runs.

Each method takes the command and returns the reply's result. None runs user code or waits.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..common.text import clean
from ..debuggee.modules import modules, source_text
from ..debuggee.threads import UserThread, frames_of_others
from ..watch.no_debug import set_no_debug
from ..watch.step_in_targets import step_in_targets
from ..wire import messages as wire

if TYPE_CHECKING:
    from .agent import Agent

_QUIT_PATIENCE_S = 3.0
_PAUSE_PATIENCE_S = 1.0


class Refusal(Exception):
    """A command that cannot be done, in a sentence."""


class NotStopped(Refusal):
    """The thread, frame or reference is of no stop that lasts."""

    def __init__(self) -> None:
        super().__init__("notStopped")


class OutOfBand:
    """What is done for each kind of command."""

    def __init__(self, agent: "Agent") -> None:
        self._agent = agent
        watcher = agent.watcher
        self._commands: dict[type, Callable[[Any], object]] = {
            wire.Configure: self.configure,
            wire.MoveNotebook: self._move_notebook,
            wire.SetNoDebug: lambda it: set_no_debug(agent, it.no_debug),
            wire.Describe: lambda it: agent.describe(),
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
            wire.Modules: lambda it: modules(agent.user_code, agent.imports),
            wire.SourceText: lambda it: source_text(it.filename),
            wire.Cancel: lambda it: agent.inspections.cancel(it.command),
            wire.Input: lambda it: agent.on_input(it.text),
        }

    def take(self, command: wire.Command) -> object:
        """Do `command` and return its result. Raises Refusal."""
        return self._commands[type(command)](command)

    def configure(self, it: wire.Configure | wire.Start) -> None:
        self._agent.watcher.just_my_code = it.just_my_code
        self._agent.watcher.show_return_value = it.show_return_value
        self._agent.live_line = it.live_line
        self._agent.orphan_timeout_s = it.orphan_timeout_s

    def _move_notebook(self, it: wire.MoveNotebook) -> None:
        self._agent.notebook = it.path

    def _threads(self, _: wire.Threads) -> list[wire.Thread]:
        shown = {wire.MAIN_THREAD, *self._agent.parking.stops}  # post mortem no user code runs
        return [
            wire.Thread(thread.id, clean(thread.name))
            for thread, frame in self._agent.threads.others()
            if thread.id in shown or self._agent.user_code.runs_user_code(frame)
        ]

    def _thread(self, id: int) -> UserThread:
        try:
            return self._agent.threads.with_id(id)
        except KeyError:
            raise Refusal(f"there is no thread {id}") from None

    def _pause(self, command: wire.Pause) -> None:
        thread = self._thread(command.thread)
        if thread.id in self._agent.parking.stops:
            return
        if thread is self._agent.threads.main:
            if not self._agent.interrupts.runs_cell:
                raise Refusal("nothing runs that could be paused")
            self._agent.interrupts.pause()
        else:
            self._break_in(thread, "pause")
            if thread.id in self._agent.parking.stops:  # it came to a stop of its own meanwhile
                self._agent.watcher.stopped(thread.ident)
        self._agent.timers.after(_PAUSE_PATIENCE_S, lambda: self._tell_pause(thread))

    def _tell_pause(self, thread: UserThread) -> None:
        """Say so when a thread that was told to pause is busy in C code."""
        is_awaited = (
            self._agent.interrupts.is_wanted("pause")
            if thread is self._agent.threads.main
            else self._agent.watcher.is_breaking_in(thread.ident)
        )
        if is_awaited and thread.id not in self._agent.parking.stops:
            self._agent.emit(wire.Note(f"{thread.name} is busy in C code and stops when that returns"))

    def _break_in(self, thread: UserThread, reason: str) -> None:
        frame = frames_of_others().get(thread.ident)
        if frame is not None:
            self._agent.watcher.break_in(thread.ident, frame, reason)

    def _interrupt(self, _: wire.Interrupt) -> None:
        if not self._agent.parking.release(wire.MAIN_THREAD, (0, wire.Interrupt())):
            self._agent.interrupts.interrupt()

    def _quit(self, command: wire.Quit) -> None:
        thread = self._thread(command.thread)
        if thread is self._agent.threads.main and (
            self._agent.interrupts.break_off_exit()
            or self._agent.interrupts.quit_coming()
            or self._agent.idle is not None
        ):
            return
        frame = frames_of_others().get(thread.ident)
        if frame is not None:  # First, so that a thread that is about to stop does not miss it.
            self._agent.watcher.quit(thread.ident, frame)
        is_stopped = self._agent.parking.release(thread.id, (0, command))
        if thread is self._agent.threads.main and not is_stopped:
            self._agent.interrupts.quit()
        if thread is self._agent.threads.main:
            self._insist(self._agent.cells_run)

    def _insist(self, cell: int) -> None:
        """A cell that does not end when it is told to gets SIGINT; then only a restart helps."""

        def is_same() -> bool:
            return (
                self._agent.cells_run == cell
                and self._agent.idle is None
                and wire.MAIN_THREAD not in self._agent.parking.stops
            )

        def interrupt() -> None:
            if is_same():
                self._agent.interrupts.interrupt()
                self._agent.timers.after(_QUIT_PATIENCE_S, give_up)

        def give_up() -> None:
            if is_same():
                self._agent.emit(wire.Note("the cell does not end: restart the kernel", "important"))

        self._agent.timers.after(_QUIT_PATIENCE_S, interrupt)

    def _resume(self, command: wire.Resume) -> None:
        is_resumed = self._agent.parking.release(command.thread, (0, command))
        for thread_id in command.others:
            self._agent.parking.release(thread_id, (0, wire.Resume(thread_id)))
        if not is_resumed:
            raise NotStopped

    def _stack_trace(self, command: wire.StackTrace) -> wire.Stack:
        stop = self._agent.parking.stops.get(command.thread)
        if stop is None:
            raise NotStopped
        return stop.stack(command.start, command.levels)

    def _step_in_targets(self, command: wire.StepInTargets) -> list[wire.Target]:
        stop = self._agent.parking.find(command.frame)
        if stop is None:
            raise NotStopped
        return step_in_targets(stop.frame(command.frame))
