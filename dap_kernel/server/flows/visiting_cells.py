"""Attach to a kernel of others that runs a notebook's cells: what is the same whoever has started it."""

from collections.abc import Callable

from ...agent.wire import messages as wire
from ...kernels.contract import KernelToReach
from ...notebook.files import NotebookError
from ...notebook.format_traits import Format
from ..arguments.launch_arguments import AttachArguments
from ..errors import DapError
from ..session import Session
from ..texts.documents import Text
from .kernel_cells import take_texts
from .starting import backend_asked_for, take_options
from .text_changes import tell_all_breakpoints, text_changed


async def open_notebook(session: Session, args: AttachArguments, path: str) -> Text:
    """Take the notebook whose cells the kernel runs. Raises DapError."""
    try:
        format = Format(args.format) if args.format else None
        text = session.documents.launch(path, format, session.layout.laid_out_as(args.ipynb_lines))
    except (NotebookError, OSError) as error:
        raise DapError(f"attach: {error}") from None
    await session.layout.ready()
    return text


async def attach_cells(
    session: Session,
    args: AttachArguments,
    text: Text,
    format: wire.FormatName,
    to_reach: Callable[[wire.Start], KernelToReach],
) -> None:
    """Have the debugger come into the kernel, and take over what it has run. Raises DapError."""
    take_options(session, args, text, is_attached=True)
    start = session.options.in_start(
        wire.Start(text.path, format, [text.path], None, backend=backend_asked_for())
    )
    try:
        await session.kernel.attach(to_reach(start))
    except DapError as error:
        raise DapError(f"attach: {error}") from None
    session.lifecycle.attached()
    text_changed(session)
    take_texts(session, await session.kernel.call(wire.Describe(), wire.KernelState))
    text_changed(session)
    tell_all_breakpoints(session)
