"""One debug session as its user sees it: what runs, what is stopped, which frame is looked at.

Takes the server's events and sends what commands ask for. Knows no command, and nobody who types.
"""

import asyncio
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from ..client.dap_client import DapClient, Refused, ServerGone, body_of, convert
from ..client.server_process import ServerProcess
from ..protocol.breakpoints import BreakpointEvent
from ..protocol.execution import ContinuedEvent, StoppedEvent, ThreadEvent, ThreadsResponse
from ..protocol.framing import FramingError
from ..protocol.lifecycle import ExitedEvent
from ..protocol.messages import Body
from ..protocol.notebook import (
    NotebookCell,
    NotebookCellsResponse,
    NotebookDisplayEvent,
    NotebookKernelEvent,
    NotebookLineEvent,
)
from ..protocol.output import OutputEvent
from ..protocol.stack import StackFrame, StackTraceArguments, StackTraceResponse
from ..protocol.variables import EvaluateArguments, EvaluateResponse
from .breakpoints import UserBreakpoints
from .errors import CommandError
from .frame_texts import FrameTexts
from .live_line import StatusLine
from .next_pages import NextPages
from .pictures import Pictures
from .screen import TerminalScreen

T = TypeVar("T")

MOST_FRAMES = 200
MAIN_THREAD = 1


class WantedLine(msgspec.Struct, frozen=True):
    """The program reads a line."""

    prompt: str
    is_hidden: bool


