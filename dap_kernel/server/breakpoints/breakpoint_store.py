"""The store of breakpoints: what clients asked for, where it comes to now, what the kernel has to know.

Breakpoints of a source are replaced as a whole; unchanged ones keep their ids. They are anchored to the text
that they were set in, and move with it. Knows no kernel: `commands` are what one has to be told.
"""

import itertools
import os
from collections.abc import Callable, Sequence

import msgspec

from ...agent.wire import messages as wire
from ...notebook.paths import CellUri, parse_source, same_path
from ...protocol.breakpoints import Breakpoint, BreakpointEvent, FunctionBreakpoint, SourceBreakpoint
from ...protocol.messages import EventBody
from ...protocol.sources import Source
from ..convert import function_breakpoint, line_breakpoint
from ..texts.documents import Documents
from ..texts.sources import NamedSource, Sources
from .mistakes import misnamed_exceptions, mistake_in
from .placing import Placer
from .stored_breakpoint import KernelVerdict, Placement, SourceBreakpoints, StoredBreakpoint, Verdict

UNTIL = "until"  # the key of the set that holds the line to stop at once; no source's


class BreakpointStore:
    """Keeps a set of breakpoints for each source, and what was sent, to tell what is to be sent now."""

    def __init__(self, documents: Documents, sources: Sources, emit: Callable[[EventBody], None]) -> None:
        self.functions: list[wire.FunctionBreakpoint] = []
        self.filters: list[wire.ExceptionFilter] = []
        self._documents = documents
        self._sources = sources
        self._placer = Placer(documents, sources)
        self._emit = emit
        self._sets: dict[str, SourceBreakpoints] = {}  # by the source's key, or `UNTIL`
        self._ids = itertools.count(1)
        self._versions = itertools.count(1)
        self._sent: dict[str, list[wire.LineBreakpoint]] = {}  # by filename: what the kernel was told last
        self._asked_functions: list[FunctionBreakpoint] = []
        self._is_changed = True  # since the last `commands`
        self._by_cell: dict[str, list[tuple[SourceBreakpoints, StoredBreakpoint]]] | None = None
        """By cell id; None: to be made anew."""

    def replace(self, source: Source, asked: Sequence[SourceBreakpoint]) -> list[Breakpoint]:
        """Replace all breakpoints of a source; return them in the order asked."""
        named = self._sources.read(source)
        before = self._sets.get(named.key)
        if not asked and before is not None and _are_of_two_notebooks(source, before.source.source):
            return []  # a client that has moved them takes the former ones away, perhaps afterwards
        known = {_key(it.asked): it for it in reversed(before.points)} if before else {}
        points = []
        for wanted in asked:
            point = known.pop(_key(wanted), None) or self._new(wanted, mistake_in(wanted))
            self._place(named, point)
            points.append(point)
        self._set(named.key, SourceBreakpoints(named, points))
        return [it.told(named) for it in points]

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
        """Replace the exception filters; return one breakpoint for each, in their order."""
        self.filters = filters
        problems = [misnamed_exceptions(it.condition) for it in filters]
        return [Breakpoint(it is None, next(self._ids), it) for it in problems]

    def all(self) -> list[Breakpoint]:
        """Return every line breakpoint that the client has set."""
        return [it.told(group.source) for group in self._sets.values() for it in group.points if it.is_told]

    def places(self) -> set[tuple[str | None, int | None]]:
        """Return the path and line of each of them, as the client has them."""
        return {(it.source.path if it.source is not None else None, it.line) for it in self.all()}

    def move(self, old: str, path: str, said: str) -> None:
        """Have what was set in the notebook at `old` where that is now, which the client calls `said`."""
        before, self._sets = self._sets, {}
        for key, group in before.items():  # in their order: of two sets for one source the newer one counts
            if group.source.path is not None and same_path(group.source.path, old):
                source = group.source.source
                if group.source.cell_id is None and not group.source.is_script:
                    source = msgspec.structs.replace(source, name=os.path.basename(path), path=said)
                group.source = msgspec.structs.replace(group.source, path=path, source=source)
            self._set(UNTIL if key == UNTIL else group.source.key, group)

    def set_until(self, source: Source, line: int) -> str | None:
        """Stop once at `line` of a source; return why that cannot be, or None. `clear_until` ends it."""
        named = self._sources.read(source)
        point = self._new(SourceBreakpoint(line), is_told=False)
        self._place(named, point)
        if point.placement.verdict.message is None:
            self._set(UNTIL, SourceBreakpoints(named, [point]))
        return point.placement.verdict.message

    def clear_until(self) -> set[int]:
        """Forget the line to stop at once; return its id, which no client knows."""
        group = self._sets.pop(UNTIL, None)
        self._is_changed = self._is_changed or group is not None
        return {it.id for it in group.points} if group is not None else set()

    def text_changed(self) -> None:
        """Place all anew: a text has changed, or is the notebook now. Tell the client of differences."""
        self._by_cell = None
        self._read_again()
        for group in self._sets.values():
            for point in group.points:
                self._placer.renew_anchor(group.source, point)
                self._place_again(group.source, point)

    def cell_compiles(self, cell_id: str) -> None:
        """Place those in one cell of the notebook anew: its text is about to be the kernel's."""
        if self._by_cell is None:
            self._by_cell = {}
            for group in self._sets.values():
                for point in group.points:
                    if point.anchor is not None:
                        self._by_cell.setdefault(point.anchor[1].cell_id, []).append((group, point))
        for group, point in self._by_cell.get(cell_id, []):
            self._place_again(group.source, point)

    def take_verdict(self, changed: wire.BreakpointChanged) -> None:
        """Take the kernel's word on one breakpoint. It holds until the text is another, or the kernel."""
        for group in self._sets.values():
            for point in group.points:
                if (
                    point.id != changed.id
                    or point.anchor is None
                    or point.anchor[1].filename != changed.filename
                ):
                    continue  # or it is of an older text, which is not shown
                if (line := point.placement.lines.get(changed.filename)) is not None:
                    verdict = Verdict(changed.line, changed.message)
                    cell_source = point.anchor[1].source
                    point.kernel_verdict = KernelVerdict(changed.filename, line, cell_source, verdict)
                    self._place_again(group.source, point)

    def commands(self, is_fresh: bool = False) -> list[wire.SetBreakpoints]:
        """Return what the kernel has to be told, a full table a file; `is_fresh`: it knows nothing yet."""
        if is_fresh:
            self._sent.clear()
            self._forget_verdicts()
        elif not self._is_changed:
            return []
        self._is_changed = False
        tables: dict[str, list[wire.LineBreakpoint]] = {name: [] for name in self._sent}
        for group in self._sets.values():
            for point in group.points:
                is_unchecked = point.placement.is_unchecked
                for filename, line in point.placement.lines.items():
                    table = tables.setdefault(filename, [])
                    table.append(line_breakpoint(point.id, line, point.asked, is_unchecked))
        changed = {name: it for name, it in tables.items() if it != self._sent.get(name, [])}
        self._sent = {name: it for name, it in tables.items() if it}
        return [wire.SetBreakpoints(name, next(self._versions), it) for name, it in changed.items()]

    def other_commands(self) -> list[wire.SetFunctionBreakpoints | wire.SetExceptionBreakpoints]:
        """Return what the kernel has to be told of those on functions and exceptions: full tables."""
        return [
            wire.SetFunctionBreakpoints(next(self._versions), self.functions),
            wire.SetExceptionBreakpoints(next(self._versions), self.filters),
        ]

    def _new(
        self, asked: SourceBreakpoint, mistake: str | None = None, *, is_told: bool = True
    ) -> StoredBreakpoint:
        placement = Placement(Verdict(asked.line))
        return StoredBreakpoint(next(self._ids), asked, placement, mistake=mistake, is_told=is_told)

    def _set(self, key: str, group: SourceBreakpoints) -> None:
        self._sets[key] = group
        self._is_changed, self._by_cell = True, None

    def _place(self, source: NamedSource, point: StoredBreakpoint) -> None:
        """Place what a client asks for just now, and is answered at once."""
        self._placer.set_anchor(source, point)
        point.placement = self._placer.placement(source, point)

    def _place_again(self, source: NamedSource, point: StoredBreakpoint) -> None:
        was = point.placement
        point.placement = self._placer.placement(source, point)
        self._is_changed = self._is_changed or was.lines != point.placement.lines
        if point.is_told and was.verdict != point.placement.verdict:
            self._emit(BreakpointEvent("changed", point.told(source)))

    def _read_again(self) -> None:
        """Read sources again that meant no cell: the client may have said since that they are one."""
        order = list(self._sets)
        for key, group in list(self._sets.items()):
            name = group.source.source.path or ""
            if group.source.cell_id is not None or self._documents.cell_called(name) is None:
                continue
            named = self._sources.read(group.source.source)
            is_newer = named.key not in order or order.index(named.key) < order.index(key)
            if key != UNTIL and is_newer:
                del self._sets[key]
                group.source = named
                self._sets[named.key] = group

    def _forget_verdicts(self) -> None:
        for group in self._sets.values():
            for point in group.points:
                if point.kernel_verdict is not None:
                    point.kernel_verdict = None
                    self._place_again(group.source, point)


def _key(asked: SourceBreakpoint) -> tuple[object, ...]:
    return asked.line, asked.column, asked.condition, asked.hit_condition, asked.log_message


def _are_of_two_notebooks(one: Source, other: Source) -> bool:
    """Whether a client means cells of two notebooks: one that has moved is known by both for a while."""
    first, second = parse_source(one.path or ""), parse_source(other.path or "")
    return (
        isinstance(first, CellUri) and isinstance(second, CellUri) and not same_path(first.path, second.path)
    )


def _function_key(asked: FunctionBreakpoint) -> tuple[object, ...]:
    return asked.name, asked.condition, asked.hit_condition


def _misnamed(name: str) -> str | None:
    if all(part.isidentifier() for part in name.strip().split(".")):
        return None
    return f"{name!r} is no function's name: write train, Model.fit or package.module.train"
