"""A client that tells a session its requests directly: no connection, and no kernel before a launch."""

import asyncio
import json

from dap_kernel.server.assembly import assemble
from dap_kernel.server.errors import DapError


class DirectClient:
    """Sends requests and keeps what comes back: a `ServedClient`."""

    def __init__(self, is_trusted=True):
        self.messages = []
        self.is_closed = asyncio.Event()
        self._said = asyncio.Event()
        self.is_trusted = is_trusted
        self.session = assemble(self)
        self._seq = 0

    async def ask(self, command, arguments=None):
        """Return the response, of however many messages. Raises TimeoutError after 10 s without one."""
        self._seq = seq = self._seq + 1
        request = {"seq": seq, "type": "request", "command": command, "arguments": arguments or {}}
        await self.session.receive(json.dumps(request).encode())
        async with asyncio.timeout(10):
            while True:
                self._said.clear()
                for it in self.messages:
                    if it["type"] == "response" and it["request_seq"] == seq:
                        return it
                await self._said.wait()

    async def check_token(self, token):
        raise DapError("the token is wrong")

    async def drain(self):
        pass

    def close(self):
        self.is_closed.set()

    def send(self, body):
        self.messages.append(json.loads(body))
        self._said.set()

    async def heard(self):
        """Wait for a message."""
        self._said.clear()
        await asyncio.wait_for(self._said.wait(), 10)

    async def initialized(self):
        await self.ask("initialize", {"adapterID": "x"})
        return self

    def events(self):
        return [it["event"] for it in self.messages if it["type"] == "event"]
