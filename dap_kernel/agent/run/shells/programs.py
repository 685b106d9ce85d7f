"""A cell that the notebook's own library compiles and runs, and what it tells of it.

`Shell.compile` returns code that `cells.py` runs, or a program.
"""

from collections.abc import Coroutine
from types import CodeType
from typing import Any, Protocol


class Listener(Protocol):
    """Hears of a program while it runs, on its thread."""

    def compiled(self, codes: list[CodeType], why: str | None = None) -> None:
        """All code of the cell, as far as it is known, before it runs; `why` there is no more of it."""

    def awaits(self, coroutine: Coroutine[Any, Any, object]) -> None:
        """The cell runs as this coroutine, which may be suspended when it is looked at."""

    def failed(self, exception: BaseException, text: str | None, is_shown: bool) -> None:
        """Show an error, by its `text` or as Python does; `is_shown`: the user's own handler has."""


class Program(Protocol):
    """See the module. One of the two methods is called, once, by `awaits`."""

    @property
    def awaits(self) -> bool: ...

    def run(self, listener: Listener) -> BaseException | None:
        """Run the cell and show its value; return what it failed or ended with. Raises nothing."""

    async def run_awaiting(self, listener: Listener) -> BaseException | None:
        """The same inside the event loop."""