class ConsoleSession:
    """What of one session runs, is stopped and is looked at. All of it lives on one event loop."""

    def __init__(self, screen: TerminalScreen, program: str | None) -> None:
        self.screen = screen
        self.program = program
        self.client = DapClient(self)
        self.server = ServerProcess(self.client)
        self.breakpoints = UserBreakpoints(self.client, screen, program)
        self.pictures = Pictures()
        self.texts = FrameTexts(self.client)
        self.stops: dict[int, StoppedEvent] = {}  # by thread
        self.thread_id = MAIN_THREAD
        self.frames: list[StackFrame] = []  # of the thread looked at
        self.total_frames = 0
        self.selected = 0  # of `frames`
        self.cells: list[NotebookCell] = []
        self.has_cells = False
        self.pages = NextPages()
        self.displays: dict[str, str | None] = {}  # expressions and what they were last
        self.listed: int | None = None  # the last line that `l` showed
        self.input_wanted: WantedLine | None = None
        self.live_line = StatusLine(screen, self._has_no_run_to_show, self._cell_name)
        self.is_initialized = asyncio.Event()
        self.is_ended = False
        self.failure: Exception | None = None  # of whoever took an event
        self.is_lost = False  # the server has gone without a word
        self.is_leaving = False  # the user wants to
        self.exit_code: int | None = None
        self.evaluating: int | None = None  # the seq of the request that Ctrl-C cancels
        self._change: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # What the server says.

    def event_told(self, name: str, body: Any) -> None:
        match name:
            case "output":
                self._output(convert(body, OutputEvent))
            case "stopped":
                self._stopped(convert(body, StoppedEvent))
            case "continued":
                self._continued(convert(body, ContinuedEvent))
            case "thread":
                it = convert(body, ThreadEvent)
                if it is not None and it.reason == "exited":
                    self.stops.pop(it.thread_id, None)
            case "breakpoint":
                self.breakpoints.changed(convert(body, BreakpointEvent))
            case "notebookKernel":
                self._kernel(convert(body, NotebookKernelEvent))
            case "notebookLine":
                self.live_line.move(convert(body, NotebookLineEvent))
            case "notebookDisplay":
                self._display(convert(body, NotebookDisplayEvent))
            case "initialized":
                self.is_initialized.set()
            case "exited":
                exited = convert(body, ExitedEvent)
                self.exit_code = exited.exit_code if exited is not None else None
            case "terminated":
                self.is_ended = True
                self.live_line.clear()
        self.wake()

    def _output(self, event: OutputEvent | None) -> None:
        if event is None or event.category == "telemetry":
            return
        if self.is_leaving and (event.category != "stdout" or event.group is not None):
            return  # how the program takes its end is no news
        if isinstance(event.data, dict) and isinstance(event.data.get("inputWanted"), dict):
            wanted = event.data["inputWanted"]
            self.live_line.clear()
            self.input_wanted = WantedLine(str(wanted.get("prompt", "")), bool(wanted.get("isHidden")))
        elif event.group in ("start", "startCollapsed"):
            self.screen.show_text(f"[{event.output.strip()}]", "dim")
        elif event.category in ("console", "important") and event.source is None:
            if event.output.strip():
                self.screen.show_text(event.output.rstrip("\n"), "note")
        else:
            self.screen.program(event.output, event.category)

    def _stopped(self, event: StoppedEvent | None) -> None:
        if event is not None:
            self.live_line.clear()
            thread_id = event.thread_id or MAIN_THREAD
            if not self.stops:
                self.thread_id = thread_id
            self.stops[thread_id] = event
            self.input_wanted = None if thread_id == MAIN_THREAD else self.input_wanted
            self.breakpoints.hit(event.hit_breakpoint_ids)

    def _continued(self, event: ContinuedEvent | None) -> None:
        if event is not None and event.all_threads_continued:
            self.stops.clear()
        elif event is not None:
            self.stops.pop(event.thread_id, None)

    def _kernel(self, event: NotebookKernelEvent | None) -> None:
        if event is not None and event.state in ("dead", "notStarted", "starting"):
            self.input_wanted = None

    def _display(self, event: NotebookDisplayEvent | None) -> None:
        """Tell where a picture is; the text of what is displayed comes as output."""
        try:
            path = self.pictures.keep(event) if event is not None else None
        except OSError as error:
            self.screen.show_text(f"a picture cannot be kept: {error}", "note")
            return
        if path is not None:
            self.screen.show_text(str(path), "note")

    def message_lost(self, why: str) -> None:
        self.server.note(f"a message was lost: {why}")

    def connection_ended(self, error: Exception | None) -> None:
        if isinstance(error, FramingError):
            self.server.note(f"what the server sends cannot be read: {error}")
        else:
            self.failure = error  # nobody waits for who reads: it ends the session
        self.live_line.clear()
        self.is_lost = not self.is_ended
        self.is_ended = True
        self.is_initialized.set()
        self.wake()

    def _has_no_run_to_show(self) -> bool:
        return bool(self.stops) or self.input_wanted is not None or self.is_leaving

    def _cell_name(self, id: str | None) -> str | None:
        """Return what a cell is called; None: it is gone, or a script, which has no other."""
        return None if not self.has_cells else next((it.name for it in self.cells if it.id == id), None)

    # What may be asked for.

    @property
    def is_stopped(self) -> bool:
        """Whether commands can be typed: not while the program waits for a line of its own."""
        return bool(self.stops) and not self.is_ended and self.input_wanted is None

    @property
    def stop(self) -> StoppedEvent:
        """The stop that is looked at. Raises CommandError."""
        if not self.stops:
            raise CommandError("nothing is stopped")
        if self.thread_id not in self.stops:
            self.thread_id = next(iter(self.stops))
        return self.stops[self.thread_id]

    @property
    def frame(self) -> StackFrame:
        """The frame that is looked at. Raises CommandError."""
        if not self.stops or not self.frames:
            raise CommandError("there is no frame to look at")
        return self.frames[min(self.selected, len(self.frames) - 1)]

    @property
    def is_idle(self) -> bool:
        """Whether what is looked at is the notebook between two runs."""
        return self.thread_id in self.stops and self.stops[self.thread_id].reason == "idle"

    def cell_at(self, frame: StackFrame) -> NotebookCell | None:
        """Return the cell that a frame's line is in."""
        if not self.has_cells or frame.source is None or frame.source.source_reference:
            return None
        if frame.source.path is None or not self.breakpoints.is_program(frame.source.path):
            return None
        found = [it for it in self.cells if it.line <= frame.line <= it.end_line and it.kind == "code"]
        return found[0] if found else None

    def look_at_thread(self, thread_id: int) -> None:
        """Look at another stopped thread from now on: whoever shows stops shows it."""
        self.thread_id = thread_id

    def look_at_frame(self, index: int) -> None:
        """Look at another of `frames`."""
        self.selected, self.listed = index, None

    def note_listed(self, line: int) -> None:
        """Note the last line of source that was shown: the next page begins below."""
        self.listed = line

    def input_answered(self) -> None:
        """Note that the program has what it waited for, or is told that it will not come."""
        self.input_wanted = None

    def ask_to_leave(self) -> None:
        """Note that the user wants no more."""
        self.is_leaving = True
        self.wake()

    def lose_server(self) -> None:
        """Note that the server has gone without a word."""
        self.is_lost = True

    def change(self) -> "asyncio.Future[None]":
        """Return what is done at the next event after this moment."""
        if self._change.done():
            self._change = asyncio.get_running_loop().create_future()
        return self._change

    def wake(self) -> None:
        """Have those who wait for a change look."""
        if not self._change.done():
            self._change.set_result(None)

    async def until_busy(self) -> None:
        """Return once there is nothing to type commands for: all runs, or is over, or wants input."""
        while self.is_stopped:
            await asyncio.wait([self.change()])

    async def leave_stop(self, stop: StoppedEvent, timeout_s: float) -> None:
        """Wait for a resume that is known to come, so that nothing is asked in between."""
        end = asyncio.get_running_loop().time() + timeout_s
        while self.stops.get(stop.thread_id or MAIN_THREAD) is stop and not self.is_ended:
            rest = end - asyncio.get_running_loop().time()
            if rest <= 0:
                return
            await asyncio.wait([self.change()], timeout=rest)

    async def look(self) -> None:
        """Get the frames of the thread looked at, and the cells as they are now."""
        thread_id = self.stop.thread_id or self.thread_id
        asked = [
            self.client.send("stackTrace", StackTraceArguments(thread_id, levels=MOST_FRAMES)),
            self.client.send("notebookCells"),
        ]
        stack, cells = [await it for it in asked]
        found = body_of(stack, StackTraceResponse)
        self.frames, self.selected, self.listed = found.stack_frames, 0, None
        self.total_frames = max(found.total_frames or 0, len(self.frames))
        if cells.success:
            self.take_cells(body_of(cells, NotebookCellsResponse))

    def take_cells(self, found: NotebookCellsResponse) -> None:
        """Note which cells there are now."""
        self.cells, self.has_cells = found.cells, found.has_cells

    async def resume(self, command: str, arguments: Body) -> None:
        """Send a request after which threads run. Raises CommandError when it was declined."""
        before, self.stops = self.stops, {}  # a new stop may overtake whoever waits for the response
        try:
            await self.client.perform(command, arguments)
        except Refused as refusal:
            self.stops = before | self.stops
            raise CommandError(str(refusal)) from None

    async def evaluate(self, expression: str, context: str = "repl") -> EvaluateResponse:
        """Evaluate in the frame looked at; Ctrl-C cancels it. Raises Refused."""
        frame_id = self.frame.id if self.stops and self.frames else None
        answer = self.client.send("evaluate", EvaluateArguments(expression, frame_id, context=context))
        self.evaluating = self.client.last_seq
        try:
            return body_of(await answer, EvaluateResponse)
        finally:
            self.evaluating = None

    async def threads(self) -> ThreadsResponse:
        """Ask which threads there are. Raises Refused."""
        return await self.client.request("threads", None, ThreadsResponse)

    async def ask(self, command: str, arguments: Body | dict[str, Any], answer: type[T]) -> T:
        """Send a request whose refusal the user shall see. Raises CommandError."""
        try:
            return await self.client.request(command, arguments, answer)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None

    async def leave(self) -> None:
        """End the session: a word to the program, then the server's end."""
        self.live_line.clear()
        with suppress(ServerGone, TimeoutError):  # `finish` ends a server that does not listen
            async with asyncio.timeout(5):
                if not self.is_ended:
                    await self.client.send("terminate")
                if not self.is_lost:
                    await self.client.send("disconnect", {"terminateDebuggee": True})
        await self.server.finish()
