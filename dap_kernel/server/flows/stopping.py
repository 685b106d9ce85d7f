"""Telling the client that a thread has stopped.

No stop is told before its thread, nor before the response to what caused it.
"""

from ...agent.wire import messages as wire
from ...kernels.errors import CommandFailed, KernelDied, NoAnswer
from ...protocol.execution import StoppedEvent
from ..session import Session
from ..stops.threads import ThreadStop


def tell_stop(
    session: Session,
    stop: ThreadStop,
    *,
    description: str | None = None,
    text: str | None = None,
    hit_breakpoint_ids: list[int] | None = None,
    preserve_focus_hint: bool = False,
    running: list[wire.Thread] | None = None,
) -> None:
    """Tell of `stop` once the session has begun, what has caused it is answered, and threads are known.

    `running`: the threads that the kernel has listed with the stop; None: it is asked. A kernel that was
    attached to may stop while the client configures: it is told afterwards. One that has ended by then is
    not told.

    What is listed is taken at once: what the kernel says after it, that a thread has ended, say, is newer.
    """
    threads = session.threads
    is_listed = running is not None and threads.can_be_told.is_set()
    if running is not None and is_listed:
        threads.refresh(running, by_stop=True)
    event = StoppedEvent(
        stop.reason,
        stop.thread,
        description=description,
        text=text,
        preserve_focus_hint=preserve_focus_hint,
        hit_breakpoint_ids=hit_breakpoint_ids or [],
    )
    session.tasks.spawn(_tell(session, stop, event, is_listed))


async def _tell(session: Session, stop: ThreadStop, event: StoppedEvent, is_listed: bool) -> None:
    threads = session.threads
    await threads.can_be_told.wait()
    await threads.causes_answered()
    if not is_listed:
        await _refresh(session)
    if threads.stops.get(stop.thread) is not stop or not session.lifecycle.is_live:
        return
    threads.announce(stop.thread)
    event.all_threads_stopped = threads.all_stopped()
    session.port.emit(event)
    session.kernel_state_events.tell_state()


async def _refresh(session: Session) -> None:
    """Ask the kernel which threads there are."""
    kernel = session.kernel.live
    if kernel is None:
        return
    try:
        session.threads.refresh(await kernel.call(wire.Threads(), list[wire.Thread]))
    except NoAnswer as silence:  # the threads that were known will be there yet
        session.output.say(str(silence), "stderr")
    except (CommandFailed, KernelDied):
        session.threads.refresh([])  # it died just now: its end is told in a moment
