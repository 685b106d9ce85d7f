"""marimo's order of cells, and what stands in its way."""

import time
from pathlib import Path

import marimo
import pytest
from marimo._ast.compiler import compile_cell
from marimo._runtime.dataflow import DirectedGraph, topological_sort

from dap_kernel.notebook.cells import Cell
from dap_kernel.notebook.dataflow import Plan, plan
from dap_kernel.notebook.formats.reading import read


def cells(**sources: str) -> list[Cell]:
    return [
        Cell(id, "code", number, id, source, tuple(range(1, source.count("\n") + 2)))
        for number, (id, source) in enumerate(sources.items(), 1)
    ]


def planned(**sources: str) -> Plan:
    return plan(cells(**sources))


ORDERS = {
    "position": ({"a": "x = 1", "b": "y = 1"}, "a b"),
    "backwards": ({"a": "x = y", "b": "y = z", "c": "z = 1"}, "c b a"),
    "ties by position": ({"a": "p = q", "b": "r = 1", "c": "q = 1", "d": "s = 1"}, "b c a d"),
    "diamond": ({"d": "t = u + v", "b": "u = w", "c": "v = w", "a": "w = 1"}, "a b c d"),
    "in a function": ({"a": "def f():\n    return k", "b": "k = 1"}, "b a"),
    "private names are nobody's": ({"a": "x = _y", "b": "_y = 1"}, "a b"),
    "private names twice": ({"a": "_y = 1", "b": "_y = 2"}, "a b"),
    "dunder names are shared": ({"a": "x = __y", "b": "__y = 1"}, "b a"),
    "its own name": ({"a": "x = 1\nx = x + 1", "b": "x"}, "a b"),
    "reads before it binds": ({"a": "x = x", "b": "y = x"}, "a b"),
    "empty": ({"a": "", "b": "# only", "c": "x = 1"}, "a b c"),
    "delete": ({"a": "del x", "b": "x = 1"}, "b a"),
    "shadowed builtin": ({"a": "y = list", "b": "list = 1"}, "b a"),
}


@pytest.mark.parametrize(("sources", "order"), ORDERS.values(), ids=ORDERS.keys())
def test_order(sources: dict[str, str], order: str) -> None:
    found = planned(**sources)
    assert (found.order, found.problems) == (order.split(), {})


def test_parents_and_children() -> None:
    found = planned(c="z = x + y", a="x = 1", b="y = x")
    assert found.parents == {"a": set(), "b": {"a"}, "c": {"a", "b"}}
    assert found.children == {"a": {"b", "c"}, "b": {"c"}, "c": set()}


def test_a_name_defined_twice_stops_those_cells_and_what_needs_them() -> None:
    found = planned(a="x = 1", b="x = 2", c="y = x", d="z = y", e="v = 1")
    assert found.order == ["e"]
    assert found.problems["a"] == "a does not run: x is defined in b too; rename one, or call it _x"
    assert found.problems["b"] == "b does not run: x is defined in a too; rename one, or call it _x"
    assert found.problems["c"].startswith("c does not run: it needs ")
    assert found.problems["d"] == "d does not run: it needs c, which cannot run"


def test_a_cycle_stops_its_cells_and_what_comes_after() -> None:
    found = planned(a="x = y", b="y = x", c="z = x", d="v = w", e="w = 1")
    assert found.order == ["e", "d"]
    assert found.problems["a"] == "a does not run: it and b need each other's names"
    assert found.problems["b"] == "b does not run: it and a need each other's names"
    assert found.problems["c"] == "c does not run: it needs a, which cannot run"


def test_two_cycles_are_told_apart() -> None:
    found = planned(a="x = y", b="y = x", c="p = q + x", d="q = p")
    assert found.problems["a"] == "a does not run: it and b need each other's names"
    assert found.problems["c"] == "c does not run: it and d need each other's names"


def test_a_cell_that_does_not_parse_has_its_own_problem() -> None:
    found = planned(a="x = (", b="y = 1")
    assert found.order == ["b"]
    assert found.problems == {"a": "a does not parse: line 1: '(' was never closed"}


LONG = {
    "rows": "data = [\n" + "".join(f"({it}, 'name {it}', {2 * it}),\n" for it in range(22_000)) + "]",
    "numbers": f"data = {list(range(200_000))}",
    "a text": 'data = """\n' + "It goes on, and on: a line of prose.\n" * 30_000 + '"""',
    "a picture": f"data = '{'iVBORw0KGgo/' * 150_000}'",
    "a function after rows": f"rows = {list(range(120_000))}\ndef f():\n    return k\ndata = f()",
}


@pytest.mark.parametrize("source", LONG.values(), ids=LONG)
def test_a_long_cell_runs_before_its_readers_and_after_what_it_reads(source: str) -> None:
    assert len(source) > 500_000
    found = planned(reader="n = len(data)", long=source, before="k = 1")
    assert found.problems == {}
    assert found.order.index("long") < found.order.index("reader")
    assert found.parents["long"] == ({"before"} if "k\n" in source else set())


TOO_LONG = {"tokens": "x\n" * 1_500_000, "characters": f"data = '{'x' * 5_000_000}'"}


@pytest.mark.parametrize("source", TOO_LONG.values(), ids=TOO_LONG)
def test_a_cell_that_is_too_long_to_be_looked_at_runs_where_it_stands(source: str) -> None:
    found = planned(before="k = 1", long=source, reader="n = len(data)")
    assert (found.order, found.problems) == (["before", "long", "reader"], {})


def test_a_star_import_is_refused_as_marimo_does() -> None:
    found = planned(a="from os import *", b="y = 1")
    assert found.order == ["b"]
    assert "import *" in found.problems["a"]


def test_long_chains_need_no_recursion() -> None:
    count = 10_000
    found = planned(**{f"c{n}": f"x{n} = x{n + 1}" for n in range(count)}, last=f"x{count} = 1")
    assert found.order == ["last", *(f"c{n}" for n in reversed(range(count)))]
    round_ = planned(**{f"c{n}": f"x{n} = x{(n + 1) % count}" for n in range(count)})
    assert round_.order == []
    assert round_.problems["c0"].startswith("c0 does not run: it and c1, c2, c3 and 9996 more need")


def test_many_cycles() -> None:
    found = planned(**{f"c{n}": f"x{n} = x{n ^ 1}" for n in range(10_000)})
    assert found.problems["c9998"] == "c9998 does not run: it and c9999 need each other's names"


def test_a_name_that_all_cells_define() -> None:
    found = planned(**{f"c{n}": "x = x + 1" for n in range(10_000)})
    assert found.problems["c1"].startswith("c1 does not run: x is defined in c0, c2, c3 and 9996 more too")


def test_10_000_cells_are_planned_in_linear_time() -> None:
    begin = time.process_time()
    found = planned(
        **{f"c{n}": f"v{n} = v{n // 2} + len([i for i in range({n})])\nprint(v{n})" for n in range(1, 10_001)}
    )
    assert len(found.order) == 10_000
    assert time.process_time() - begin < 5


TUTORIALS = sorted((Path(marimo.__file__).parent / "_tutorials").glob("[a-z]*.py"))


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_the_order_is_marimos_own(path: Path) -> None:
    found = read(path.read_text(), path.name).cells
    ours = plan(found)
    graph = DirectedGraph()
    for cell in found:
        graph.register_cell(cell.id, compile_cell(cell.source, cell_id=cell.id))
    theirs = topological_sort(graph, [cell.id for cell in found])
    assert ours.order == [id for id in theirs if id not in ours.problems]
    if not ours.problems:
        assert ours.parents == {id: set(graph.parents[id]) for id in theirs}
