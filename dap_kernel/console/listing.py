"""Source round a line: what to show of a text, and what Python it is. Pure: texts and numbers.

In an .ipynb the lines are those of the JSON text, each of which holds a line of code as a string.
"""

import ast
import json
import re
import textwrap
from collections.abc import Callable, Sequence

import msgspec

_JSON_LINE = re.compile(r'\s*(?:"source":\s*\[?\s*)?("(?:[^"\\]|\\.)*")\s*\]?,?\s*')

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class LineSpan(msgspec.Struct, frozen=True):
    """Lines from `first` to `last`, both 1-based and within."""

    first: int
    last: int

    def __contains__(self, line: object) -> bool:
        return isinstance(line, int) and self.first <= line <= self.last


class ListedText:
    """A source as the client sees it: `text[n]` is line n as code."""

    def __init__(self, lines: Sequence[str], is_json: bool) -> None:
        self._lines = lines
        self.is_json = is_json

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, line: int) -> str:
        if not 1 <= line <= len(self._lines):
            return ""
        raw = self._lines[line - 1]
        return code_of(raw) if self.is_json else raw

    def part(self, span: LineSpan) -> list[str]:
        return [self[line] for line in range(span.first, span.last + 1)]


def text_of(content: str, is_json: bool) -> ListedText:
    """Return the lines of a file, or of a text without one. Python's lines: only newlines end them."""
    return ListedText(content.replace("\r\n", "\n").replace("\r", "\n").split("\n"), is_json)


def code_of(raw: str) -> str:
    """Return the code in a line of a notebook's JSON text; where there is none, the line as it is."""
    found = _JSON_LINE.fullmatch(raw)
    if not found:
        return raw
    try:
        return str(json.loads(found[1])).removesuffix("\n").replace("\n", " ⏎ ")
    except ValueError:
        return raw


def around(line: int, context: int, within: LineSpan) -> LineSpan:
    """Return the lines to show round `line`; where one side has fewer, the other has no more."""
    return LineSpan(max(within.first, line - context), min(within.last, line + context))


def function_at(text: ListedText, within: LineSpan, line: int) -> tuple[LineSpan, list[str]] | None:
    """Return the lines and the parameters of the innermost function round `line`, None for no function."""
    found: Function | None = None
    begin = 0
    for node in ast.walk(_parsed("\n".join(text.part(within)))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            first = min([node.lineno, *(it.lineno for it in getattr(node, "decorator_list", []))])
            last = node.end_lineno or node.lineno
            if within.first + first - 1 <= line <= within.first + last - 1 and first >= begin:
                found, begin = node, first
    if found is None:
        return None
    return LineSpan(within.first + begin - 1, within.first + (found.end_lineno or begin) - 1), parameters(
        found
    )


def parameters(function: Function) -> list[str]:
    """Return the names of a function's parameters, in order."""
    args = function.args
    named = [it.arg for it in (*args.posonlyargs, *args.args)]
    rest = [args.vararg.arg] if args.vararg else []
    return [*named, *rest, *(it.arg for it in args.kwonlyargs), *([args.kwarg.arg] if args.kwarg else [])]


def _parsed(code: str) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


Paint = Callable[[list[str]], list[str]]


def plain_lines(lines: list[str]) -> list[str]:
    return lines


def highlighter() -> Paint:
    """Return what colours lines of Python, for a terminal. Loads rich."""
    from io import StringIO

    from rich.console import Console
    from rich.syntax import Syntax

    console = Console(file=StringIO(), force_terminal=True, width=10_000, legacy_windows=False)
    syntax = Syntax("", "python", theme="ansi_dark", background_color="default")

    def paint(lines: list[str]) -> list[str]:
        with console.capture() as captured:
            coloured = syntax.highlight("\n".join(lines))
            console.print(coloured, end="", soft_wrap=True, no_wrap=True)
        shown = captured.get().split("\n")
        shown += [""] * (len(lines) - len(shown))
        return shown[: len(lines)]

    return paint
