"""`dap-kernel lsp`: the language server on stdin and stdout."""

import faulthandler
from importlib.metadata import version

from lsprotocol import types

from .server import Server
from .wiring import wire

LEAVING_S = 5.0  # at most, after `exit`; where it hangs stands in stderr then


def run() -> int:
    """Serve one client until it leaves; return the exit status."""
    server = Server(version("dap-kernel"))
    wire(server)

    @server.feature(types.EXIT)
    def leave(_: None) -> None:
        faulthandler.dump_traceback_later(LEAVING_S, exit=True)

    server.start_io()
    return 0
