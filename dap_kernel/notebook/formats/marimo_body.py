"""The bodies of marimo's cells: which lines they are and what is cut off them.

They come out of syntax trees, or, for nearly every cell, out of the layout that marimo writes.
"""

import ast
import re

import msgspec

from ..source.text import dedent

Function = ast.FunctionDef | ast.AsyncFunctionDef
_TO_COLON = re.compile(r"(?:[\s,)*/\\]|#[^\n]*)*:")
_PARAMETERS = re.compile(r"(?:async\s+)?def\s+\w+\s*(?:\[[^\]]*\])?\s*\(")

_DECORATOR = re.compile(r"@\w+\.cell(?:\([\w=, \"]*\))?$")
_SIGNATURE = re.compile(r"(?:async )?def (\w+)\((?:\w+(?:, ?\w+)*,?)?\):$")
_RETURN = re.compile(r"    return(?: \((?:\w+, ?)*\w*,?\)| \w+,?)?$")
_STRINGS_OVER_LINES = ('"""', "'''", "\\")


class NotMarimos(SyntaxError):
    """A cell is Python, and nothing that marimo has written."""


class Body(msgspec.Struct):
    """Lines count from 1 in the piece of the file that begins with the cell."""

    name: str | None
    lines: list[str]  # dedented
    first: int  # the line of the first of `lines`
    last: int  # the last line of all that is the cell's
    column: int = 0
    flaw: str | None = None


def usual_body(piece: list[str]) -> Body | None:
    """Return the body of the cell that `piece` is, or None: then its syntax tree must tell.

    This is the quick way, for the layout in which marimo itself saves nearly every cell: it answers exactly
    what the syntax tree would.
    """
    if len(piece) < 3 or not _DECORATOR.match(piece[0]):
        return None
    signature = _SIGNATURE.match(piece[1])
    if signature is None:
        return None
    last = len(piece)
    while not piece[last - 1].strip():
        last -= 1
    if last < 3 or not _RETURN.match(piece[last - 1]):
        return None
    lines = piece[2 : last - 1]
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "    return")
    if first[:4] != "    " or first[4:5] in (" ", "\t"):
        return None
    text = "\n".join(lines)
    if any(quotes in text for quotes in _STRINGS_OVER_LINES):
        return None
    if any(line[:4] != "    " and line.strip() for line in lines):
        return None
    dedented = [line[4:] if line.startswith("    ") else line.lstrip(" \t") for line in lines]
    return Body(signature[1], dedented, 3, last, 4)


def function_body(node: Function, piece: list[str]) -> Body:
    """Return the body of an `@app.cell` function without its trailing `return`."""
    colon_line, colon_column = _colon(node, piece)
    first, last = node.body[0], node.body[-1]
    end = last.end_lineno or last.lineno
    if first.lineno == colon_line:
        return _one_line(node, piece, (colon_line, colon_column))
    column = _characters(piece[first.lineno - 1], first.col_offset)
    if not isinstance(last, ast.Return):
        end = _with_comments(piece, end, piece[first.lineno - 1][:column])
        return _dedented(node.name, piece, colon_line + 1, end, column, end)
    lines = piece[colon_line : last.lineno - 1]
    before = _characters(piece[last.lineno - 1], last.col_offset)
    if len(node.body) > 1 and node.body[-2].end_lineno == last.lineno:
        lines.append(piece[last.lineno - 1][:before].rstrip())
    end = _with_comments(piece, end, piece[first.lineno - 1][:column])
    return Body(node.name, dedent(lines, column), colon_line + 1, end, column)


def _one_line(node: Function, piece: list[str], colon: tuple[int, int]) -> Body:
    """Return the body of `def _(): x = 1; return x`."""
    first, last = node.body[0], node.body[-1]
    end = last.end_lineno or last.lineno
    column = _characters(piece[first.lineno - 1], first.col_offset)
    if isinstance(last, ast.Return):
        line, to = last.lineno, _characters(piece[last.lineno - 1], last.col_offset)
    else:
        line, to = end, _characters(piece[end - 1], last.end_col_offset or 0)
    lines = piece[first.lineno - 1 : line]
    lines[-1] = lines[-1][:to]
    lines[0] = lines[0][column:]
    if isinstance(last, ast.Return):
        lines[-1] = lines[-1].rstrip()
    return Body(node.name, lines, colon[0], end, column)


