"""What the kernel says, and who is to know. Knows no request."""

import asyncio
from collections.abc import Awaitable

from ...agent.wire import messages as wire
from ...kernels.contract import Kernel
from ...kernels.printed import Ending, Piece
from ...protocol.execution import ContinuedEvent
from ...protocol.lifecycle import ProcessEvent
from ..session import Session
from ..stops.threads import ThreadStop
from .ending import kernel_ended
from .idling import leave_idle
from .kernel_cells import cell_began, text_comes
from .stopping import tell_stop
from .text_changes import notice_edits, tell_all_breakpoints, tell_breakpoints

SETTLED_S = 0.05  # for a program that writes over its lines to do so
ASKED = ("pause", "step", "goto")  # reasons of stops in a session without a debugger: who pauses may step on
FLUSHED_EVERY_S = 1.0  # of what a thread writes over while nothing runs


class KernelEvents:
    """See `SessionKernelListener`, in `kernel/session_kernel.py`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._printed = 0  # batches
        self._is_flushing = False  # soon

    def kernel_started(self, kernel: Kernel) -> None:
        session = self._session
        tell_all_breakpoints(session)
        # Before the session is live, and while a launch waits, it is told when the launch is answered.
        if session.lifecycle.is_live and not session.lifecycle.is_launching:
            tell_process(session, kernel)

    def kernel_failed(self, why: str) -> None:
        session = self._session
        if not (session.kernel.is_unfit and session.lifecycle.is_launching):  # the answer to `launch` says so
            session.output.say(why, "stderr")
        session.kernel_state_events.tell_state(why)

    def kernel_ended(self, ending: Ending) -> None:
        kernel_ended(self._session, ending)

    def kernel_printed(self, pieces: list[Piece]) -> Awaitable[None] | None:
        self._printed += 1
        session, output = self._session, self._session.output
        output.pieces(pieces)
        output.tell_held()
        if output.held:
            session.progress.update()
        if output.is_settled:
            asyncio.get_running_loop().call_later(SETTLED_S, self._settle, self._printed)
        is_progress = session.run_state.current is not None  # of the cell that runs
        if output.held and not is_progress and not self._is_flushing:
            self._is_flushing = True
            asyncio.get_running_loop().call_later(FLUSHED_EVERY_S, self._flush)
        return session.port.drain()

    def _flush(self) -> None:
        self._is_flushing = False
        if self._session.run_state.current is None:
            self._session.output.flush()

    def _settle(self, printed: int) -> None:
        if printed == self._printed:
            self._session.output.settle()

    def kernel_notified(self, notification: wire.Notification) -> None:
        session = self._session
        match notification:
            case wire.Stopped():
                self._stopped(notification)
            case wire.Resumed(thread):
                if (stop := session.threads.stops.get(thread)) is not None and not stop.is_idle:
                    session.threads.release(thread)
                    session.port.emit(ContinuedEvent(thread, all_threads_continued=False))
                    session.kernel_state_events.tell_state()
            case wire.ThreadExited(thread):
                session.threads.ended(thread)
            case wire.ActiveLine():
                session.live_line.update_active(notification)
                if notification.filename is not None:
                    session.progress.update()
            case wire.BreakpointChanged():
                session.breakpoints.take_verdict(notification)
            case wire.InputWanted():
                session.awaited_input.ask(notification)
            case wire.InputDone():
                session.awaited_input.stop_waiting()
            case wire.Note(text, category):
                session.output.say(session.output.rewritten(text), category)
            case wire.TextComes():
                text_comes(session, notification)
            case wire.CellBegan() if session.kernel.traits.is_shared:
                cell_began(session, notification)
            case wire.CellEnded(_, filename, result) if session.kernel.traits.is_shared:
                session.foreign_cells.end(filename, result)
            case wire.CellBegan() | wire.CellEnded():
                pass  # of those that we have asked for, the reply says more
            case wire.Hello() | wire.EntryRefused() | wire.LogPrinted() | wire.Reply():
                pass  # the kernel's own business

    def _stopped(self, stopped: wire.Stopped) -> None:
        session = self._session
        if session.options.no_debug and stopped.reason not in ASKED:
            # It was on its way as the kernel was told.
            session.kernel.send_command(wire.Resume(stopped.thread))
            return
        notice_edits(session)
        session.output.flush()
        if stopped.thread == wire.MAIN_THREAD:
            leave_idle(session)  # what was evaluated there has come to a breakpoint
        stop = ThreadStop(
            stopped.thread, stopped.reason, stopped.filename, stopped.line, stopped.is_post_mortem
        )
        session.threads.stops[stopped.thread] = stop
        if stopped.reason == "exception" and stopped.thread == wire.MAIN_THREAD:
            session.idle_frame.cell_failed_at(stopped.filename, stopped.line)
        text = session.output.rewritten(stopped.text) if stopped.text is not None else None
        until = session.breakpoints.clear_until()
        ids = [id for id in stopped.hit_breakpoint_ids if id not in until]
        if until:
            tell_breakpoints(session)
        if stopped.hit_breakpoint_ids and not ids:  # where `:until` wanted to be
            stop.reason = "step"
        tell_stop(
            session,
            stop,
            description=stopped.description,
            text=text,
            hit_breakpoint_ids=ids,
            running=stopped.threads or None,
        )


def tell_process(session: Session, kernel: Kernel) -> None:
    """Tell the client which process the kernel is."""
    main = session.documents.main
    name = main.path if main is not None else "kernel"
    event = ProcessEvent(name, kernel.hello.pid, is_local_process=True, start_method="launch")
    if session.lifecycle.is_attached:
        event.start_method = "attach"
    session.port.emit(event)
    session.threads.announce(wire.MAIN_THREAD)
    session.kernel_state_events.tell_state()
