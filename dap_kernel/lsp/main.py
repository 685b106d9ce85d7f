"""`dap-kernel lsp`: the language server on stdin and stdout."""

import faulthandler
import logging
import os
import sys
from importlib.metadata import version
from typing import BinaryIO, NoReturn, cast

from lsprotocol import types

from .handlers import wire
from .server import Server

log = logging.getLogger(__name__)

LEAVING_S = 5.0  # at most, after `exit`; where it hangs stands in stderr then


def run() -> NoReturn:
    """Serve one client until it leaves."""
    server = wire(Server(version("dap-kernel")))
    status = 0

    @server.feature(types.EXIT)
    def leave(_: None) -> None:
        nonlocal status
        status = 0 if server.is_shut_down else 1  # says the protocol
        faulthandler.dump_traceback_later(LEAVING_S, exit=True)

    try:
        server.start_io(stdout=cast(BinaryIO, ClientStream(sys.stdout.buffer)))
    except Exception:
        log.exception("the language server broke down")
        status = 1
    logging.shutdown()
    os._exit(status)  # the thread that reads may wait for ever, and Python would wait for it


class ClientStream:
    """stdout until the client leaves, or reads no more: what comes later is for nobody.

    pygls tells the client of each failure, also of one to tell it something, and so on.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._is_over = False

    def write(self, data: bytes) -> None:
        """Write and flush, or drop the data when an earlier write has failed. Raises no OSError."""
        if self._is_over:
            return
        try:
            self._stream.write(data)
            self._stream.flush()
        except OSError as error:
            log.warning("the client reads no more: %s", error)
            self._is_over = True

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        self._is_over = True
