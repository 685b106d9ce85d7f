"""What the kernel prints, as `output` events: grouped by cell, each with the line that printed it.

Virtual filenames in the text become the notebook's own path and line. Knows no kernel.
Source: DAP specification, "Output Event".
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import Protocol

from msgspec.structs import replace

from ...agent.wire import filenames
from ...agent.wire import messages as wire
from ...agent.wire.filenames import FileLine
from ...kernels.output.escape_filter import clean
from ...kernels.printed import Kind, Piece
from ...notebook.cells import SCRIPT_CELL, Cell
from ...protocol.messages import EventBody
from ...protocol.notebook import NotebookProgressEvent
from ...protocol.output import OutputEvent
from ..port.quirks import Quirks
from ..texts.documents import Documents
from ..texts.revisions import Revision
from ..texts.sources import Location, Sources
from .held_lines import HeldLines
from .rewriting import Rewriting
from .screen import PrintedText

LONGEST = 2**15  # characters of one event
CATEGORIES: dict[Kind, str] = {
    "stdout": "stdout",
    "stderr": "stderr",
    "log": "console",
    "display": "stdout",
    "traceback": "stderr",
}
VIRTUAL = rf'(?P<quote>"?)(?P<file>%s{filenames.AFTER_PATH})(?P=quote)(?:(?P<mark>, line |:)(?P<line>\d+))?'
SPELLED = r"(?<![\w/.-])%s/\./(?:\.?/)*%s(?![\w.-])"


class LineInSight(Protocol):
    """Who knows which line runs now."""

    @property
    def place(self) -> FileLine | None:
        """The line, as the kernel has it; None: nothing runs, or it is not known."""


class DisplaySink(Protocol):
    """Who shows what is more than text."""

    def show(self, shown: wire.Display, cell_id: str | None, location: Location | None) -> str:
        """Tell of a display of a cell; return the text that a console shows of it."""

    def something_new(self, cell_id: str | None) -> None:
        """Called before each output of a cell whose client is told of cells."""


class CellOutput:
    """Opens a group when a cell begins, and gives each piece of text the place that printed it."""

    def __init__(
        self,
        emit: Callable[[EventBody], None],
        documents: Documents,
        sources: Sources,
        live: LineInSight,
        shower: DisplaySink,
    ) -> None:
        self._emit = emit
        self._documents = documents
        self._sources = sources
        self._live = live
        self._shower = shower
        self._cell: Cell | None = None  # that what is printed belongs to; None: only threads print
        self._last: FileLine | None = None  # where it was printed, or where the cell begins
        self._has_groups = True  # what a cell prints is one, for a client that can show it
        self._draws_progress = False  # the client does, also in a notebook that it shows as a file
        self._is_in_group = False
        self._tells_cell = False  # the client is to know which cell printed
        self._shows_cells = False  # and shows it in the cell, with what is written over there
        self._rewriting: dict[Kind, Rewriting] = {"stdout": Rewriting(), "stderr": Rewriting()}
        self._held_lines = HeldLines(self._drawn, self._emit_held)
        self._pattern: tuple[str, re.Pattern[str]] | None = None

    def adapt_to(self, quirks: Quirks) -> None:
        """Send output as the client can show it."""
        self._draws_progress = quirks.draws_progress
        self._has_groups = not (quirks.shows_one_line or quirks.loses_in_groups)

    def say(self, text: str, category: str = "console", data: object = None) -> None:
        """Say something of our own, in a line; `data` is for clients that know notebooks."""
        self._emit(OutputEvent(f"{clean(text)}\n", category, data=data))

    def cell_begins(self, cell: Cell, revision: Revision, *, tells_cell: bool = False) -> None:
        """Group what follows under `cell`, if anything follows; `revision` is what runs of it.

        `tells_cell`: what it prints carries its id, that of its threads after its end, too.
        """
        self.flush(is_over=True)
        self._last = revision.filename, revision.to_code(1)
        self._cell = cell
        self._tells_cell = tells_cell
        main = self._documents.main
        self._shows_cells = tells_cell and main is not None and (main.has_cell_uris or self._draws_progress)

    def cell_ends(self) -> None:
        """Send what was held back; what comes from now on is of no cell that runs."""
        self.flush(is_over=True)
        self.tell_held(is_last=True)
        self._cell = None
        if self._is_in_group:
            self._is_in_group = False
            if self._has_groups:
                self._emit(OutputEvent("", "console", group="end"))

    def pieces(self, pieces: list[Piece]) -> None:
        """Send what the kernel printed and showed."""
        texts: list[Piece] = []
        for it in pieces:
            if it.display is None:
                texts.append(it)
                continue
            self._texts(texts)
            texts = []
            self._display(it.display)
        self._texts(texts)

    def _display(self, shown: wire.Display) -> None:
        """Send what is shown beside text: its text goes to the console."""
        self._last = (shown.filename, shown.line) if shown.filename else self._live.place or self._last
        if not shown.update:
            self.flush()  # a clear takes it away, too
        if shown.clear is None and not shown.update:
            self._begin_group()
        location = self._sources.locate(*self._last) if self._last is not None else None
        cell_id = self._cell.id if self._cell is not None else self._cell_of(shown.filename)
        if text := self._shower.show(shown, cell_id, location):
            self._send([(f"{text}\n", self._last)], "display")

    def _texts(self, pieces: list[Piece]) -> None:
        for kind, place, text in _joined(pieces, self._live.place or self._last):
            self._last = place if place is None or place[0] != filenames.TYPED else self._last
            self.settle(kind)
            rewriting = self._rewriting.get(kind)
            self._send(rewriting.feed(text, place) if rewriting is not None else [(text, place)], kind)

    @property
    def held(self) -> list[str]:
        """The lines that are still being written over."""
        return [line for it in self._rewriting.values() for line in it.held]

    def tell_held(self, *, is_last: bool = False) -> None:
        """Tell who shows cells what is being written over in the one that runs; `is_last`: it ends."""
        if self._shows_cells and self._cell is not None:
            self._held_lines.send_changes(self._cell.id, is_last=is_last)

    def _drawn(self, kind: Kind) -> str:
        drawn = self._rewriting[kind].drawn
        return self.rewritten(clean(drawn)) if drawn else ""

    def _emit_held(self, event: NotebookProgressEvent) -> None:
        self._shower.something_new(event.cell_id)
        self._emit(event)

    @property
    def is_settled(self) -> bool:
        """Whether something is held back that seems to be done."""
        return any(it.is_settled for it in self._rewriting.values())

    def settle(self, now: Kind | None = None) -> None:
        """Send what was held back and seems to be done; `now`: but that of this stream, which goes on."""
        for kind, rewriting in self._rewriting.items():
            if kind != now:
                self._send(rewriting.flush() if now == "traceback" else rewriting.settle(), kind)

    def flush(self, *, is_over: bool = False, ends_line: bool = True) -> None:
        """Send what was held back: nothing is written over it for now. `is_over`: nor ever."""
        for kind, rewriting in self._rewriting.items():
            self._send(rewriting.flush(is_over=is_over, ends_line=ends_line), kind)

    def _send(self, shown: list[PrintedText], kind: Kind) -> None:
        for text, place in shown:
            self._begin_group()
            location = self._sources.locate(*place) if place is not None else None
            for part in _cut(self.rewritten(clean(text))):
                self._emit(self._event(part, kind, location, self._cell_id(kind, place)))

    def rewritten(self, text: str) -> str:
        """Return `text` with the notebook's path and line for virtual filenames and other spellings."""
        main = self._documents.main
        if main is None:
            return text
        kernels = main.revisions.path  # what the kernel calls the notebook
        folder, base = os.path.split(kernels)
        if f"{folder}/./" in text:  # see `agent/debuggee/code_names.py`
            text = re.sub(SPELLED % (re.escape(folder), re.escape(base)), lambda _: main.path, text)
        if f"{kernels}#" not in text:
            return text
        if self._pattern is None or self._pattern[0] != kernels:
            self._pattern = kernels, re.compile(VIRTUAL % re.escape(kernels))
        return self._pattern[1].sub(self._replacement, text)

    def _replacement(self, found: re.Match[str]) -> str:
        main, revision = self._documents.main, self._documents.revision(found["file"])
        if main is None or revision is None:
            return found[0]
        quote, mark = found["quote"], found["mark"]
        if mark is None:
            return f"{quote}{main.path}{quote}"
        line = int(found["line"])
        cell = main.cell(revision.cell_id)
        today = main.revisions.to_today(revision, line, cell) if cell is not None else None
        if cell is None or today is None:
            return f"{quote}{main.path} (as it ran){quote}{mark}{revision.to_source(line)}"
        if main.has_cell_uris:  # the editor shows cells, and no line of the file
            return f"{quote}{main.path}{quote}, {cell.name}{mark if mark != ':' else ', line '}{today}"
        shown = cell.lines[today - 1] if today <= len(cell.lines) else line
        return f"{quote}{main.path}{quote}{mark}{shown}"

    def _cell_id(self, kind: Kind, place: FileLine | None) -> str | None:
        """Return the cell to show a text in: the one that runs, else the one whose code it is."""
        if not self._tells_cell or kind not in ("stdout", "stderr"):
            return None
        if self._cell is not None:
            return self._cell.id
        return self._cell_of(place[0]) if place is not None else None

    def _cell_of(self, filename: str) -> str | None:
        """Return the id of the cell whose text has run as `filename`; None: it is no cell's."""
        revision = self._documents.revision(filename)
        return revision.cell_id if revision is not None else None

    def _event(self, text: str, kind: Kind, location: Location | None, cell_id: str | None) -> OutputEvent:
        event = OutputEvent(text, CATEGORIES[kind])
        if cell_id is not None:
            self._shower.something_new(cell_id)
            event.data = {"cellId": cell_id}
            if self._shows_cells and self._cell is not None:
                event.data |= self._held_lines.beside_output(kind)
                self._held_lines.tell_gone()
        if location is not None:
            event.source, event.line = location.source, location.line
        return event

    def _begin_group(self) -> None:
        cell = self._cell
        if cell is not None and cell.id != SCRIPT_CELL and not self._is_in_group:
            self._is_in_group = True
            heading = OutputEvent(f"{clean(cell.name)}\n", "console")
            self._emit(replace(heading, group="start") if self._has_groups else heading)


def _joined(pieces: list[Piece], live: FileLine | None) -> Iterator[tuple[Kind, FileLine | None, str]]:
    """Yield runs of pieces of one kind and line; what has no line is taken for the line that runs now."""
    last: tuple[Kind, FileLine | None] | None = None
    texts: list[str] = []
    for it in pieces:
        key = it.kind, (it.filename, it.line) if it.filename else live
        if last is not None and key != last:
            yield *last, "".join(texts)
            texts = []
        last = key
        texts.append(it.text)
    if last is not None:
        yield *last, "".join(texts)


def _cut(text: str) -> Iterator[str]:
    """Yield `text` in parts that are not too long, cut at the end of a line where there is one."""
    while len(text) > LONGEST:
        end = text.rfind("\n", LONGEST // 2, LONGEST) + 1 or LONGEST
        yield text[:end]
        text = text[end:]
    if text:
        yield text
