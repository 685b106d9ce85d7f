"""Attach to a kernel that marimo has started, and whose cells its page runs.

Source: DAP specification, "Attach Request"; docs/kernels.md.
"""

from ..arguments.launch_arguments import AttachArguments, MarimoTarget
from ..errors import DapError
from ..kernel.kernel_choice import marimo_session, marimo_to_reach
from ..session import Session
from ..texts.path_mapping import to_server
from .visiting import holder
from .visiting_cells import attach_cells, open_notebook

NOT_SAVED = "the notebook was never saved, and has no lines to stop at: save it in marimo's page"


async def attach_marimo(session: Session, args: AttachArguments, target: MarimoTarget) -> None:
    """Have the debugger come into the kernel that `target` means. Raises DapError."""
    session.sources.map_paths(args.path_mappings)  # the client may name sources before we are there
    wanted = to_server(target.session, args.path_mappings) if target.session else None
    try:
        found = await marimo_session(target.url, target.token, wanted)
    except DapError as error:
        raise DapError(f"attach: {error}") from None
    path = to_server(args.notebook, args.path_mappings) if args.notebook else found.path
    if not path:
        raise DapError(f"attach: {NOT_SAVED}")
    text = await open_notebook(session, args, path)
    await attach_cells(
        session, args, text, "marimo", lambda start: marimo_to_reach(found, start, holder(session))
    )
