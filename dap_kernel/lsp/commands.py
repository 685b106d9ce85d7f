"""The commands that lenses and editors give, as what a debug session is asked. Knows no connection."""

from typing import Any

import msgspec

from .debug_state import DebugState
from .lenses import ABOVE, BELOW, DEBUG, HERE, INTERRUPT, RESTART, RUN, STALE
from .open_notebooks import OpenNotebook

RUNS = (RUN, DEBUG, HERE, ABOVE, BELOW, STALE)
VALID = ("done", "running", "queued")  # states of cells that `HERE` has not to run anew
COMMANDS = (*RUNS, INTERRUPT, RESTART)
OTHER_TEXT = (
    "the debug session has another text of this notebook, which the editor that debugs it shows:"
    " run the cell there, or save the notebook in both"
)


class Misused(Exception):
    """A command cannot be done; the text says why."""


class RunCommand(msgspec.Struct, frozen=True):
    """What is to run: `run` as in `notebookRun` and in the launch arguments."""

    run: Any
    is_debugged: bool


def run_of(book: OpenNotebook, live: DebugState | None, command: str, id: str | None = None) -> RunCommand:
    """Return what a command runs; `id` is the cell's that was asked for. Raises Misused.

    Only what the editor shows is run. Without a session cells go by number, which a launch takes as well.
    """
    told = live.same(book.notebook) if live is not None else {}
    if book.problem is not None:
        raise Misused(f"what is shown is not what would run: {book.problem}")
    if told is None:
        raise Misused(OTHER_TEXT)
    if command == STALE:
        return RunCommand("stale" if live is not None else "all", False)
    cells = [it for it in book.notebook.cells if it.is_code]
    cell = book.notebook.by_id.get(id or "")
    if cell is None or cell not in cells:
        raise Misused("there is no cell here that runs")
    at = cells.index(cell)
    stale = [it for it in cells[:at] if it.id not in told or told[it.id].state not in VALID]
    chosen = {ABOVE: cells[:at], BELOW: cells[at:], HERE: [*stale, cell]}.get(command, [cell])
    if not chosen:
        raise Misused(f"there is no cell above {cell.name}")
    names = [told[it.id].id if it.id in told else it.number for it in chosen]
    return RunCommand({"cells": names}, command == DEBUG)


def cell_of(book: OpenNotebook, uri: str, where: object) -> str | None:
    """Return the id of the cell that a command is for; None: there is none.

    `where` is a cell's id, as lenses have it, or a line from 0; absent: the cell that is shown as `uri`.
    """
    if isinstance(where, str):
        return where
    if isinstance(where, int) and not isinstance(where, bool):
        found = book.cell_around(uri, where)
    else:
        found = book.cell_of(uri) if book.cells is not None else None
    return found.id if found is not None else None
