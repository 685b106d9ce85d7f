"""Marks in the output streams: who printed what follows, and in what order over both streams. No I/O.

A mark is an APC string (ECMA-48), which terminals ignore. An opening one begins a piece, END_MARK ends it:
bytes outside any piece came from C code or another process, and their line is not known.

An opening mark has four fields: its sequence, which counts pieces over both streams from 0; its kind, o
(stdout), e (stderr), l (log point), t (the traceback of a failed cell), or d, a part of a Display whose
number stands in the line, of which D is the last; the line and the filename of what printed it, 0
and none where it is not known.
"""

from re import compile as _compile  # user code may replace it

END_MARK = b"\x1b_dapk\x1b\\"
INTRODUCER = END_MARK[:-2]  # what every mark begins with
OPENING = INTRODUCER + b";"
PIECE = (
    OPENING + b"%d%b%b" + END_MARK
)  # a whole piece, to be filled with its sequence, its `head` and its bytes
MAX_MARK = 8192  # bytes; a longer one is text
UNMARKED = -1  # the sequence of bytes outside any piece, or later in one

Origin = tuple[bytes, bytes, bytes]  # kind, line, filename, as in the mark
NOBODY: Origin = (b"", b"", b"")

# Printed instead of an introducer that begins no mark: a terminal would swallow what follows that.
_HARMLESS = INTRODUCER[2:]
_FIELDS = 5  # of `_MARK.split`: the bytes between marks, then the mark's four groups
# Compiled when they are used: a start has no time for it.
_MARK = rb"\x1b_dapk(?:;(\d{1,100});([oeltdD]);(\d{1,100});([^\x1b]*))?\x1b\\"
_TORN_FIELDS = (  # the beginning of a mark behind its introducer
    rb"(?:;(?:\d{1,100}(?:;(?:[oeltdD](?:;(?:\d{1,100}(?:;[^\x1b\n]*)?)?)?)?)?)?)?\x1b?"
)


def head(kind: str, line: int, filename: str) -> bytes:
    """Return an opening mark without its beginning and its sequence."""
    return b";%b;%d;%b\x1b\\" % (kind.encode(), line, filename.encode("utf-8", "replace"))


def mark(sequence: int, kind: str, line: int, filename: str) -> bytes:
    """Return the mark that opens a piece of output."""
    return b"%b%d%b" % (OPENING, sequence, head(kind, line, filename))


class MarkReader:
    """The marks of one pipe, however its bytes are cut. What it reads is not trusted.

    A forged or broken mark costs no more than a wrong order or line, and none of the text around it.
    """

    def __init__(self) -> None:
        self._tail = b""
        self._origin = NOBODY
        self._marks = _compile(_MARK)
        self._torn_fields = _compile(_TORN_FIELDS)

    @property
    def is_inside(self) -> bool:
        """Whether the last piece has not ended yet."""
        return self._origin is not NOBODY

    @property
    def holds_back(self) -> bool:
        """Whether the beginning of a mark waits for its end."""
        return bool(self._tail)

    def feed(self, data: bytes) -> list[tuple[int, Origin, bytes]]:
        """Return (sequence, origin, bytes) of each stretch between marks, in their order.

        The sequence is UNMARKED for bytes outside any piece, whose origin is NOBODY, and for the rest of a
        piece that has begun in what was fed before.
        """
        data = self._hold_back(self._tail + data)
        return self._stretches(data)

    def release(self) -> list[tuple[int, Origin, bytes]]:
        """Return what was held back as the beginning of a mark: all that was to come of it has come."""
        data, self._tail = self._tail, b""
        return self._stretches(data)

    def _stretches(self, data: bytes) -> list[tuple[int, Origin, bytes]]:
        parts = self._marks.split(data)
        if INTRODUCER in data:
            parts[::_FIELDS] = [it.replace(INTRODUCER, _HARMLESS) for it in parts[::_FIELDS]]
        stretches = [(UNMARKED, self._origin, parts[0])] if parts[0] else []
        for at in range(1, len(parts), _FIELDS):
            sequence = parts[at]
            if sequence is None:  # an end
                self._origin = NOBODY
                if text := parts[at + 4]:
                    stretches.append((UNMARKED, NOBODY, text))
            else:
                self._origin = (parts[at + 1], parts[at + 2], parts[at + 3])
                stretches.append((number_in(sequence), self._origin, parts[at + 4]))
        return stretches

    def _hold_back(self, data: bytes) -> bytes:
        """Keep the beginning of a mark at the end of `data` for the next read; return the rest."""
        self._tail = b""
        start = data.rfind(b"\x1b")
        if start > 0 and data[start:] == b"\x1b":  # perhaps the last byte but one of a mark
            before = data.rfind(b"\x1b", 0, start)
            if before >= 0 and data.startswith(INTRODUCER, before):
                start = before
        if start >= 0 and len(data) - start < MAX_MARK and self._may_be_mark(data[start:]):
            data, self._tail = data[:start], data[start:]
        return data

    def _may_be_mark(self, tail: bytes) -> bool:
        if tail.startswith(INTRODUCER):
            return self._torn_fields.fullmatch(tail, len(INTRODUCER)) is not None
        return INTRODUCER.startswith(tail)


def number_in(digits: bytes) -> int:
    """Return a number of a mark; of one that is too long to be true, its end."""
    return int(digits[-18:])
