"""CodeLenses: what can be done with each cell, and what became of it."""

from lsprotocol import types

from ..notebook.cells import Format
from ..protocol.notebook import NotebookCell
from .books import Book
from .live import Live

RUN, DEBUG = "dap-kernel.runCell", "dap-kernel.debugCell"
ABOVE, BELOW, HERE = "dap-kernel.runAbove", "dap-kernel.runBelow", "dap-kernel.runToHere"

STATES = {  # what a lens says of a cell
    "queued": "queued",
    "running": "running",
    "done": "ran",
    "failed": "failed",
    "stopped": "quit",
    "interrupted": "interrupted",
    "stale": "stale",
}


def lenses(book: Book, live: Live | None, uri: str) -> list[types.CodeLens]:
    """Return the lenses that stand in one document of a notebook; a script has none."""
    notebook = book.notebook
    if notebook.format is Format.SCRIPT:
        return []
    cells = [it for it in notebook.cells if it.is_code]
    told = live.told(notebook) if live is not None else {}
    found = []
    for index, cell in enumerate(cells):
        spot = book.head(cell)
        if spot.uri != uri:
            continue
        offered = [("Run", RUN), ("Debug", DEBUG)]
        offered += [("Run to here", HERE), ("Run above", ABOVE)] if index else []
        offered += [("Run below", BELOW)] if index < len(cells) - 1 else []
        commands = [types.Command(title, command, arguments=[uri, cell.id]) for title, command in offered]
        if (text := in_words(told.get(cell.id))) is not None:
            commands.append(types.Command(text, ""))
        # Editors sort the lenses of a line by their columns: with one for all their order is by chance.
        places = [types.Position(spot.line, column) for column in range(len(commands))]
        found += [types.CodeLens(types.Range(at, at), it) for at, it in zip(places, commands, strict=True)]
    return found


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
