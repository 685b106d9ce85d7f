"""One client's debug session: requests in, responses and events out, and what the session consists of.

Knows no request: those are in `requests/`. `handle` is the one place where exceptions become responses.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from ..protocol.messages import BadMessage, Body, Request, Response, decode
from .arguments.debug_options import DebugOptions
from .breakpoints.breakpoint_store import BreakpointStore
from .breakpoints.goto_targets import GotoTargets
from .companions.companions import Companions
from .errors import Cancelled, DapError, NotStopped
from .events.cell_events import CellEvents
from .events.kernel_state_events import KernelStateEvents
from .events.live_line import LiveLine
from .events.progress import Progress
from .flows.ending import ended_without_goodbye, terminal_closed
from .flows.kernel_listener import KernelEvents
from .flows.run_listener import RunEvents
from .flows.text_changes import text_changed
from .kernel.awaited_input import AwaitedInput
from .kernel.imported_modules import ImportedModules
from .kernel.run_in_terminal import SessionTerminal
from .kernel.session_kernel import SessionKernel
from .output.cell_output import Output
from .output.displays import DisplayEvents
from .phases import Lifecycle, Phase, after
from .port.audience import Audience
from .port.client_port import OUR_OWN, ClientPort, Send
from .port.numbering import Numbering
from .port.quirks import as_meant
from .registry import Answer, Then, registry
from .run.run_state import RunState
from .run.runner import Runner
from .serve.admission import CheckToken, nobody_checks, why_refused
from .stops.client_frames import ClientFrames
from .stops.frames import Frames
from .stops.idle_frame import IdleFrame
from .stops.paged_table import PagedTable
from .stops.threads import Threads
from .tasks import Tasks
from .texts.documents import Documents
from .texts.ipynb_layout import IpynbLayout
from .texts.sources import Sources

log = logging.getLogger(__name__)

UNTRUSTED = ("initialize", "launch", "attach", "disconnect", "terminate")  # answered to anybody


async def no_wait() -> None:
    """Stand in for a transport that never falls behind."""


class Session:
    """See the module. `drain` waits while the client is far behind in reading what `send` was given."""

    def __init__(self, send: Send, close: Callable[[], None], prefers_own_python: bool = False) -> None:
        from . import requests  # late: the chapters know the session

        requests.load()
        self.close = close
        self.prefers_own_python = prefers_own_python  # to one that is merely on the path
        self.drain: Callable[[], Awaitable[None]] = no_wait
        self.is_trusted = False
        self.check_token: CheckToken = nobody_checks
        self.lifecycle = Lifecycle()
        self.options = DebugOptions()
        self.tasks = Tasks()
        self.port = ClientPort(send, Audience())
        self.documents = Documents()
        self.sources = Sources(self.documents)
        self.listener = KernelEvents(self)
        self.kernel = SessionKernel(self.listener)
        self.threads = Threads(self.port.emit)
        self.run_state = RunState()
        self.breakpoints = BreakpointStore(self.documents, self.sources, self.port.emit)
        self.targets = GotoTargets()
        self.live_line = LiveLine(self.port, self.options, self.run_state, self.documents, self.sources)
        displays = DisplayEvents(self.port)
        self.output = Output(self.port.emit, self.documents, self.sources, self.live_line, displays)
        self._make_doers()

    def _make_doers(self) -> None:
        self.layout = IpynbLayout(
            self.documents,
            self.tasks,
            lambda text: self.output.say(text, "stderr"),
            lambda: text_changed(self),
        )
        self.progress = Progress(self.port, self.run_state, self.documents, self.live_line, self.output)
        run, texts = self.run_state, (self.documents, self.sources)
        self.kernel_state_events = KernelStateEvents(self.port, self.kernel, self.threads, run, self.progress)
        self.cell_events = CellEvents(self.port, run, *texts, self.output.rewritten)
        self.runner = Runner(self.kernel, self.documents, self.run_state, self.threads, RunEvents(self))
        self.idle_frame = IdleFrame(run, *texts, self.breakpoints)
        self.frames = Frames(self.threads, self.kernel, run)
        self.client_frames = ClientFrames(self.frames, *texts, self.idle_frame, self.output)
        frame_id = self.frames.notebook_frame_id
        self.imported = ImportedModules(self.kernel, self.documents, frame_id, self.output.say)
        self.awaited_input = AwaitedInput(self.port, self.kernel, self.output)
        self.paged_table = PagedTable()
        self.companions = Companions(self)
        self.terminal = SessionTerminal(
            self.port, self.documents, self.kernel, self.runner.interrupt, lambda: terminal_closed(self)
        )

    async def receive(self, body: bytes) -> None:
        """Take a message of the client's. Requests begin in order and may be answered in another."""
        try:
            message = decode(body)
        except BadMessage as bad:
            log.warning("%s", bad)
            self.port.refuse(bad)
            return
        if isinstance(message, Request):
            if not self.is_trusted and (why := await why_refused(message, self.check_token)) is not None:
                self.port.respond(message, Answer(error=why))
                return
            self.tasks.begin(message.seq, message.command, self.handle(message))
        elif isinstance(message, Response):
            self.port.take_response(message)

    async def gone(self) -> None:
        """Do what is left to do when the client is lost. One that has said goodbye gets what it asked for."""
        await self.tasks.end()
        self.companions.close()
        await ended_without_goodbye(self)

    async def handle(self, request: Request) -> None:
        """Send the one response to `request`, then do what had to wait for it."""
        if request.command.startswith(OUR_OWN):
            self.port.want_notebook_events()
        answer = await self.answer(as_meant(request, self.port.quirks), self.port.numbering)
        self.port.respond(request, answer)
        if answer.do is not None:
            self.do(request, answer.do)

    async def answer(
        self,
        request: Request,
        numbering: Numbering,
        instead: Callable[[Request], Body | None] = lambda request: None,
    ) -> Answer:
        """Return the answer to a request of the client's, or of a companion's.

        `instead` may refuse it (DapError), or answer in the place of its handler.
        """
        try:
            if self.tasks.was_cancelled(request.seq):  # before it began
                raise Cancelled
            found = instead(request) or await self._run(request, numbering)
            return Answer(found.body, do=found.do) if isinstance(found, Then) else Answer(found)
        except DapError as refusal:
            return Answer(error=str(refusal))
        except msgspec.MsgspecError as invalid:
            return Answer(error=f"{request.command}: {invalid}")
        except asyncio.CancelledError:
            if not self.tasks.was_cancelled(request.seq):
                raise
            return Answer(error=str(Cancelled()))
        except Exception:
            log.exception("%s failed", request.command)
            return Answer(error=f"{request.command}: internal error")

    async def _run(self, request: Request, numbering: Numbering) -> Body | Then | None:
        handler = registry.handlers.get(request.command)
        if handler is None:
            raise DapError(f"unsupported request {request.command!r}")
        if not self.is_trusted and request.command not in UNTRUSTED:
            raise DapError("this connection is not trusted yet: launch or attach must come first")
        if self.lifecycle.phase is Phase.NEW and request.command not in UNTRUSTED:
            after(self.lifecycle.phase, request.command)
        if handler.stopped and not self.threads.stops:
            raise NotStopped
        arguments = numbering.incoming(request.command, bytes(request.arguments))
        args: Any = msgspec.json.decode(arguments, type=handler.arguments)
        if paths := self.sources.paths_in(args):
            await self.documents.ready(paths)
        return await handler.run(self, args)

    def do(self, request: Request, do: Callable[[], None]) -> None:
        """Do what had to wait for the response; what goes wrong can only be said."""
        try:
            do()
        except DapError as refusal:
            self.output.say(f"{request.command}: {refusal}", "stderr")
        except Exception:
            log.exception("what follows %s failed", request.command)
