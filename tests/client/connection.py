"""Requests and their responses, events in order, and every message checked. It knows no story."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .rules import Rules
from .schema import problems
from .serving import TIMEOUT_S, Stream

Json = dict[str, Any]
T = TypeVar("T")
SHOWN = 400  # messages of a transcript


class Refused(AssertionError):
    """The server declined a request that the story needs."""


@dataclass(frozen=True)
class Response:
    success: bool
    message: str | None
    body: Json


@dataclass
class Transcript:
    """Who said what, and when in seconds since the beginning."""

    began: float = field(default_factory=time.monotonic)
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=SHOWN))
    count: int = 0

    def add(self, arrow: str, message: object) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        self.count += 1
        self.lines.append(f"{time.monotonic() - self.began:7.3f} {arrow} {text[:2000]}")

    def __str__(self) -> str:
        earlier = self.count - len(self.lines)
        return "\n".join([f"({earlier} earlier messages)"] * bool(earlier) + list(self.lines))


Answer = asyncio.Future[Response]


class Connection:
    """One client's side of a session."""

    def __init__(self, stream: Stream, is_judged: bool = True) -> None:
        """`is_judged` False: a server that is not ours may break the rules, as a peer in comparisons."""
        self.is_judged = is_judged
        self.rules = Rules()
        self.transcript = Transcript()
        self.breaches: list[str] = []
        self.events: list[Json] = []
        self.is_open = True
        self._stream = stream
        self._seq = 0
        self._waiting: dict[int, Answer] = {}
        self._untaken: dict[str, list[Json]] = {}  # the bodies of events not asked for yet, by name
        self._read_to = 0  # how many of `events` `output_until` has returned
        self._changed = asyncio.Condition()
        self._reverse: dict[str, Callable[[Json], Json]] = {}
        self._reading = asyncio.create_task(self._read())

    def send(self, command: str, arguments: Json | None, *, is_checked: bool = True) -> Answer:
        """Send a request now; the future is its response, successful or not.

        With `is_checked` False the arguments may break the schema: what a careless client sends.
        """
        self._seq += 1
        request: Json = {"seq": self._seq, "type": "request", "command": command}
        if arguments is not None:
            request["arguments"] = arguments
        self.transcript.add("->", request)
        if is_checked:
            found = problems(request, is_received=False)
            assert not found, f"the story itself sends what is not DAP: {found}"
        self._stream.send(request)
        self.rules.sent(dict(request))
        response: Answer = asyncio.get_running_loop().create_future()
        self._waiting[self._seq] = response
        if not self.is_open:
            self._lost(response, command)
        return response

    async def request(
        self, command: str, arguments: Json | None = None, *, is_checked: bool = True
    ) -> Response:
        response = self.send(command, arguments, is_checked=is_checked)
        try:
            return await asyncio.wait_for(response, TIMEOUT_S)
        except TimeoutError:
            raise AssertionError(f"no response to {command} within {TIMEOUT_S:g} s") from None

    async def ask(self, command: str, arguments: Json | None = None) -> Json:
        """Return the body of a response that must be a success."""
        return answer(command, await self.request(command, arguments))

    @property
    def requests(self) -> int:
        """How many were sent."""
        return self._seq

    def forget(self) -> None:
        """Drop the events so far, in a session of hours."""
        self.events.clear()
        self._untaken.clear()
        self._read_to = 0

    def send_bytes(self, data: bytes) -> None:
        """Send what need not be DAP at all."""
        self.transcript.add("->", repr(data))
        self._stream.send_bytes(data)

    def on_request(self, command: str, answer: Callable[[Json], Json]) -> None:
        """Answer the server's own requests of this kind: arguments in, body out."""
        self._reverse[command] = answer

    async def event(
        self, name: str, fits: Callable[[Json], bool] = lambda body: True, until: str | None = None
    ) -> Json:
        """Return the body of the oldest event `name` that fits and was not returned before.

        Fails at once when the end of the connection, or the event `until`, ends all hope.
        """

        def look() -> Json | None:
            untaken = self._untaken.get(name, [])
            for index, body in enumerate(untaken):
                if fits(body):
                    return untaken.pop(index)
            if not self.is_open or until in self._untaken:
                raise AssertionError(f"the session ended, and no {name!r} event came that fits")
            return None

        return await self._until(look, f"{name!r} event that fits")

    async def output_until(self, text: str, category: str | None = None) -> str:
        """Wait for `text` in the output; return all that came since the last call."""
        pieces: list[str] = []
        tail = ""

        def look() -> str | None:
            nonlocal tail
            while self._read_to < len(self.events):
                pieces.append(printed(self.events[self._read_to], category))
                self._read_to += 1
                tail += pieces[-1]
                if text in tail:
                    return "".join(pieces)
                tail = tail[-len(text) :]
            if not self.is_open:
                raise AssertionError(f"the connection ended, and {text!r} is not in {''.join(pieces)!r}")
            return None

        return await self._until(look, f"{text!r} in the output")

    def printed(self, category: str | None = None) -> str:
        """All output so far."""
        return "".join(printed(it, category) for it in self.events)

    def check(self) -> None:
        if self.breaches and self.is_judged:
            raise AssertionError("the server broke the protocol:\n" + "\n".join(self.breaches))

    def hold(self, is_held: bool) -> None:
        """Do not read for a while, as a client that is busy, or read on. Only over a socket."""
        self._stream.hold(is_held)

    async def ended(self) -> None:
        """Wait until the server has closed the connection."""
        await asyncio.wait_for(asyncio.shield(self._reading), TIMEOUT_S)

    async def close(self) -> None:
        await self._stream.close()

    async def _until(self, look: Callable[[], T | None], what: str) -> T:
        """Return what `look` finds, looking again after each message."""
        try:
            async with asyncio.timeout(TIMEOUT_S), self._changed:
                while True:
                    self.check()
                    found = look()
                    if found is not None:
                        return found
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {what} within {TIMEOUT_S:g} s") from None

    async def _read(self) -> None:
        try:
            while message := await self._stream.receive():
                self.transcript.add("<-", message)
                self.breaches += self.rules.received(message)
                await self._take(message)
        except (ValueError, asyncio.IncompleteReadError) as error:
            self.breaches.append(f"bytes that are no DAP: {error}")
        finally:
            self.is_open = False
            self.transcript.add("--", "the connection has ended")
            for response in self._waiting.values():
                self._lost(response, "a request")
            async with self._changed:
                self._changed.notify_all()

    async def _take(self, message: Json) -> None:
        if message.get("type") == "response":
            response = self._waiting.pop(message.get("request_seq", -1), None)
            if response is not None and not response.done():
                success, body = bool(message.get("success")), message.get("body") or {}
                response.set_result(Response(success, message.get("message"), body))
        elif message.get("type") == "event":
            self.events.append(message)
            self._untaken.setdefault(message["event"], []).append(message.get("body") or {})
        elif message.get("type") == "request":
            self._answer(message)
        async with self._changed:
            self._changed.notify_all()

    def _answer(self, request: Json) -> None:
        self._seq += 1
        response: Json = {"seq": self._seq, "type": "response", "request_seq": request["seq"]}
        response |= {"command": request["command"], "success": request["command"] in self._reverse}
        if response["success"]:
            response["body"] = self._reverse[request["command"]](request.get("arguments") or {})
        else:
            response["message"] = "not supported"
            response["body"] = {"error": {"id": 1, "format": "not supported"}}
        self.transcript.add("->", response)
        found = problems(response, is_received=False)
        assert not found, f"the story itself answers what is not DAP: {found}"
        self._stream.send(response)

    def _lost(self, response: Answer, command: str) -> None:
        if not response.done():
            response.set_exception(AssertionError(f"the connection ended before the response to {command}"))
            response.exception()  # a story that does not wait for it is not bothered


def answer(command: str, response: Response) -> Json:
    """Return the body of a successful response. Raises Refused."""
    if not response.success:
        raise Refused(f"{command} failed: {response.message}")
    return response.body


def printed(event: Json, category: str | None) -> str:
    """The text of an output event of this category (None: of any but telemetry)."""
    body = event.get("body") or {}
    if event["event"] != "output" or body.get("category") == "telemetry":
        return ""
    is_wanted = category is None or body.get("category", "console") == category
    return str(body["output"]) if is_wanted else ""
