"""DAP over the standard streams of a server that this process starts. It knows no request in particular.

Source: DAP specification, "Base Protocol".
"""

import asyncio
import itertools
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from ..protocol.framing import Framer, FramingError, frame
from ..protocol.messages import BadMessage, Body, Event, Request, Response, decode, encode, refusal

T = TypeVar("T")

GOODBYE_S = 5.0  # for a server to leave once its client has
KEPT_ERRORS = 20  # lines


class Refused(Exception):
    """The server declined a request; the text is its own, not yet safe for a terminal."""


class ServerGone(Exception):
    """The connection ended before the request was answered."""


def server_command(log: str | None) -> list[str]:
    """Return the command line of our server. The current folder is no place to import from: hence -P."""
    own = ["--own-python"] if _is_of_environment() else []
    return [sys.executable, "-P", "-m", "dap_kernel", "dap", *own, *(["--log", log] if log else [])]


def _is_of_environment() -> bool:
    """Whether this program was called out of an environment's own folder, as by `venv/bin/dap-kernel`.

    Whoever calls it by a link elsewhere, as pipx makes one, has not chosen the environment that it is in.
    """
    is_in_one = sys.prefix != sys.base_prefix or os.path.isdir(os.path.join(sys.prefix, "conda-meta"))
    folder, name = os.path.split(os.path.abspath(sys.argv[0]))
    return is_in_one and (name == "__main__.py" or folder == os.path.dirname(sys.executable))


class Client:
    """One connection. `on_event` gets names and bodies in order; `on_gone` is called at its end."""

    def __init__(self, on_event: Callable[[str, Any], None], on_gone: Callable[[], None]) -> None:
        self._on_event = on_event
        self._on_gone = on_gone
        self._seq = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Response]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._errors: deque[str] = deque(maxlen=KEPT_ERRORS)
        self.last_seq = 0
        self.failure: Exception | None = None  # of whoever took an event

    @property
    def errors(self) -> list[str]:
        """The last lines of the server's stderr."""
        return list(self._errors)

    async def start(self, command: Sequence[str]) -> None:
        """Start the server, in a session of its own: Ctrl-C is for us alone. Raises OSError."""
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._read_errors())]

    def send(self, command: str, arguments: Body | dict[str, Any] | None = None) -> asyncio.Future[Response]:
        """Send a request; its seq is `last_seq`. Raises ServerGone."""
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            raise ServerGone
        self.last_seq = next(self._seq)
        raw = msgspec.Raw(msgspec.json.encode({} if arguments is None else arguments))
        process.stdin.write(frame(encode(Request(self.last_seq, command, raw))))
        answer = asyncio.get_running_loop().create_future()
        self._waiting[self.last_seq] = answer
        return answer

    async def tell(self, command: str, arguments: Body | dict[str, Any] | None = None) -> None:
        """Send a request whose response says nothing but that it was done. Raises Refused and ServerGone."""
        body_of(await self.send(command, arguments), Body)

    async def request(self, command: str, arguments: Body | dict[str, Any] | None, answer: type[T]) -> T:
        """Send a request and return its response's body. Raises Refused and ServerGone."""
        return body_of(await self.send(command, arguments), answer)

    async def finish(self) -> None:
        """Close the connection and see the server off."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), GOODBYE_S)
        except TimeoutError:
            process.kill()
            await process.wait()
        await asyncio.wait(self._tasks, timeout=1)
        for task in self._tasks:
            task.cancel()

    async def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        framer = Framer()
        try:
            while data := await self._process.stdout.read(2**16):
                for body in framer.feed(data):
                    self._take(body)
        except FramingError as error:
            self._errors.append(f"what the server sends cannot be read: {error}")
        except Exception as error:
            self.failure = error  # nobody waits for this task: it ends the session
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ServerGone())
                answer.exception()  # nobody may be left to look at it
        self._waiting.clear()
        self._on_gone()

    def _take(self, body: bytes) -> None:
        try:
            message = decode(body)
        except BadMessage as error:
            self._errors.append(f"a message was lost: {error}")
            return
        match message:
            case Event():
                self._on_event(message.event, {} if message.body is None else message.body)
            case Response():
                answer = self._waiting.pop(message.request_seq, None)
                if answer is not None and not answer.done():
                    answer.set_result(message)
            case Request():
                self._decline(message)

    def _decline(self, request: Request) -> None:
        if self._process is not None and self._process.stdin is not None:
            response = refusal(next(self._seq), request.seq, request.command, "not supported")
            self._process.stdin.write(frame(encode(response)))

    async def _read_errors(self) -> None:
        assert self._process is not None and self._process.stderr is not None
        rest = b""
        while data := await self._process.stderr.read(2**16):
            *lines, rest = (rest + data)[-(2**16) :].split(b"\n")
            self._errors += [it.decode("utf-8", "replace") for it in lines]


def body_of(response: Response, answer: type[T]) -> T:
    """Return the body of a response as an `answer`. Raises Refused."""
    if not response.success:
        raise Refused(response.message or f"{response.command} was declined")
    body = {} if response.body is None else response.body
    try:
        return msgspec.convert(body, answer)
    except msgspec.ValidationError as error:
        raise Refused(f"{response.command}: {error}") from None


def convert(body: Any, kind: type[T]) -> T | None:
    """Return an event's body as a `kind`, or None if it is none."""
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError:
        return None
