"""The FrameWatcher: stops a thread on a breakpoint, at the end of a step, or at an exception.

It decides; the backend watches, and `park` (the agent's) holds the thread. What begins with `set_`, and
`quit`, is called by the agent thread; the rest, if nothing else is said, on the thread that it is about.
What a docstring or a heading says of threads is looked at in a kernel (`test_called_on.py`).
No exception of ours leaves it but those that are to end user code.
"""

from _thread import get_ident
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType

from ..common.errors import one_line
from ..common.raised import CellQuit
from ..common.signal_handlers import traceback_of
from ..debuggee.code_names import learn_zipped
from ..debuggee.threads import UserThreads, idents_alive
from ..debuggee.user_code import UserCode
from ..evaluate.bindings import settle
from ..evaluate.conditions import forget_idle
from ..stops.stop import Stop, StoppedFrame, live_frames, suspended_frames, traceback_frames, unwound_frames
from ..wire.messages import (
    BreakMode,
    ExceptionFilter,
    FunctionBreakpoint,
    LineBreakpoint,
    StopAtEntry,
)
from .breakpoint import Outcome, ask_all, joined
from .contract import ThreadHolder, WatchBackend, WatchCallbacks
from .guarding import guarded
from .quitting import Quitting
from .stepping import Step, user_caller
from .steps_under_way import StepsUnderWay
from .watch_list import WatchList


