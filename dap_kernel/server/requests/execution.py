"""Threads: how they stop, step and go on.

Source: DAP specification, "Continue", "Next", "StepIn", "StepOut", "Pause", "Goto", "Threads" and the like.
"""

import asyncio
from contextlib import suppress

from ...agent.wire import messages as wire
from ...protocol.capabilities import Capabilities
from ...protocol.execution import (
    ContinueArguments,
    ContinueResponse,
    GotoArguments,
    GotoTarget,
    GotoTargetsArguments,
    GotoTargetsResponse,
    NextArguments,
    PauseArguments,
    StepInArguments,
    StepInTarget,
    StepInTargetsArguments,
    StepInTargetsResponse,
    StepOutArguments,
    TerminateThreadsArguments,
    ThreadsArguments,
    ThreadsResponse,
)
from .. import convert
from ..errors import DapError, NotStopped
from ..flows.idling import begin_idle
from ..flows.resuming import resume
from ..kernel.session_kernel import KernelDead, KernelSilent, need
from ..registry import Then, registry
from ..session import Session
from ..stops.threads import ThreadStop
from ..texts.sources import CodeLine

BETWEEN_CELLS_S = 0.005


@registry.request("threads")
async def threads(session: Session, args: ThreadsArguments) -> ThreadsResponse:
    """Thread 1 is answered also without a kernel. If the kernel is silent, those known last are."""
    kernel = session.kernel.live
    running = [wire.Thread(wire.MAIN_THREAD, "")]
    if listed := session.threads.listed_lately():
        running = listed
    elif kernel is not None:
        try:
            running = await session.kernel.call(wire.Threads(), list[wire.Thread])
            session.threads.refresh(running)
        except KernelSilent as silence:
            session.output.say(str(silence), "stderr")
            running += [wire.Thread(*it) for it in session.threads.known.items() if it[0] != wire.MAIN_THREAD]
        except KernelDead:
            pass  # it may end meanwhile: the main thread is there all the same
    main_name = _main_thread_name(session)
    return ThreadsResponse([convert.thread(it, main_name) for it in running])


@registry.request(
    "continue", stopped=True, offers=Capabilities(supports_single_thread_execution_requests=True)
)
async def continue_(session: Session, args: ContinueArguments) -> Then:
    is_single = args.single_thread and len(session.threads.stops) > 1
    if is_single:
        _stop_of(session, args.thread_id)
    return Then(ContinueResponse(not is_single), lambda: resume(session, args.thread_id, is_single=is_single))


@registry.request("next", stopped=True)
async def next_(session: Session, args: NextArguments) -> Then:
    return _step(session, args.thread_id, "over", args.single_thread)


@registry.request("stepIn", stopped=True)
async def step_in(session: Session, args: StepInArguments) -> Then:
    """Go into the next call of user code, or into the target that was chosen of `stepInTargets`."""
    stop = _stop_of(session, args.thread_id)
    if args.target_id is None:
        return _step(session, args.thread_id, "in", args.single_thread)
    target = stop.targets.get(args.target_id)
    if target is None:
        raise DapError(f"there is no target {args.target_id}: ask stepInTargets again")
    return _step(session, args.thread_id, "in", args.single_thread, target)


@registry.request("stepOut", stopped=True)
async def step_out(session: Session, args: StepOutArguments) -> Then:
    return _step(session, args.thread_id, "out", args.single_thread)


@registry.request("stepInTargets", stopped=True, offers=Capabilities(supports_step_in_targets_request=True))
async def step_in_targets(session: Session, args: StepInTargetsArguments) -> StepInTargetsResponse:
    """A frame of a thread that went on meanwhile is declined with NotStopped."""
    for stop in [it for it in session.threads.stops.values() if not it.is_idle]:
        frames: list[wire.Frame] = []
        with suppress(DapError):  # this thread has gone on while another was asked
            frames = await session.frames.kernel_frames(stop)
        for frame in frames:
            if frame.id == args.frame_id:
                found = await session.kernel.call(wire.StepInTargets(frame.id), list[wire.Target])
                return StepInTargetsResponse([_target(session, stop, frame, it) for it in found])
    if session.threads.idle_stop_of(args.frame_id) is None:
        raise NotStopped
    return StepInTargetsResponse([])


