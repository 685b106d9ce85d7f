"""What the analysis of names says of cells that run top to bottom: hints only, nothing runs by it. Pure.

A name that a cell merely imports is not mentioned: that would say nothing new.
"""

import ast
from collections.abc import Iterable

from ...notebook.cells import Cell, Notebook
from ...notebook.dataflow import defines, reads
from ...notebook.source import syntax
from .records import Records


def unrun(notebook: Notebook, records: Records, name: str) -> str | None:
    """Return which cells that have not run as they are would define `name`: `df is defined by cell 3 ...`."""
    found = [
        it
        for it in notebook.cells
        if it.is_code and name in it.source and records.why_stale(it) and name in defines(it.source)
    ]
    if not found:
        return None
    has = "has" if len(found) == 1 else "have"
    return f"{name} is defined by {_named(found)}, which {has} to run first (:run {_numbers(found)})"


def outdated(notebook: Notebook, records: Records, changed: Iterable[str], ran: Iterable[str]) -> str | None:
    """Return which cells have read what cells define anew: `df has changed since cell 5 used it: ...`.

    `changed` are the ids of those that were stale and ran, `ran` of all that ran since.
    """
    fresh, done = set(changed), set(ran)
    current: dict[str, bool] = {}  # by name: whether its definition, read from above, is a fresh one
    readers: list[Cell] = []
    names: dict[str, None] = {}
    for cell in notebook.cells:
        if not cell.is_code:
            continue
        if cell.id not in done and records.why_stale(cell) is None:
            told = [it for it, is_fresh in current.items() if is_fresh and it in cell.source]
            old = [it for it in told if it in reads(cell.source)]
            if old:
                readers.append(cell)
                names.update(dict.fromkeys(old))
        if cell.id in fresh:
            current |= dict.fromkeys(defines(cell.source) - _imported(cell.source), True)
        elif any(it in cell.source for it in current):
            current |= dict.fromkeys(defines(cell.source) & current.keys(), False)
    if not readers:
        return None
    where, what = _named(readers), _listed(list(names))
    has, it = ("has", "it") if len(names) == 1 else ("have", "them")
    again = "it" if len(readers) == 1 else "them"
    return f"{what} {has} changed since {where} used {it}: run {again} again (:run {_numbers(readers)})"


def _imported(source: str) -> set[str]:
    try:
        tree = syntax.tree(syntax.plain(source))
    except (SyntaxError, RecursionError):
        return set()
    imports = [it for it in tree.body if isinstance(it, ast.Import | ast.ImportFrom)]
    return {alias.asname or alias.name.partition(".")[0] for it in imports for alias in it.names}


def _named(cells: list[Cell]) -> str:
    numbers = [str(it.number) for it in cells]
    return f"cell {numbers[0]}" if len(numbers) == 1 else f"cells {_listed(numbers)}"


def _numbers(cells: list[Cell]) -> str:
    return " ".join(str(it.number) for it in cells)


def _listed(texts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))
