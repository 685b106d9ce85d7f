"""The commands, declared beside what they do. Knows none: the chapters fill the table."""

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from .errors import CommandError
from .session import ConsoleSession

Run = Callable[[ConsoleSession, str], Awaitable[None]]
Takes = Literal["nothing", "words", "python"]


class ConsoleCommand(msgspec.Struct, frozen=True):
    """`usage` is how to type it, its names with slashes between; `repeats`: by an empty line."""

    run: Run
    usage: str
    about: str
    chapter: str
    takes: Takes
    repeats: bool


COMMANDS: dict[str, ConsoleCommand] = {}


def command(
    usage: str, about: str, chapter: str, *, takes: Takes = "nothing", repeats: bool = False
) -> Callable[[Run], Run]:
    """Register the decorated coroutine function under each name in the first word of `usage`."""

    def register(run: Run) -> Run:
        for name in usage.split()[0].split("/"):
            COMMANDS[name] = ConsoleCommand(run, usage, about, chapter, takes, repeats)
        return run

    return register


def with_expression() -> frozenset[str]:
    """Return the names whose argument is Python."""
    return frozenset(name for name, it in COMMANDS.items() if it.takes == "python")


def count(argument: str, default: int = 1) -> int:
    """Return a number that was typed, `default` for none. Raises CommandError."""
    if not argument:
        return default
    if not argument.isdecimal() or not 0 < int(argument) < 10**9:
        raise CommandError(f"{argument!r} is no number from 1")
    return int(argument)
