"""Cells that others run in the session's kernel: which run, and what texts are of no cell. Knows no kernel.

`flows/kernel_cells.py` writes it, and has one after the other be what the session knows of as running.
"""

import asyncio

from ...agent.wire import messages as wire


class ForeignCells:
    """Those that have begun, by the filename of their code."""

    def __init__(self) -> None:
        self.following = asyncio.Lock()  # held while one of them is what runs
        self._ends: dict[str, asyncio.Future[wire.CellResult]] = {}
        self._ids: dict[str, str] = {}  # of texts that are no cell's, by text

    def begin(self, filename: str) -> "asyncio.Future[wire.CellResult]":
        """Note that one has begun; return what becomes its result."""
        end: asyncio.Future[wire.CellResult] = asyncio.get_running_loop().create_future()
        self._ends[filename] = end
        return end

    def end(self, filename: str, result: wire.CellResult) -> None:
        """Note how one has ended; one that has not begun is nobody's."""
        end = self._ends.pop(filename, None)
        if end is not None and not end.done():
            end.set_result(result)

    def break_off(self) -> None:
        """Note that there is no kernel any more to tell how they end."""
        for filename in list(self._ends):
            self.end(filename, wire.CellResult("stopped"))

    def id_of(self, source: str) -> str:
        """Return what stands for a cell's id, for a text that is no cell's: the same for the same text."""
        return self._ids.setdefault(source, f"run {len(self._ids) + 1}")
