"""How things end: a run, a script, the kernel, the session.

A kernel is gone before the answer to the request that ended it.
Source: DAP specification, "Terminate", "Disconnect"; docs/architecture.md, "Lifetime".
"""

from ...agent.wire import messages as wire
from ...kernels.errors import ANOTHER_PYTHON
from ...kernels.printed import Ending
from ...notebook.cells import Cell
from ...protocol.execution import ContinuedEvent
from ...protocol.lifecycle import ExitedEvent, TerminatedEvent
from ..errors import DapError
from ..phases import Phase
from ..session import Session
from .idling import begin_idle

ANNOUNCED_S = 1.0  # for a kernel that is left to say where it waits
FINALLY_S = 1.0  # for a cell to end after KeyboardInterrupt
EXIT_S = 2.0  # for an idle kernel to exit: `atexit`, threads, open files
TERMINAL_CLOSED = (
    "the terminal was closed: input() finds the end of file, and what is printed from now on is shown here"
)


def run_ended(session: Session) -> None:
    """Go idle when a run has ended, or end the session, as `whenDone` says."""
    if not session.lifecycle.is_live or session.lifecycle.is_restarting:
        return
    session.kernel_state_events.tell_state()
    session.cell_events.tell_changed()  # the kernel may have died
    if session.options.stays:
        session.tasks.spawn(session.imported.learn())
        why = f"No kernel: {session.run_state.failure}" if session.kernel.is_dead else None
        begin_idle(session, why, ran_s=session.run_state.duration_s)
    elif session.kernel.live is None:
        end(session, session.run_state.exit_code)
    else:
        session.tasks.spawn(_finish(session))


async def _finish(session: Session) -> None:
    """Have the kernel end as a script would: threads joined, `atexit` run. Its end ends the session."""
    session.lifecycle.finishing()
    try:
        await session.kernel.call(wire.Exit(session.run_state.exit_code), type(None))
    except DapError:
        return  # it is gone: that is told by `kernel_ended`


def kernel_ended(session: Session, ending: Ending) -> None:
    """Tell how the kernel ended; what it printed has been told. A run under way ends by itself."""
    if not session.lifecycle.is_finishing or ending.signal is not None:
        session.output.say(ending.sentence, "stderr")
    forget_kernel(session, ending.sentence)
    if not session.lifecycle.is_live:
        return
    if session.lifecycle.is_finishing or not session.options.stays or not session.kernel.traits.is_ours:
        end(session, exit_code(ending))
    elif not session.run_state.is_busy:
        code = exit_code(ending)
        session.run_state.break_down(ending.sentence, 1 if code is None else code)
        run_ended(session)


def forget_kernel(session: Session, why: str | None = None) -> None:
    """Nothing of the kernel holds any more: stops, lines, what has run. The client is told, and `why`."""
    if session.lifecycle.is_live:
        resumed(session)
    session.threads.end_all()
    session.awaited_input.stop_waiting()
    session.live_line.clear()
    session.output.cell_ends()
    session.foreign_cells.break_off()
    session.runner.forget_kernel()
    session.imported.clear_modules()
    if session.documents.main is not None:
        session.documents.main.forget_runs()
    session.kernel_state_events.tell_state(why)
    if session.lifecycle.is_live:
        session.cell_events.tell_changed()


def resumed(session: Session) -> None:
    """Say that every stopped thread goes on, without the client's having asked."""
    for stop in session.threads.release():
        session.port.emit(ContinuedEvent(stop.thread, all_threads_continued=False))


def end(session: Session, code: int | None) -> None:
    """Say that the session is over; once."""
    if not session.lifecycle.is_live:
        return
    session.runner.cancel()
    session.output.cell_ends()
    session.lifecycle.enter("terminated")
    say_goodbye(session, code)