def setup_body(node: ast.With | ast.AsyncWith, piece: list[str]) -> Body:
    """Return the body of `with app.setup:` without a trailing `pass`."""
    context = node.items[0].context_expr
    line, column = context.end_lineno or 1, context.end_col_offset or 0
    colon_line, _ = _next_colon(piece, line, _characters(piece[line - 1], column))
    first = node.body[0]
    end = node.end_lineno or colon_line
    if first.lineno == colon_line:
        column = _characters(piece[first.lineno - 1], first.col_offset)
        lines = [piece[colon_line - 1][column:], *piece[colon_line:end]]
        return Body("setup", lines, colon_line, end, column)
    column = _characters(piece[first.lineno - 1], first.col_offset)
    end = _with_comments(piece, end, piece[first.lineno - 1][:column])
    body = _dedented("setup", piece, colon_line + 1, end, column, end)
    if len(body.lines) > 1 and body.lines[-1] == "pass":
        body.lines.pop()
    return body


def whole_definition(node: Function | ast.ClassDef, decorator: ast.expr, piece: list[str]) -> Body:
    """Return an `@app.function` or `@app.class_definition`: all below marimo's decorator."""
    first = (decorator.end_lineno or decorator.lineno) + 1
    end = node.end_lineno or node.lineno
    inner = node.body[0]
    if inner.lineno > node.lineno:
        line = piece[inner.lineno - 1]
        end = _with_comments(piece, end, line[: _characters(line, inner.col_offset)])
    return Body(node.name, piece[first - 1 : end], first, end)


def unparsable_body(node: ast.Expr, piece: list[str]) -> Body:
    """Return the text in `app._unparsable_cell("...")`: what did not parse when marimo saved it.

    Like all here it raises NotMarimos for what marimo does not write.
    """
    call = node.value
    if not isinstance(call, ast.Call):
        raise NotMarimos("this is no call of _unparsable_cell")
    name = next(
        (it.value.value for it in call.keywords if it.arg == "name" and isinstance(it.value, ast.Constant)),
        None,
    )
    end = node.end_lineno or node.lineno
    text = call.args[0] if call.args else None
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return Body(None, [], 1, end)
    inner = text.value.split("\n")
    shift = min((len(line) - len(line.lstrip(" ")) for line in inner if line.strip()), default=0)
    height = (text.end_lineno or text.lineno) - text.lineno + 1
    if height != len(inner):  # escaped ends of line: the lines of the text are not lines of the file
        return Body(None if name is None else str(name), [], text.lineno, end, flaw=_UNPARSABLE)
    return Body(
        None if name is None else str(name), dedent(inner, shift), text.lineno, end, shift, _UNPARSABLE
    )


_UNPARSABLE = "did not parse when marimo saved it: mend it in marimo, or save it as an @app.cell"


def _dedented(name: str, piece: list[str], first: int, last: int, column: int, end: int) -> Body:
    return Body(name, dedent(piece[first - 1 : last], column), first, end, column)


def _with_comments(piece: list[str], end: int, indent: str) -> int:
    """Return the last line of a block whose last statement ends at line `end`: comments may follow."""
    last = end
    for number in range(end + 1, len(piece) + 1):
        line = piece[number - 1]
        if line.strip():
            if not line.startswith(indent):
                break
            last = number
    return last


def _colon(node: Function, piece: list[str]) -> tuple[int, int]:
    """Return line and character of the colon that ends the signature."""
    arguments = node.args
    parts: list[ast.expr | ast.arg] = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    parts += [it for it in (arguments.vararg, arguments.kwarg, node.returns, *arguments.kw_defaults) if it]
    parts += arguments.defaults
    if not parts:
        text = "\n".join(piece[node.lineno - 1 : node.body[0].lineno])
        match = _PARAMETERS.search(text)
        if match is None:
            raise NotMarimos("the signature of this cell is not understood")
        line = node.lineno + text.count("\n", 0, match.end())
        return _next_colon(piece, line, match.end() - (text.rfind("\n", 0, match.end()) + 1))
    line, column = max((part.end_lineno or 0, part.end_col_offset or 0) for part in parts)
    return _next_colon(piece, line, _characters(piece[line - 1], column))


def _next_colon(piece: list[str], line: int, character: int) -> tuple[int, int]:
    rest = "\n".join([piece[line - 1][character:], *piece[line:]])
    match = _TO_COLON.match(rest)
    if match is None:
        raise NotMarimos("the signature of this cell is not understood")
    passed = rest[: match.end()]
    newlines = passed.count("\n")
    return line + newlines, len(passed) - 1 if newlines else character + len(passed) - 1


def _characters(line: str, offset: int) -> int:
    """Return the character that `ast`'s offset, in bytes of UTF-8, stands for."""
    return offset if line.isascii() else len(line.encode()[:offset].decode(errors="replace"))
