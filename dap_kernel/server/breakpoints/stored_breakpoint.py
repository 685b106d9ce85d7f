"""A line breakpoint as it is kept: what was asked for, where that is in the text, and what comes of it."""

import msgspec

from ...protocol.breakpoints import Breakpoint, SourceBreakpoint
from ..texts.documents import Text
from ..texts.revisions import Revision
from ..texts.sources import NamedSource


class Verdict(msgspec.Struct, frozen=True):
    """Where a breakpoint stands, and why it does not stop there, if it does not."""

    line: int  # of the source that it was asked for in, when a client is told; else of what is said
    message: str | None = None  # None: it does


class KernelVerdict(msgspec.Struct, frozen=True):
    """What the kernel has said by what it has compiled; it holds while the same is asked of the same text."""

    filename: str
    asked_line: int  # of that file
    cell_source: str  # the cell's text then
    verdict: Verdict  # its line is of that file


class Placement(msgspec.Struct, frozen=True):
    """What a breakpoint comes to: for the client, and in what the kernel compiled."""

    verdict: Verdict
    lines: dict[str, int] = msgspec.field(default_factory=dict)  # by filename
    is_unchecked: bool = False  # our Python cannot parse the text; the kernel's may be a newer one


class StoredBreakpoint(msgspec.Struct, eq=False):
    """One breakpoint; its anchor moves with the text, its id stays."""

    id: int
    asked: SourceBreakpoint
    placement: Placement
    anchor: tuple[Text, Revision, int] | None = None  # the text, cell and line it was set in; None: in none
    kernel_verdict: KernelVerdict | None = None
    mistake: str | None = None  # in how it was asked for
    is_told: bool = True  # the client knows it

    def told(self, source: NamedSource) -> Breakpoint:
        """Return what the client is told of it, in the source that it was set in."""
        message = self.placement.verdict.message or self.mistake
        return Breakpoint(
            message is None, self.id, message, source=source.source, line=self.placement.verdict.line
        )


class SourceBreakpoints(msgspec.Struct, eq=False):
    """All breakpoints of one source, in the order they were asked for."""

    source: NamedSource
    points: list[StoredBreakpoint]
