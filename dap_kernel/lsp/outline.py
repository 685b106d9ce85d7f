"""Document symbols and folding: a notebook's cells, in every format."""

import ast

from lsprotocol import types

from ..notebook import syntax
from ..notebook.cells import Cell, Format
from .books import Book, Spot

Kind = types.SymbolKind


def symbols(book: Book, uri: str) -> list[types.DocumentSymbol]:
    """Return the cells of a document, with the functions and classes that each defines."""
    found = []
    for cell in book.notebook.cells:
        spot = book.head(cell)
        if spot.uri != uri:
            continue
        inside = _definitions(book, cell)
        if book.notebook.format is Format.SCRIPT:
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


def folding(book: Book, uri: str) -> list[types.FoldingRange]:
    """Return a fold for each cell of more than one line; an editor for notebooks folds cells itself."""
    if book.cells is not None or book.notebook.format is Format.SCRIPT:
        return []
    found = []
    for cell in book.notebook.cells:
        first, last = cell.span[0], _last_line(book, cell)
        if last > first:
            found.append(types.FoldingRange(first - 1, last - 1, kind=types.FoldingRangeKind.Region))
    return found


def _span(book: Book, cell: Cell) -> types.Range:
    if book.cells is not None:
        end = book.spot(cell, max(len(cell.lines), 1))
        return types.Range(types.Position(0, 0), book.whole_line(end).end)
    end = Spot(book.uri, max(_last_line(book, cell), 1) - 1)
    return types.Range(types.Position(max(cell.span[0], 1) - 1, 0), book.whole_line(end).end)


def _last_line(book: Book, cell: Cell) -> int:
    """Return the last line of a cell that is not blank."""
    first, last = cell.span
    while last > first and not book.line(book.uri, last - 1).strip():
        last -= 1
    return last


def _definitions(book: Book, cell: Cell) -> list[types.DocumentSymbol]:
    """Return the functions and classes at a cell's level, and the methods of those."""
    if cell.kind != "code":
        return []
    try:
        body = syntax.tree(syntax.plain(cell.source)).body
    except SyntaxError:
        return []
    return [it for node in body for it in _symbol(book, cell, node, is_method=False)]


def _symbol(book: Book, cell: Cell, node: ast.stmt, is_method: bool) -> list[types.DocumentSymbol]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return []
    first, last = book.spot(cell, node.lineno), book.spot(cell, node.end_lineno or node.lineno)
    name = book.whole_line(first)
    is_class = isinstance(node, ast.ClassDef)
    inside = [it for child in node.body for it in _symbol(book, cell, child, True)] if is_class else []
    kind = Kind.Class if is_class else Kind.Method if is_method else Kind.Function
    span = types.Range(name.start, book.whole_line(last).end)
    return [types.DocumentSymbol(node.name, kind, span, name, children=inside)]
