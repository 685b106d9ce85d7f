"""The DAP base protocol as bytes in, bodies out. No I/O, no JSON.

Source: DAP overview, "Base protocol".
"""

from collections.abc import Iterator

MAX_BODY = 64 * 2**20  # bytes; a larger Content-Length is a broken or hostile peer
MAX_HEADER = 4096  # bytes
SEPARATOR = b"\r\n\r\n"
FIELDS = (b"content-length", b"content-type")


class FramingError(Exception):
    """The byte stream is not DAP. The connection cannot be used any further."""


class Framer:
    """Split a byte stream into message bodies.

    >>> framer = Framer()
    >>> list(framer.feed(b"Content-Length: 2\\r\\n\\r\\n{}Content-"))
    [b'{}']
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None  # bytes of the body under way; None in a header

    @property
    def is_between_messages(self) -> bool:
        """Whether nothing of a further message has come."""
        return self._length is None and not self._buffer

    @property
    def is_in_header(self) -> bool:
        """Whether a header has begun and not ended."""
        return self._length is None and bool(self._buffer)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Add `data` to the stream; return the bodies it completed, oldest first, to be read to the end.

        The iterator raises FramingError where the stream is no DAP any more, after the bodies before that.
        """
        self._buffer += data
        return iter(self._next_body, None)

    def _next_body(self) -> bytes | None:
        if self._length is None:
            end = self._buffer.find(SEPARATOR, 0, MAX_HEADER + len(SEPARATOR))
            if end < 0:
                check_beginning(bytes(self._buffer[: MAX_HEADER + len(SEPARATOR)]))
                return None
            self._length = content_length(bytes(self._buffer[:end]))
            del self._buffer[: end + len(SEPARATOR)]
        if len(self._buffer) < self._length:
            return None
        body = bytes(self._buffer[: self._length])
        del self._buffer[: self._length]
        self._length = None
        return body


def frame(body: bytes) -> bytes:
    """Return `body` with its header, ready for the wire."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def content_length(header: bytes) -> int:
    """Return the body size, in bytes, that `header` announces.

    Any field but Content-Length and Content-Type, each once, ends the connection: a browser's
    HTTP request must never be read as DAP.
    """
    fields: dict[bytes, bytes] = {}
    for line in header.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        name = name.lower()
        if not colon or name in fields or name not in FIELDS:
            raise FramingError("not a DAP header")
        fields[name] = value.strip(b" \t")
    digits = fields.get(b"content-length", b"")
    if not digits.isdigit() or len(digits) > 10 or int(digits) > MAX_BODY:
        raise FramingError(f"Content-Length must be a number up to {MAX_BODY}")
    return int(digits)


def check_beginning(header: bytes) -> None:
    """Raise FramingError when an unfinished header is too long or can no longer become one."""
    if len(header) > MAX_HEADER:
        raise FramingError(f"no end of header within {MAX_HEADER} bytes")
    for line in header.split(b"\r\n"):
        name, colon, _ = line.partition(b":")
        name = name.removesuffix(b"\r").lower()
        is_known = name in FIELDS if colon else any(field.startswith(name) for field in FIELDS)
        if b"\n" in line or not is_known:
            raise FramingError("not a DAP header")
