"""Who printed what, and in what order: bytes of two pipes in, pieces out. No I/O.

The marks are described at the end of `agent/wire/messages.py`. A kernel is not trusted: a forged or broken
mark costs no more than a wrong order or line, and none of the text around it.
"""

import codecs
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...agent.wire import messages as wire
from ..printed import Kind, Piece
from .display_parts import DisplayParts
from .escape_filter import TextFilter

MAX_MARK = 8192  # bytes; a longer one is text
MAX_TORN = 8192  # characters of a line that are held back until its end has come
UNMARKED = -1  # the sequence of bytes outside any piece, or later in one: never waited for
NAMES: dict[bytes, Kind] = {
    b"o": "stdout",
    b"e": "stderr",
    b"l": "log",
    b"t": "traceback",
    b"d": "part",
    b"D": "display",
}
DISPLAYS = (b"d", b"D")
_MARK = re.compile(wire.MARK_PATTERN.replace(rb"\d+", rb"\d{1,100}"))
_INTRODUCER = wire.END_MARK[:-2]
_HARMLESS = _INTRODUCER[2:]  # what is shown of one that is none: a terminal would swallow what follows
_TORN_FIELDS = re.compile(  # the beginning of a mark behind its introducer
    rb"(?:;(?:\d{1,100}(?:;(?:[oeltdD](?:;(?:\d{1,100}(?:;[^\x1b\n]*)?)?)?)?)?)?)?\x1b?"
)
_FIELDS = 5  # of `_MARK.split`: the bytes between marks, then the mark's four groups

Origin = tuple[bytes, bytes, bytes]  # kind, line, filename, as in the mark
_NOBODY: Origin = (b"", b"", b"")


class Parser:
    """The marks of one pipe, however its bytes are cut."""

    def __init__(self) -> None:
        self._tail = b""
        self._origin = _NOBODY

    @property
    def is_inside(self) -> bool:
        """Whether the last piece has not ended yet."""
        return self._origin is not _NOBODY

    @property
    def holds_back(self) -> bool:
        """Whether the beginning of a mark waits for its end."""
        return bool(self._tail)

    def feed(self, data: bytes) -> list[tuple[int, Origin, bytes]]:
        """Return (sequence, origin, bytes) of each stretch."""
        data = self._hold_back(self._tail + data)
        return self._stretches(data)

    def release(self) -> list[tuple[int, Origin, bytes]]:
        """Return what was held back as the beginning of a mark: all that was to come of it has come."""
        data, self._tail = self._tail, b""
        return self._stretches(data)

    def _stretches(self, data: bytes) -> list[tuple[int, Origin, bytes]]:
        parts = _MARK.split(data)
        if _INTRODUCER in data:
            parts[::_FIELDS] = [it.replace(_INTRODUCER, _HARMLESS) for it in parts[::_FIELDS]]
        stretches = [(UNMARKED, self._origin, parts[0])] if parts[0] else []
        for at in range(1, len(parts), _FIELDS):
            sequence = parts[at]
            if sequence is None:  # an end
                self._origin = _NOBODY
                if text := parts[at + 4]:
                    stretches.append((UNMARKED, _NOBODY, text))
            else:
                self._origin = (parts[at + 1], parts[at + 2], parts[at + 3])
                stretches.append((_number(sequence), self._origin, parts[at + 4]))
        return stretches

    def _hold_back(self, data: bytes) -> bytes:
        """Keep the beginning of a mark at the end of `data` for the next read; return the rest."""
        self._tail = b""
        start = data.rfind(b"\x1b")
        if start > 0 and data[start:] == b"\x1b":  # perhaps the last byte but one of a mark
            before = data.rfind(b"\x1b", 0, start)
            if before >= 0 and data.startswith(_INTRODUCER, before):
                start = before
        if start >= 0 and len(data) - start < MAX_MARK and _may_be_mark(data[start:]):
            data, self._tail = data[:start], data[start:]
        return data


def _may_be_mark(tail: bytes) -> bool:
    if tail.startswith(_INTRODUCER):
        return _TORN_FIELDS.fullmatch(tail, len(_INTRODUCER)) is not None
    return _INTRODUCER.startswith(tail)


def _number(digits: bytes) -> int:
    return int(digits[-18:])


@dataclass
class Pipe:
    """One of the two pipes on its way to text."""

    kind: Kind
    parser: Parser = field(default_factory=Parser)
    waiting: deque[tuple[int, Origin, bytes]] = field(default_factory=deque)
    decoders: dict[bool, codecs.IncrementalDecoder] = field(
        default_factory=lambda: {it: codecs.getincrementaldecoder("utf-8")("replace") for it in (True, False)}
    )
    filter: TextFilter = field(default_factory=TextFilter)
    torn: str = ""  # the last line of a piece, whose rest is on its way
    torn_origin: Origin = _NOBODY

    def pieces(self, origin: Origin, data: bytes, is_whole: bool) -> Iterator[Piece]:
        """Yield `data` as pieces of text, as far as they can be shown yet; lines of one write stay whole."""
        if origin != self.torn_origin:
            yield from self.rest()
        is_marked = origin is not _NOBODY
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
        if origin is _NOBODY:
            return Piece(text, self.kind)
        kind, line, filename = origin
        name = filename.decode("utf-8", "replace") or None
        return Piece(text, NAMES[kind], name, _number(line))


class Merger:
    """Both pipes' stretches as pieces, in the order in which Python printed them."""

    def __init__(self) -> None:
        self.pipes = (Pipe("stdout"), Pipe("stderr"))
        self._displays = DisplayParts()
        self.size_bytes = 0  # of what `take()` will return
        self._next = 0  # the sequence of the piece to come
        self._current = 0
        self._runs: list[tuple[int, Origin, list[bytes]]] = []

    @property
    def holds_back(self) -> bool:
        """Whether something waits for what may never come: a mark's end, a line's."""
        return any(pipe.parser.holds_back or pipe.torn for pipe in self.pipes)

    @property
    def is_waiting(self) -> bool:
        """Whether something is not in order yet."""
        return any(pipe.waiting for pipe in self.pipes)

    def feed(self, pipe: int, data: bytes) -> None:
        """Add what was read from a pipe."""
        self.pipes[pipe].waiting.extend(self.pipes[pipe].parser.feed(data))

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
            too_early = mine.parser.is_inside or other.waiting[0][0] > self._next
            return self._current if too_early else None
        return None if other.waiting else 1 - self._current

    def _merge_current(self) -> None:
        """Move stretches of the current pipe into runs until one comes too early."""
        waiting = self.pipes[self._current].waiting
        origin, parts = _NOBODY, list[bytes]()
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
            pipe.waiting.extend(pipe.parser.release())
        while self.merge(is_final=True) is not None:
            pass

    def last(self) -> list[Piece]:
        """Return all that is there: the kernel has ended."""
        self.release()
        return [*self.take(is_final=True), *self._displays.unfinished()]

    def take(self, is_final: bool = False) -> list[Piece]:
        """Return what is in order, neighbours of one origin joined. `is_final`: no line goes on."""
        runs, self._runs, self.size_bytes = self._runs, [], 0
        last = {pipe: at for at, (pipe, _, _) in enumerate(runs)}
        pieces: list[Piece] = []
        for number, it in enumerate(self.pipes):
            if is_final or (number not in last and not it.parser.is_inside):
                pieces += it.rest()
        for at, (pipe, origin, parts) in enumerate(runs):
            it = self.pipes[pipe]
            pieces += self.pipes[1 - pipe].rest()
            is_whole = is_final or at != last[pipe] or not it.parser.is_inside or bool(it.waiting)
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
