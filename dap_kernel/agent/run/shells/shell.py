"""What a shell is: it turns a cell into code, or a program that runs it, and a value into what is shown.

Knows no shell. Running the code is `cells.py`'s.
"""

from collections.abc import Coroutine
from types import CodeType
from typing import Any, Protocol

from ...output.mime import Bundle
from ...wire.messages import RunCell


class TellUser(Protocol):
    def __call__(self, text: str) -> None: ...


class ProgramListener(Protocol):
    """Hears of a program while it runs, on its thread."""

    def compiled(self, codes: list[CodeType], why: str | None = None) -> None:
        """All code of the cell, as far as it is known, before it runs; `why` there is no more of it."""

    def awaits(self, coroutine: Coroutine[Any, Any, object]) -> None:
        """The cell runs as this coroutine, which may be suspended when it is looked at."""

    def failed(self, exception: BaseException, text: str | None, is_shown: bool) -> None:
        """Show an error, by its `text` or as Python does; `is_shown`: the user's own handler has."""


class Program(Protocol):
    """A cell that the notebook's own library compiles and runs.

    One of the two methods is called, once, by `awaits`.
    """

    @property
    def awaits(self) -> bool:
        """Whether the cell runs as a coroutine."""
        ...

    def run(self, listener: ProgramListener) -> BaseException | None:
        """Run the cell and show its value; return what it failed or ended with. Raises nothing."""

    async def run_awaiting(self, listener: ProgramListener) -> BaseException | None:
        """Run the cell inside the event loop that runs; otherwise as `run` does."""


class Shell(Protocol):
    """What one kind of notebook does to its cells."""

    def compile(self, cell: RunCell, filename: str) -> tuple[CodeType, int] | Program:
        """Return a cell's code and the line of its value (0: none is shown), or what runs the cell.

        `filename` is what the code is to say. Raises what is wrong with the text.
        """

    def begins(self, cell: RunCell) -> None:
        """Called before the code runs."""

    def shown(self, value: object) -> Bundle | None:
        """Return how the last expression's value is shown, or None for not at all. Runs user code."""

    def output_of(self, exception: BaseException) -> object:
        """Return the value to be shown for a cell that stopped itself, or None."""

    def ends(self, cell: RunCell, exception: BaseException | None) -> None:
        """Called after the code has run."""

    def release_namespace(self) -> None:
        """Leave nothing outside that holds the user's names: the interpreter is about to end."""