@registry.request("pause")
async def pause(session: Session, args: PauseArguments) -> Then | None:
    """The stop is an event, and comes later. An idle kernel is "stopped" at the notebook's own frame."""
    if args.thread_id in session.threads.stops:
        return None
    if args.thread_id == wire.MAIN_THREAD and not session.run_state.is_busy:
        if not session.lifecycle.is_live:
            raise DapError("nothing runs that could be paused")
        return Then(None, lambda: begin_idle(session, is_asked=True))
    release = session.threads.hold_stops()
    try:
        await _pause(session, args.thread_id)
    except BaseException:
        release()
        raise
    return Then(None, release)


async def _pause(session: Session, thread: int) -> None:
    """Have a thread stop. Between two cells nothing runs: ask again when the next has begun."""
    while True:
        try:
            await session.kernel.call(wire.Pause(thread), type(None))
            return
        except KernelSilent as silence:  # the command waits in the kernel: the thread stops once it can
            session.output.say(f"{silence}. The pause comes when it answers again", "stderr")
            return
        except DapError:
            if thread != wire.MAIN_THREAD or session.kernel.live is None:
                raise
        await asyncio.sleep(BETWEEN_CELLS_S)
        if thread in session.threads.stops or not session.run_state.is_busy:
            return  # it has stopped by itself, or is idle


@registry.request("gotoTargets", offers=Capabilities(supports_goto_targets_request=True))
async def goto_targets(session: Session, args: GotoTargetsArguments) -> GotoTargetsResponse:
    """Offer the line that was asked for, where code has one; whether a frame can go there, `goto` finds."""
    said = session.sources.read(args.source)
    place = session.sources.place(said, args.line)
    if not isinstance(place, CodeLine):
        return GotoTargetsResponse([])
    location = session.sources.located(said, place)
    id = session.targets.offer(place)
    return GotoTargetsResponse([GotoTarget(id, f"line {location.line}", location.line)])


@registry.request("goto", stopped=True)
async def goto(session: Session, args: GotoArguments) -> Then:
    """The target is a line of today's text; the kernel is told the line of the revision that runs."""
    stop = _stop_of(session, args.thread_id)
    if stop.is_idle:
        raise DapError("nothing runs: there is no frame to move")
    place = session.targets.target(args.target_id)
    revision = session.documents.revision(stop.filename)
    line: int | None = place.line
    if revision is not None:
        is_here = revision.cell_id == place.cell.id
        line = place.text.revisions.from_today(revision, place.line, place.cell) if is_here else None
    elif stop.filename != place.text.path:
        line = None
    if line is None:
        raise DapError("goto works within the function that is stopped")
    release = session.threads.hold_stops()
    try:
        await session.kernel.call(wire.Goto(args.thread_id, line), type(None))
    except BaseException:
        release()
        raise
    return Then(None, release)


@registry.request("terminateThreads", offers=Capabilities(supports_terminate_threads_request=True))
async def terminate_threads(session: Session, args: TerminateThreadsArguments) -> Then:
    need(session.kernel.traits.no_breaking_off)
    for id in args.thread_ids:
        if id not in session.threads.known:
            raise DapError(f"there is no thread {id}")
    return Then(None, lambda: _quit(session, args.thread_ids))


def _main_thread_name(session: Session) -> str:
    """Return what the main thread is called: the notebook, and the cell that runs or the kernel's state."""
    main = session.documents.main
    name = main.path.rpartition("/")[2] if main is not None else "notebook"
    current = session.run_state.current
    state = current.name if current is not None else session.kernel_state_events.state
    has_cells = main is None or main.notebook.traits.has_cells
    return f"{name} · {state}" if has_cells else name


def _quit(session: Session, ids: list[int]) -> None:
    for id in ids:
        session.runner.break_off(wire.Quit(id))


def _step(
    session: Session, thread: int, step: wire.Step, is_single: bool, target: wire.Span | None = None
) -> Then:
    _stop_of(session, thread)
    return Then(None, lambda: resume(session, thread, step, is_single=is_single, target=target))


def _stop_of(session: Session, thread: int) -> ThreadStop:
    try:
        return session.threads.stops[thread]
    except KeyError:
        raise NotStopped from None


def _target(session: Session, stop: ThreadStop, frame: wire.Frame, target: wire.Target) -> StepInTarget:
    id = len(stop.targets) + 1
    stop.targets[id] = target.span
    return convert.step_in_target(target, id, session.sources.locate(frame.filename, target.span.line))
