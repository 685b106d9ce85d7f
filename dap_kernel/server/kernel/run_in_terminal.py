"""The client's terminal, for a session that is to run in one: asked for when the first kernel starts.

There output and `input()` are the terminal's own affair. Source: DAP specification, "RunInTerminal Request".
"""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress

from ...kernels.errors import KernelDied, RuntimeFolderError
from ...kernels.terminal.client_terminal import Terminal, waiting
from ...protocol.reverse import RunInTerminalRequestArguments
from ..arguments.launch_arguments import LaunchArguments
from ..errors import DapError
from ..port.client_port import ClientPort
from ..texts.documents import Documents
from .session_kernel import SessionKernel

OPENED_S = 20.0  # for a client to open a terminal and start what we want in it
UNSUPPORTED = (
    'ignored: "console": "{console}" (this editor does not offer terminals to debuggers): '
    "output and input() use the debug console"
)


class SessionTerminal:
    """At most one terminal at a time, which the kernels of a session get one after another."""

    def __init__(
        self,
        port: ClientPort,
        documents: Documents,
        kernel: SessionKernel,
        on_interrupt: Callable[[], None],
        on_closed: Callable[[], None],
    ) -> None:
        """`on_interrupt`: Ctrl-C was typed in it. `on_closed`: the user has closed it."""
        self._port = port
        self._documents = documents
        self._kernel = kernel
        self._on_interrupt = on_interrupt
        self._on_closed = on_closed
        self._console: str | None = None  # of the launch arguments
        self.is_wanted = False  # the kernel is to run in it
        self._terminal: Terminal | None = None

    def is_offered(self, args: LaunchArguments) -> bool:
        """Whether a kernel launched so runs in a terminal: the user wants one, and the client has them."""
        wants = args.console not in (None, "internalConsole")
        return wants and self._port.client.supports_run_in_terminal_request

    def prepare(self, args: LaunchArguments) -> str | None:
        """Take the launch arguments: afterwards a kernel gets a terminal, or none.

        Returns what there is to say where one is wanted, and cannot be had.
        """
        self._console = args.console
        self.is_wanted = self.is_offered(args)
        if args.console not in (None, "internalConsole") and not self.is_wanted:
            return UNSUPPORTED.format(console=args.console)
        return None

    async def get(self) -> int:
        """Return the terminal's descriptor; have the client open one if there is none. Raises KernelDied."""
        if self._terminal is None:
            try:
                self._terminal = await asyncio.wait_for(self._open(), OPENED_S)
            except TimeoutError:
                raise KernelDied(f"the editor's terminal did not come up within {OPENED_S:g} s") from None
            except (DapError, OSError, RuntimeFolderError) as error:
                raise KernelDied(f"the editor could not run a terminal: {error}") from None
            self._terminal.listen(self._said, self._closed)
        self._terminal.restore()
        return self._terminal.fd

    def close(self) -> None:
        """Give the terminal back."""
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None

    async def _open(self) -> Terminal:
        how, main = self._kernel.how, self._documents.main
        assert how is not None and main is not None
        with waiting() as expected:
            arguments = RunInTerminalRequestArguments(
                how.cwd,
                expected.command,
                kind="external" if self._console == "externalTerminal" else "integrated",
                title=os.path.basename(main.path),
            )
            coming = asyncio.ensure_future(expected.terminal())
            asking = asyncio.ensure_future(self._port.ask("runInTerminal", arguments))
            try:
                await asyncio.wait([coming, asking], return_when=asyncio.FIRST_COMPLETED)
                if asking.done():
                    asking.result()  # raises what the client has against it
                return await coming
            finally:
                coming.cancel()
                asking.cancel()

    def _said(self, what: str) -> None:
        if what == "I":
            self._on_interrupt()
        elif what == "W" and (kernel := self._kernel.live) is not None:
            with suppress(OSError):
                os.kill(kernel.hello.pid, signal.SIGWINCH)

    def _closed(self) -> None:
        self._terminal = None
        self._on_closed()
