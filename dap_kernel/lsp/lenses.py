"""CodeLenses: what can be done with each cell, and what became of it. Else code actions for the same."""

from lsprotocol import types

from ..notebook.cells import Cell
from ..protocol.notebook import NOT_RUN_YET, NotebookCell
from .debug_state import DebugState
from .open_notebooks import OpenNotebook

RUN, DEBUG = "dap-kernel.runCell", "dap-kernel.debugCell"
ABOVE, BELOW, HERE = "dap-kernel.runAbove", "dap-kernel.runBelow", "dap-kernel.runToHere"
STALE, INTERRUPT, RESTART = "dap-kernel.runStale", "dap-kernel.interrupt", "dap-kernel.restart"

STATES = {  # what a lens says of a cell
    "new": NOT_RUN_YET,
    "queued": "queued",
    "running": "running",
    "done": "ran",
    "failed": "failed",
    "stopped": "quit",
    "interrupted": "interrupted",
    "stale": "stale",
}


def lenses(book: OpenNotebook, live: DebugState | None, uri: str) -> list[types.CodeLens]:
    """Return the lenses that stand in one document of a notebook; a script has none."""
    notebook = book.notebook
    if not notebook.traits.has_cells:
        return []
    cells = [it for it in notebook.cells if it.is_code]
    told = live.told(notebook) if live is not None else {}
    found = []
    for index, cell in enumerate(cells):
        spot = book.head(cell)
        if spot.uri != uri:
            continue
        commands = _offered(cells, index, uri)
        if (text := in_words(told.get(cell.id))) is not None:
            commands.append(types.Command(text, ""))
        # Editors sort the lenses of a line by their columns: with one for all their order is by chance.
        places = [types.Position(spot.line, column) for column in range(len(commands))]
        found += [types.CodeLens(types.Range(at, at), it) for at, it in zip(places, commands, strict=True)]
    return found


def actions(book: OpenNotebook, live: DebugState | None, uri: str, line: int) -> list[types.Command]:
    """Return what can be done with the cell at a line and with the notebook, for an editor without lenses."""
    notebook = book.notebook
    if not notebook.traits.has_cells:
        return []
    cells = [it for it in notebook.cells if it.is_code]
    cell = book.cell_around(uri, line)
    found = _offered(cells, cells.index(cell), uri) if cell in cells else []
    of_all = [("Run stale cells", STALE)]
    of_all += [("Interrupt", INTERRUPT), ("Restart", RESTART)] if live is not None else []
    return [*found, *(types.Command(title, command, arguments=[uri]) for title, command in of_all)]


def _offered(cells: list[Cell], index: int, uri: str) -> list[types.Command]:
    offered = [("Run", RUN), ("Debug", DEBUG)]
    offered += [("Run to here", HERE), ("Run above", ABOVE)] if index else []
    offered += [("Run below", BELOW)] if index < len(cells) - 1 else []
    return [types.Command(title, command, arguments=[uri, cells[index].id]) for title, command in offered]


def in_words(told: NotebookCell | None) -> str | None:
    """Return what became of a cell, as a lens says it; None: nothing yet."""
    if told is None or told.state not in STATES:
        return None
    text = STATES[told.state]
    if told.state == "failed" and told.error:
        text = f"{text}: {told.error}"
    if told.duration_s is not None and told.state not in ("running", "queued"):
        text = f"{text} · {seconds(told.duration_s)}"
    return text


def seconds(duration_s: float) -> str:
    """Return a duration as it is read: `12 ms`, `1.2 s`, `2 min 5 s`."""
    if duration_s < 0.9995:
        return f"{duration_s * 1000:.0f} ms"
    if duration_s < 59.95:
        return f"{duration_s:.1f} s"
    return f"{round(duration_s) // 60} min {round(duration_s) % 60} s"
