"""The store of breakpoints: what clients asked for, where it comes to now, what the kernel has to know.

Breakpoints of a source are replaced as a whole; unchanged ones keep their ids. They are anchored to the text
that they were set in, and move with it. Knows no kernel: `tables` is what one has to be told.
"""

import dataclasses
import itertools
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from ...agent.wire import messages as wire
from ...notebook.cells import SCRIPT_CELL, Cell
from ...notebook.paths import same_path
from ...protocol.breakpoints import Breakpoint, BreakpointEvent, FunctionBreakpoint, SourceBreakpoint
from ...protocol.messages import EventBody
from ...protocol.sources import Source
from ..convert import function_breakpoint, line_breakpoint
from ..texts.documents import Documents, Text
from ..texts.revisions import Revision
from ..texts.sources import Place, Said, Sources
from ..texts.stoppable_lines import nearest_code_line
from .mistakes import misnamed_exceptions, mistake_in

UNTIL = "until"  # the key of the set that holds the line to stop at once; no source's
TAKES_EFFECT_LATER = "takes effect when the cell runs again"
SCRIPT_LATER = "takes effect when the script runs again"


@dataclass(frozen=True)
class Answer:
    """What a breakpoint comes to: for the client, and as lines of what the kernel compiled."""

    line: int
    message: str | None = None  # why it is not verified
    source: Source | None = None
    lines: dict[str, int] = field(default_factory=dict)  # by filename
    is_unchecked: bool = False  # our Python cannot parse the text; the kernel's may be a newer one


@dataclass(frozen=True)
class Word:
    """What the kernel said of a line, by what it has compiled."""

    filename: str
    line: int  # that was asked for
    source: str  # of the cell then
    told: wire.BreakpointChanged


@dataclass(eq=False)
class Point:
    """One breakpoint; `anchor` is the text, cell and line it was set in."""

    id: int
    asked: SourceBreakpoint
    answer: Answer
    anchor: tuple[Text, Revision, int] | None = None
    word: Word | None = None  # the kernel's
    mistake: str | None = None  # in how it was asked for
    is_told: bool = True  # the client knows it


@dataclass(eq=False)
class PointSet:
    said: Said
    points: list[Point]


