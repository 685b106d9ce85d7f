"""Telling the client that a thread has stopped, and letting stopped threads go.

No stop is told before its thread, nor before the response to what caused it.
"""

from typing import TYPE_CHECKING

from ...agent.wire import messages as wire
from ...kernels.errors import CommandFailed, KernelDied, NoAnswer
from ...protocol.execution import ContinuedEvent, StoppedEvent
from ..stops.threads import Stop

if TYPE_CHECKING:
    from ..session import Session


def tell_stop(
    session: "Session",
    stop: Stop,
    *,
    description: str | None = None,
    text: str | None = None,
    hit_breakpoint_ids: list[int] | None = None,
    preserve_focus_hint: bool = False,
) -> None:
    """Tell of `stop` once the session has begun and it is known which threads there are.

    A kernel that was attached to may stop while the client configures: it is told afterwards. One that has
    ended by then is not told.
    """
    event = StoppedEvent(
        stop.reason,
        stop.thread,
        description=description,
        text=text,
        preserve_focus_hint=preserve_focus_hint,
        hit_breakpoint_ids=hit_breakpoint_ids or [],
    )
    session.spawn(_tell(session, stop, event))


async def _tell(session: "Session", stop: Stop, event: StoppedEvent) -> None:
    await session.threads.can_be_told.wait()
    kernel = session.kernel.live
    if kernel is not None:
        try:
            session.threads.refresh(await kernel.call(wire.Threads(), list[wire.Thread]))
        except NoAnswer as silence:  # the threads that were known will be there yet
            session.output.say(str(silence), "stderr")
        except (CommandFailed, KernelDied):
            session.threads.refresh([])  # it died just now: its end is told in a moment
    if session.threads.stops.get(stop.thread) is not stop or not session.lifecycle.is_live:
        return
    session.threads.announce(stop.thread)
    event.all_threads_stopped = session.threads.all_stopped()
    session.emit(event)
    session.kernel_state_events.tell_state()


def resume(
    session: "Session",
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
    session.emit(ContinuedEvent(thread, all_threads_continued=not is_single))
    own = session.threads.stops.get(thread)
    ended = session.threads.release(thread if is_single else None)
    idle = next((it for it in ended if it.is_idle), None)
    in_kernel = [it.thread for it in ended if not it.is_idle]
    if own is not None and not own.is_idle:
        others = [it for it in in_kernel if it != thread]
        session.kernel.tell(wire.Resume(thread, step, others, target))
    elif in_kernel:
        session.kernel.tell(wire.Resume(in_kernel[0], others=in_kernel[1:]))
    if idle is not None and idle is own:
        session.idle.resume(step)
    elif idle is not None:
        session.idle.begin()  # nothing runs in the main thread: only its handles are new
    session.kernel_state_events.tell_state()
