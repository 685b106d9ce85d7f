"""The agent: takes commands off the wire and sees to it that each is done on the right thread.

Out-of-band commands are done at once, on the agent thread, which runs no user code. Inspection goes
to the inbox of the stopped thread that owns the frame or the reference. Control goes to the main
thread's inbox, behind the cell that runs. No exception of ours reaches user code.
"""

import os
import sys
import threading
from _thread import allocate_lock, get_ident
from collections.abc import Callable
from contextlib import suppress
from typing import Any, get_args

from ..common.errors import one_line
from ..common.raised import CellQuit
from ..common.signal_handlers import is_of_handler
from ..debuggee.imported_files import Imports
from ..debuggee.threads import Threads
from ..debuggee.user_code import UserCode
from ..inspect.inspector import Inspector
from ..link.channel import Channel
from ..output.streams import Streams
from ..stops.interrupts import Interrupts
from ..stops.parking import Parking
from ..stops.stop import Stop, count_handles_from, idle_stop
from ..watch.contract import WatchBackend, WatchHost
from ..watch.frame_watcher import FrameWatcher
from ..watch.no_debug import set_no_debug
from ..wire import messages as wire
from ..wire.codec import MAX_FRAME, decode_command, encode
from .inspections import Inspections
from .out_of_band import NotStopped, OutOfBand, Refusal
from .timers import Timers

_INSPECTION = get_args(wire.Inspection)
_CONTROL = get_args(wire.Control)
_TOO_LARGE = "the answer is too large to be sent: ask for a part of it"
_INTERRUPTED = "SIGINT came while the program is stopped: KeyboardInterrupt is raised when it goes on"


