"""What the kernel prints, with marks that say which line printed it and in what order (see `wire/marks.py`).

Writes through private duplicates of descriptors 1 and 2, so that closing those breaks nothing.
There is no lock: a piece of at most PIPE_BUF bytes is written whole or not at all, from any thread
and from a signal handler. Knows neither cells nor the wire.
"""

import faulthandler
import sys
from collections.abc import Callable, Iterator
from io import BufferedIOBase, FileIO, TextIOWrapper
from itertools import count
from os import O_RDONLY as _O_RDONLY
from os import close as _close
from os import dup2 as _dup2
from os import isatty as _isatty
from os import open as _open
from os import write as _write
from select import PIPE_BUF, POLLOUT
from select import poll as _poll
from sys import _getframe
from types import CodeType, FrameType
from typing import TYPE_CHECKING

from ..common.frame_position import stood_in
from ..debuggee.code_names import name_of
from ..link.channel import private_fd
from ..wire.filenames import TYPED, FileLine
from ..wire.marks import PIECE, head

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_LONGEST_NAME = PIPE_BUF // 4  # bytes; a longer file name is left out of the marks
_LONGEST_HEAD = 64  # bytes of a mark without its file name, and of its end


class Streams:
    """`sys.stdout` and `sys.stderr` of a kernel, and what else goes the same way."""

    def __init__(self, is_user: Callable[[str], bool]) -> None:
        """`is_user` tells whose code a file is; its answers are remembered."""
        self._is_user = is_user
        self._users: dict[str, bool] = {}
        self._counter = count()
        self._displays = count()
        self._is_plain = False
        self._terminal = -1  # where text goes, without marks
        self._raw = [_RawOutput(self, fd) for fd in (1, 2)]
        self._pipes = [it.private for it in self._raw]
        self._texts = [_text(raw) for raw in self._raw]
        self.flushed_at: FileLine | None = None
        """Where what is flushed on another thread's behalf was printed."""

    def install(self) -> None:
        """Put the streams in their places, and have crashes tell where they were."""
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__ = self._texts  # type: ignore[misc]
        faulthandler.enable(self._raw[1].private, all_threads=True)

    def use_terminal(self, fd: int) -> None:
        """Have all three standard streams be a terminal; what is no text still goes through the pipes."""
        for target in (0, 1, 2):
            _dup2(fd, target)
        self._terminal = private_fd(fd)
        _close(fd)
        for raw in self._raw:
            raw.private = self._terminal

    def is_ours(self, stream: object) -> bool:
        """Whether what is written to a stream arrives where a program may write over it."""
        return any(it is stream for it in self._texts)

    @property
    def has_terminal(self) -> bool:
        """Whether text goes to a terminal as it is, and not by the server."""
        return self._terminal != -1

    def _leave_terminal(self) -> None:
        """The terminal is gone: the pipes take its place, and there is nothing to read."""
        nothing = _open("/dev/null", _O_RDONLY)
        for target, fd in enumerate((nothing, *self._pipes)):
            _dup2(fd, target)
        _close(nothing)
        self._terminal = -1
        for raw, pipe in zip(self._raw, self._pipes, strict=True):
            raw.private = pipe

    def repair(self) -> None:
        """Put an open stream where a cell left ours closed; leave what it put there itself."""
        for index, name in enumerate(("stdout", "stderr")):
            old = self._texts[index]
            if not old.closed:
                continue
            self._raw[index] = _RawOutput(self, index + 1, self._raw[index].private)
            new = self._texts[index] = _text(self._raw[index])
            for place in (name, f"__{name}__"):
                if getattr(sys, place, None) is old:
                    setattr(sys, place, new)

    def flush(self, at: FileLine | None = None) -> None:
        """Write unfinished lines. `at`: where they were printed, when the calling thread cannot tell."""
        self.flushed_at = at
        try:
            for text in self._texts:
                if not text.closed:
                    text.flush()
        finally:
            self.flushed_at = None

    def flush_out(self) -> None:
        """Write stdout's unfinished line: it is older than what stderr is about to get."""
        if not self._texts[0].closed:
            self._texts[0].flush()

    def emit_error(self, text: str) -> None:
        """Write to stderr what belongs to no line, whatever user code did to `sys.stderr`."""
        self.flush()
        self._put(self._raw[1].private, "e", _encoded(text), "", 0)

    def emit_traceback(self, text: str) -> None:
        """Write why a cell has failed, which its result says too."""
        self.flush()
        self._put(self._raw[1].private, "t", _encoded(text), "", 0)

    def emit_log(self, text: str, filename: str, line: int) -> None:
        """Write a log point's message."""
        self.flush()
        self._put(self._pipes[0], "l", _encoded(f"{text}\n"), filename, line)

    def emit_display(self, body: str, text: str) -> None:
        """Write a Display's JSON; where nobody reads that, its text."""
        self.flush()
        if self._is_plain:
            _write_whole(self._raw[0].private, _encoded(f"{text}\n" if text else ""))
            return
        number = next(self._displays)
        self._put(self._pipes[0], "d", body.encode(), "", number)
        self._put(self._pipes[0], "D", b"\n", "", number)

    def go_plain(self) -> None:
        """Write without marks from now on: in a forked child, whose count nobody follows."""
        self._is_plain = True

    def begin_last(self) -> None:
        """From now on modules lose their names: what cannot be written as ever is written without marks."""
        self.flush()
        for raw in self._raw:
            raw.write_last = FileIO(raw.private, "w", closefd=False).write

    def printing_frame(self, frame: FrameType | None) -> FrameType | None:
        """Return the nearest frame, from `frame` outwards, of user code."""
        users = self._users
        while frame is not None:
            filename = frame.f_code.co_filename
            is_user = users.get(filename)
            if is_user is None:
                is_user = users[filename] = self._is_user(filename)
            stood = stood_in(frame)
            if is_user:
                return stood or frame
            frame = stood or frame.f_back
        return None

    def put(self, fd: int, opening: bytes, data: bytes) -> None:
        """Write `data` in pieces whose opening mark is `opening` but for the sequence, see `head_of`."""
        if fd == self._terminal:
            try:
                _write_whole(fd, data)
                return
            except OSError:
                self._leave_terminal()
                fd = self._pipes[opening[1:2] in b"et"]
        if self._is_plain:
            _write_whole(fd, data)
            return
        for piece in _pieces(data, PIPE_BUF - len(opening) - _LONGEST_HEAD):
            _write_whole(fd, PIECE % (next(self._counter), opening, piece))

    def _put(self, fd: int, kind: str, data: bytes, filename: str, line: int) -> None:
        self.put(fd, head_of(kind, filename, line), data)


