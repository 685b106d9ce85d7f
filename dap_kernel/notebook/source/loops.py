"""Which lines of a text run again and again: those of its loops. Knows neither cells nor files. Pure."""

import ast
from functools import lru_cache

from . import syntax

MOST_CHARS = 100_000  # of a text that is looked at: it is done while a cell runs
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def loop_around(source: str, line: int) -> int | None:
    """Return the first line of the outermost loop that a line is in; None: it is in none.

    A loop outside the function that the line is in does not count: who calls it is on the stack.
    """
    if len(source) > MOST_CHARS:
        return None
    inside = [it for it in _functions(source) if it[0] <= line <= it[1]]
    function = max(inside, default=(0, 0))  # the innermost begins last
    loops = [first for first, last, scope in _loops(source) if first <= line <= last and scope == function]
    return min(loops, default=None)


Span = tuple[int, int]  # first and last line


@lru_cache(maxsize=32)
def _read(source: str) -> tuple[frozenset[Span], frozenset[tuple[int, int, Span]]]:
    """Return the lines of the functions, and of the loops with those of the function that each is in."""
    functions: set[Span] = set()
    loops: set[tuple[int, int, Span]] = set()
    try:
        waiting: list[tuple[ast.AST, Span]] = [(syntax.tree(syntax.plain(source)), (0, 0))]
    except (SyntaxError, RecursionError):
        return frozenset(), frozenset()
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, _LOOPS):
            loops.add((node.lineno, _last_line(node), function))
        if isinstance(node, _SCOPES):
            function = (node.lineno, node.end_lineno or node.lineno)
            functions.add(function)
        waiting += [(it, function) for it in ast.iter_child_nodes(node)]
    return frozenset(functions), frozenset(loops)


def _functions(source: str) -> frozenset[Span]:
    return _read(source)[0]


def _loops(source: str) -> frozenset[tuple[int, int, Span]]:
    return _read(source)[1]


def _last_line(loop: ast.expr | ast.stmt) -> int:
    """Return the last line that runs again; what follows `else` does not."""
    last = loop.body[-1] if isinstance(loop, ast.For | ast.AsyncFor | ast.While) else loop
    return last.end_lineno or loop.lineno
