"""Attach to a kernel that Jupyter has started, and whose cells its front ends run, also while one runs.

Source: DAP specification, "Attach Request"; docs/kernels.md.
"""

import os

from ..arguments.launch_arguments import AttachArguments, JupyterTarget
from ..errors import DapError
from ..kernel.kernel_choice import jupyter_connection, jupyter_to_reach
from ..session import Session
from ..texts.path_mapping import to_server
from .visiting import holder
from .visiting_cells import attach_cells, open_notebook

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
    named = args.notebook or (target.kernel if target.kernel and os.path.isfile(target.kernel) else None)
    path = to_server(named, args.path_mappings) if named else connection.notebook
    if not path:
        raise DapError(f"attach: {NO_NOTEBOOK}")
    text = await open_notebook(session, args, path)
    await attach_cells(
        session, args, text, "jupyter", lambda start: jupyter_to_reach(connection, start, holder(session))
    )
