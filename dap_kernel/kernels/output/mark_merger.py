"""Who printed what, and in what order: bytes of two pipes in, pieces out. No I/O.

The marks are described in `agent/wire/marks.py`. A kernel is not trusted.
"""

import codecs
from collections import deque
from collections.abc import Iterator

import msgspec

from ...agent.wire.marks import NOBODY, UNMARKED, MarkReader, Origin, number_in
from ..printed import Kind, Piece
from .display_parts import DisplayParts
from .escape_filter import TextFilter

MAX_TORN = 8192  # characters of a line that are held back until its end has come
NAMES: dict[bytes, Kind] = {
    b"o": "stdout",
    b"e": "stderr",
    b"l": "log",
    b"t": "traceback",
    b"d": "part",
    b"D": "display",
}
DISPLAYS = (b"d", b"D")


class Pipe(msgspec.Struct):
    """One of the two pipes on its way to text."""

    kind: Kind
    marks: MarkReader = msgspec.field(default_factory=MarkReader)
    waiting: deque[tuple[int, Origin, bytes]] = msgspec.field(default_factory=deque)
    decoders: dict[bool, codecs.IncrementalDecoder] = msgspec.field(
        default_factory=lambda: {it: codecs.getincrementaldecoder("utf-8")("replace") for it in (True, False)}
    )
    filter: TextFilter = msgspec.field(default_factory=TextFilter)
    torn: str = ""  # the last line of a piece, whose rest is on its way
    torn_origin: Origin = NOBODY

    def pieces(self, origin: Origin, data: bytes, is_whole: bool) -> Iterator[Piece]:
        """Yield `data` as pieces of text, as far as they can be shown yet; lines of one write stay whole."""
        if origin != self.torn_origin:
            yield from self.rest()
        is_marked = origin is not NOBODY
        text = self.decoders[is_marked].decode(data, is_marked and is_whole)
        if origin[0] not in DISPLAYS:  # an escape sequence that has no end yet is none of theirs
            text = self.filter.feed(text)
        if is_marked:
            text = self.torn + text
            end = len(text) if is_whole else text.rfind("\n") + 1
            if len(text) - end > MAX_TORN:
                end = len(text)
            text, self.torn, self.torn_origin = text[:end], text[end:], origin
        if text:
            yield self._piece(text, origin)

    def rest(self) -> Iterator[Piece]:
        """Yield what is torn: nothing more of it comes."""
        if self.torn:
            yield self._piece(self.torn, self.torn_origin)
            self.torn = ""

    def _piece(self, text: str, origin: Origin) -> Piece:
        if origin is NOBODY:
            return Piece(text, self.kind)
        kind, line, filename = origin
        name = filename.decode("utf-8", "replace") or None
        return Piece(text, NAMES[kind], name, number_in(line))


class Merger:
    """Both pipes' stretches as pieces, in the order in which Python printed them."""

    def __init__(self) -> None:
        self.pipes = (Pipe("stdout"), Pipe("stderr"))
        self._displays = DisplayParts()
        self.size_bytes = 0  # of what `pop_pieces()` will return
        self._next = 0  # the sequence of the piece to come
        self._current = 0
        self._runs: list[tuple[int, Origin, list[bytes]]] = []

    @property
    def holds_back(self) -> bool:
        """Whether something waits for what may never come: a mark's end, a line's."""
        return any(pipe.marks.holds_back or pipe.torn for pipe in self.pipes)

    @property
    def is_waiting(self) -> bool:
        """Whether something is not in order yet."""
        return any(pipe.waiting for pipe in self.pipes)

    def feed(self, pipe: int, data: bytes) -> None:
        """Add what was read from a pipe."""
        self.pipes[pipe].waiting.extend(self.pipes[pipe].marks.feed(data))

    def merge(self, is_final: bool = False) -> int | None:
        """Put what is there in order.

        Returns the pipe that seems to hold the next piece: the caller reads it once more and calls again,
        with `is_final` when there was nothing. None: all is in order.
        """
        while True:
            self._merge_current()
            mine, other = self.pipes[self._current], self.pipes[1 - self._current]
            if not mine.waiting and not other.waiting:
                return None
            missing = self._missing(mine, other)
            if missing is not None and not is_final:
                return missing
            is_final = is_final and missing is None  # it is the answer to one question
            if not mine.waiting or (other.waiting and other.waiting[0][0] < mine.waiting[0][0]):
                self._current = 1 - self._current
                mine = other
            self._next = max(self._next, mine.waiting[0][0])

    def _missing(self, mine: Pipe, other: Pipe) -> int | None:
        """Return the pipe that may hold what comes before all that waits; `mine` is the current one."""
        if not mine.waiting:
            too_early = mine.marks.is_inside or other.waiting[0][0] > self._next
            return self._current if too_early else None
        return None if other.waiting else 1 - self._current

    def _merge_current(self) -> None:
        """Move stretches of the current pipe into runs until one comes too early."""
        waiting = self.pipes[self._current].waiting
        origin, parts = NOBODY, list[bytes]()
        while waiting and waiting[0][0] <= self._next:
            sequence, its, data = waiting.popleft()
            if sequence != UNMARKED:
                self._next = sequence + 1
            self.size_bytes += len(data)
            if its != origin or not parts:
                origin, parts = its, []
                self._runs.append((self._current, its, parts))
            parts.append(data)

    def release(self) -> None:
        """Take what was held back in both pipes for text: their writers have written all they had to."""
        for pipe in self.pipes:
            pipe.waiting.extend(pipe.marks.release())
        while self.merge(is_final=True) is not None:
            pass

    def last(self) -> list[Piece]:
        """Return all that is there: the kernel has ended."""
        self.release()
        return [*self.pop_pieces(is_final=True), *self._displays.unfinished()]

    def pop_pieces(self, is_final: bool = False) -> list[Piece]:
        """Return what is in order, neighbours of one origin joined. `is_final`: no line goes on."""
        runs, self._runs, self.size_bytes = self._runs, [], 0
        last = {pipe: at for at, (pipe, _, _) in enumerate(runs)}
        pieces: list[Piece] = []
        for number, it in enumerate(self.pipes):
            if is_final or (number not in last and not it.marks.is_inside):
                pieces += it.rest()
        for at, (pipe, origin, parts) in enumerate(runs):
            it = self.pipes[pipe]
            pieces += self.pipes[1 - pipe].rest()
            is_whole = is_final or at != last[pipe] or not it.marks.is_inside or bool(it.waiting)
            pieces += it.pieces(origin, b"".join(parts), is_whole)
        return self._displays.gathered(_joined(pieces))


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if before and (before.kind, before.line, before.filename) == (piece.kind, piece.line, piece.filename):
            joined[-1] = Piece(before.text + piece.text, piece.kind, piece.filename, piece.line)
        else:
            joined.append(piece)
    return joined
