"""marimo's order of cells: who defines what whom reads. For other formats the same analysis gives hints.

Knows neither kernels nor what has run.
"""

import heapq
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from ..agent.wire.messages import is_private
from .cells import DISABLED, Cell
from .source.bound_names import BoundNames, names_of
from .source.collector_pause import collector_paused

_SHOWN = 3  # cells that a message names


class Plan(msgspec.Struct, frozen=True):
    order: list[str]  # ids of the cells that can run, each after its parents, ties by position
    parents: dict[str, set[str]]  # ids of the cells whose names a cell reads
    children: dict[str, set[str]]
    problems: dict[str, str]  # by id: why a cell cannot run; each sentence stands alone


def defines(source: str) -> set[str]:
    """Return the names that a cell binds at its level."""
    return set(names_of(source).defines)


def reads(source: str) -> set[str]:
    """Return the names that a cell reads, also in its functions, and has not bound before; builtins too."""
    return set(names_of(source).reads)


def plan(cells: Sequence[Cell]) -> Plan:
    """Return the order in which marimo would run `cells`. Empty ones run as well; only code counts.

    What is too big to be looked at runs where it stands: nobody knows who reads from it.
    """
    code = [cell for cell in cells if cell.kind == "code"]
    with collector_paused():
        names = {cell.id: names_of(cell.source) for cell in code}
    definers = _definers(code, names)
    parents = {cell.id: _parents(cell, names[cell.id], definers) for cell in code}
    children: dict[str, set[str]] = {cell.id: set() for cell in code}
    for id, its_parents in parents.items():
        for parent in its_parents:
            children[parent].add(id)
    problems = _own_problems(code, names, definers)
    order = _order([cell.id for cell in code], parents, children)
    if len(order) < len(code):
        ordered = set(order)
        problems = _cycles(code, parents, ordered) | problems
        order += [cell.id for cell in code if cell.id not in ordered]
    _spread(order, parents, problems, {cell.id: cell.name for cell in code})
    return Plan([id for id in order if id not in problems], parents, children, problems)


def _definers(code: list[Cell], names: dict[str, BoundNames]) -> dict[str, list[Cell]]:
    definers: dict[str, list[Cell]] = defaultdict(list)
    for cell in code:
        for name in names[cell.id].defines:
            if not is_private(name):
                definers[name].append(cell)
    return definers


def _parents(cell: Cell, names: BoundNames, definers: dict[str, list[Cell]]) -> set[str]:
    """Return the ids of the cells that `cell` reads from; of many that define one name, a few."""
    found = {it.id for name in names.reads if name in definers for it in definers[name][: _SHOWN + 1]}
    found.discard(cell.id)
    return found


def _own_problems(
    code: list[Cell], names: dict[str, BoundNames], definers: dict[str, list[Cell]]
) -> dict[str, str]:
    problems: dict[str, str] = {}
    for name, them in sorted(definers.items()):
        for cell in them if len(them) > 1 else ():
            others = _others(them, cell)
            text = (
                f"{cell.name} does not run: {name} is defined in {others} too; rename one, or call it _{name}"
            )
            problems.setdefault(cell.id, text)
    for cell in code:
        if names[cell.id].has_star_import:
            problems[cell.id] = f"{cell.name} does not run: marimo cannot tell what `import *` defines"
        is_nameless = not names[cell.id].defines and not names[cell.id].reads
        if is_nameless and not cell.is_too_big and cell.problem:
            problems[cell.id] = cell.problem
        if DISABLED in cell.tags:
            problems[cell.id] = f"{cell.name} does not run: it is disabled"
    return problems


def _order(ids: list[str], parents: dict[str, set[str]], children: dict[str, set[str]]) -> list[str]:
    """Return the ids in an order in which parents come first; those in or behind a cycle are left out."""
    position = {id: number for number, id in enumerate(ids)}
    missing = {id: len(parents[id]) for id in ids}
    ready = [position[id] for id in ids if not missing[id]]
    order = []
    while ready:
        id = ids[heapq.heappop(ready)]
        order.append(id)
        for child in children[id]:
            missing[child] -= 1
            if not missing[child]:
                heapq.heappush(ready, position[child])
    return order


def _cycles(code: list[Cell], parents: dict[str, set[str]], ordered: set[str]) -> dict[str, str]:
    """Return the problem of each cell that is in a cycle, and not of those that only come after one."""
    left = [cell.id for cell in code if cell.id not in ordered]
    position = {cell.id: number for number, cell in enumerate(code)}
    problems = {}
    for group in _strongly_connected(left, {id: sorted(parents[id] - ordered) for id in left}):
        them = [code[number] for number in sorted(position[id] for id in group)] if len(group) > 1 else []
        for cell in them:
            others = _others(them, cell)
            problems[cell.id] = f"{cell.name} does not run: it and {others} need each other's names"
    return problems


def _strongly_connected(ids: list[str], edges: dict[str, list[str]]) -> list[set[str]]:
    """Return the strongly connected groups (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    groups = []
    for root in ids:
        work = [] if root in index else [(root, iter(edges[root]))]
        if work:
            index[root] = low[root] = len(index)
            stack.append(root)
            on_stack.add(root)
        while work:
            id, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[id])
                if low[id] == index[id]:
                    groups.append(_popped(stack, on_stack, id))
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                on_stack.add(following)
                work.append((following, iter(edges[following])))
            elif following in on_stack:
                low[id] = min(low[id], index[following])
    return groups


def _popped(stack: list[str], on_stack: set[str], until: str) -> set[str]:
    group = set()
    while until not in group:
        group.add(stack.pop())
    on_stack -= group
    return group


def _spread(
    order: list[str], parents: dict[str, set[str]], problems: dict[str, str], names: dict[str, str]
) -> None:
    """Give the cells that need one with a problem a problem of their own."""
    blocked = set(problems)
    children: dict[str, list[str]] = defaultdict(list)
    for id in order:
        for parent in parents[id]:
            children[parent].append(id)
    queue = [id for id in order if id in blocked]
    while queue:
        id = queue.pop()
        for child in children[id]:
            if child not in blocked:
                blocked.add(child)
                problems[child] = f"{names[child]} does not run: it needs {names[id]}, which cannot run"
                queue.append(child)


def _others(cells: list[Cell], own: Cell) -> str:
    """Return the names of the other cells as "a, b and c", cut short."""
    shown = [cell.name for cell in cells[: _SHOWN + 1] if cell is not own][:_SHOWN]
    if len(cells) - 1 > len(shown):
        shown.append(f"{len(cells) - 1 - len(shown)} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