def terminal_closed(session: Session) -> None:
    """Say what becomes of input and output when the user has closed the terminal that the kernel runs in."""
    if session.lifecycle.is_live:
        session.output.say(TERMINAL_CLOSED, "stderr")


def say_goodbye(session: Session, code: int | None) -> None:
    if code is not None:
        session.port.emit(ExitedEvent(code))
    session.port.emit(TerminatedEvent())
    session.companion_door.close()
    session.terminal.close()


def exit_code(ending: Ending | None) -> int | None:
    """Return what a shell would say: 128 and the signal's number for a death by one."""
    if ending is None:
        return None
    return 128 + ending.signal if ending.signal is not None else ending.code


async def interrupt_and_end(session: Session) -> int | None:
    """End the kernel after a second at most for `finally`; return its exit code. An attached one is left."""
    run, runner = session.run_state, session.runner
    if session.lifecycle.is_attached:
        await leave(session)
        return None
    is_done = not run.is_busy and not session.lifecycle.is_finishing
    if run.is_busy and session.kernel.live is not None:
        runner.drop_queue()
        session.kernel.send_command(wire.SetNoDebug(True))  # no stop in `finally`, nor at the interrupt
        session.kernel.send_command(wire.Interrupt())
        is_done = await runner.ended(FINALLY_S)
    await end_kernel(session)
    return run.exit_code if is_done else exit_code(session.kernel.ending)


async def end_kernel(session: Session) -> None:
    """End the kernel. Nothing of it is left after.

    One that is idle, or about to exit, may do what there is to do at its end, and so may one whose cell or
    script has ended by the exception that is looked at; one that runs is ended at once.
    """
    has_ended = not session.run_state.is_busy or session.threads.is_post_mortem
    may_exit = session.kernel.live is not None and has_ended
    if may_exit:
        session.kernel.send_command(wire.SetNoDebug(True))
        for stop in session.threads.stops.values():
            if not stop.is_idle:
                session.kernel.send_command(wire.Resume(stop.thread))
    session.runner.cancel()
    if not await session.kernel.end(EXIT_S if may_exit else 0.0):
        session.output.say(f"the kernel did not exit within {EXIT_S:g} s and was ended by signals", "stderr")
    forget_kernel(session)


async def leave(session: Session, found_within_s: float = 0.0) -> None:
    """Let the kernel live: it goes on, or waits for somebody to attach, who can find it by then."""
    session.runner.cancel()
    await session.kernel.detach(found_within_s)


async def leave_waiting(session: Session) -> None:
    """Let the kernel live, and see that whoever attaches next finds it."""
    waits = session.kernel.traits.is_ours and session.options.orphan_timeout_s > 0
    await leave(session, ANNOUNCED_S if waits else 0.0)


async def ended_without_goodbye(session: Session) -> None:
    """The client is lost. A kernel that may be an orphan is left, another is ended."""
    lifecycle, kernel = session.lifecycle, session.kernel
    has_left = lifecycle.phase is Phase.ENDED and kernel.live is None and not kernel.is_starting
    may_live = session.options.orphan_timeout_s > 0 and lifecycle.phase is not Phase.ENDED
    lifecycle.enter("lost")
    if lifecycle.is_attached or may_live or has_left:  # of one that was left there is nothing more to tell
        await leave(session)
    else:
        await end_kernel(session)
    session.terminal.close()


def say_missing(session: Session, cell: Cell, module: str) -> None:
    """Say which Python misses a module, why it is this one, and what to change."""
    kernel = session.kernel.live
    python = kernel.hello.executable if kernel is not None else "the kernel's Python"
    why = f" ({session.kernel.how.why_chosen})" if session.kernel.how is not None else ""
    change = f"install it there, or {ANOTHER_PYTHON}"
    text = f"{cell.name} needs {module}, which {python}{why} does not have: {change}"
    data = {"cellId": cell.id, "missingModule": module}
    session.output.say(text, data=data if session.port.wants_notebook_events else None)
