"""Attach to what we did not start: a process that runs by itself, and goes on when the session leaves it.

Its program counts as a cell that has begun before the session, and ends with the process.
Source: DAP specification, "Attach Request"; docs/kernels.md.
"""

import os

from ...agent.wire import messages as wire
from ...notebook.cells import SCRIPT_CELL
from ...notebook.files import NotebookError
from ...notebook.format_traits import Format
from ..arguments.launch_arguments import AttachArguments
from ..errors import DapError
from ..kernel.kernel_choice import process_to_reach
from ..session import Session
from ..texts.documents import Text, stand_in
from .kernel_listener import tell_process
from .starting import backend_asked_for
from .text_changes import tell_all_breakpoints, text_changed

UNTOLD = 0  # the run's id: no reply ever has it


async def attach_process(session: Session, args: AttachArguments, pid: int) -> None:
    """Have the debugger come into a process. Raises DapError."""
    session.sources.map_paths(args.path_mappings)  # the client may name sources before we are there
    session.options.apply(args, is_program=True, is_attached=True)
    if args.notebook_events:
        session.port.want_notebook_events()
    start = session.options.in_start(wire.Start("", "script", [], None, backend=backend_asked_for()))
    try:
        kernel = await session.kernel.attach(process_to_reach(pid, start, holder(session), args.python))
    except DapError as error:
        raise DapError(f"attach: {error}") from None
    session.lifecycle.attached()
    try:
        state = await session.kernel.call(wire.Describe(), wire.KernelState)
        text = _open(session, state.notebook or f"process {kernel.hello.pid}")
    except BaseException:
        await session.kernel.detach()
        raise
    program = text.notebook.by_id[SCRIPT_CELL]
    session.runner.take_over(program, text.will_run(program), session.kernel.result_of(UNTOLD))
    text_changed(session)
    tell_all_breakpoints(session)


def begin_visit(session: Session) -> None:
    """Say where the session is, after the response."""
    kernel = session.kernel.live
    session.threads.can_be_told.set()
    if kernel is None:
        return  # it has ended meanwhile, which was told
    main = session.documents.main
    name = os.path.basename(main.path) if main is not None else ""
    python = f"Python {kernel.hello.version} {kernel.hello.executable}"
    goes_on = "it goes on when you leave"
    session.output.say(f"{name}: connected to process {kernel.hello.pid}, {python}; {goes_on}")
    tell_process(session, kernel)


def _open(session: Session, path: str) -> Text:
    """Take the program's text; where it has no file, or one that cannot be read, nobody knows it."""
    try:
        document = session.documents.to_launch(path, Format.SCRIPT)
        return session.documents.adopt(document, None)
    except (NotebookError, OSError):
        return session.documents.adopt(stand_in(path, ""), None, is_stand_in=True)


def holder(session: Session) -> str:
    """Return who debugs, in words for others who would."""
    client = session.port.client
    return f"{client.client_name or client.client_id or 'an editor'} (dap-kernel, process {os.getpid()})"
