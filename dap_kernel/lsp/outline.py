"""Document symbols and folding: a notebook's cells, in every format."""

import ast
from functools import lru_cache

import msgspec
from lsprotocol import types

from ..notebook.cells import Cell
from ..notebook.source import syntax
from .open_notebooks import DocumentLine, OpenNotebook

Kind = types.SymbolKind


def symbols(book: OpenNotebook, uri: str) -> list[types.DocumentSymbol]:
    """Return the cells of a document, with the functions and classes that each defines."""
    found = []
    for cell in book.notebook.cells:
        spot = book.head(cell)
        if spot.uri != uri:
            continue
        inside = [_symbol(book, cell, it) for it in _definitions(cell.source)] if cell.kind == "code" else []
        if not book.notebook.traits.has_cells:
            found += inside
            continue
        kind = Kind.Module if cell.is_code else Kind.String
        found.append(
            types.DocumentSymbol(
                cell.name,
                kind,
                _span(book, cell),
                book.whole_line(spot),
                detail=cell.kind if cell.kind != "code" else None,
                children=inside,
            )
        )
    return found


def folding(book: OpenNotebook, uri: str) -> list[types.FoldingRange]:
    """Return a fold for each cell of more than one line; an editor for notebooks folds cells itself."""
    if book.cells is not None or not book.notebook.traits.has_cells:
        return []
    found = []
    for cell in book.notebook.cells:
        first, last = cell.span[0], _last_line(book, cell)
        if last > first:
            found.append(types.FoldingRange(first - 1, last - 1, kind=types.FoldingRangeKind.Region))
    return found


def _span(book: OpenNotebook, cell: Cell) -> types.Range:
    if book.cells is not None:
        end = book.spot(cell, max(len(cell.lines), 1))
        return types.Range(types.Position(0, 0), book.whole_line(end).end)
    end = DocumentLine(book.uri, max(_last_line(book, cell), 1) - 1)
    return types.Range(types.Position(max(cell.span[0], 1) - 1, 0), book.whole_line(end).end)


def _last_line(book: OpenNotebook, cell: Cell) -> int:
    """Return the last line of a cell that is not blank."""
    first, last = cell.span
    while last > first and not book.line(book.uri, last - 1).strip():
        last -= 1
    return last


class _Definition(msgspec.Struct, frozen=True):
    """A function or class in a cell; lines are the cell's."""

    name: str
    kind: Kind
    first: int
    last: int
    inside: tuple["_Definition", ...]


@lru_cache(maxsize=8192)  # of all cells only one is edited at a time
def _definitions(source: str) -> tuple[_Definition, ...]:
    """Return the functions and classes at a cell's level, and the methods of those."""
    try:
        body = syntax.tree(syntax.plain(source)).body
    except SyntaxError:
        return ()
    return _defined(body, Kind.Function)


def _defined(body: list[ast.stmt], function: Kind) -> tuple[_Definition, ...]:
    found = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            is_class = isinstance(node, ast.ClassDef)
            inside = _defined(node.body, Kind.Method) if is_class else ()
            kind = Kind.Class if is_class else function
            found.append(_Definition(node.name, kind, node.lineno, node.end_lineno or node.lineno, inside))
    return tuple(found)


def _symbol(book: OpenNotebook, cell: Cell, definition: _Definition) -> types.DocumentSymbol:
    name = book.whole_line(book.spot(cell, definition.first))
    span = types.Range(name.start, book.whole_line(book.spot(cell, definition.last)).end)
    inside = [_symbol(book, cell, child) for child in definition.inside]
    return types.DocumentSymbol(definition.name, definition.kind, span, name, children=inside)
