"""`dap-kernel lsp`: the language server on stdin and stdout."""

from importlib.metadata import version

from .server import Server
from .wiring import wire


def run() -> int:
    """Serve one client until it leaves; return the exit status."""
    wire(Server(version("dap-kernel"))).start_io()
    return 0
