"""`sys.stdin`, `input()` and `getpass`: lines that the client is asked for.

Descriptor 0 is /dev/null, which is what children read. Knows nothing of who answers.
"""

import builtins
import sys
from _thread import get_ident
from collections.abc import Callable
from io import BufferedReader, RawIOBase, TextIOWrapper
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from ..common.text import clean
from ..wire.messages import InputDone, InputWanted

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_python_input = builtins.input


class Stdin:
    """The console as user code reads it. One thread reads at a time."""

    def __init__(
        self,
        emit: Callable[[InputWanted | InputDone], None],
        flush: Callable[[], None],
    ) -> None:
        """`flush` writes unfinished lines, which may be the question."""
        self.asking: set[int] = set()  # idents of the threads that wait for a line
        self._emit = emit
        self._flush = flush
        self._answers: SimpleQueue[str | None] = SimpleQueue()
        self._prompt = ""
        self._is_hidden = False
        self._is_off = False
        self.is_installed = False  # else there is a terminal
        self._text = _Text(BufferedReader(_RawInput(self)), "utf-8", "surrogateescape")
        self._text.mode = "r"  # type: ignore[misc]

    def install(self) -> None:
        self.is_installed = True
        sys.stdin = sys.__stdin__ = self._text  # type: ignore[misc]
        builtins.input = self.input

    def feed(self, text: str | None) -> None:
        """Take the client's answer; on the agent thread. None is end of file."""
        self._answers.put(text)

    def go_off(self) -> None:
        """Read as empty from now on: in a forked child, which nobody answers."""
        self._is_off = True

    def input(self, prompt: object = "", /) -> str:
        """Do what the built-in function does."""
        if sys.stdin is not self._text:
            return _python_input(prompt)
        sys.audit("builtins.input", prompt)
        return self._ask(str(prompt), is_hidden=False)

    def getpass(self, prompt: str = "Password: ", stream: object = None) -> str:
        """Stand in for `getpass.getpass`."""
        return self._ask(prompt, is_hidden=True)

    def wait_for_line(self) -> bytes:
        """Return the next line with its end, or nothing at end of file. Signal handlers run meanwhile."""
        if self._is_off:
            return b""
        while self._drop_stale():
            pass
        self._flush()
        ident = get_ident()
        try:
            self.asking.add(ident)
            self._emit(InputWanted(clean(self._prompt), self._is_hidden))
            answer = self._answers.get()
        finally:
            self.asking.discard(ident)
            self._emit(InputDone())
        return (
            b"" if answer is None else f"{answer.removesuffix(chr(10))}\n".encode("utf-8", "backslashreplace")
        )

    def _ask(self, prompt: str, is_hidden: bool) -> str:
        self._prompt, self._is_hidden = prompt, is_hidden
        try:
            line = self._text.readline()
        finally:
            self._prompt, self._is_hidden = "", False
        if not line:
            raise EOFError("EOF when reading a line")
        return line.removesuffix("\n")

    def _drop_stale(self) -> bool:
        """Forget an answer that came when its question had been broken off."""
        try:
            self._answers.get_nowait()
        except Empty:
            return False
        return True


class _Text(TextIOWrapper):
    def close(self) -> None:
        """Stay open: `exit()` closes `sys.stdin`, and the kernel lives on."""


class _RawInput(RawIOBase):
    def __init__(self, stdin: Stdin) -> None:
        self._stdin = stdin
        self._rest = b""
        self.name = "<stdin>"

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        data = self._rest or self._stdin.wait_for_line()
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(data))
        view[:count] = data[:count]
        self._rest = data[count:]
        return count

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 0