class Breakpoints:
    """See the module."""

    def __init__(self, documents: Documents, sources: Sources, emit: Callable[[EventBody], None]) -> None:
        self.functions: list[wire.FunctionBreakpoint] = []
        self.filters: list[wire.ExceptionFilter] = []
        self._documents = documents
        self._sources = sources
        self._emit = emit
        self._sets: dict[str, PointSet] = {}
        self._ids = itertools.count(1)
        self._versions = itertools.count(1)
        self._sent: dict[str, list[wire.LineBreakpoint]] = {}
        self._asked_functions: list[FunctionBreakpoint] = []
        self._is_changed = True  # since the last `commands`
        self._by_cell: dict[str, list[tuple[Said, Point]]] | None = None  # None: to be made anew

    def replace(self, source: Source, asked: Iterable[SourceBreakpoint]) -> list[Breakpoint]:
        """Replace all breakpoints of a source; return them in the order asked."""
        said = self._sources.read(source)
        before = self._sets.get(said.key)
        known = {_key(it.asked): it for it in reversed(before.points)} if before else {}
        points = []
        for wanted in asked:
            point = known.pop(_key(wanted), None) or _new_point(next(self._ids), wanted)
            self._anchor(said, point)
            point.answer = self._answer(said, point)
            points.append(point)
        self._sets[said.key] = PointSet(said, points)
        self._is_changed, self._by_cell = True, None
        return [_told(it, said) for it in points]

    def replace_functions(self, asked: list[FunctionBreakpoint]) -> list[Breakpoint]:
        """Replace all function breakpoints; return them in the order asked."""
        ids = dict(zip(map(_function_key, self._asked_functions), self.functions, strict=True))
        known = {key: it.id for key, it in ids.items()}
        numbered = [(known.pop(_function_key(it), 0) or next(self._ids), it) for it in asked]
        self._asked_functions = list(asked)
        self.functions = [function_breakpoint(id, it) for id, it in numbered]
        problems = [_misnamed(it.name) or mistake_in(it) for it in asked]
        return [
            Breakpoint(problem is None, id, problem)
            for (id, _), problem in zip(numbered, problems, strict=True)
        ]

    def replace_filters(self, filters: list[wire.ExceptionFilter]) -> list[Breakpoint]:
        self.filters = filters
        problems = [misnamed_exceptions(it.condition) for it in filters]
        return [Breakpoint(it is None, next(self._ids), it) for it in problems]

    def all(self) -> list[Breakpoint]:
        """Return every line breakpoint that the client has set."""
        return [_told(it, group.said) for group in self._sets.values() for it in group.points if it.is_told]

    def places(self) -> set[tuple[str | None, int | None]]:
        """Return the path and line of each of them, as the client has them."""
        return {(it.source.path if it.source is not None else None, it.line) for it in self.all()}

    def move(self, old: str, path: str, said: str) -> None:
        """Have what was set in the notebook at `old` where that is now, which the client calls `said`."""
        for key, group in list(self._sets.items()):
            if group.said.path is None or not same_path(group.said.path, old):
                continue
            source = group.said.source
            if group.said.cell_id is None and not group.said.is_script:
                source = msgspec.structs.replace(source, name=os.path.basename(path), path=said)
            group.said = dataclasses.replace(group.said, path=path, source=source)
            del self._sets[key]
            self._sets[UNTIL if key == UNTIL else group.said.key] = group
        self._is_changed, self._by_cell = True, None

    def set_until(self, source: Source, line: int) -> str | None:
        """Stop once at `line` of a source; return why that cannot be, or None. `clear_until` ends it."""
        said = self._sources.read(source)
        point = Point(next(self._ids), SourceBreakpoint(line), Answer(line), is_told=False)
        self._anchor(said, point)
        point.answer = self._answer(said, point)
        if point.answer.message is None:
            self._sets[UNTIL] = PointSet(said, [point])
            self._is_changed, self._by_cell = True, None
        return point.answer.message

    def clear_until(self) -> set[int]:
        """Forget the line to stop at once; return its id, which no client knows."""
        group = self._sets.pop(UNTIL, None)
        self._is_changed = self._is_changed or group is not None
        return {it.id for it in group.points} if group is not None else set()

    def look_again(self) -> None:
        """Answer all anew: a text has changed, or is the notebook now. Tell the client of differences."""
        self._by_cell = None
        self._read_again()
        for group in self._sets.values():
            for point in group.points:
                if point.anchor is None or not self._is_current(point.anchor[0]):
                    self._anchor(group.said, point, is_again=True)
                self._take(group.said, point, self._answer(group.said, point))

    def look_again_in(self, cell_id: str) -> None:
        """Answer those in one cell of the notebook anew: it runs."""
        if self._by_cell is None:
            self._by_cell = {}
            for group in self._sets.values():
                for point in group.points:
                    if point.anchor is not None:
                        self._by_cell.setdefault(point.anchor[1].cell_id, []).append((group.said, point))
        for said, point in self._by_cell.get(cell_id, []):
            self._take(said, point, self._answer(said, point))

    def kernel_says(self, it: wire.BreakpointChanged) -> None:
        """Take the kernel's word on one breakpoint. It holds until the text is another, or the kernel."""
        for group in self._sets.values():
            for point in group.points:
                if point.id != it.id or point.anchor is None or point.anchor[1].filename != it.filename:
                    continue  # or it is of an older text, which is not shown
                if (line := point.answer.lines.get(it.filename)) is not None:
                    point.word = Word(it.filename, line, point.anchor[1].source, it)
                    self._take(group.said, point, self._answer(group.said, point))

    def commands(self, is_fresh: bool = False) -> list[wire.SetBreakpoints]:
        """Return what the kernel has to be told, a full table a file; `is_fresh`: it knows nothing yet."""
        if is_fresh:
            self._sent.clear()
            self._forget_words()
        elif not self._is_changed:
            return []
        self._is_changed = False
        tables: dict[str, list[wire.LineBreakpoint]] = {name: [] for name in self._sent}
        for group in self._sets.values():
            for point in group.points:
                for filename, line in point.answer.lines.items():
                    table = tables.setdefault(filename, [])
                    table.append(line_breakpoint(point.id, line, point.asked, point.answer.is_unchecked))
        changed = {name: it for name, it in tables.items() if it != self._sent.get(name, [])}
        self._sent = {name: it for name, it in tables.items() if it}
        return [wire.SetBreakpoints(name, next(self._versions), it) for name, it in changed.items()]

    def other_commands(self) -> list[wire.SetFunctionBreakpoints | wire.SetExceptionBreakpoints]:
        return [
            wire.SetFunctionBreakpoints(next(self._versions), self.functions),
            wire.SetExceptionBreakpoints(next(self._versions), self.filters),
        ]

    def _read_again(self) -> None:
        """Read sources again that meant no cell: the client may have said since that they are one."""
        order = list(self._sets)
        for key, group in list(self._sets.items()):
            name = group.said.source.path or ""
            if group.said.cell_id is not None or self._documents.cell_called(name) is None:
                continue
            said = self._sources.read(group.said.source)
            is_newer = said.key not in order or order.index(said.key) < order.index(key)
            if key != UNTIL and is_newer:
                del self._sets[key]
                group.said = said
                self._sets[said.key] = group

    def _forget_words(self) -> None:
        for group in self._sets.values():
            for point in group.points:
                if point.word is not None:
                    point.word = None
                    self._take(group.said, point, self._answer(group.said, point))

    def _is_current(self, text: Text) -> bool:
        return self._documents.of(text.path) is text

    def _anchor(self, said: Said, point: Point, is_again: bool = False) -> None:
        """Bind a point to the text as it is now; one that is bound to it already keeps its line."""
        place = self._sources.place(said, point.asked.line) if said.filename is None else ""
        if isinstance(place, Place):
            point.anchor = place.text, place.text.current(place.cell), place.line
        elif not is_again or point.anchor is None:
            point.anchor = None
            point.answer = Answer(point.asked.line, place or None)

    def _answer(self, said: Said, point: Point) -> Answer:
        if said.filename is not None:  # a text that ran, and changes no more
            revision = self._documents.revision(said.filename)
            at = revision.to_code(point.asked.line) if revision is not None else point.asked.line
            return Answer(point.asked.line, lines={said.filename: at})
        if point.anchor is None:
            return point.answer
        text, anchor, line = point.anchor
        cell = text.cell(anchor.cell_id)
        today = text.revisions.moved_to(anchor, line, cell) if cell is not None else None
        if cell is None or today is None:
            lines = {anchor.filename: anchor.to_code(line)} if anchor.filename in text.compiled else {}
            return Answer(point.answer.line, "this line is no longer in the notebook", lines=lines)
        point.anchor = text, text.current(cell), today
        return self._answer_in(said, point, Place(text, cell, today))

    def _answer_in(self, said: Said, point: Point, place: Place) -> Answer:
        shown = self._shown(said, place.text, place.cell, place.line)
        message = place.cell.problem
        if message is not None and not place.cell.may_parse:
            return Answer(shown, message)
        is_unchecked = message is not None
        line = place.line if is_unchecked else nearest_code_line(place.cell.source, place.line)
        if line is None:
            return Answer(shown, f"there is no code here or below in {place.cell.name}")
        lines, current = _lines(place.text, place.cell, line), place.text.current(place.cell)
        word = point.word if point.word and point.word.source == place.cell.source else None
        if word is not None and lines.get(word.filename) == word.line == current.to_code(line):
            line, message = current.to_source(word.told.line), word.told.message
        if not _is_known(place.text, place.cell, lines):
            message = SCRIPT_LATER if place.cell.id == SCRIPT_CELL else TAKES_EFFECT_LATER
        shown = self._shown(said, place.text, place.cell, line)
        return Answer(shown, message, lines=lines, is_unchecked=is_unchecked)

    def _shown(self, said: Said, text: Text, cell: Cell, line: int) -> int:
        if said.cell_id is not None or not cell.lines:
            return line
        return self._sources.located(said, Place(text, cell, line)).line

    def _take(self, said: Said, point: Point, answer: Answer) -> None:
        was, point.answer = point.answer, answer
        self._is_changed = self._is_changed or was.lines != answer.lines
        if point.is_told and (was.line, was.message) != (answer.line, answer.message):
            self._emit(BreakpointEvent("changed", _told(point, said)))


