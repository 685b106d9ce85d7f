"""Restart: a fresh kernel with the same breakpoints, or with `onRestart` the same kernel and its cells again.

In any state: running, stopped, in `input()`, dead.
Source: DAP specification, "Restart Request".
"""

from collections.abc import Callable

from ...agent.wire import messages as wire
from ...protocol.execution import ContinuedEvent
from ..arguments.launch_arguments import AttachArguments, CommonArguments, LaunchArguments
from ..errors import DapError
from ..kernel.session_kernel import need
from ..run.selection import NOTHING, NOTHING_STALE
from ..session import Session
from .ending import end_kernel, run_ended
from .idling import begin_idle, leave_idle
from .launch_plan import plan_launch, refuse_unfit
from .starting import begin, take_plan
from .text_changes import notice_edits

QUIT_S = 3.0  # for the cell that runs to end


async def restart(session: Session, newest: CommonArguments | None) -> Callable[[], None]:
    """Get ready to run again; return what is to be done after the response. Raises DapError.

    `newest`: the arguments of launch or attach as they are now; None: as they were.
    """
    need(session.kernel.traits.no_restart)
    restarting = session.lifecycle.restarting()
    args = newest or session.options.args
    if isinstance(args, AttachArguments):
        args = session.options.as_launched(args)
    assert isinstance(args, LaunchArguments)
    try:
        with restarting:
            return await _restart(session, args)
    except DapError:
        if not session.run_state.is_busy and wire.MAIN_THREAD not in session.threads.stops:
            run_ended(session)  # meanwhile
        raise


async def _restart(session: Session, args: LaunchArguments) -> Callable[[], None]:
    plan = await plan_launch(session, args, "restart")
    if args.on_restart == "kernel" or session.kernel.live is None:
        before = session.kernel.how
        if before is None or not before.runs_like(plan.kernel):
            await refuse_unfit(plan.kernel, "restart")
        await take_plan(session, plan)
        await end_kernel(session)
        session.lifecycle.runs_again()
        _check_live(session)
        session.kernel.start()
        return lambda: _begin(session, args)
    session.lifecycle.runs_again()
    await _quit(session)
    await take_plan(session, plan)
    _check_live(session)
    return lambda: _run(session, args)


def _check_live(session: Session) -> None:
    if not session.lifecycle.is_live:
        raise DapError("the session has ended")


async def _quit(session: Session) -> None:
    runner = session.runner
    if not session.run_state.is_busy:
        return
    runner.drop_queue()
    _tell_resumed(session)
    session.kernel.send_command(wire.Quit(wire.MAIN_THREAD))
    if not await runner.ended(QUIT_S):
        raise DapError("the cell that runs does not end: restart with a fresh kernel")


def _tell_resumed(session: Session) -> None:
    for stop in [it for it in session.threads.stops.values() if it.thread == wire.MAIN_THREAD]:
        session.threads.release(stop.thread)
        session.port.emit(ContinuedEvent(stop.thread, all_threads_continued=False))


def _begin(session: Session, args: LaunchArguments) -> None:
    session.threads.tell_started(wire.MAIN_THREAD)  # some clients have forgotten it
    begin(session, is_first=False)


def _run(session: Session, args: LaunchArguments) -> None:
    session.threads.tell_started(wire.MAIN_THREAD)
    notice_edits(session)
    run = "stale" if args.on_restart == "stale" else args.run
    chosen = session.runner.choose(run)
    if chosen:
        session.runner.start(chosen)
    else:
        session.output.say(NOTHING_STALE if run == "stale" else NOTHING)
        leave_idle(session)
        begin_idle(session)
