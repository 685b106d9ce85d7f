"""The last of what a kernel without a server has printed: bytes with marks in, text in its order out.

Knows neither pipes nor servers. What is dropped ends where a mark begins: text without its mark would have no
place in the order.
"""

from collections.abc import Iterable, Iterator
from json import JSONDecoder
from operator import itemgetter
from re import compile as _pattern

from ..wire.messages import END_MARK, MARK_PATTERN

_loads = JSONDecoder().decode
_MARKS = _pattern(MARK_PATTERN)
_TRACEBACK = b"t"
_OPENING = b"\x1b_dapk;"
_TORN = _pattern(rb"\A[^\x1b]{0,4200}\x1b\\")  # the end of a mark whose beginning the lost server has read


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
        end = kept.find(_OPENING, at)
        if end < 0:  # unmarked text of a child process: by lines, after the last piece
            last = kept.rfind(END_MARK)
            end = last + len(END_MARK) if 0 <= last > at - len(END_MARK) else kept.find(b"\n", at) + 1 or at
        del kept[:end]


def is_amid_display(printed: bytes) -> bool:
    """Whether what one pipe has told ends between the parts of a display."""
    begun = set()
    for told in _MARKS.finditer(printed):
        if told[2] == b"d":
            begun.add(told[3])
        elif told[2] == b"D":
            begun.discard(told[3])
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
    """Yield number, kind and text of what a pipe has told; text outside of marks has a neighbour's number."""
    first, *rest = _MARKS.split(_TORN.sub(b"", printed))  # beside the text: number, kind, line and file name
    number = int(next(filter(None, rest[::5]), 0))
    yield number, b"", first
    bodies = dict[bytes, bytes]()
    for told, kind, line, text in zip(rest[::5], rest[1::5], rest[2::5], rest[4::5], strict=True):
        number = int(told or number)
        if kind == b"d":
            bodies[line] = bodies.get(line, b"") + text
        else:
            yield number, kind or b"", _display_text(bodies.pop(line, b"")) if kind == b"D" else text


def _display_text(body: bytes) -> bytes:
    try:
        return f"{_loads(body.decode())['data']['text/plain']}\n".encode()
    except (ValueError, KeyError, TypeError):  # its beginning is no longer there, or it only clears
        return b""
