"""Live values: what to evaluate under the cursor, and the values beside the lines of a stopped cell."""

import ast
import keyword
import re

from lsprotocol import types

from ..notebook import syntax
from ..notebook.cells import Cell
from ..protocol.variables import EvaluateResponse
from .books import Book, Spot

CHAIN = re.compile(r"(?<!\w)[^\W\d]\w*(?:\.[^\W\d]\w*)*")
LONGEST = 80  # characters of a value beside a line
HOVER = 4000  # characters of a value in a hover


def expression_at(line: str, column: int) -> tuple[str, int, int] | None:
    """Return the name under a column, with what it is an attribute of, and the columns it stands in.

    `a.b.c` with the cursor on `b` is `a.b`. Only names: what is under the mouse must not call anything.
    """
    for match in CHAIN.finditer(line):
        if not match.start() <= column <= match.end():
            continue
        dot = line.find(".", max(column, match.start()), match.end())
        text = line[match.start() : dot if dot >= 0 else match.end()]
        before = line[: match.start()].rstrip()
        if before.endswith("."):
            return None  # an attribute of something that is no name
        if any(keyword.iskeyword(it) for it in text.split(".")):
            return None
        return text, match.start(), match.start() + len(text)
    return None


def hover(book: Book, spot: Spot, found: tuple[str, int, int], value: EvaluateResponse) -> types.Hover:
    """Return a live value as a hover over its expression."""
    expression, start, end = found
    kind = f": {value.type}" if value.type else ""
    fence = "`" * max(3, max((len(it) for it in re.findall(r"`+", value.result)), default=0) + 1)
    text = f"{fence}python\n{expression}{kind} = {shortened(value.result, HOVER)}\n{fence}"
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, book.range(spot, start, end))


def names_beside(
    book: Book, uri: str, within: types.Range, stopped: Spot | None
) -> list[tuple[str, types.Range]]:
    """Return the names of the scope stopped at a place, down to that line, each where it stands."""
    found = book.cell_at(stopped.uri, stopped.line) if stopped is not None else None
    if stopped is None or found is None or stopped.uri != uri or book.is_json:
        return []
    cell, line = found
    names = []
    for number, name in _names(cell, line):
        spot = book.spot(cell, number)
        if not within.start.line <= spot.line <= within.end.line:
            continue
        pattern = rf"(?<![\w.]){re.escape(name)}\b"
        places = [it.span() for it in re.finditer(pattern, book.line(uri, spot.line))]
        if places:
            names.append((name, book.range(spot, *places[-1])))
    return names


def inline_value(name: str, where: types.Range, value: str) -> types.InlineValueText:
    return types.InlineValueText(where, f"{name} = {shortened(value, LONGEST)}")


def _names(cell: Cell, line: int) -> list[tuple[int, str]]:
    """Return line and name of each name in the scope that has `line`, down to that line, once a line."""
    try:
        scope: ast.AST = syntax.tree(syntax.plain(cell.source))
    except SyntaxError:
        return []
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(scope):
        if isinstance(node, functions) and node.lineno <= line <= (node.end_lineno or line):
            scope = node  # the walk goes inward: the last one is the innermost
    found: dict[tuple[int, str], None] = {}
    for node in ast.walk(scope):
        name = node.id if isinstance(node, ast.Name) else node.arg if isinstance(node, ast.arg) else None
        if name is not None and isinstance(node, ast.expr | ast.arg) and node.lineno <= line:
            found[node.lineno, name] = None
    return sorted(found)


def shortened(text: str, longest: int) -> str:
    """Return the beginning of a text; in one line if it is to be short."""
    if longest <= LONGEST:
        text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
