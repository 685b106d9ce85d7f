"""Letting stopped threads go, as `continue` and the steps ask for it."""

from ...agent.wire import messages as wire
from ...protocol.execution import ContinuedEvent
from ..session import Session
from .idling import begin_idle, resume_idle


def resume(
    session: Session,
    thread: int,
    step: wire.Step | None = None,
    *,
    is_single: bool = False,
    target: wire.Span | None = None,
) -> None:
    """Let `thread` go on, and the others with it unless `is_single`. To be done after the response.

    `continued` is sent although the response says as much: nvim-dap keeps the frame of the stop before
    as the current one until it comes, and asks for that in vain when the next stop is there at once.
    """
    session.port.emit(ContinuedEvent(thread, all_threads_continued=not is_single))
    own = session.threads.stops.get(thread)
    ended = session.threads.release(thread if is_single else None)
    idle = next((it for it in ended if it.is_idle), None)
    in_kernel = [it.thread for it in ended if not it.is_idle]
    if own is not None and not own.is_idle:
        others = [it for it in in_kernel if it != thread]
        session.kernel.send_command(wire.Resume(thread, step, others, target))
    elif in_kernel:
        session.kernel.send_command(wire.Resume(in_kernel[0], others=in_kernel[1:]))
    if idle is not None and idle is own:
        resume_idle(session, step)
    elif idle is not None:
        begin_idle(session)  # nothing runs in the main thread: only its handles are new
    session.kernel_state_events.tell_state()
