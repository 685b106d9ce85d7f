"""Notebooks as the language server has them, for tables of what each feature shows of one."""

from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.workspace import PositionCodec

from dap_kernel.lsp.open_notebooks import OpenNotebook
from dap_kernel.notebook.formats.synced import SyncedCell
from dap_kernel.protocol.notebook import NotebookCell


def book(text: str, name: str = "cells.py", encoding: str = types.PositionEncodingKind.Utf16) -> OpenNotebook:
    """Return a text that an editor shows; there is no such file."""
    path = Path("/nowhere") / name
    made = OpenNotebook(path.as_uri(), str(path), PositionCodec(encoding))
    made.take_text(text)
    return made


def cells_book(*sources: str) -> OpenNotebook:
    """Return the code cells of an editor for notebooks, with the URIs `cell:0`, `cell:1`..."""
    made = OpenNotebook("file:///nowhere/cells.ipynb", "/nowhere/cells.ipynb", PositionCodec())
    made.take_cells([SyncedCell(f"cell:{number}", "code", it) for number, it in enumerate(sources)])
    return made


def told_cell(made: OpenNotebook, number: int = 1, **what: Any) -> NotebookCell:
    """Return what a session tells of a code cell of this text; the session has its own names for cells."""
    own = [it for it in made.notebook.cells if it.is_code][number - 1]
    known = {"line": 1, "end_line": 2, "digest": own.digest, "number": number}
    return NotebookCell(f"c{number}", f"cell {number}", "code", **known | what)
