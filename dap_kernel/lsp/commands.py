"""The commands that lenses and editors give, as what a debug session is asked. Knows no connection."""

from dataclasses import dataclass
from typing import Any

from ..notebook.cells import Cell
from .books import Book
from .lenses import ABOVE, BELOW, DEBUG, HERE, INTERRUPT, RESTART, RUN, STALE
from .live import Live

RUNS = (RUN, DEBUG, HERE, ABOVE, BELOW, STALE)
VALID = ("done", "running", "queued")  # states of cells that `HERE` has not to run anew
COMMANDS = (*RUNS, INTERRUPT, RESTART)


class Misused(Exception):
    """A command cannot be done; the text says why."""


@dataclass(frozen=True)
class Run:
    """What is to run: `run` as in `notebookRun` and in the launch arguments."""

    run: Any
    is_debugged: bool


def run_of(book: Book, live: Live | None, command: str, uri: str, where: object = None) -> Run:
    """Return what a command runs. Raises Misused.

    `where` is a cell's id, or a line from 0; absent: the cell that is shown as `uri`. Without a session cells
    go by number, which a launch takes as well.
    """
    if command == STALE:
        return Run("stale" if live is not None else "all", False)
    cells = [it for it in book.notebook.cells if it.is_code]
    cell = _cell(book, live, uri, where)
    if cell is None or cell not in cells:
        raise Misused("there is no cell here that runs")
    at = cells.index(cell)
    told = live.told(book.notebook) if live is not None else {}
    stale = [it for it in cells[:at] if it.id not in told or told[it.id].state not in VALID]
    chosen = {ABOVE: cells[:at], BELOW: cells[at:], HERE: [*stale, cell]}.get(command, [cell])
    if not chosen:
        raise Misused(f"there is no cell above {cell.name}")
    names = [told[it.id].id if it.id in told else it.number for it in chosen]
    return Run({"cells": names}, command == DEBUG)


def _cell(book: Book, live: Live | None, uri: str, where: object) -> Cell | None:
    if isinstance(where, int) and not isinstance(where, bool):
        return book.cell_around(uri, where)
    if isinstance(where, str):
        told = live.told(book.notebook) if live is not None else {}
        own = next((id for id, it in told.items() if it.id == where), where)
        return book.notebook.by_id.get(where if where in book.notebook.by_id else own)
    return book.cell_of(uri) if book.cells is not None else None
