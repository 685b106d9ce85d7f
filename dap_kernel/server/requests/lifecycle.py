"""How a session begins and ends.

Source: DAP specification, "Initialize", "ConfigurationDone", "Launch", "Attach", "Restart", "Disconnect",
"Terminate", "Cancel"; docs/launch.md.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import msgspec

from ...protocol.capabilities import Capabilities, InitializeRequestArguments
from ...protocol.lifecycle import (
    CancelArguments,
    ConfigurationDoneArguments,
    DisconnectArguments,
    InitializedEvent,
    RestartArguments,
    TerminateArguments,
)
from ..arguments.launch_arguments import CommonArguments, attach_arguments, launch_arguments
from ..errors import DapError
from ..flows.attaching import attach_kernel, begin_attached
from ..flows.ending import end_kernel, interrupt_and_end, leave_waiting, say_goodbye
from ..flows.launch_plan import plan_launch, refuse_unfit
from ..flows.restarting import restart as restart_session
from ..flows.starting import begin, take_plan
from ..flows.targets import with_target
from ..flows.visiting import attach_process, begin_visit
from ..flows.visiting_jupyter import attach_jupyter
from ..flows.visiting_marimo import attach_marimo
from ..phases import Phase
from ..registry import Then, registry
from ..session import Session

GOODBYE_S = 0.3  # after disconnect, for what else the client has to say
CONFIGURATION_S = 3.0  # after which launch is answered, configured or not


@registry.request("initialize", offers=Capabilities(supports_ansi_styling=True))
async def initialize(session: Session, args: InitializeRequestArguments) -> Then:
    session.lifecycle.enter("initialize")
    session.port.introduce(args)
    session.threads.adapt_to(session.port.quirks)
    session.output.adapt_to(session.port.quirks)
    return Then(registry.capabilities(), lambda: session.port.emit(InitializedEvent()))


@registry.request("launch")
async def launch(session: Session, args: msgspec.Raw) -> Then:
    """The response waits for `configurationDone` and for a kernel that is started, but not for ever.

    The run begins once both the response and `configurationDone` are through.
    """
    launched, warnings = launch_arguments(bytes(args))
    _admit(session, "launch", launched)
    plan = await plan_launch(session, launched, "launch")
    await take_plan(session, plan)
    starts = bool(session.runner.choose(launched.run))
    # One that waits for a terminal is not waited for: an editor may open it only once it has its answer.
    is_awaited = starts and not session.terminal.is_wanted
    if not is_awaited:
        await refuse_unfit(plan.kernel, "launch")
    session.lifecycle.launch(awaits_kernel=is_awaited)
    for warning in warnings:
        session.output.say(warning)
    if starts:
        session.kernel.start()  # it comes up while the client configures
    _let_companions_in(session)
    await _configured(session)
    if session.lifecycle.is_launching:
        await _fit(session)
    return Then(None, lambda: _when_configured(session, lambda: begin(session)))


@registry.request("attach")
async def attach(session: Session, args: msgspec.Raw) -> Then:
    """The kernel is reached first; then the response waits for `configurationDone`, but not for ever."""
    attached, warnings = attach_arguments(bytes(args))
    _admit(session, "attach", attached)
    attached = with_target(attached)
    begin_session: Callable[[], None]
    if attached.process_id is not None:
        await attach_process(session, attached, int(attached.process_id))
        begin_session = partial(begin_visit, session)
    elif attached.jupyter is not None:
        await attach_jupyter(session, attached, attached.jupyter)
        begin_session = partial(begin_visit, session)
    elif attached.marimo is not None:
        await attach_marimo(session, attached, attached.marimo)
        begin_session = partial(begin_visit, session)
    else:
        begin_session = partial(begin_attached, session, await attach_kernel(session, attached))
    session.lifecycle.enter("attach")
    _let_companions_in(session)
    for warning in warnings:
        session.output.say(warning)
    await _configured(session)
    return Then(None, lambda: _when_configured(session, begin_session))


@registry.request("configurationDone", offers=Capabilities(supports_configuration_done_request=True))
async def configuration_done(session: Session, args: ConfigurationDoneArguments) -> Then:
    await session.documents.ready()  # breakpoints that came before may wait for a text
    session.lifecycle.enter("configurationDone")
    return Then(None, session.lifecycle.configured.set)


@registry.request("restart", offers=Capabilities(supports_restart_request=True))
async def restart(session: Session, args: RestartArguments) -> Then:
    raw = bytes(args.arguments)
    is_said = raw.strip() not in (b"", b"{}", b"null")
    read = attach_arguments if session.lifecycle.is_attached else launch_arguments
    return Then(None, await restart_session(session, read(raw, "restart")[0] if is_said else None))


@registry.request("disconnect", offers=Capabilities(support_terminate_debuggee=True))
async def disconnect(session: Session, args: DisconnectArguments) -> Then:
    """Without `terminateDebuggee` a kernel that we have launched ends, and one we are attached to goes on.

    A kernel of others goes on in any case.
    """
    session.lifecycle.enter("disconnect")
    session.companion_door.close()
    is_own = not session.lifecycle.is_attached
    ends = is_own if args.terminate_debuggee is None else args.terminate_debuggee
    if ends and session.kernel.traits.is_ours:
        await end_kernel(session)
    else:
        await leave_waiting(session)
    return Then(None, lambda: _close_soon(session))


@registry.request("terminate", offers=Capabilities(supports_terminate_request=True))
async def terminate(session: Session, args: TerminateArguments) -> Then:
    had_begun = session.lifecycle.phase in (Phase.CONFIGURING, Phase.LIVE)
    session.lifecycle.enter("terminate")
    code = await interrupt_and_end(session)
    return Then(None, lambda: say_goodbye(session, code) if had_begun else None)


@registry.request("cancel", offers=Capabilities(supports_cancel_request=True))
async def cancel(session: Session, args: CancelArguments) -> None:
    if args.request_id is not None:
        session.tasks.cancel(args.request_id)
    if args.progress_id is not None and session.progress.is_of(args.progress_id):
        session.runner.interrupt()


def _admit(session: Session, command: str, args: CommonArguments) -> None:
    """Refuse who comes at the wrong time."""
    if session.lifecycle.phase not in (Phase.INITIALIZED, Phase.CONFIGURED):
        session.lifecycle.enter(command)  # raises: it is out of order
        raise DapError(f"{command} is out of order")


async def _configured(session: Session) -> None:
    """Wait for configurationDone's response, but not so long that a client gives the session up."""
    if session.lifecycle.phase is Phase.LIVE:  # it came first
        session.lifecycle.configured.set()
    with suppress(TimeoutError):
        await asyncio.wait_for(session.lifecycle.configured.wait(), CONFIGURATION_S)
    if session.lifecycle.phase is Phase.ENDED:
        raise DapError("the session has ended")


