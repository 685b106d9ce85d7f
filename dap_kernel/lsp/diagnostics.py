"""Diagnostics: what the debugger knows against a notebook, with a session and without one.

A cell that does not parse, or cannot run by marimo's rules; a breakpoint that does not bind; a failure.
"""

import ast
import re
import sys

from lsprotocol import types

from ..notebook.cells import Cell
from ..notebook.dataflow import plan
from ..notebook.source import syntax
from ..notebook.source.bound_names import names_of
from ..protocol.notebook import NotebookCell
from .debug_state import DebugState
from .open_notebooks import DocumentLine, OpenNotebook
from .positions import spot_of_source

SOURCE = "dap-kernel"
PYTHON = ".".join(map(str, sys.version_info[:2]))  # that looks at the text
LATER = "takes effect when the cell runs again"
LONGEST = 4000  # characters of a traceback
IN_CELL = re.compile(r"line (\d+):")  # of what does not parse
IN_FILE = re.compile(r"line (\d+) of the file:")

Severity = types.DiagnosticSeverity


def diagnostics(book: OpenNotebook, live: DebugState | None) -> dict[str, list[types.Diagnostic]]:
    """Return what is wrong by document; each document of the notebook has a list."""
    found: dict[str, list[types.Diagnostic]] = {it: [] for it in book.uris}
    every = [*_of_text(book), *_of_cells(book)]
    if live is not None:
        every += [*_failures(book, live), *_breakpoints(book, live)]
    for spot, it in every:
        found.setdefault(spot.uri, []).append(it)
    return found


Found = list[tuple[DocumentLine, types.Diagnostic]]


def _of_text(book: OpenNotebook) -> Found:
    if book.problem is None:
        return []
    line = re.search(r"\bline (\d+)", book.problem)
    spot = DocumentLine(book.uris[0] if book.uris else book.uri, int(line[1]) - 1 if line else 0)
    return [_at(book, spot, book.problem, Severity.Error, "text")]


def _of_cells(book: OpenNotebook) -> Found:
    """Return what is wrong with cells by themselves, and by marimo's order."""
    notebook = book.notebook
    if not notebook.traits.has_cells:
        return []  # there is nothing of ours in it
    problems = plan(notebook.cells).problems if notebook.traits.orders_by_dataflow else {}
    found = []
    for cell in notebook.cells:
        if cell.kind != "code" or not cell.is_code:
            continue
        if (own := cell.problem) is not None:
            found.append(_of_syntax(book, cell, own))
        elif (problem := problems.get(cell.id)) is not None:
            spot = book.spot(cell, _defining_line(cell, problem))
            found.append(_at(book, spot, problem, Severity.Error, "dataflow"))
    return found


def _of_syntax(book: OpenNotebook, cell: Cell, problem: str) -> tuple[DocumentLine, types.Diagnostic]:
    spot = _unparsed(book, cell, problem)
    if not cell.may_parse:
        return _at(book, spot, problem, Severity.Error, "syntax")
    # The kernel's Python may be another, and may know the syntax.
    return _at(book, spot, f"{problem} (Python {PYTHON})", Severity.Information, "syntax")


def _unparsed(book: OpenNotebook, cell: Cell, problem: str) -> DocumentLine:
    if (found := IN_FILE.search(problem)) is not None:
        return DocumentLine(book.uri, int(found[1]) - 1)
    found = IN_CELL.search(problem)
    return book.spot(cell, int(found[1]) if found else 1)


def _defining_line(cell: Cell, problem: str) -> int:
    """Return the line of the first name bound by the cell that a problem names; else the first line."""
    words = set(re.findall(r"\w+", problem.partition(":")[2])) & names_of(cell.source).defines
    try:
        tree = syntax.tree(syntax.plain(cell.source))
    except SyntaxError:
        return 1
    lines = [line for node in ast.walk(tree) for line in _binds(node, words)]
    return min(lines, default=1)


def _binds(node: ast.AST, names: set[str]) -> list[int]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) if name in names:
            return [node.lineno]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if node.name in names:
            return [node.lineno]
        case ast.Import() | ast.ImportFrom():
            bound = {(it.asname or it.name.partition(".")[0]) for it in node.names}
            return [node.lineno] if bound & names or "*" in bound else []
    return []


def _failures(book: OpenNotebook, live: DebugState) -> Found:
    """Return the errors of cells whose last run failed, as long as the text is the one that ran."""
    told = live.told(book.notebook)
    found = []
    for cell in book.notebook.cells:
        it = told.get(cell.id)
        if it is not None and it.state == "failed":
            message = (it.traceback or it.error or f"{it.name} failed").strip()[-LONGEST:]
            found.append(_at(book, _error_spot(book, live, cell, it), message, Severity.Error, "failed"))
    return found


def _error_spot(book: OpenNotebook, live: DebugState, cell: Cell, told: NotebookCell) -> DocumentLine:
    """Return where a cell failed: in itself, or in another that it has called.

    The line is of the source that the session tells cells in, which the editor may have edited since.
    """
    line = told.error_line
    if line is None:
        return book.spot(cell, 1)
    if told.line <= line <= told.end_line:
        return book.spot(cell, line - told.line + 1)
    return book.spot(*(live.place_in_file(book.notebook, line) or (cell, 1)))


def _breakpoints(book: OpenNotebook, live: DebugState) -> Found:
    found = []
    for it in live.breakpoints:
        spot = spot_of_source(book, live, it.source, it.line or 1)
        if it.verified or spot is None or not it.message:
            continue
        severity = Severity.Information if it.message == LATER else Severity.Warning
        found.append(_at(book, spot, f"breakpoint: {it.message}", severity, "breakpoint"))
    return found


def _at(
    book: OpenNotebook, spot: DocumentLine, message: str, severity: Severity, code: str
) -> tuple[DocumentLine, types.Diagnostic]:
    return spot, types.Diagnostic(book.whole_line(spot), message, severity, code, source=SOURCE)
