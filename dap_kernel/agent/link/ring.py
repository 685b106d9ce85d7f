"""The last of what a kernel without a server has printed: bytes with marks in, text in its order out.

Knows neither pipes nor servers. What is dropped ends where a mark begins: text without its mark would have no
place in the order.
"""

from collections.abc import Iterable, Iterator
from json import JSONDecoder
from operator import itemgetter
from re import compile as _pattern

from ..wire.marks import END_MARK, OPENING, UNMARKED, MarkReader

_loads = JSONDecoder().decode
_TRACEBACK, _PART, _LAST_PART = b"t", b"d", b"D"  # kinds of pieces
_TORN = rb"\A[^\x1b]{0,4200}\x1b\\"  # the end of a mark whose beginning the lost server has read


class Ring:
    """The end of what one pipe has told, `size_bytes` at most; more while it is not asked for."""

    def __init__(self, size_bytes: int) -> None:
        self._size = size_bytes
        self._kept = bytearray()

    def keep(self, data: bytes) -> None:
        """Add what was read."""
        self._kept += data
        if len(self._kept) > 2 * self._size:
            self._cut()

    def content(self) -> bytes:
        """Return what is kept."""
        self._cut()
        return bytes(self._kept)

    def _cut(self) -> None:
        kept, at = self._kept, len(self._kept) - self._size
        if at <= 0:
            return
        end = kept.find(OPENING, at)
        if end < 0:  # unmarked text of a child process: by lines, after the last piece
            last = kept.rfind(END_MARK)
            end = last + len(END_MARK) if 0 <= last > at - len(END_MARK) else kept.find(b"\n", at) + 1 or at
        del kept[:end]


def is_amid_display(printed: bytes) -> bool:
    """Whether what one pipe has told ends between the parts of a display."""
    begun = set()
    for _, (kind, number, _), _ in MarkReader().feed(printed):
        if kind == _PART:
            begun.add(number)
        elif kind == _LAST_PART:
            begun.discard(number)
    return bool(begun)


def text_of(printed: Iterable[bytes], *, tracebacks: bool | None = None) -> str:
    """Return what was printed to the pipes in its order, without marks, and of each display its text.

    `tracebacks`: only those, or all but those.
    """
    pieces = [piece for it in printed for piece in _pieces(it)]
    pieces.sort(key=itemgetter(0))
    told = [text for _, kind, text in pieces if tracebacks is None or tracebacks == (kind == _TRACEBACK)]
    return b"".join(told).decode("utf-8", "replace")


def _pieces(printed: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield sequence, kind and text of what a pipe has told; text outside of marks has its neighbour's."""
    reader = MarkReader()
    stretches = reader.feed(_pattern(_TORN).sub(b"", printed)) + reader.release()
    last = next((it for it, _, _ in stretches if it != UNMARKED), 0)
    bodies = dict[bytes, bytes]()
    for sequence, (kind, line, _), text in stretches:
        last = last if sequence == UNMARKED else sequence
        if kind == _PART:
            bodies[line] = bodies.get(line, b"") + text
        else:
            yield last, kind, _display_text(bodies.pop(line, b"")) if kind == _LAST_PART else text


def _display_text(body: bytes) -> bytes:
    try:
        return f"{_loads(body.decode())['data']['text/plain']}\n".encode()
    except (ValueError, KeyError, TypeError):  # its beginning is no longer there, or it only clears
        return b""