class _RawOutput(BufferedIOBase):
    """The bytes' side of one stream: `sys.stdout.buffer`."""

    def __init__(self, streams: Streams, fd: int, private: int | None = None) -> None:
        self._streams = streams
        self._fd = fd
        self._kind = "oe"[fd - 1]
        self.private = private_fd(fd) if private is None else private
        self.name = ("<stdout>", "<stderr>")[fd - 1]
        self._code: CodeType | None = None  # who printed last, where, and the mark for it
        self._instruction = -1
        self._head = head_of(self._kind, "", 0)
        self.write_last: Callable[[ReadableBuffer], int] | None = None  # set when the interpreter ends

    def write(self, data: "ReadableBuffer", /) -> int:
        if self.closed:
            raise ValueError("I/O operation on closed file")
        piece = data if type(data) is bytes else bytes(data)
        try:
            if self._fd == 2:
                self._streams.flush_out()
            frame = self._streams.printing_frame(_getframe().f_back)  # none under `atexit`
            if frame is None:
                at = self._streams.flushed_at or (TYPED if _is_typed(_getframe().f_back) else "", 0)
                self._streams.put(self.private, head_of(self._kind, *at), piece)
                return len(piece)
            if frame.f_code is not self._code or frame.f_lasti != self._instruction:
                self._code, self._instruction = frame.f_code, frame.f_lasti
                self._head = head_of(self._kind, name_of(frame.f_code), frame.f_lineno or 0)
            self._streams.put(self.private, self._head, piece)
        except Exception:  # at the interpreter's end, where what this needs is gone
            if self.write_last is None:
                raise
            self.write_last(piece)
        return len(piece)

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return _isatty(self._fd)

    def writable(self) -> bool:
        return True

    @property
    def raw(self) -> "_RawOutput":
        return self


def _is_typed(frame: FrameType | None) -> bool:
    """Whether `frame` runs for what a user has typed."""
    while frame is not None and frame.f_code.co_filename != TYPED:
        frame = frame.f_back
    return frame is not None


def head_of(kind: str, filename: str, line: int) -> bytes:
    """Return the opening mark without its sequence; without a file name that is too long for one write."""
    if len(filename) > _LONGEST_NAME:
        filename = ""
    return head(kind, line, filename)


def _text(raw: _RawOutput) -> TextIOWrapper:
    text = TextIOWrapper(raw, "utf-8", "backslashreplace", line_buffering=True)
    text.mode = "w"  # type: ignore[misc]
    return text


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Cut `data` between characters."""
    start = 0
    while len(data) - start > size:
        end = start + size
        while end > start + size - 4 and data[end] & 0xC0 == 0x80:
            end -= 1
        yield data[start:end]
        start = end
    if start < len(data):
        yield data[start:]


def _write_whole(fd: int, data: bytes) -> None:
    """Write to a pipe that a child may have made non-blocking."""
    while data:
        try:
            data = data[_write(fd, data) :]
        except BlockingIOError:
            waiting = _poll()
            waiting.register(fd, POLLOUT)
            waiting.poll()
