"""The line that runs now, for those who want to see it, and for output that does not say where it comes from.

Knows how lines are told, not how they are found.
"""

import asyncio
import time

from ...agent.wire import messages as wire
from ...notebook.source.loops import loop_around
from ...protocol.notebook import NotebookLineEvent, NotebookLoop
from ...protocol.output import OutputEvent
from .. import convert
from ..arguments.debug_options import DebugOptions
from ..port.client_port import ClientPort
from ..run.run_state import RunState
from ..texts.documents import Documents
from ..texts.revisions import Revision
from ..texts.sources import Sources

TOLD_EVERY_S = 1.0  # with "liveLine": "output"
READ_AT_ONCE = 10_000  # characters of a text, some 40 ms


class LiveLine:
    """Takes the line that the kernel samples, and tells it as the launch argument `liveLine` says.

    That is as `notebookLine`, printed, or only kept for who asks.
    """

    def __init__(
        self,
        port: ClientPort,
        options: DebugOptions,
        run_state: RunState,
        documents: Documents,
        sources: Sources,
    ) -> None:
        self._port = port
        self._options = options
        self._run = run_state
        self._documents = documents
        self._sources = sources
        self._now: wire.ActiveLine | None = None
        self._runs: object = None  # what the seconds are of: the outermost loop, or else the line
        self._since = 0.0
        self._is_told = False
        self._told_at = 0.0
        self._read_ahead: dict[str, bool] = {}  # by name of a long text: whether its loops are known by now

    @property
    def place(self) -> tuple[str, int] | None:
        """Filename and line of what runs now, as the kernel has them."""
        if self._now is None or self._now.filename is None:
            return None
        return self._now.filename, self._now.line

    @property
    def is_shown_by_client(self) -> bool:
        """Whether the client gets events of it, and so has no need of it elsewhere."""
        return self._port.wants_notebook_events and self._options.args.live_line == "events"

    def update_active(self, active: wire.ActiveLine) -> None:
        """Take the kernel's word on what runs now, and tell of it."""
        if active.filename is None:
            self.clear()
            return
        self._now = active
        if self._options.args.live_line == "events" and self._port.has_notebook_hearers:
            self._tell(active.filename, active)
        elif self._options.args.live_line == "output":
            self._print(active.filename, active)

    def clear(self) -> None:
        """Nothing runs any more: that is told to who was told what ran."""
        self._now = self._runs = None
        if self._is_told:
            self._is_told = False
            cell = self._run.last
            self._port.emit(NotebookLineEvent(cell.id if cell is not None else ""))

    def in_words(self) -> str | None:
        """Return the line that runs now in the client's numbers, in words: `line 45`."""
        place = self.place
        location = self._sources.locate(*place) if place is not None else None
        return None if location is None else f"line {location.line}"

    def _tell(self, filename: str, active: wire.ActiveLine) -> None:
        location = self._sources.locate(filename, active.line)
        revision = self._documents.revision(filename)
        if location is not None and revision is not None:
            self._is_told = True
            loop, now = self._loop(active), time.monotonic()
            runs = loop or (filename, active.line, active.outer)
            if runs != self._runs:
                self._runs, self._since = runs, now
            event = convert.notebook_line(active, revision.cell_id, location)
            if loop is not None and (first := self._sources.locate(*loop)) is not None:
                event.loop = NotebookLoop(first.source, first.line)
            event.elapsed_s = round(now - self._since, 3)
            self._port.emit(event)

    def _loop(self, active: wire.ActiveLine) -> tuple[str, int] | None:
        """Return where the outermost loop begins that runs now, as the kernel has it."""
        for filename, line in [*reversed(active.outer), (active.filename or "", active.line)]:
            revision = self._documents.revision(filename)
            if revision is None or not self._is_read(revision):
                continue
            first = loop_around(revision.source, revision.to_source(line))
            if first is not None:
                return filename, revision.to_code(first)
        return None

    def _is_read(self, revision: Revision) -> bool:
        """Whether the loops of a text are known; of a long one only after a thread has looked."""
        name, source = revision.filename, revision.source
        if len(source) > READ_AT_ONCE and name not in self._read_ahead:
            self._read_ahead[name] = False
            reading = asyncio.get_running_loop().run_in_executor(None, loop_around, source, 1)  # it remembers
            reading.add_done_callback(lambda _: self._read_ahead.update({name: True}))
        return self._read_ahead.get(name, True)

    def _print(self, filename: str, active: wire.ActiveLine) -> None:
        now = asyncio.get_running_loop().time()
        location = self._sources.locate(filename, active.line)
        if location is None or now - self._told_at < TOLD_EVERY_S:
            return
        self._told_at = now
        cell = self._run.current
        name = f"{cell.name} · " if cell is not None else ""
        via = f" in {active.via}" if active.via else ""
        text = f"{name}line {location.line}{via}\n"
        self._port.emit(OutputEvent(text, "console", source=location.source, line=location.line))
