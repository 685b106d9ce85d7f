"""Attach to a kernel that Jupyter has started, and whose cells its front ends run, also while one runs.

Source: DAP specification, "Attach Request"; docs/kernels.md.
"""

import os

from ...agent.wire import messages as wire
from ...notebook.files import NotebookError
from ...notebook.format_traits import Format
from ..arguments.launch_arguments import AttachArguments, JupyterTarget
from ..errors import DapError
from ..kernel.kernel_choice import jupyter_connection, jupyter_to_reach
from ..session import Session
from ..texts.documents import Text
from ..texts.path_mapping import to_server
from .kernel_cells import take_texts
from .starting import backend_asked_for, take_options
from .text_changes import tell_all_breakpoints, text_changed
from .visiting import holder

NO_NOTEBOOK = (
    'give "notebook", the path of the notebook whose cells this kernel runs: Jupyter has not said it'
)


async def attach_jupyter(session: Session, args: AttachArguments, target: JupyterTarget) -> None:
    """Have the debugger come into the kernel that `target` means. Raises DapError."""
    session.sources.map_paths(args.path_mappings)  # the client may name sources before we are there
    try:
        connection = jupyter_connection(target.connection_file, target.kernel)
    except DapError as error:
        raise DapError(f"attach: {error}") from None
    text = await _open(session, args, target, connection.notebook)
    take_options(session, args, text, is_attached=True)
    start = session.options.in_start(
        wire.Start(text.path, "jupyter", [text.path], None, backend=backend_asked_for())
    )
    try:
        await session.kernel.attach(jupyter_to_reach(connection, start, holder(session)))
    except DapError as error:
        raise DapError(f"attach: {error}") from None
    session.lifecycle.attached()
    text_changed(session)
    take_texts(session, await session.kernel.call(wire.Describe(), wire.KernelState))
    text_changed(session)
    tell_all_breakpoints(session)


async def _open(session: Session, args: AttachArguments, target: JupyterTarget, said: str) -> Text:
    """Take the notebook whose cells the kernel runs; `said` is what Jupyter says. Raises DapError."""
    named = args.notebook or (target.kernel if target.kernel and os.path.isfile(target.kernel) else None)
    path = to_server(named, args.path_mappings) if named else said
    if not path:
        raise DapError(f"attach: {NO_NOTEBOOK}")
    try:
        format = Format(args.format) if args.format else None
        text = session.documents.launch(path, format, session.layout.laid_out_as(args.ipynb_lines))
    except (NotebookError, OSError) as error:
        raise DapError(f"attach: {error}") from None
    await session.layout.ready()
    return text
