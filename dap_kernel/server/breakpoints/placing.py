"""Where breakpoints are: their anchors in the text as it is now, and the lines of what the kernel compiled.

Knows texts, and neither clients nor the kernel.
"""

from ...notebook.cells import SCRIPT_CELL, Cell
from ..texts.documents import Documents, Text
from ..texts.sources import CodeLine, NamedSource, Sources
from ..texts.stoppable_lines import nearest_code_line
from .stored_breakpoint import Placement, StoredBreakpoint, Verdict

TAKES_EFFECT_LATER = "takes effect when the cell runs again"
SCRIPT_LATER = "takes effect when the script runs again"


class Placer:
    """Writes the anchor and the placement of a breakpoint, which others only read."""

    def __init__(self, documents: Documents, sources: Sources) -> None:
        self._documents = documents
        self._sources = sources

    def set_anchor(self, source: NamedSource, point: StoredBreakpoint, *, keeps_anchor: bool = False) -> None:
        """Bind a breakpoint to the line of today's text that was asked for.

        `keeps_anchor`: one that would be nowhere stays where it was.
        """
        is_text = source.filename is None  # else it has run, and changes no more
        at = self._sources.place(source, point.asked.line) if is_text else ""
        if isinstance(at, CodeLine):
            point.anchor = at.text, at.text.current(at.cell), at.line
        elif not keeps_anchor or point.anchor is None:
            point.anchor = None
            point.placement = Placement(Verdict(point.asked.line, at or None))

    def renew_anchor(self, source: NamedSource, point: StoredBreakpoint) -> None:
        """Bind a breakpoint that is in no text, or in one that is the session's no more."""
        text = point.anchor[0] if point.anchor is not None else None
        if text is None or self._documents.text_at(text.path) is not text:
            self.set_anchor(source, point, keeps_anchor=True)

    def placement(self, source: NamedSource, point: StoredBreakpoint) -> Placement:
        """Return what a breakpoint comes to now; its anchor moves along with the text."""
        asked = point.asked.line
        if source.filename is not None:  # a text that ran, and changes no more
            revision = self._documents.revision(source.filename)
            at = revision.to_code(asked) if revision is not None else asked
            return Placement(Verdict(asked), {source.filename: at})
        if point.anchor is None:
            return point.placement
        text, anchor, line = point.anchor
        cell = text.cell(anchor.cell_id)
        today = text.revisions.moved_to(anchor, line, cell) if cell is not None else None
        if cell is None or today is None:
            lines = {anchor.filename: anchor.to_code(line)} if anchor.filename in text.compiled else {}
            gone = Verdict(point.placement.verdict.line, "this line is no longer in the notebook")
            return Placement(gone, lines)
        point.anchor = text, text.current(cell), today
        return self._placement_in(source, point, CodeLine(text, cell, today))

    def _placement_in(self, source: NamedSource, point: StoredBreakpoint, at: CodeLine) -> Placement:
        text, cell, message = at.text, at.cell, at.cell.problem
        if message is not None and not cell.may_parse:
            return Placement(Verdict(self._line_shown(source, at), message))
        is_unchecked = message is not None
        line = at.line if is_unchecked else nearest_code_line(cell.source, at.line)
        if line is None:
            why = f"there is no code here or below in {cell.name}"
            return Placement(Verdict(self._line_shown(source, at), why))
        lines, current = _lines(text, cell, line), text.current(cell)
        kernel = point.kernel_verdict
        if (
            kernel is not None
            and kernel.cell_source == cell.source
            and lines.get(kernel.filename) == kernel.asked_line == current.to_code(line)
        ):
            line, message = current.to_source(kernel.verdict.line), kernel.verdict.message
        if not _is_known(text, cell, lines):
            message = SCRIPT_LATER if cell.id == SCRIPT_CELL else TAKES_EFFECT_LATER
        verdict = Verdict(self._line_shown(source, CodeLine(text, cell, line)), message)
        return Placement(verdict, lines, is_unchecked)

    def _line_shown(self, source: NamedSource, at: CodeLine) -> int:
        if source.cell_id is not None or not at.cell.lines:
            return at.line
        return self._sources.located(source, at).line


def _lines(text: Text, cell: Cell, line: int) -> dict[str, int]:
    """Return where a line of a cell is in each of its live revisions that still has it, by filename."""
    current = text.current(cell)
    lines = {current.filename: current.to_code(line)}
    if cell.id == SCRIPT_CELL and current.filename in text.compiled:  # all revisions have its name: one ran
        ran = text.revisions.by_filename(current.filename)
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