class Agent:
    """One kernel's agent. Made on the main thread; `on_frame` runs on the agent thread."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.namespace: dict[str, object] = vars(sys.modules["__main__"])
        self.hidden: set[str] = set()  # the kernel's own names in the namespace
        self.user_code = UserCode()
        self.imports = Imports()
        self.threads = Threads()
        self.inbox = self.threads.main.inbox
        self.timers = Timers(self.threads.own)
        self.interrupts = Interrupts(self.threads.main.ident, self.user_code, self.timers.after)
        self.streams = Streams(self.user_code.is_user)
        self.parking = Parking(
            self.threads, self.user_code, self.streams, self.interrupts, self.emit, self.reply
        )
        self.watcher: FrameWatcher
        self.start: wire.Start
        self.notebook = ""  # the path where it is now
        self.idle: Stop | None = None
        self._is_at_end = False  # the main thread was stopped post-mortem when the server was lost
        self.live_line = True
        self.servers = 1  # counts those that there were
        self.no_debug = False  # nothing stops, but for a pause
        self.orphan_timeout_s = 0.0
        self.cells_run = 0  # counts the cells that have begun
        self.last_run: wire.LastRun | None = None
        self.on_input: Callable[[str | None], None] = lambda text: None
        self.describe: Callable[[], wire.KernelState]
        self.at_work = allocate_lock()  # held while the agent thread does a command
        self._is_asked_to_start = allocate_lock()
        self._is_asked_to_start.acquire()
        self._has_started = allocate_lock()
        self._has_started.acquire()

    # By the main thread.

    def wait_for_start(self) -> None:
        """Wait for `wire.Start` and get everything ready for the first cell."""
        self._is_asked_to_start.acquire()
        start = self.start
        self.user_code.notebook_is(start.notebook)
        self.inspector = Inspector(self.namespace, self.hidden)
        self.inspections = Inspections(self.inspector, self.reply, self.interrupts, self.timers, self.threads)
        self.parking.inspections = self.inspections
        self.watcher = FrameWatcher(self.threads, self.user_code, self.parking, self._backend)
        self.out_of_band = OutOfBand(self)
        self.out_of_band.configure(start)
        set_no_debug(self, start.no_debug)
        self.interrupts.on_pause = self.watcher.pause_here
        self.watcher.placing.on_changed = self.emit
        self.parking.on_stopped = self.watcher.stopped
        self.interrupts.on_parked = lambda: self.emit(wire.Note(_INTERRUPTED, "important"))
        self.interrupts.install()
        threading.excepthook = self._after_thread(threading.excepthook)
        count_handles_from(start.first_handle)
        self.idle_begins()
        version = ".".join(map(str, sys.version_info[:3]))
        self.hello = wire.Hello(os.getpid(), version, sys.executable, self.watcher.backend.name)
        self.emit(self.hello)
        self._has_started.release()

    def idle_begins(self) -> None:
        """Nothing runs: the notebook's names can be looked at."""
        self.idle = idle_stop(wire.MAIN_THREAD)

    def idle_ends(self) -> None:
        """A cell is about to run: what was looked at is void."""
        self.cells_run += 1
        if self.idle is not None:
            self.idle.end()
            self.idle = None
            self.inspector.forget_tables()

    def inspect_idle(self, id: int, command: wire.Inspection) -> None:
        """Answer an inspection of the idle notebook."""
        if self.idle is not None:
            self.inspections.run(self.idle, id, command)

    def let_go(self) -> None:
        """Stop nowhere any more, and hold nothing of the user's: the interpreter is about to end."""
        self.no_debug = True  # for `breakpoint()` in a destructor
        self.namespace = {}
        self.describe = _nothing_to_describe
        self.idle_ends()
        self.parking.let_go()
        self.inspector.let_go()
        self.threads.let_go()
        self.watcher.awaited = None
        self.watcher.forget()

    # By any thread.

    def emit(self, notification: wire.Notification) -> None:
        self._send(notification, lambda why: wire.Note(f"{type(notification).__name__}: {why}"))

    def reply(self, id: int, result: object = None, error: str | None = None) -> None:
        """Answer a command; with an error what cannot be sent."""
        self._send(wire.Reply(id, result, error), lambda why: wire.Reply(id, None, why))

    def _send(self, told: wire.Notification, instead: Callable[[str], wire.Notification]) -> None:
        """Send a frame, or what is told `instead`: a frame that is too long would end the wire."""
        try:
            frame, why = encode(told), _TOO_LARGE
        except Exception as error:
            if is_of_handler(error):
                raise
            frame, why = b"", f"this cannot be sent: {one_line(error)}"
        is_too_long = len(frame) > MAX_FRAME
        self._channel.send(frame if frame and not is_too_long else encode(instead(why)))

    @property
    def has_server(self) -> bool:
        """Whether a server is believed to be there."""
        return self._channel.is_up

    @property
    def is_stopped(self) -> bool:
        """Whether the thread that runs cells stands at a stop."""
        return self.interrupts.is_parked

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
            self.emit(
                wire.Note(f"the debugger in the kernel could not read what it was told: {one_line(error)}")
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
        self.watcher.forget()
        self.parking.close()
        self.on_input(None)

    def go_off(self) -> None:
        """Watch nothing in a forked child, of whose threads only the calling one is left."""
        self.at_work, self.timers.at_work = allocate_lock(), allocate_lock()  # whose holders are gone
        steps = (
            self.watcher.forget,
            self.interrupts.go_off,
            self.parking.go_off,
            lambda: self.on_input(None),
        )
        for step in steps:
            with suppress(Exception):  # Of one; the others are to be done all the same.
                step()

    def exit_if_idle(self) -> bool:
        """Have the kernel exit by itself, as a script does, if nothing runs; whether it will.

        What was stopped post-mortem when the server was lost has no more to run, either.
        """
        if self.idle is None and not self._is_at_end:
            return False
        self.inbox.put((0, wire.Exit(0)))
        return True

    def server_found(self) -> None:
        """An orphaned kernel has been attached to."""
        self.parking.is_open = True
        self.servers += 1
        self.emit(self.hello)

    def _take(self, id: int, command: wire.Command) -> None:
        if isinstance(command, wire.RunCell):
            self.interrupts.cell_comes(id)
            self.last_run = wire.LastRun(id, command.filename)
        if isinstance(command, _CONTROL):
            self.inbox.put((id, command))
        elif isinstance(command, _INSPECTION):
            self._inspect(id, command)
        elif isinstance(command, wire.Start):
            self.start = command
            self.notebook = command.notebook
            self._is_asked_to_start.release()
            self._has_started.acquire()
            self.reply(id)
        else:
            self.reply(id, self.out_of_band.take(command))

    def _inspect(self, id: int, command: wire.Inspection) -> None:
        stop = self._stop_of(command)
        if stop is None:
            raise NotStopped
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

    def _backend(self, host: WatchHost) -> WatchBackend:
        if self.start.backend != "settrace" and hasattr(sys, "monitoring"):
            from ..watch.backends.monitoring import MonitoringBackend

            return MonitoringBackend(host)
        from ..watch.backends.settrace import SettraceBackend

        return SettraceBackend(host, self.threads)


def _nothing_to_describe() -> wire.KernelState:
    raise Refusal("the kernel is about to end")
