"""The line that runs now, for those who want to see it, and for output that does not say where it comes from.

Knows how lines are told, not how they are found.
"""

import asyncio
import time
from typing import TYPE_CHECKING

from ...agent.wire import messages as wire
from ...notebook.source.loops import loop_around
from ...protocol.notebook import NotebookLineEvent, NotebookLoop
from ...protocol.output import OutputEvent
from .. import convert
from ..texts.revisions import Revision

if TYPE_CHECKING:
    from ..session import Session

TOLD_EVERY_S = 1.0  # with "liveLine": "output"
READ_AT_ONCE = 10_000  # characters of a text, some 40 ms


class LiveLine:
    """See the module."""

    def __init__(self, session: "Session") -> None:
        self._session = session
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

    def moved(self, it: wire.ActiveLine) -> None:
        """Take the kernel's word on what runs now."""
        if it.filename is None:
            self.clear()
            return
        self._now = it
        self._session.progress.update()
        if self._session.args.live_line == "events" and self._session.tells_notebook_events:
            self._tell(it.filename, it)
        elif self._session.args.live_line == "output":
            self._print(it.filename, it)

    def clear(self) -> None:
        """Nothing runs any more."""
        self._now = self._runs = None
        if self._is_told:
            self._is_told = False
            cell = self._session.run_state.last
            self._session.emit(NotebookLineEvent(cell.id if cell is not None else ""))

    def shown(self) -> str | None:
        """Return the line that runs now in the client's numbers, in words: `line 45`."""
        place = self.place
        location = self._session.sources.locate(*place) if place is not None else None
        return None if location is None else f"line {location.line}"

    def _tell(self, filename: str, it: wire.ActiveLine) -> None:
        location = self._session.sources.locate(filename, it.line)
        revision = self._session.documents.revision(filename)
        if location is not None and revision is not None:
            self._is_told = True
            loop, now = self._loop(it), time.monotonic()
            runs = loop or (filename, it.line, it.outer)
            if runs != self._runs:
                self._runs, self._since = runs, now
            event = convert.notebook_line(it, revision.cell_id, location)
            if loop is not None and (first := self._session.sources.locate(*loop)) is not None:
                event.loop = NotebookLoop(first.source, first.line)
            event.elapsed_s = round(now - self._since, 3)
            self._session.emit(event)

    def _loop(self, it: wire.ActiveLine) -> tuple[str, int] | None:
        """Return where the outermost loop begins that runs now, as the kernel has it."""
        for filename, line in [*reversed(it.outer), (it.filename or "", it.line)]:
            revision = self._session.documents.revision(filename)
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
            self._session.spawn(self._read(name, source))
        return self._read_ahead.get(name, True)

    async def _read(self, name: str, source: str) -> None:
        await asyncio.to_thread(loop_around, source, 1)  # which remembers
        self._read_ahead[name] = True

    def _print(self, filename: str, it: wire.ActiveLine) -> None:
        now = asyncio.get_running_loop().time()
        location = self._session.sources.locate(filename, it.line)
        if location is None or now - self._told_at < TOLD_EVERY_S:
            return
        self._told_at = now
        cell = self._session.run_state.current
        name = f"{cell.name} · " if cell is not None else ""
        via = f" in {it.via}" if it.via else ""
        text = f"{name}line {location.line}{via}\n"
        self._session.emit(OutputEvent(text, "console", source=location.source, line=location.line))
