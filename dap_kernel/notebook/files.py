"""Files as texts: the one place where what cannot be read becomes a sentence.

Only regular files are read, also in a zip, and to a bound: a FIFO or a device would hold the server for ever.
Knows no notebook.
"""

import io
import os
import stat

from . import zipped

MOST_BYTES = 128 * 2**20  # of an `.ipynb`, which holds its plots
MOST_CODE_BYTES = 4 * 2**20  # of Python

SLOW = ("punycode", "idna")  # their decoders are quadratic

Stamp = tuple[int, int, int]  # when a file was changed in ns, its size in bytes, and its inode


class NotebookError(Exception):
    """A text is no notebook that can be debugged. Its own text says what to do."""


class Unreadable(NotebookError):
    """Its text says of which file, and why."""


def stamp_of(path: str) -> Stamp:
    """Return what is another when a file is. Raises Unreadable for all but regular files."""
    try:
        return _stamp(os.stat(path), path)
    except NotADirectoryError as error:
        if (archive := zipped.archive_of(path)) is not None:
            return stamp_of(archive)
        raise _unreadable(path, _why(error)) from None
    except (OSError, ValueError) as error:  # the latter for a null character
        raise _unreadable(path, _why(error)) from None


def read_file(path: str, most_bytes: int = 0) -> tuple[bytes, Stamp]:
    """Return a regular file's bytes, and its stamp as they were read.

    `most_bytes` 0: as many as a text of its kind may have. Raises Unreadable.
    """
    most = most_bytes or most_of(path)
    try:
        # Opened without waiting: what was a file may be a FIFO by now.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        with open(fd, "rb") as file:
            stamp = _stamp(os.fstat(fd), path)
            data = (file.read(most + 1) if stamp[1] <= most else b"") or b""  # None: there is nothing yet
        size = max(len(data), stamp[1])
    except NotADirectoryError as error:
        if (archive := zipped.archive_of(path)) is None:
            raise _unreadable(path, _why(error)) from None
        data, stamp = _zipped(archive, path, most)
        size = len(data)
    except (OSError, ValueError, MemoryError) as error:
        raise _unreadable(path, _why(error)) from None
    if size > most:
        raise _unreadable(path, too_long(most))
    return data, stamp


def too_long(most_bytes: int) -> str:
    size = f"{most_bytes // 2**20} MiB" if most_bytes >= 2**20 else f"{most_bytes // 2**10} KiB"
    return f"it has more than {size}"


def most_of(path: str) -> int:
    """Return how long the text of a file may be, in bytes."""
    return MOST_BYTES if is_ipynb(path) else MOST_CODE_BYTES


def read_text(path: str, most_bytes: int) -> str:
    """Return the text of a file of text in UTF-8, or nearly. Raises Unreadable."""
    return read_file(path, most_bytes)[0].decode("utf-8-sig", "replace")


def decode(data: bytes, path: str) -> str:
    """Return the text of a file; Python may declare its encoding (PEP 263). Raises NotebookError."""
    name = os.path.basename(path)
    encoding = "utf-8-sig"
    try:
        if not is_ipynb(name) and b"coding" in b"".join(data[:2000].splitlines()[:2]):
            import tokenize

            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            if encoding in SLOW:
                raise LookupError("that encoding is not for text of any length")
        return data.decode(encoding)
    except (SyntaxError, ValueError, LookupError) as error:  # some codecs raise plain UnicodeError
        reason = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else str(error)
        raise NotebookError(f"{name} is not {encoding.removesuffix('-sig')} text: {reason}") from None


def is_ipynb(path: str) -> bool:
    return path.lower().endswith(".ipynb")


def _zipped(archive: str, path: str, most_bytes: int) -> tuple[bytes, Stamp]:
    stamp = stamp_of(archive)
    try:
        data = zipped.read(archive, path, most_bytes)
    except (OSError, ValueError, MemoryError) as error:
        raise _unreadable(path, _why(error)) from None
    if data is None:
        raise _unreadable(path, too_long(most_bytes))
    return data, stamp


def _stamp(status: os.stat_result, path: str) -> Stamp:
    if not stat.S_ISREG(status.st_mode):
        raise _unreadable(path, "it is a folder" if stat.S_ISDIR(status.st_mode) else "it is no regular file")
    return status.st_mtime_ns, status.st_size, status.st_ino


def _unreadable(path: str, why: str) -> Unreadable:
    return Unreadable(f"{os.path.basename(path) or path} cannot be read: {why}")


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
