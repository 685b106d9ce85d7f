"""Our own requests for the notebook's variables and for tables. They are no part of DAP.

A kernel that has not started has neither, and none is started for them. Source: `protocol/tables.py`.
"""

from ...agent.wire import messages as wire
from ...notebook.source.syntax import is_path
from ...protocol.tables import (
    NotebookTableArguments,
    NotebookTableResponse,
    NotebookVariablesArguments,
    NotebookVariablesResponse,
)
from .. import convert
from ..errors import DapError, NotStarted
from ..registry import registry
from ..repl.table_pager import is_more_than_path, table_response
from ..session import Session

NEEDS = 'notebookTable needs an "expression", a "tableReference", or a "variablesReference" with a "name"'


@registry.request("notebookTable")
async def notebook_table(session: Session, args: NotebookTableArguments) -> NotebookTableResponse:
    """An expression is evaluated in the client's frame or, without one, in the notebook's globals."""
    if args.expression is None and not args.table_reference and not (args.variables_reference and args.name):
        raise DapError(NEEDS)
    if session.kernel.live is None:
        raise NotStarted
    if args.expression is not None and args.look_up and not is_path(args.expression):
        raise DapError(is_more_than_path(args.expression))
    frame = wire.IDLE_FRAME
    if args.expression is not None:
        by_client = args.frame_id is not None
        frame = (
            session.frames.kernel_frame_id(args.frame_id)
            if by_client
            else await session.frames.notebook_frame_id()
        )
    return await table_response(session, args, frame)


@registry.request("notebookVariables")
async def notebook_variables(session: Session, args: NotebookVariablesArguments) -> NotebookVariablesResponse:
    if session.kernel.live is None:
        return NotebookVariablesResponse([])
    command = wire.NotebookVariables(await session.frames.notebook_frame_id(), args.all)
    return convert.notebook_variables(await session.kernel.call(command, wire.NotebookNames))
