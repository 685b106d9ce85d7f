"""A front end of a kernel of Jupyter's: it has cells run there, and hears what they show.

What the cells of others show is theirs. Source: Jupyter's messaging protocol 5.3, "Messages on the IOPub
channel".
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from ..printed import Piece
from .channels import Content, JupyterMessage, JupyterSocket, RequestChannel
from .connection import KernelConnection

LOOK_S = 0.1  # how often it is asked whether what cells show is heard
HEARD_S = 5.0  # until it is, at most
SHOWN_S = 1.0  # for the last of what a cell shows, once it has ended


class FrontEnd:
    """On the event loop's thread."""

    def __init__(self, connection: KernelConnection, on_printed: Callable[[Piece], None]) -> None:
        """Raises KernelDied without pyzmq."""
        self._on_printed = on_printed
        self._shell = RequestChannel(connection, connection.shell_port)
        self._control = RequestChannel(connection, connection.control_port)
        self._iopub = JupyterSocket(connection, connection.iopub_port, "SUB", self._take)
        self._is_heard = asyncio.Event()
        self._cells: dict[str, asyncio.Event] = {}  # by the request's id: whether all is shown

    async def execute(self, source: str, cell_id: str) -> Content:
        """Have a cell run, after what waits there already; return the content of the reply."""
        await self._hear()
        request = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        sent: list[str] = []

        def follow(id: str) -> None:
            sent.append(id)
            self._cells[id] = asyncio.Event()

        try:
            reply = await self._shell.request("execute_request", request, {"cellId": cell_id}, follow)
            with suppress(TimeoutError):
                async with asyncio.timeout(SHOWN_S):
                    await self._cells[sent[0]].wait()
            return reply
        finally:
            for id in sent:
                self._cells.pop(id, None)

    def close(self) -> None:
        """Hear nothing more; what was sent runs all the same."""
        for it in (self._shell, self._control, self._iopub):
            it.close()

    async def _hear(self) -> None:
        """Wait until the kernel's messages come: a subscription is not there at once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(HEARD_S):
                while not self._is_heard.is_set():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_S):
                            await self._control.request("kernel_info_request", {})
                            await self._is_heard.wait()

    def _take(self, message: JupyterMessage) -> None:
        self._is_heard.set()
        all_shown = self._cells.get(message.parent_id)
        if all_shown is None:
            return
        content = message.content
        match message.kind:
            case "stream":
                is_error = content.get("name") == "stderr"
                self._on_printed(Piece(str(content.get("text", "")), "stderr" if is_error else "stdout"))
            case "execute_result" | "display_data":
                self._on_printed(Piece(f"{content.get('data', {}).get('text/plain', '')}\n", "stdout"))
            case "error":
                self._on_printed(Piece("\n".join(content.get("traceback", ())) + "\n", "traceback"))
            case "status" if content.get("execution_state") == "idle":
                all_shown.set()
