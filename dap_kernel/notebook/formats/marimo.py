"""marimo notebooks: cells out of the Python file that marimo saves, by `ast` and without marimo.

A cell is the dedented body of an `@app.cell` function without its trailing `return`, a whole
`@app.function` or `@app.class_definition`, or the body of `with app.setup`. One that does not parse
leaves the others alone. Knows nothing of how cells run.
"""

import ast
import re
from itertools import pairwise, takewhile

from ..cells import DISABLED, Draft, Notebook
from ..format_traits import Format
from ..source import syntax
from ..source.text import trimmed, unified
from .cell_numbering import number_cells
from .marimo_body import (
    Body,
    Function,
    NotMarimos,
    function_body,
    setup_body,
    unparsable_body,
    usual_body,
    whole_definition,
)
from .marimo_broken import broken_cell
from .sections import beginnings

_APP = re.compile(r"^(\w+)[ \t]*(?::[^=\n]*)?=[ \t]*(\w+)[ \t]*\.[ \t]*App[ \t]*\(", re.MULTILINE)
_LINE = re.compile(r"^app = marimo\.App\(", re.MULTILINE)
_FIRST_CELL = re.compile(r"^(?:@|(?:async )?with |\w+\._unparsable_cell)", re.MULTILINE)
_DECORATORS = ("cell", "function", "class_definition")


def is_marimo(text: str) -> bool:
    """Whether a unified text makes a `marimo.App` at its top level."""
    return _app_name(text) is not None


def _app_name(text: str) -> str | None:
    """Return the name of the notebook's app, or None: then the text is no marimo notebook."""
    if "marimo" not in text or not (match := _APP.search(text)):
        return None
    first_cell = _FIRST_CELL.search(text, match.end())
    try:
        body = syntax.tree(text[: first_cell.start() if first_cell else len(text)]).body
    except SyntaxError:
        try:
            body = syntax.tree(text).body
        except SyntaxError:
            return "app" if beginnings(text, _LINE, lambda _: True) else None
    aliases = {"marimo"}
    for node in body:
        if isinstance(node, ast.Import):
            aliases |= {name.asname for name in node.names if name.name == "marimo" and name.asname}
        elif name := _app_assigned(node, aliases):
            return name
    return None


def _app_assigned(node: ast.stmt, aliases: set[str]) -> str | None:
    """Return `app` of `app = marimo.App(...)`."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        target, value = node.target, node.value
    else:
        return None
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr="App")) if module in aliases:
            return target.id if isinstance(target, ast.Name) else None
    return None


def read_marimo(text: str) -> Notebook:
    """Return the notebook in `text`; at worst one whose cells do not parse."""
    source = unified(text)
    app = _app_name(source) or "app"
    lines = source.split("\n")
    drafts = []
    begin = re.compile(
        rf"^(?:@(?={app}\.(?:{'|'.join(_DECORATORS)})\b)|(?:async )?with (?={app}\.setup\b)"
        rf"|(?={app}\._unparsable_cell\b)|if (?=__name__\b))",
        re.MULTILINE,
    )
    starts = beginnings(source, begin, syntax.parses)
    for start, following in pairwise([*starts, len(lines) + 1]):
        piece = lines[start - 1 : following - 1]
        if not piece[0].startswith("if "):
            drafts.append(_cell(piece, start, app))
        elif _is_run_guard(piece, app):
            break
    return Notebook(Format.MARIMO, number_cells(drafts), text)


def _is_run_guard(piece: list[str], app: str) -> bool:
    return any(line.strip() == f"{app}.run()" for line in piece)


def _cell(piece: list[str], start: int, app: str) -> Draft:
    """Return the cell at the beginning of `piece`, whose first line is line `start` of the file."""
    body = usual_body(piece)
    if body is None:
        try:
            body = _body(syntax.tree("\n".join(piece)).body[0], piece, app)
        except SyntaxError as wrong:
            body = broken_cell(piece, app)
            if body.flaw is None and syntax.parses("\n".join(body.lines)):
                at = start - 1 + (wrong.lineno or 1)
                body.flaw = f"does not parse: line {at} of the file: {wrong.msg}"
    begin, end = trimmed(body.lines)
    numbers = tuple(range(start + body.first - 1 + begin, start + body.first - 1 + end))
    last = start - 1 + max(body.last, 1)
    anchor = None if body.name in (None, "_", "__") else body.name
    return Draft(
        "code",
        "\n".join(body.lines[begin:end]),
        numbers,
        (start, last),
        body.column,
        anchor,
        anchor,
        body.flaw,
        frozenset({DISABLED}) if _is_disabled(piece) else frozenset(),
    )


def _is_disabled(piece: list[str]) -> bool:
    """Whether the decorator at the beginning of a cell says `disabled=True`."""
    rest = takewhile(lambda it: not it.startswith(("@", "def ", "async def ", "class ")), piece[1:])
    lines = [piece[0], *rest]
    if not piece[0].startswith("@") or not any("disabled" in it for it in lines):
        return False
    try:
        decorator = ast.parse("\n".join(lines)[1:], mode="eval").body
    except (SyntaxError, ValueError):
        return False
    return isinstance(decorator, ast.Call) and any(
        it.arg == "disabled" and isinstance(it.value, ast.Constant) and it.value.value is True
        for it in decorator.keywords
    )


def _body(node: ast.stmt, piece: list[str], app: str) -> Body:
    if isinstance(node, ast.With | ast.AsyncWith):
        return setup_body(node, piece)
    if isinstance(node, ast.Expr):
        return unparsable_body(node, piece)
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        raise NotMarimos("this is no cell")
    decorator = next((it for it in node.decorator_list if _decorates(it, app)), None)
    if decorator is None:
        raise NotMarimos("no decorator of this is marimo's")
    if isinstance(node, Function) and _attribute(decorator) == "cell":
        return function_body(node, piece)
    return whole_definition(node, decorator, piece)


def _decorates(decorator: ast.expr, app: str) -> bool:
    """Whether it is `@app.cell`, `@app.function` or `@app.class_definition`, with or without arguments."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    match function:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return name == app and attribute in _DECORATORS
    return False


def _attribute(decorator: ast.expr) -> str:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    assert isinstance(function, ast.Attribute)
    return function.attr
