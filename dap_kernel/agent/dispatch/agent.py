"""The agent: takes commands off the wire and sees to it that each is done on the right thread.

Out-of-band commands are done at once, on the agent thread, which runs no user code. Inspection goes
to the inbox of the stopped thread that owns the frame or the reference. Control goes to the host, which runs
cells. No exception of ours reaches user code.
"""

import os
import sys
import threading
from _thread import allocate_lock, get_ident
from collections.abc import Callable
from contextlib import suppress
from types import CodeType, FrameType
from typing import Any, get_args

from ..common.errors import one_line
from ..common.options import ClientOptions
from ..common.raised import CellQuit
from ..debuggee.imported_files import Imports
from ..debuggee.threads import UserThreads
from ..debuggee.user_code import UserCode
from ..inspect.inspector import Inspector
from ..link.sender import Sender
from ..stops.interrupts import Interrupts
from ..stops.parking import Parking
from ..stops.stop import Stop, count_handles_from, idle_stop
from ..watch.contract import WatchBackend, WatchCallbacks
from ..watch.frame_watcher import FrameWatcher
from ..watch.watch_list import WatchList
from ..wire import messages as wire
from ..wire.codec import decode_command
from .host import Host, Refusal, ThreadNotStopped
from .inspections import Inspections
from .out_of_band import OutOfBand
from .timers import After

_INSPECTION = get_args(wire.Inspection)
_CONTROL = get_args(wire.Control)
_INTERRUPTED = "SIGINT came while the program is stopped: KeyboardInterrupt is raised when it goes on"


