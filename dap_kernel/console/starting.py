"""How a session begins: initialize, launch, breakpoints, configurationDone.

Source: DAP overview, "Launch Sequencing".
"""

from ..client.dap_client import body_of
from ..protocol.breakpoints import SetExceptionBreakpointsArguments
from ..protocol.capabilities import Capabilities, InitializeRequestArguments
from ..protocol.messages import Body
from ..protocol.notebook import NotebookCellsResponse
from .commands.breaking import add
from .errors import CommandError
from .options import Options
from .session import ConsoleSession


async def begin(session: ConsoleSession, options: Options) -> None:
    """Launch what the options say. Raises Refused when it cannot be, ServerGone."""
    client = InitializeRequestArguments(
        adapter_id="dap-kernel",
        client_id="dap-kernel-debug",
        client_name="dap-kernel debug",
        supports_variable_type=True,
        supports_ansi_styling=session.screen.is_terminal,
    )
    offered = await session.client.request("initialize", client, Capabilities)
    live = {"liveLine": "events"} if session.screen.is_terminal else {}
    launched = session.client.send("launch", options.launch | live)
    launched.add_done_callback(lambda _: session.is_initialized.set())  # it may be refused at once
    await session.is_initialized.wait()
    cells = await session.client.send("notebookCells")
    if launched.done():
        body_of(launched.result(), Body)
    session.take_cells(body_of(cells, NotebookCellsResponse))
    for place in options.breakpoints:
        try:
            await add(session, place)
        except CommandError as error:
            session.screen.show_text(f"*** {error}", "error")
    filters = options.exceptions
    if filters is None:
        filters = [it.filter for it in offered.exception_breakpoint_filters if it.default]
    await session.client.perform("setExceptionBreakpoints", SetExceptionBreakpointsArguments(filters))
    await session.client.perform("configurationDone")
    body_of(await launched, Body)
