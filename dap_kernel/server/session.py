"""One client's debug session: requests in, responses and events out, and what the session consists of.

Knows no request: those are in `requests/`. `handle` is the one place where exceptions become responses.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import msgspec

from ..protocol.capabilities import InitializeRequestArguments
from ..protocol.messages import BadMessage, Body, EventBody, Request, Response, decode
from ..protocol.sources import LoadedSourceEvent
from .arguments.debug_options import DebugOptions
from .arguments.launch_arguments import CommonArguments
from .breakpoints.breakpoint_store import Breakpoints
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
        self._tasks = Tasks()
        self.port = ClientPort(send, Audience())
        self._told_problem: str | None = None  # of the notebook's text
        self.documents = Documents()
        self.sources = Sources(self.documents)
        self.listener = KernelEvents(self)
        self.kernel = SessionKernel(self.listener)
        self.threads = Threads(self.emit)
        self.run_state = RunState()
        self.breakpoints = Breakpoints(self.documents, self.sources, self.emit)
        self.targets = GotoTargets()
        self.live_line = LiveLine(self.port, self.options, self.run_state, self.documents, self.sources)
        displays = DisplayEvents(self.port)
        self.output = Output(self.emit, self.documents, self.sources, self.live_line, displays)
        self._make_doers()

    def _make_doers(self) -> None:
        self.layout = IpynbLayout(
            self.documents, self._tasks, lambda text: self.output.say(text, "stderr"), self.text_changed
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
            self._tasks.begin(message.seq, message.command, self.handle(message))
        elif isinstance(message, Response):
            self.port.take_response(message)

    async def gone(self) -> None:
        """Do what is left to do when the client is lost. One that has said goodbye gets what it asked for."""
        await self._tasks.end()
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
            if self._tasks.was_cancelled(request.seq):  # before it began
                raise Cancelled
            found = instead(request) or await self._run(request, numbering)
            return Answer(found.body, do=found.do) if isinstance(found, Then) else Answer(found)
        except DapError as refusal:
            return Answer(error=str(refusal))
        except msgspec.MsgspecError as invalid:
            return Answer(error=f"{request.command}: {invalid}")
        except asyncio.CancelledError:
            if not self._tasks.was_cancelled(request.seq):
                raise
            return Answer(error=str(Cancelled()))
        except Exception:
            log.exception("%s failed", request.command)
            return Answer(error=f"{request.command}: internal error")

    def cancel(self, seq: int) -> None:
        """Break off the request with this seq, if it is not answered yet."""
        self._tasks.cancel(seq)

    def emit(self, body: EventBody) -> None:
        """Send an event: one of our own only to a client that knows them; to companions as they like."""
        self.port.emit(body)

    def spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Do `work` beside all else, until the session ends."""
        return self._tasks.spawn(work)

    def look(self) -> None:
        """Look whether the notebook, or a file with breakpoints, was edited, and act on it."""
        if self.documents.look():
            self.text_changed()
        main = self.documents.main
        problem = main.document.problem if main is not None and not main.is_companions else None
        if problem is not None and problem != self._told_problem:
            self.output.say(problem, "stderr")
        self._told_problem = problem
        self.imported.notice_changed_files()

    async def looked(self) -> None:
        """Look, and wait until lines are those that the client counts."""
        await self.documents.ready()
        self.look()
        await self.layout.ready()

    def text_changed(self) -> None:
        """Bring what depends on texts up to date."""
        self.breakpoints.look_again()
        self.tell_breakpoints()
        self.cell_events.tell_changed()
        if (main := self.documents.main) is not None and self.sources.scripts.has_changed(main):
            self.emit(LoadedSourceEvent("changed", self.sources.script_of(main)))
        if self.is_live and self.threads.stops:
            self.port.invalidate()  # frames are told in the lines of the text as it is now

    def tell_other_breakpoints(self) -> None:
        """The same for those on functions and exceptions."""
        if self.kernel.live is not None and not self.options.no_debug:
            for command in self.breakpoints.other_commands():
                self.kernel.tell(command)

    def tell_all_breakpoints(self) -> None:
        """Have a kernel that is new to us know all of them, unless nothing is to stop."""
        if self.kernel.live is not None and not self.options.no_debug:
            for command in [*self.breakpoints.commands(is_fresh=True), *self.breakpoints.other_commands()]:
                self.kernel.tell(command)

    def tell_breakpoints(self) -> None:
        """Have the kernel know the breakpoints as they are now; a later one is told when it starts."""
        if self.kernel.live is not None and not self.options.no_debug:
            for command in self.breakpoints.commands():
                self.kernel.tell(command)

    @property
    def args(self) -> CommonArguments:
        return self.options.args

    @property
    def wants_notebook_events(self) -> bool:
        return self.port.wants_notebook_events

    @property
    def client(self) -> InitializeRequestArguments:
        return self.port.client

    @property
    def tells_notebook_events(self) -> bool:
        """Whether anybody wants our own events."""
        return self.port.has_notebook_hearers

    @property
    def main_name(self) -> str:
        """What the main thread is called: notebook and state."""
        main = self.documents.main
        name = main.path.rpartition("/")[2] if main is not None else "notebook"
        current = self.run_state.current
        state = current.name if current is not None else self.kernel_state_events.state
        has_cells = main is None or main.notebook.traits.has_cells
        return f"{name} · {state}" if has_cells else name

    @property
    def is_live(self) -> bool:
        return self.lifecycle.is_live

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
