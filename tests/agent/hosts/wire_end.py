"""The wire's other end, where the server is: commands out, notifications and replies in."""

import json
import select
import socket
import time
from pathlib import Path
from typing import Any

from dap_kernel.agent.wire import messages as wire
from dap_kernel.agent.wire.codec import encode

PATIENCE_S = 30.0


class WireEnd:
    """Listens at a Unix socket, and speaks to the agent that has connected last."""

    def __init__(self, address: Path) -> None:
        self.address = str(address)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.address)
        self._listener.listen(1)
        self._listener.settimeout(PATIENCE_S)
        self._wire = socket.socket(socket.AF_UNIX)
        self._others: list[socket.socket] = []  # of agents that have connected before
        self._messages: list[dict[str, Any]] = []
        self._buffer = b""
        self._id = 0

    def accept(self) -> None:
        """Wait for an agent."""
        self._others.append(self._wire)
        self._wire, _ = self._listener.accept()
        self._messages, self._buffer = [], b""

    def detach(self) -> None:
        self._wire.close()

    def call(self, command: wire.Command) -> Any:
        """Send a command and return what it is answered."""
        self.send(command)
        reply = self.told("Reply")
        assert reply["id"] == self._id
        assert reply["error"] is None, reply["error"]
        return reply["result"]

    def send(self, command: wire.Command) -> None:
        """Send a command, and do not wait for what it is answered."""
        self._id += 1
        self._wire.sendall(encode(command, self._id))

    def send_bytes(self, data: bytes) -> None:
        self._wire.sendall(data)

    def wire_ends(self) -> None:
        """Wait for the wire's end, whatever else comes."""
        self._wire.settimeout(PATIENCE_S)
        while self._wire.recv(2**20):
            pass

    def told(self, kind: str) -> dict[str, Any]:
        """Wait for the next message of a kind, and take it."""
        ends = time.monotonic() + PATIENCE_S
        while not (found := [it for it in self._messages if it["kind"] == kind]):
            assert select.select([self._wire], [], [], max(ends - time.monotonic(), 0))[0], f"no {kind} comes"
            data = self._wire.recv(2**20)
            assert data, "the connection has ended"
            self._take(data)
        self._messages.remove(found[0])
        return found[0]

    def close(self) -> None:
        for it in (*self._others, self._wire, self._listener):
            it.close()

    def _take(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 4 and len(self._buffer) >= (
            end := 4 + int.from_bytes(self._buffer[:4], "big")
        ):
            self._messages.append(json.loads(self._buffer[4:end]))
            self._buffer = self._buffer[end:]
