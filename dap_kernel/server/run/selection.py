"""Which cells a run is of, in which order, and why each. Pure.

Jupyter and percent run top to bottom. marimo runs by dataflow: a cell brings its stale ancestors and all
its descendants. Source: the launch argument `run`.
"""

from collections.abc import Callable, Iterable

import msgspec

from ...notebook.cells import SKIPPED, Cell, Notebook
from ...notebook.dataflow import Plan
from ...notebook.source.text import whole_number
from ..arguments.launch_arguments import RunSpec
from ..errors import DapError
from .records import Records

NOTHING = "nothing to run"
NOTHING_STALE = f"{NOTHING}: every cell has run as it is now (:run all runs them again)"
NOTHING_NEXT = f"{NOTHING}: this was the last cell"
SHOWN = 8  # cells named in the line that says what runs


class Chosen(msgspec.Struct, frozen=True):
    """A cell to run; `why` is "" where everything runs."""

    cell: Cell
    why: str


class ChoiceBasis(msgspec.Struct, frozen=True):
    """What a choice is made from; `plan` is None where the order is the notebook's own."""

    notebook: Notebook
    plan: Plan | None
    records: Records
    last: str | None = None  # id of the cell that ran last

    @property
    def runnable(self) -> list[Cell]:
        """The cells that can run, in the order they would."""
        if self.plan is None:
            return [it for it in self.notebook.cells if it.is_code]
        return [self.notebook.by_id[id] for id in self.plan.order]


def choose(state: ChoiceBasis, spec: RunSpec) -> list[Chosen]:
    """Return the cells to run, in order. Raises DapError for a cell that there is not."""
    cells = state.runnable
    wanted = _wanted(state, spec, cells)
    if state.plan is not None and spec not in ("all", "none"):
        wanted = _with_relatives(state, state.plan, wanted, with_children=spec != "next")
    return [Chosen(it, wanted[it.id]) for it in cells if it.id in wanted]


def in_words(chosen: list[Chosen], total: int, limit: int = SHOWN) -> str:
    """Return what runs and why: `runs 2 of 12: load (edited), train (failed)`."""
    if not chosen:
        return "runs nothing"
    if len(chosen) == total and not any(it.why and it.why != "new" for it in chosen):
        return "runs its one cell" if total == 1 else f"runs all {total} cells"
    names = [f"{it.cell.name} ({it.why})" if it.why else it.cell.name for it in chosen[:limit]]
    more = [f"{len(chosen) - limit} more"] if len(chosen) > limit else []
    return f"runs {len(chosen)} of {total}: {', '.join(names + more)}"


def cells_named(notebook: Notebook, names: Iterable[str | int]) -> list[Cell]:
    """Return the code cells with these ids, titles, names or numbers. Raises DapError."""
    return [_named(notebook, it) for it in names]


def _named(notebook: Notebook, name: str | int) -> Cell:
    number = whole_number(str(name))
    tests: list[Callable[[Cell], bool]] = [
        lambda it: it.id == name,
        lambda it: number is not None and it.number == number,
        lambda it: it.anchor == name,
        lambda it: it.name == name,
        lambda it: it.name.lower() == str(name).lower(),
    ]
    for test in tests:
        for cell in notebook.cells:
            if cell.is_code and test(cell):
                return cell
    raise DapError(f"there is no cell {name!r} that runs: `:cells` lists them")


def _wanted(state: ChoiceBasis, spec: RunSpec, cells: list[Cell]) -> dict[str, str]:
    """Return why each wanted cell runs, by id; marimo's relatives are not in yet."""
    unasked = [it for it in cells if _runs_unasked(it)]
    stale = {it.id: why for it in unasked if (why := state.records.why_stale(it))}
    match spec:
        case "all":
            return dict.fromkeys((it.id for it in unasked), "")
        case "stale":
            return stale
        case "next":
            ids = [it.id for it in cells]
            following = ids[ids.index(state.last) + 1 :] if state.last in ids else ids
            return next(({it.id: "next"} for it in unasked if it.id in following), {})
        case {"cells": names}:
            named = cells_named(state.notebook, names)
            return {it.id: stale.get(it.id, "asked for") for it in named}
        case {"above": line} | {"below": line} | {"at": line}:
            return {it.id: stale.get(it.id, "asked for") for it in _by_line(state, spec, int(line))}
    return {}


def _by_line(state: ChoiceBasis, spec: RunSpec, line: int) -> list[Cell]:
    notebook = state.notebook
    at = notebook.cell_around(line)
    if "at" in spec:
        if at is None or not at.is_code:
            raise DapError(f"line {line} is in no cell that runs")
        return [at]
    first = at.span[0] if at is not None else line
    if "above" in spec:
        return [it for it in notebook.cells if _runs_unasked(it) and it.span[0] < first]
    return [it for it in notebook.cells if _runs_unasked(it) and it.span[0] >= first]


def _runs_unasked(cell: Cell) -> bool:
    return cell.is_code and SKIPPED not in cell.tags


def _with_relatives(
    state: ChoiceBasis, plan: Plan, wanted: dict[str, str], with_children: bool
) -> dict[str, str]:
    found = dict(wanted)
    names = {it.id: it.name for it in state.notebook.cells}
    queue = list(wanted)
    while with_children and queue:
        id = queue.pop()
        for child in plan.children.get(id, ()):
            if child not in found:
                found[child] = f"depends on {names[id]}"
                queue.append(child)
    queue = list(found)
    while queue:
        id = queue.pop()
        for parent in plan.parents.get(id, ()):
            if parent not in found and state.records.why_stale(state.notebook.by_id[parent]):
                found[parent] = f"needed by {names[id]}"
                queue.append(parent)
    return found


def descendants(plan: Plan, id: str) -> set[str]:
    """Return the cells that depend on a cell, at any distance."""
    found: set[str] = set()
    queue = [id]
    while queue:
        for child in plan.children.get(queue.pop(), ()):
            if child not in found:
                found.add(child)
                queue.append(child)
    return found


def plan_of(notebook: Notebook) -> Plan | None:
    """Return the order of cells of a format that orders them; None for those that run top to bottom."""
    if not notebook.traits.orders_by_dataflow:
        return None
    from ...notebook.dataflow import plan

    return plan(notebook.cells)
