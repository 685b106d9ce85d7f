"""Where typed lines come from: a list, then standard input without an editor. The editor is in `editor.py`.

Knows prompts; not what lines mean.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any, Protocol

from .screen import TerminalScreen

LONGEST = 2**20  # bytes of a line


class Abandoned(Exception):
    """The user dropped the line by Ctrl-C."""


class Lines(Protocol):
    """A source of lines. Each method returns None at its end and may raise Abandoned."""

    async def command(self, prompt: str) -> str | None:
        """Read a command of the user's."""

    async def answer(self, prompt: str, is_hidden: bool) -> str | None:
        """Read what the program asks for; `prompt` is its own."""

    def drop(self) -> None:
        """Have the line that is being read abandoned: Ctrl-C, where no key is read."""


class Scripted:
    """First a list of lines, then others."""

    def __init__(self, script: list[str], then: Lines, screen: TerminalScreen) -> None:
        self._script = script[::-1]
        self._then = then
        self._screen = screen

    async def command(self, prompt: str) -> str | None:
        if not self._script:
            return await self._then.command(prompt)
        line = self._script.pop()
        self._screen.ask(prompt)
        self._screen.echo(line)
        return line

    async def answer(self, prompt: str, is_hidden: bool) -> str | None:
        if not self._script:
            return await self._then.answer(prompt, is_hidden)
        line = self._script.pop()
        self._screen.program(prompt, "stdout")
        self._screen.echo("" if is_hidden else line)
        return line

    def drop(self) -> None:
        self._then.drop()


class PlainLines:
    """Standard input, a line each, echoed unless a terminal does that."""

    def __init__(self, screen: TerminalScreen) -> None:
        self._screen = screen
        self._fd = sys.stdin.fileno()
        self._is_terminal = os.isatty(self._fd)
        self._rest = b""
        self._is_at_end = False
        self._waiting: asyncio.Future[None] | None = None
        self._is_dropped = False

    async def command(self, prompt: str) -> str | None:
        self._screen.ask(prompt)
        return self._shown(await self._line(), is_hidden=False)

    async def answer(self, prompt: str, is_hidden: bool) -> str | None:
        if not (is_hidden and self._is_terminal):
            self._screen.program(prompt, "stdout")
            return self._shown(await self._line(), is_hidden)
        restore = _without_echo(self._fd)
        try:
            self._screen.program(prompt, "stdout")
            return self._shown(await self._line(), is_hidden)
        finally:
            restore()
            self._screen.echo("")

    def drop(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._is_dropped = True
            self._waiting.set_result(None)

    def _shown(self, line: str | None, is_hidden: bool) -> str | None:
        if self._is_terminal and line is not None:
            self._screen.line_was_read()
        elif not self._is_terminal:
            self._screen.echo("" if is_hidden or line is None else line)
        return line

    async def _line(self) -> str | None:
        while b"\n" not in self._rest and not self._is_at_end and len(self._rest) < LONGEST:
            await self._readable()
            if self._is_dropped:
                self._is_dropped, self._rest = False, b""
                raise Abandoned
            data = os.read(self._fd, 2**16)
            self._is_at_end = not data and not self._is_terminal
            if not data:
                break
            self._rest += data
        if not self._rest:
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "replace").removesuffix("\r")

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        try:
            loop.add_reader(self._fd, _wake, self._waiting)
        except PermissionError:
            return  # a file, which is always readable
        try:
            await self._waiting
        finally:
            loop.remove_reader(self._fd)


def _wake(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)


def _without_echo(fd: int) -> Callable[[], None]:
    """Have the terminal not show what is typed; return what undoes that."""
    import termios

    before: list[Any] = termios.tcgetattr(fd)
    quiet = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(fd, termios.TCSADRAIN, quiet)
    return lambda: termios.tcsetattr(fd, termios.TCSADRAIN, before)
