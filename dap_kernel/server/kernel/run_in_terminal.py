"""The client's terminal, for a session that is to run in one: asked for when the first kernel starts.

There output and `input()` are the terminal's own affair. Source: DAP specification, "RunInTerminal Request".
"""

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from ...kernels.errors import KernelDied, RuntimeFolderError
from ...kernels.terminal.client_terminal import Terminal, waiting
from ...protocol.reverse import RunInTerminalRequestArguments
from ..arguments.launch_arguments import LaunchArguments
from ..errors import DapError

if TYPE_CHECKING:
    from ..session import Session

OPENED_S = 20.0  # for a client to open a terminal and start what we want in it
CLOSED = (
    "the terminal was closed: input() finds the end of file, and what is printed from now on is shown here"
)
UNSUPPORTED = (
    'ignored: "console": "{console}" (this editor does not offer terminals to debuggers): '
    "output and input() use the debug console"
)


class SessionTerminal:
    """See the module."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self.is_wanted = False  # the kernel is to run in it
        self._terminal: Terminal | None = None

    def is_offered(self, args: LaunchArguments) -> bool:
        """Whether a kernel launched so runs in a terminal: the user wants one, and the client has them."""
        wants = args.console not in (None, "internalConsole")
        return wants and self._session.port.client.supports_run_in_terminal_request

    def prepare(self, args: LaunchArguments) -> None:
        """Take the launch arguments: afterwards a kernel gets a terminal, or none."""
        session = self._session
        self.is_wanted = self.is_offered(args)
        if args.console not in (None, "internalConsole") and not self.is_wanted:
            session.output.say(UNSUPPORTED.format(console=args.console))

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
        session = self._session
        args, how, main = session.options.args, session.kernel.how, session.documents.main
        assert isinstance(args, LaunchArguments) and how is not None and main is not None
        with waiting() as expected:
            arguments = RunInTerminalRequestArguments(
                how.cwd,
                expected.command,
                kind="external" if args.console == "externalTerminal" else "integrated",
                title=os.path.basename(main.path),
            )
            coming = asyncio.ensure_future(expected.terminal())
            asking = asyncio.ensure_future(session.port.ask("runInTerminal", arguments))
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
            self._session.interrupt()
        elif what == "W" and (kernel := self._session.kernel.live) is not None:
            with suppress(OSError):
                os.kill(kernel.hello.pid, signal.SIGWINCH)

    def _closed(self) -> None:
        self._terminal = None
        if self._session.is_live:
            self._session.output.say(CLOSED, "stderr")
