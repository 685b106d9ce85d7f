"""Live values: what to evaluate under the cursor, and the values beside the lines of a stopped cell."""

import ast
import builtins
import keyword
import re
from collections.abc import Iterator

from lsprotocol import types

from ..notebook.cells import Cell
from ..notebook.source import syntax
from ..protocol.variables import EvaluateResponse
from .open_notebooks import DocumentLine, OpenNotebook

CHAIN = re.compile(r"(?<!\w)[^\W\d]\w*(?:\.[^\W\d]\w*)*")
LONGEST = 80  # characters of a value beside a line
HOVER = 4000  # characters of a value in a hover
DULL = re.compile(r"<(?:bound method|built-in (?:function|method)|class|function|module) ")
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
SCOPES = FUNCTIONS | ast.ClassDef
BUILTINS = frozenset(dir(builtins))


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


def hover(
    book: OpenNotebook, spot: DocumentLine, found: tuple[str, int, int], value: EvaluateResponse
) -> types.Hover:
    """Return a live value as a hover over its expression."""
    expression, start, end = found
    kind = f": {value.type}" if value.type else ""
    fence = "`" * max(3, max((len(it) for it in re.findall(r"`+", value.result)), default=0) + 1)
    text = f"{fence}python\n{expression}{kind} = {shortened(value.result, HOVER)}\n{fence}"
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, book.range(spot, start, end))


def names_beside(
    book: OpenNotebook, uri: str, within: types.Range, stopped: DocumentLine | None
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
        tree = syntax.tree(syntax.plain(cell.source))
    except SyntaxError:
        return []
    scope: ast.AST = tree
    for node in ast.walk(tree):
        if isinstance(node, SCOPES) and node.body[0].lineno <= line <= (node.end_lineno or line):
            scope = node  # the walk goes inward: the last one is the innermost
    arguments = [scope.args] if isinstance(scope, FUNCTIONS) else []
    nodes = [it for node in [*arguments, *getattr(scope, "body", [])] for it in _in_scope(node, frozenset())]
    bound = {name for _, name, is_read in nodes if not is_read}
    return sorted(
        {(at, name) for at, name, _ in nodes if at <= line and (name in bound or name not in BUILTINS)}
    )


def _in_scope(node: ast.AST, own: frozenset[str]) -> Iterator[tuple[int, str, bool]]:
    """Yield line, name and whether it is only read, of the names below `node` that are of its scope.

    `own` are those that a comprehension around it has for itself.
    """
    match node:
        case ast.Name(id=name, ctx=ctx) if name not in own:
            yield node.lineno, name, isinstance(ctx, ast.Load)
        case ast.arg(arg=name):
            yield node.lineno, name, False
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            outside = [*getattr(node, "decorator_list", []), *node.args.defaults, *node.args.kw_defaults]
            for child in filter(None, outside):  # what is within has other names
                yield from _in_scope(child, own)
        case ast.ClassDef():
            for child in [*node.decorator_list, *node.bases, *node.keywords]:
                yield from _in_scope(child, own)
        case _:
            for it in getattr(node, "generators", []):
                own |= {name.id for name in ast.walk(it.target) if isinstance(name, ast.Name)}
            for child in ast.iter_child_nodes(node):
                yield from _in_scope(child, own)


def is_telling(value: str) -> bool:
    """Whether a value is worth a place beside the text: functions, classes and modules are not."""
    return DULL.match(value) is None


def shortened(text: str, longest: int) -> str:
    """Return the beginning of a text; in one line if it is to be short."""
    if longest <= LONGEST:
        text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