class Agent:
    """The debugger of one process. Made by its host; `on_frame` runs on the agent thread."""

    def __init__(
        self,
        host: Host,
        start: wire.Start,
        options: ClientOptions,
        sender: Sender,
        threads: UserThreads,
        user_code: UserCode,
        after: After,
    ) -> None:
        """`after` calls something after some seconds, on a thread of the agent's."""
        self.host = host
        self.start = start
        self.options = options
        self.threads = threads
        self.user_code = user_code
        self.after = after
        self._sender = sender
        self.emit, self.reply = sender.emit, sender.reply
        self.imports = Imports()
        self.inspector = Inspector(host.namespace, host.hidden, draw_plots=host.draw_plots)
        self.interrupts = self._new_interrupts()
        self.inspections = Inspections(self.inspector, sender.reply, self.interrupts, after)
        self.parking = self._new_parking()
        self.watch_list = WatchList(user_code, sender.emit)
        self.watch_list.configure(start.just_my_code, start.show_return_value)
        self.watcher = FrameWatcher(self.watch_list, threads, user_code, self.parking, self._new_backend)
        self.watcher.set_no_debug(start.no_debug)
        self.idle: Stop | None = None
        self.servers = 1  # counts those that there were
        self.cells_run = 0  # counts the cells that have begun
        self.at_work = allocate_lock()  # held while the agent thread does a command
        self._out_of_band = OutOfBand(self)
        self._is_at_end = False  # the main thread was stopped post-mortem when the server was lost
        version = ".".join(map(str, sys.version_info[:3]))
        self._hello = wire.Hello(os.getpid(), version, sys.executable, self.watcher.backend.name)
        self._excepthooks: list[Callable[[Any], object]] = []  # of threads: ours, and the one before

    # What it is made of. Each of these knows of the others what it is handed here.

    def _new_interrupts(self) -> Interrupts:
        return Interrupts(
            self.threads.main.ident,
            self.user_code,
            self.after,
            asking=self.host.asking,
            is_stopped=lambda: wire.MAIN_THREAD in self.parking.stops,
            on_pause=self._pause_here,
            on_parked=lambda: self.emit(wire.Note(_INTERRUPTED, "important")),
            redirect=self.host.redirect,
        )

    def _pause_here(self, frame: FrameType | None) -> bool:
        """Stop for a pause. The host ends a cell that awaits something, no code of which runs."""
        try:
            return self.watcher.pause_here(frame)
        except (KeyboardInterrupt, CellQuit) as error:
            if not self.host.redirect(frame, error):
                raise
            return True

    def _new_parking(self) -> Parking:
        return Parking(
            self.threads,
            self.user_code,
            self.host.output,
            self.interrupts,
            self.inspections,
            emit=self.emit,
            answer=self.reply,
            on_stopped=lambda ident: self.watcher.stopped(ident),
        )

    def _new_backend(self, watch_list: WatchList, callbacks: WatchCallbacks) -> WatchBackend:
        if self.start.backend != "settrace" and hasattr(sys, "monitoring"):
            from ..watch.backends.monitoring import MonitoringBackend

            return MonitoringBackend(watch_list, callbacks)
        from ..watch.backends.settrace import SettraceBackend

        return SettraceBackend(watch_list, callbacks, self.threads)

    # By the thread that makes it, and by the one that runs cells.

    def begin(self) -> None:
        """Take what the host lends, and say that the agent is there."""
        if self.host.takes_signals:
            self.interrupts.install()
        before = threading.excepthook
        self._excepthooks = [self._after_thread(before), before]
        threading.excepthook = self._excepthooks[0]
        count_handles_from(self.start.first_handle)
        self.emit(self._hello)

    def end(self) -> None:
        """Watch nothing, let all go, and give back what was taken: nobody debugs this process any more."""
        self.server_lost()
        self.watcher.shut_down()
        self.parking.end()
        if self._excepthooks and threading.excepthook is self._excepthooks[0]:
            threading.excepthook = self._excepthooks[1]

    def idle_begins(self, ended: wire.CellEnded | None = None) -> None:
        """Nothing runs: the notebook's names can be looked at. `ended` is the cell that did, if one did."""
        self.idle = idle_stop(wire.MAIN_THREAD)
        if ended is not None:
            self.emit(ended)

    def idle_ends(self, began: wire.CellBegan | None = None) -> None:
        """A cell is taken up, `began`: what was looked at is void."""
        if began is not None:
            self.emit(began)
        self.cells_run += 1
        if self.idle is not None:
            self.idle.end()
            self.idle = None
            self.inspector.forget_tables()

    def inspect_idle(self, id: int, command: wire.Inspection) -> None:
        """Answer an inspection of the idle notebook."""
        if self.idle is not None:
            self.inspections.run(self.idle, id, command)

    def compiled(self, *codes: CodeType, why: str | None = None) -> None:
        """All code of a cell that is about to run, as far as it is known; `why` there is no more of it."""
        self.watcher.compiled(*codes, why=why)

    def cell_begins(self, stop_at_entry: wire.StopAtEntry | None) -> None:
        """A cell is about to run, on the calling thread. Raises what came for it before it has begun."""
        self.watcher.cell_begins(stop_at_entry)
        self.interrupts.cell_begins()

    def cell_runs(self) -> None:
        """A cell ran already as the agent came. On any thread."""
        self.cells_run += 1
        self.interrupts.cell_begins()

    def cell_awaits(self, coroutine: object) -> None:
        """The cell that runs is this coroutine."""
        self.watcher.cell_awaits(coroutine)

    def cell_ends(self) -> wire.StopAtEntry | None:
        """The cell has run. Return why the next one is to stop at its first line, if it is."""
        is_pausing = self.interrupts.cell_ends()
        self.watcher.cell_awaits(None)
        return self.watcher.cell_ends() or ("pause" if is_pausing else None)

    def shut_down(self) -> None:
        """Stop nowhere any more, and hold nothing of the user's: the interpreter is about to end."""
        self.idle_ends()
        self.parking.drop_stops()
        self.inspector.release_objects()
        self.threads.release_threads()
        self.watcher.shut_down()

    # By any thread.

    @property
    def has_server(self) -> bool:
        """Whether a server is believed to be there."""
        return self._sender.has_server

    @property
    def is_stopped(self) -> bool:
        """Whether the thread that runs cells stands at a stop."""
        return self.interrupts.is_parked

    @property
    def live_line(self) -> bool:
        """Whether the line that runs is to be told."""
        return self.options.live_line

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing runs. What was stopped post-mortem when the server was lost has no more to run."""
        return self.idle is not None or self._is_at_end

    def tick(self) -> None:
        """What is to be looked after now and then, while a cell runs. By the sampler."""
        self.watcher.check()
        self.imports.look()
        for thread_id in self.threads.forget_ended():
            self.emit(wire.ThreadExited(thread_id))

    # By the agent thread.

    def on_frame(self, body: bytes) -> None:
        """Take one command. One that cannot be read is told of and dropped."""
        self.threads.own.add(get_ident())
        with self.at_work:
            self._do(body)

    def _do(self, body: bytes) -> None:
        try:
            id, command = decode_command(body)
        except (ValueError, TypeError, KeyError) as error:
            self._sender.send_note(
                f"the debugger in the kernel could not read what it was told: {one_line(error)}"
            )
            return
        try:
            self._take(id, command)
        except Refusal as refusal:
            self.reply(id, error=str(refusal))
        except Exception as error:
            self.reply(id, error=f"internal error of the debugger in the kernel: {one_line(error)}")

    def server_lost(self) -> None:
        """Resume what is stopped and watch nothing: nobody is there to look."""
        stop = self.parking.stops.get(wire.MAIN_THREAD)
        self._is_at_end = stop is not None and stop.is_post_mortem
        self.watcher.clear_watch_list()
        self.interrupts.forget_pause()
        self.parking.close()
        self.host.take_input(None)

    def go_off(self) -> None:
        """Watch nothing in a forked child, of whose threads only the calling one is left."""
        self.at_work = allocate_lock()  # whose holder is gone
        steps = (
            self.watcher.clear_watch_list,
            self.interrupts.go_off,
            self.parking.go_off,
            lambda: self.host.take_input(None),
        )
        for step in steps:
            with suppress(Exception):  # Of one; the others are to be done all the same.
                step()

    def server_found(self) -> None:
        """An orphaned kernel has been attached to."""
        self.watcher.watch_again()
        self.parking.open()
        self.servers += 1
        self.emit(self._hello)

    def _take(self, id: int, command: wire.Command) -> None:
        if isinstance(command, _CONTROL):
            if isinstance(command, wire.RunCell):
                self.interrupts.cell_comes(id)
            self.host.take_control(id, command)
        elif isinstance(command, _INSPECTION):
            self._inspect(id, command)
        else:
            self.reply(id, self._out_of_band.answer_command(command))

    def _inspect(self, id: int, command: wire.Inspection) -> None:
        stop = self._stop_of(command)
        if stop is None:
            raise ThreadNotStopped
        thread = self.threads.with_id(stop.thread)
        if not isinstance(command, wire.Goto):
            self.inspections.expect(id, command, thread)
        thread.inbox.put((id, command))

    def _stop_of(self, command: wire.Inspection) -> Stop | None:
        match command:
            case wire.Goto(thread=thread) | wire.ExceptionInfo(thread=thread):
                return self.parking.stops.get(thread)
            case wire.Variables(reference=handle) | wire.SetVariable(reference=handle):
                pass
            case wire.Table(expression=None, table=0, reference=handle):
                pass
            case wire.Table(expression=None, table=handle):
                pass
            case _:
                handle = command.frame
        if self.idle is not None and self.idle.owns(handle):
            return self.idle
        return self.parking.find(handle)

    def _after_thread(self, before: Callable[[Any], object]) -> Callable[[Any], object]:
        """Return an `excepthook` of threads that looks at the exception post mortem."""

        def hook(args: Any) -> None:
            if type(args.exc_value) is not CellQuit:
                before(args)
            if args.exc_value is not None:
                self.watcher.uncaught(args.exc_value)

        return hook