async def _fit(session: Session) -> None:
    """Wait for the kernel; refuse the launch where its Python will not do."""
    try:
        await session.kernel.fits(CONFIGURATION_S)
    except DapError as unfit:
        session.lifecycle.refused()
        raise DapError(f"launch: {unfit}") from None
    finally:
        session.lifecycle.launched()


def _let_companions_in(session: Session) -> None:
    """Listen for companions, which find the session by its notebook."""
    if (main := session.documents.main) is not None:
        door = session.companion_door
        session.tasks.spawn(door.open(main.path, main.notebook.format.value))


def _close_soon(session: Session) -> None:
    """Leave a moment for a client that says goodbye twice. What is not answered by then is broken off."""
    session.tasks.spawn(_close(session))


async def _close(session: Session) -> None:
    await asyncio.sleep(GOODBYE_S)
    await session.tasks.break_off(GOODBYE_S)
    session.port.close()


def _when_configured(session: Session, begin_session: Callable[[], None]) -> None:
    """Begin now, or once the client has configured what it wants."""
    if session.lifecycle.is_live:
        begin_session()
    else:
        session.tasks.spawn(_begin_later(session, begin_session))


async def _begin_later(session: Session, begin_session: Callable[[], None]) -> None:
    await session.lifecycle.configured.wait()
    if session.lifecycle.is_live:
        begin_session()
