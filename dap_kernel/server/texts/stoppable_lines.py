"""Lines that a debugger can stop at, from what the source compiles to. Knows neither cells nor files.

It is the server's Python that compiles: a kernel of another version may differ in a line or two.
"""

import ast
from bisect import bisect_left, bisect_right
from functools import lru_cache

from ...agent.wire.code_lines import code_lines, next_line
from ...notebook.source import syntax


def stoppable_lines(source: str) -> list[int]:
    """Return the lines that can hold a breakpoint, rising; none if it does not parse."""
    return list(_stoppable_lines(source))


@lru_cache(maxsize=512)
def _stoppable_lines(source: str) -> tuple[int, ...]:
    try:
        return tuple(code_lines(syntax.code(source)))
    except SyntaxError:
        return ()


def nearest_code_line(source: str, line: int) -> int | None:
    """Return the first line with code at `line` or below; None: there is none."""
    return next_line(_stoppable_lines(source), line)


def breakpoint_locations(source: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return (line, column) of each place to stop in lines `start` to `end`, rising; columns from 1.

    These are statements; a line with code but no statement (an argument of a call) counts as one.
    """
    all_lines = _stoppable_lines(source)
    wanted = all_lines[bisect_left(all_lines, start) : bisect_right(all_lines, end)]
    if not wanted:
        return []
    statements = _statements(source)
    lines = _lines(source)
    found = []
    for line in wanted:
        text = lines[line - 1]
        columns = statements.get(line) or [len(text) - len(text.lstrip()) + 1]
        found += [(line, column) for column in sorted(set(columns))]
    return found


@lru_cache(maxsize=8)
def _lines(source: str) -> list[str]:
    return source.split("\n")


@lru_cache(maxsize=64)
def _statements(source: str) -> dict[int, list[int]]:
    """Return the columns at which statements begin, by line."""
    columns: dict[int, list[int]] = {}
    lines = _lines(source)
    try:
        tree = syntax.tree(syntax.plain(source))
    except SyntaxError:  # deeper than a tree can be, though it compiles
        return {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            text = lines[node.lineno - 1].encode()[: node.col_offset].decode(errors="replace")
            columns.setdefault(node.lineno, []).append(len(text) + 1)
    return columns
