"""Idle is a stop: when a run has ended the notebook's names are there to look at, in every client.

There `continue` runs what is stale, `next` the next cell, `stepIn` stops at its first line. Nothing is parked
for it; its frame is `stops/idle_frame.py`'s.
"""

import time

from ...agent.wire import messages as wire
from ...protocol.execution import ContinuedEvent
from ..run.selection import NOTHING_NEXT, NOTHING_STALE
from ..session import Session
from ..stops.threads import IDLE, ThreadStop
from .stopping import tell_stop
from .text_changes import notice_edits

LONG_RUN_S = 1.0  # after a longer one the editor is not to jump to the notebook


def begin_idle(
    session: Session, why: str | None = None, *, is_asked: bool = False, ran_s: float = 0.0
) -> None:
    """Stop the main thread, unless the launch arguments want it to look as if it ran, and nobody asks.

    `ran_s`: how long what ran until now took.
    """
    is_shared = session.kernel.traits.is_shared
    looks_running = session.options.args.when_idle == "running" or session.options.no_debug or is_shared
    if (looks_running and not is_asked) or not session.lifecycle.is_live:
        return
    notice_edits(session)
    stop = ThreadStop(wire.MAIN_THREAD, IDLE)
    session.threads.stops[stop.thread] = stop
    description = why or session.idle_frame.description
    # Some clients still show the frame of a stop that ended just now.
    ran_s = min(ran_s, time.monotonic() - session.threads.released_at)
    tell_stop(session, stop, description=description, preserve_focus_hint=ran_s > LONG_RUN_S)


def idle_again(session: Session) -> None:
    """Stop again where what was evaluated at the idle stop has stopped in a breakpoint and gone on."""
    is_gone = wire.MAIN_THREAD not in session.threads.stops
    if is_gone and session.kernel.live is not None and not session.run_state.is_busy:
        begin_idle(session)


def leave_idle(session: Session) -> None:
    """Say that the main thread goes on, if it is at an idle stop: the client did not resume it."""
    if session.threads.is_idle:
        session.threads.release(wire.MAIN_THREAD)
        session.port.emit(ContinuedEvent(wire.MAIN_THREAD, all_threads_continued=False))


def resume_idle(session: Session, step: wire.Step | None) -> None:
    """Do what `continue` or a step means at the idle stop, which has been released."""
    if session.kernel.traits.is_shared:
        return  # what is run there is its front ends' to say
    notice_edits(session)
    entry: wire.StopAtEntry | None = "step" if step == "in" else None
    chosen = session.runner.choose("stale" if step in (None, "out") else "next")
    if chosen:
        session.runner.start(chosen, entry)
        return
    session.output.say(NOTHING_STALE if step in (None, "out") else NOTHING_NEXT)
    begin_idle(session)
