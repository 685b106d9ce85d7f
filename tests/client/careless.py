"""A client that waits for nothing and keeps to nothing, and judges each message that it gets all the same.

For fuzzers: it holds the schema and "one request, one response", no rule that supposes a client in order.
"""

import asyncio
import json
import time
from collections import deque
from typing import Any

from .mutating import HUGE
from .schema import problems
from .serving import Stream

Json = dict[str, Any]
HUGE_NUMBER = "9" * 5000
BROKEN = ("internal error", "broke down", "Traceback (most recent call last)")


class Careless:
    """One session. What is wrong stands in `faults`, what was said in `transcript`."""

    def __init__(self, stream: Stream) -> None:
        self.faults: list[str] = []
        self.transcript: deque[str] = deque(maxlen=400)
        self.learnt: dict[str, list[Any]] = {}  # values of answers and events, by property: good to ask with
        self.stops = 0
        self._stream = stream
        self._seq = 0
        self._last_seq = 0
        self._waiting: dict[int, tuple[str, float]] = {}
        self._changed = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())
        self.is_open = True

    def send(self, command: str, arguments: Any = None) -> int:
        """Send a request and return its seq."""
        self._seq += 1
        request: Json = {"seq": self._seq, "type": "request", "command": command}
        if arguments is not None:
            request["arguments"] = arguments
        body = json.dumps(request).replace(f'"{HUGE}"', HUGE_NUMBER).encode()
        self._note("->", body.decode())
        self._waiting[self._seq] = command, time.monotonic()
        self._stream.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        return self._seq

    async def answered(self, seq: int | None = None, timeout_s: float = 30.0) -> bool:
        """Wait for the response to `seq`, None: to everything. False: it does not come."""
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                while self.is_open and (self._waiting if seq is None else seq in self._waiting):
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def stopped(self, timeout_s: float) -> bool:
        """Wait for one more stop, but not for long."""
        before = self.stops
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                while self.is_open and self.stops == before:
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def ended(self) -> None:
        """Wait for the end of the connection."""
        await asyncio.wait_for(asyncio.shield(self._reading), 30)

    @property
    def unanswered(self) -> list[str]:
        return [f"{seq}: {command}" for seq, (command, _) in self._waiting.items()]

    async def _read(self) -> None:
        try:
            while message := await self._stream.receive():
                self._note("<-", json.dumps(message))
                self._judge(message)
                async with self._changed:
                    self._changed.notify_all()
        except (ValueError, asyncio.IncompleteReadError) as error:
            self.faults.append(f"bytes that are no DAP: {error}")
        finally:
            self.is_open = False
            async with self._changed:
                self._changed.notify_all()

    def _judge(self, message: Json) -> None:
        self.faults += problems(message, is_received=True)
        text = json.dumps(message)
        self.faults += [f"{it}: {text[:2000]}" for it in BROKEN[:2] if it in text]
        if message.get("seq", 0) <= self._last_seq:
            self.faults.append(f"seq {message.get('seq')} after {self._last_seq}")
        self._last_seq = message.get("seq", 0)
        if message.get("type") == "response":
            command, _ = self._waiting.pop(message.get("request_seq", -1), ("", 0.0))
            if command != message.get("command"):
                self.faults.append(f"an answer to nothing: {text[:500]}")
        elif message.get("type") == "request":
            self._refuse(message)
        elif message.get("event") == "stopped":
            self.stops += 1
        self._learn(message.get("body"))

    def _refuse(self, request: Json) -> None:
        self._seq += 1
        refusal = {"seq": self._seq, "type": "response", "request_seq": request["seq"], "success": False}
        self._stream.send(refusal | {"command": request["command"], "message": "no", "body": {}})

    def _learn(self, value: Any) -> None:
        """Keep what requests may be made with."""
        if isinstance(value, list):
            for it in value:
                self._learn(it)
        elif isinstance(value, dict):
            for key, it in value.items():
                self._learn(it)
                for name in NAMES.get(key, ()):
                    kept = self.learnt.setdefault(name, [])
                    kept.append(it)
                    del kept[:-12]

    def _note(self, arrow: str, text: str) -> None:
        self.transcript.append(f"{time.monotonic():9.3f} {arrow} {text[:1500]}")


# Properties of answers, and those of arguments that take them.
NAMES = {
    "id": ("frameId", "targetId", "threadId", "breakpointId"),
    "threadId": ("threadId", "threadIds"),
    "variablesReference": ("variablesReference",),
    "sourceReference": ("sourceReference",),
    "progressId": ("progressId",),
    "evaluateName": ("expression",),
    "name": ("name",),
    "source": ("source",),
}