class FrameWatcher:
    """Decides for each event that the backend reports, and has `holder` hold the thread where it stops.

    Also changes the watch list for the client, and has the backend see that.
    """

    def __init__(
        self,
        watch_list: WatchList,
        threads: UserThreads,
        user_code: UserCode,
        holder: ThreadHolder,
        make_backend: Callable[[WatchList, WatchCallbacks], WatchBackend],
    ) -> None:
        self.watch_list = watch_list
        self._table = watch_list.table
        self._running_steps = watch_list.steps
        self._threads = threads
        self._user_code = user_code
        self._holder = holder
        self._quitting = Quitting(threads, user_code)
        self._raising: dict[int, Exception] = {}  # by ident: at the end of a stop, for the program
        self._entered: dict[int, Outcome] = {}  # by ident: the function breakpoint that stops it soon
        self._awaited: object = None  # the coroutine of the cell that runs, if it is one
        self.backend = make_backend(watch_list, self)
        self._steps = StepsUnderWay(watch_list.steps, self.backend, threads, user_code)

    # By the agent thread.

    def set_breakpoints(self, filename: str, version: int, asked: list[LineBreakpoint]) -> None:
        """Replace the line breakpoints of a file; what an older `version` says is dropped."""
        if self.watch_list.placed.set(filename, version, asked):
            self.backend.breakpoints_changed(filename)

    def set_functions(self, version: int, asked: list[FunctionBreakpoint]) -> None:
        """Replace all function breakpoints; what an older `version` says is dropped."""
        if self._table.set_functions(version, asked):
            self.backend.breakpoints_changed(None)

    def set_exception_filters(self, version: int, filters: list[ExceptionFilter]) -> None:
        """Replace all exception filters; what an older `version` says is dropped."""
        if self.watch_list.set_filters(version, filters):
            self.backend.exceptions_changed()

    def set_no_debug(self, no_debug: bool) -> None:
        """Have nothing stop but a pause, or have all stop again; what runs already is meant too."""
        if self.watch_list.is_off == no_debug:
            return
        for filename in self.watch_list.set_off(no_debug):
            self.backend.breakpoints_changed(filename)
        self.backend.breakpoints_changed(None)
        self.backend.exceptions_changed()

    def break_in(self, ident: int, frame: FrameType, reason: str) -> None:
        """Stop thread `ident`, which runs `frame` now, at its next line of user code. On any thread."""
        self._steps.begin(ident, Step("any", reason=reason, just_my_code=self.watch_list.just_my_code), frame)

    def quit(self, ident: int, frame: FrameType) -> None:
        """End what thread `ident` runs, by an exception at each of its lines until it has ended."""
        self._quitting.begin(ident)
        self.break_in(ident, frame, "quit")

    def stopped(self, ident: int) -> None:
        """Drop a pause that came too late: thread `ident` has stopped already. On any thread."""
        if self.is_breaking_in(ident):
            self._steps.end(ident)

    def is_breaking_in(self, ident: int) -> bool:
        """Whether thread `ident` has yet to come to the line where `break_in` stops it. On any thread."""
        step = self._running_steps.get(ident)
        return step is not None and step.reason == "pause"

    def clear_watch_list(self) -> None:
        """Drop every breakpoint, filter and step; watch nothing until `watch_again`: the server is gone."""
        self._steps.refuse_new_steps()
        self.watch_list.clear()
        self._entered.clear()
        self.backend.off()

    def watch_again(self) -> None:
        """Watch what is asked for again: there is a server."""
        self.backend.on()
        self._steps.accept_new_steps()

    def shut_down(self) -> None:
        """Stop nowhere any more, for good, and hold nothing of the user's. By the main thread."""
        self.watch_list.set_off(True)  # for `breakpoint()` in a destructor
        self._awaited = None
        self.clear_watch_list()

    def check(self) -> None:
        """Put right what is to be looked after now and then. On any thread."""
        self.backend.check()
        forget_idle(is_over=False)
        alive = idents_alive()
        for ident in {*self._running_steps, *self._quitting.idents}.difference(alive):
            self._quitting.end(ident)
            self._steps.end(ident)

    # By the main thread, round each cell.

    def compiled(self, *codes: CodeType, why: str | None = None) -> None:
        """Move breakpoints to where `codes`, of a cell or a module that is about to run, have lines.

        `why` there is no code elsewhere in it, if not for the lines alone.
        """
        filename = self.watch_list.placed.compiled(codes, why)
        if filename is not None:
            self.backend.breakpoints_changed(filename)

    def cell_begins(self, stop_at_entry: StopAtEntry | None) -> None:
        """Get ready for a cell; the next line at the level of a cell may be its first."""
        self._quitting.end(get_ident())
        self.backend.thread_begins()
        if stop_at_entry is not None:
            step = Step("cell", reason=stop_at_entry, just_my_code=self.watch_list.just_my_code)
            self._steps.begin(get_ident(), step, None)

    def cell_ends(self) -> StopAtEntry | None:
        """Return why the next cell is to stop at its first line, if a step or a pause was under way."""
        ident = get_ident()
        forget_idle(is_over=True)
        self._quitting.end(ident)
        step = self._steps.end(ident)
        return step.goes_on if step is not None else None

    @guarded
    def uncaught(self, exception: BaseException) -> None:
        """Look at `exception`, which has ended a cell or a thread, if that is asked for."""
        if type(exception) is CellQuit:
            self.cell_ends()
            return
        if self.watch_list.is_off or not self.watch_list.filters.stops_after(exception):
            return
        frames = traceback_frames(traceback_of(exception), self._user_code)
        if frames:
            self._steps.end(get_ident())
            thread = self._threads.current().id
            stop = Stop(thread, "exception", frames, exception=exception, break_mode="unhandled")
            self._holder.park(stop, [], one_line(exception))
            self.cell_ends()

    @guarded
    def breakpoint_here(self, frame: FrameType) -> None:
        """Stop in `frame`, which called `breakpoint()`, if anything is to stop."""
        if not self.watch_list.is_off:
            self._stop(frame, "breakpoint")

    def cell_awaits(self, coroutine: object) -> None:
        """The cell that runs is this coroutine, which may be suspended meanwhile; None: it is over."""
        self._awaited = coroutine

    def pause_here(self, frame: FrameType | None) -> bool:
        """Stop the main thread in whatever it does, for a pause.

        False: it is at work for us, and stops at its next line unless it is asked again before.
        """
        if frame is None:
            return False
        is_waiting = not self._user_code.runs_user_code(frame)
        waits = suspended_frames(self._awaited, self._user_code) if is_waiting else []
        if waits and waits[0].frame is not None:
            self._stop(waits[0].frame, "pause", frames=waits)
        elif self._user_code.is_kernel_frame(frame):
            self.break_in(get_ident(), frame, "pause")
            return False
        else:
            self._stop(frame, "pause")
        return True

    # By the backend: see `WatchCallbacks`.

    @guarded
    def on_module(self, frame: FrameType) -> None:
        code = frame.f_code
        path = learn_zipped(frame)
        if path is not None:
            self._user_code.is_at(code.co_filename, path)
        if self._user_code.is_user(code.co_filename) and not self._user_code.is_notebook(code.co_filename):
            self.compiled(code)

    @guarded
    def on_line(self, frame: FrameType, outcome: Outcome | None) -> None:
        """Stop the calling thread before a line if a breakpoint or its step says so. The backend calls it.

        `outcome` is what the breakpoints of the line, evaluated already, have come to; None: there are none.
        The thread is held here until it is to go on. Raises CellQuit where the cell is to end.
        """
        ident = get_ident()
        if self._quitting.idents:
            if self._quitting.is_to_end(frame):
                raise CellQuit
            if ident in self._quitting.idents:
                return
        if outcome is not None:
            for text in outcome.logs:
                self._holder.log(text, frame)
        step = self._running_steps.get(ident)
        entered = self._entered.get(ident)
        if outcome is not None and outcome.ids:
            reason = "breakpoint"
            outcome = outcome if entered is None else joined([outcome, entered])
        elif step is None or not step.ends_at_line(frame, self._user_code):
            return
        elif step.thread is not self._threads.current():
            self._steps.end(ident)
            return
        else:
            reason = step.reason
            outcome = entered or Outcome([], [])
        self._entered.pop(ident, None)
        self._stop(frame, reason, ids=outcome.ids, text=outcome.problem)

    @guarded
    def on_entry(self, frame: FrameType, is_resumed: bool) -> None:
        """Have a step that goes in watch `frame`, and stop for breakpoints on its function."""
        ident = get_ident()
        step = self._running_steps.get(ident)
        if step is not None and step.wants_entries and step.enters(frame, self._user_code):
            self.backend.watch_frame(ident, frame)
        if self._table.functions and not is_resumed:
            self._enter_function(ident, frame)

    @guarded
    def on_end(
        self,
        frame: FrameType,
        value: object,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Act on the end of a frame: it returns `value`, or `exception` leaves it. The backend calls it.

        Stops at an exception that leaves the user's code, and ends a step in the caller or, where that is not
        user code, where user code runs next. The frame is still on the calling thread's stack.
        """
        if (
            exception is not None
            and self.watch_list.wants_unwind
            and self.watch_list.filters.stops_at_unwind(frame, exception)
        ):
            frames = unwound_frames(frame, traceback, self._user_code)
            self._stop_for(exception, "userUnhandled", frame, traceback, frames)
            return
        ident = get_ident()
        step = self._running_steps.get(ident)
        if step is None or not step.ends_with(frame):
            return
        if self._user_code.is_cell(frame.f_code):
            self._steps.begin(ident, Step("cell", reason="step", just_my_code=step.just_my_code), None)
            return
        caller = user_caller(frame, self._user_code, step.just_my_code)
        if caller is None:
            self._steps.begin(ident, Step("any", reason="step", just_my_code=step.just_my_code), frame.f_back)
            return
        shows = exception is None and self.watch_list.show_return_value
        self._stop(caller, "step", returned=(frame.f_code.co_qualname, value) if shows else None)

    @guarded
    def on_raise(self, frame: FrameType, exception: BaseException, traceback: TracebackType | None) -> None:
        """Stop the calling thread where an exception is raised, if a filter says so."""
        if type(exception) is CellQuit:
            return
        if self.watch_list.wants_raise and self.watch_list.filters.stops_at_raise(
            frame, exception, traceback, self.watch_list.just_my_code
        ):
            self._stop_for(exception, "always", frame, traceback)

    def is_for_program(self, error: Exception) -> bool:
        return self._raising.pop(get_ident(), None) is error

    def tell_failure(self, text: str) -> None:
        self._holder.announce_once(f"the debugger failed to look at a line: {text}")

    # Stops and steps.

    def _stop_for(
        self,
        exception: BaseException,
        break_mode: BreakMode,
        frame: FrameType,
        traceback: TracebackType | None,
        frames: list[StoppedFrame] | None = None,
    ) -> None:
        """Park in `frame`, where `exception` is on its way."""
        frames = frames or live_frames(frame, self._user_code)
        thread = self._threads.current().id
        stop = Stop(
            thread, "exception", frames, exception=exception, traceback=traceback, break_mode=break_mode
        )
        self._park(frame, stop, [], one_line(exception))

    def _stop(
        self,
        frame: FrameType,
        reason: str,
        *,
        ids: list[int] | None = None,
        text: str | None = None,
        returned: tuple[str, object] | None = None,
        frames: list[StoppedFrame] | None = None,
    ) -> None:
        """Park in `frame`, which is shown on top unless `frames` are given."""
        frames = frames or live_frames(frame, self._user_code, is_named="breakpoint" in reason)
        stop = Stop(self._threads.current().id, reason, frames, returned=returned)
        self._park(frame, stop, ids or [], text)

    def _park(self, frame: FrameType, stop: Stop, ids: list[int], text: str | None) -> None:
        """Stop the thread, which runs `frame`; then do as the one who resumes says."""
        ident = get_ident()
        self._steps.end(ident)
        if not stop.frames:
            return
        resumption = self._holder.park(stop, ids, text)
        if isinstance(resumption.raises, CellQuit):
            self._quitting.begin(ident)
            self._steps.begin(ident, Step("any", reason="quit"), frame)
        else:
            self._steps.begin_from(ident, frame, resumption, self.watch_list.just_my_code)
        settle(frame)
        try:
            if isinstance(resumption.raises, Exception):
                self._raising[ident] = resumption.raises
            if resumption.raises is not None:
                raise resumption.raises
        finally:
            del resumption  # The exception's traceback leads here: this frame would hold itself.

    def _enter_function(self, ident: int, frame: FrameType) -> None:
        filename = frame.f_code.co_filename
        points = self._table.functions_of(frame.f_code, frame.f_globals.get("__name__"))
        if points and self.watch_list.just_my_code and not self._user_code.is_user(filename):
            points = tuple(it for it in points if "." in it.name)  # a bare name means the user's own
        if not points or self._user_code.is_kernel(filename):  # a name of a function of ours
            return
        outcome = ask_all(points)(frame)
        if outcome is not None and outcome.ids:
            self._entered[ident] = outcome
            self._steps.begin(ident, Step("over", frame, reason="function breakpoint"), frame)