def _lines(text: Text, cell: Cell, line: int) -> dict[str, int]:
    """Return where a line of a cell is in each of its live revisions that still has it."""
    current = text.current(cell)
    lines = {current.filename: current.to_code(line)}
    if cell.id == SCRIPT_CELL and current.filename in text.compiled:  # all revisions have its name: one ran
        ran = text.revisions.of(current.filename)
        older = text.revisions.from_today(ran, line, cell) if ran is not None else None
        return {current.filename: older} if older is not None else {}
    for revision in text.revisions.live(cell.id):
        if revision.filename not in lines:
            older = text.revisions.from_today(revision, line, cell)
            if older is not None:
                lines[revision.filename] = older
    return lines


def _is_known(text: Text, cell: Cell, lines: dict[str, int]) -> bool:
    """Whether what the kernel has compiled of a cell, if anything, has the line."""
    compiled = {it.filename for it in text.revisions.live(cell.id)} & text.compiled
    return not compiled or not compiled.isdisjoint(lines)


def _key(asked: SourceBreakpoint) -> tuple[object, ...]:
    return asked.line, asked.column, asked.condition, asked.hit_condition, asked.log_message


def _function_key(asked: FunctionBreakpoint) -> tuple[object, ...]:
    return asked.name, asked.condition, asked.hit_condition


def _misnamed(name: str) -> str | None:
    if all(part.isidentifier() for part in name.strip().split(".")):
        return None
    return f"{name!r} is no function's name: write train, Model.fit or package.module.train"


def _new_point(id: int, asked: SourceBreakpoint) -> Point:
    return Point(id, asked, Answer(asked.line), mistake=mistake_in(asked))


def _told(point: Point, said: Said) -> Breakpoint:
    message = point.answer.message or point.mistake
    return Breakpoint(message is None, point.id, message, source=said.source, line=point.answer.line)
