"""The notebook's variables in a view of their own, and tables by page: at a stop, idle, for companions."""

import pytest

from tests.client.companion import Companion
from tests.client.connection import Refused
from tests.sessions.notebooks import at, code

TOWNS = """\
towns = [{"town": name, "km": km} for name, km in [("Graz", 200), ("Linz", 184), ("Wels", None)]]
count = len(towns)"""
CELLS = code(
    TOWNS, "def longest(rows):\n    far = [it for it in rows if it['km']]\n    return far", "longest(towns)"
)


def cells(body):
    return [" ".join(it) for it in body["cells"]]


async def test_before_anything_has_run_there_is_nothing_to_look_at(debugging, write):
    path = write("book.ipynb", CELLS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        assert await debug.ask("notebookVariables") == {"variables": []}
        with pytest.raises(Refused, match="the kernel has not started yet: run a cell first"):
            await debug.ask("notebookTable", expression="x")
        with pytest.raises(Refused, match='needs an "expression"'):
            await debug.ask("notebookTable")
        await debug.run({"cells": [1]})
        await debug.idle()
        await debug.event("notebookVariablesChanged")
        await debug.disconnect()


async def test_what_a_notebook_has_made_and_a_table_of_it(debugging, write):
    path = write("book.ipynb", CELLS)
    async with debugging(path, launch={"notebookEvents": True}) as debug:
        await debug.launch()
        await debug.idle()
        found = (await debug.ask("notebookVariables"))["variables"]
        assert [(it["name"], it.get("length"), it.get("isTable", False)) for it in found] == [
            ("towns", 3, True),
            ("count", None, False),
        ]
        assert found[0]["value"].startswith("[{'town': 'Graz', 'km': 200}")
        assert (await debug.variables(found[0]["variablesReference"]))[1]["name"] == "1"
        every = await debug.ask("notebookVariables", all=True)
        assert [it["name"] for it in every["variables"]] == ["towns", "count", "longest"]
        shown = await debug.ask("notebookTable", expression="towns", statistics=True)
        assert shown["columns"] == [
            {"name": "town", "type": "str", "kind": "text"}
            | {"missing": 0, "distinct": 3, "min": "Graz", "max": "Wels"},
            {"name": "km", "type": "int", "kind": "number"}
            | {"missing": 1, "distinct": 2, "min": "184", "max": "200"},
        ]
        assert (shown["totalRows"], shown["rows"], shown["missing"]) == (3, 3, [[], [], [1]])
        ordered = {"expression": "towns", "sort": [{"position": 1}], "count": 2}
        assert cells(await debug.ask("notebookTable", **ordered)) == ["Linz 184", "Graz 200"]
        assert cells(await debug.ask("notebookTable", **ordered, start=2)) == ["Wels None"]
        only = {"filters": [{"position": 0, "value": "z"}], "sort": [{"position": 0, "descending": True}]}
        assert cells(await debug.ask("notebookTable", expression="towns", **only)) == ["Linz 184", "Graz 200"]
        await debug.evaluate("towns[0]['km'] = 1")
        await debug.event("notebookVariablesChanged")
        assert cells(await debug.ask("notebookTable", **ordered)) == ["Graz 1", "Linz 184"]
        await debug.disconnect()


async def test_at_a_stop_tables_are_those_of_the_frame(debugging, write):
    path = write("book.ipynb", CELLS)
    line = at(path, "return far")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        frame = await stop.frame()
        shown = await debug.ask("notebookTable", expression="far", frameId=frame.id)
        assert (cells(shown), shown["evaluateName"]) == (["Graz 200", "Linz 184"], "far")
        scope = (await frame.scope("locals"))["variablesReference"]
        child = {"variablesReference": scope, "name": "rows"}
        assert (await debug.ask("notebookTable", **child))["totalRows"] == 3
        with pytest.raises(Refused, match="NameError: name 'far' is not defined"):
            await debug.ask("notebookTable", expression="far")  # at the notebook's level
        names = [it["name"] for it in (await debug.ask("notebookVariables"))["variables"]]
        assert names == ["towns", "count"]
        await debug.evaluate("far.reverse()", frameId=frame.id)
        again = await debug.ask("notebookTable", expression="far", frameId=frame.id)
        assert cells(again) == ["Linz 184", "Graz 200"]
        await stop.continue_()
        await debug.idle()
        with pytest.raises(Refused, match="notStopped"):
            await debug.ask("notebookTable", **child)
        await debug.disconnect()


async def test_where_nothing_stops_a_companion_looks_at_variables_after_each_run(debugging, write, runtime):
    path = write("quiet.ipynb", CELLS)
    async with debugging(path, launch={"run": "none", "noDebug": True}) as debug:
        await debug.launch()
        companion = await Companion.of(path, runtime.parent)
        run = {"run": {"cells": [1]}, "noDebug": True}
        await companion.ask("notebookRun", run)
        await companion.event("notebookKernel", lambda it: it["state"] == "idle")
        await companion.event("notebookVariablesChanged")
        towns, count = (await companion.ask("notebookVariables"))["variables"]
        assert (towns["name"], count["value"]) == ("towns", "3")
        children = await companion.ask("variables", {"variablesReference": towns["variablesReference"]})
        assert children["variables"][0]["name"] == "0"
        shown = await companion.ask("notebookTable", {"expression": "towns", "count": 1})
        assert cells(shown) == ["Graz 200"]
        assert not [it for it in debug.connection.events if it["event"].startswith("notebook")]
        await debug.disconnect()


COUNTS = """\
asked = []
def rows():
    asked.append(1)
    return [{"n": it * len(asked)} for it in range(3)]"""
ROWS = {"expression": "rows()"}


async def test_an_expression_is_evaluated_when_it_is_asked_for_and_then_no_more(debugging, write):
    async with debugging(write("book.ipynb", code(COUNTS, "asked"))) as debug:
        await debug.launch()
        await debug.idle()
        first = await debug.ask("notebookTable", **ROWS)
        page = {"tableReference": first["tableReference"]}
        assert "isPath" not in first
        assert cells(await debug.ask("notebookTable", **page, start=1)) == ["1", "2"]
        down = {"sort": [{"position": 0, "descending": True}]}
        assert cells(await debug.ask("notebookTable", **page, **down)) == ["2", "1", "0"]
        assert await debug.evaluate("len(asked)") == "1"  # in the console: the value stays
        assert cells(await debug.ask("notebookTable", **page)) == ["0", "1", "2"]
        with pytest.raises(Refused, match="there is no column 7"):
            await debug.ask("notebookTable", **page, sort=[{"position": 7}])
        again = await debug.ask("notebookTable", **ROWS, **page)
        assert cells(again) == ["0", "2", "4"]
        with pytest.raises(Refused, match="notStopped"):
            await debug.ask("notebookTable", **page)
        page = {"tableReference": again["tableReference"]}
        await debug.run({"cells": [2]})
        await debug.idle()
        with pytest.raises(Refused, match="notStopped"):
            await debug.ask("notebookTable", **page)
        with pytest.raises(Refused, match="rows\\(\\) is evaluated again only when you ask for it"):
            await debug.ask("notebookTable", **ROWS, **page, lookUp=True)
        assert await debug.evaluate("len(asked)") == "2"
        await debug.disconnect()


async def test_names_attributes_and_items_are_looked_up_anew(debugging, write):
    async with debugging(write("book.ipynb", code(TOWNS, "towns = {'all': [towns[:1]]}"))) as debug:
        await debug.launch()
        await debug.idle()
        asked = {"expression": "towns['all'][-1]", "lookUp": True}
        shown = await debug.ask("notebookTable", **asked)
        assert (shown["totalRows"], shown["isPath"]) == (1, True)
        page = {"tableReference": shown["tableReference"]}
        assert (await debug.ask("notebookTable", **page))["evaluateName"] == "towns['all'][-1]"
        await debug.evaluate("towns['all'].append([1, 2])")
        with pytest.raises(Refused, match="notStopped"):
            await debug.ask("notebookTable", **page)
        assert (await debug.ask("notebookTable", **asked))["totalRows"] == 2
        await debug.disconnect()


async def test_the_console_goes_on_in_what_it_has_evaluated(debugging, write):
    many = COUNTS.replace("range(3)", "range(50)")
    async with debugging(write("book.ipynb", code(many, "asked"))) as debug:
        await debug.launch()
        await debug.idle()
        assert "rows 0 to 19 of 50" in await debug.evaluate(":table rows()")
        assert (await debug.evaluate(":table")).splitlines()[1] == "20  20"
        assert (await debug.evaluate(":table rows() 3")).splitlines()[1] == "3    3"
        assert await debug.evaluate("len(asked)") == "1"
        assert (await debug.evaluate(":table rows()")).splitlines()[2] == "1    2"
        await debug.run({"cells": [2]})
        await debug.idle()
        with pytest.raises(
            Refused, match="the kernel has run on: to evaluate rows\\(\\) once more, type :table"
        ):
            await debug.evaluate(":table")
        assert await debug.evaluate("len(asked)") == "2"
        await debug.disconnect()


WAITS = """\
import time
class Slow:
    def __repr__(self):
        time.sleep(60)
class Loops:
    def __repr__(self):
        while True: pass
    def __getattr__(self, name):
        while True: pass
slow = [{"it": Slow(), "n": 2}, {"it": 1, "n": 1}]
loops = {"it": [Loops()], "n": [5]}
def forever():
    print("begins")
    while True: pass"""


async def test_reprs_that_hang_cost_their_own_cell_alone(debugging, write):
    path = write("slow.ipynb", code(WAITS))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        shown = await debug.ask("notebookTable", expression="slow", sort=[{"position": 1}])
        assert shown["isCut"]
        assert (shown["cells"][0], shown["cells"][1][1]) == (["1", "1"], "2")
        assert "not shown" in shown["cells"][1][0]
        assert (await debug.ask("notebookTable", expression="loops"))["cells"][0][1] == "5"
        found = (await debug.ask("notebookVariables"))["variables"]
        assert [(it["name"], it.get("length"), it.get("isTable")) for it in found] == [
            ("slow", 2, True),
            ("loops", 2, True),
        ]
        assert await debug.evaluate("1 + 1") == "2"
        await debug.disconnect()


LONG_NAMES = """\
for number in range(900):
    globals()["n" * 100_000 + str(number)] = 1
row = [{f"c{it}": "\u8bed" * 40_000 for it in range(500)}]"""


async def test_an_answer_that_is_too_large_is_refused_and_the_kernel_lives(debugging, write):
    path = write("long.ipynb", code(LONG_NAMES))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        # A busy machine needs longer than there is, to see how large it is.
        with pytest.raises(Refused, match=r"too large to be sent: ask for a part of it|no answer"):
            await debug.ask("notebookVariables")
        shown = await debug.ask("notebookTable", expression="row", raw=True, columnCount=500)
        assert len(shown["cells"][0]) == 500
        assert await debug.evaluate("len(row)") == "1"
        await debug.disconnect()


STUBBORN = """\
import time
class Stubborn:
    def __repr__(self):
        try:
            time.sleep(60)
        except BaseException:
            time.sleep(1)
        return "stubborn"
stubborn = Stubborn()
def later():
    time.sleep(1)
    return [{'n': 1}]"""


async def test_a_table_that_waits_for_slow_variables_has_its_own_time(debugging, write):
    path = write("slow.ipynb", code(STUBBORN))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        before = debug.connection.send("notebookVariables", {})
        table = debug.connection.send("notebookTable", {"expression": "later()"})
        assert (await before).success
        assert (await table).success
        await debug.disconnect()


async def test_an_expression_that_never_ends_is_cancelled(debugging, write):
    path = write("slow.ipynb", code(WAITS))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        endless = debug.connection.send("notebookTable", {"expression": "forever()"})
        seq = max(debug.connection.rules.pending)
        await debug.output_until("begins")
        await debug.ask("cancel", requestId=seq)
        assert not (await endless).success
        assert await debug.evaluate("1 + 1") == "2"
        await debug.disconnect()


async def test_while_a_cell_runs_nobody_looks_at_it(debugging, write):
    path = write("busy.ipynb", code("n = 1", "import time\nprint('on')\nwhile n: time.sleep(0.01)"))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("on\n")
        for command, asked in (("notebookVariables", {}), ("notebookTable", {"expression": "n"})):
            with pytest.raises(Refused, match="a cell is running: pause it, or wait until it is idle"):
                await debug.ask(command, **asked)
        await debug.ask("notebookInterrupt")
        await debug.stopped()
        await debug.disconnect()


LONG = """\
numbers = [{'n': it, 'square': it * it} for it in range(1_000_000)]
wide = [{f'c{it}': 'x' * 20 for it in range(40)}]"""


async def test_the_console_shows_a_table_page_by_page(debugging, write):
    path = write("book.ipynb", code(LONG, "def look(part):\n    return len(part)", "look(numbers[:3])"))
    line = at(path, "return len(part)")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        frame = (await stop.frame()).id
        shown = await debug.evaluate(":table part", frameId=frame)
        assert shown.splitlines()[1:] == [
            *("0  0       0", "1  1       1", "2  2       4"),
            "rows 0 to 2 of 3, 2 columns (list)",
        ]
        with pytest.raises(Refused, match="NameError: name 'part' is not defined"):
            await debug.evaluate(":table part", frameId=(await stop.frame(1)).id)
        await stop.continue_()
        await debug.idle()
        with pytest.raises(Refused, match="NameError"):
            await debug.evaluate(":table part")
        shown = await debug.evaluate(":table numbers")
        assert shown.splitlines()[-2:] == [
            "rows 0 to 19 of 1,000,000, 2 columns (list)",
            ":table shows the next rows",
        ]
        assert (await debug.evaluate(":table")).splitlines()[1] == "20  20     400"
        assert (await debug.evaluate(":table")).splitlines()[1] == "40  40    1600"
        last = await debug.evaluate(":table numbers 999_990".replace("_", ""))
        assert last.splitlines()[-1].startswith("rows 999,990 to 999,999 of")
        assert "no row from 1,000,000 on" in await debug.evaluate(":table")
        assert "a  b" in await debug.evaluate(':table [{"a  b": 1}]')
        with pytest.raises(Refused, match="TypeError"):  # not row 1 of `numbers -`
            await debug.evaluate(":table numbers - 1")
        shown = await debug.evaluate(":table wide[0:1]")
        assert max(map(len, shown.splitlines()[:2])) <= 100
        assert "more columns: c4, c5" in shown
        assert await debug.evaluate(":table [it['n'] for it in numbers] 5")
        with pytest.raises(Refused, match="a int is no table"):
            await debug.evaluate(":table 5")
        await debug.disconnect()


async def test_the_console_says_how_a_table_is_asked_for(debugging, write):
    path = write("book.ipynb", code("n = 1"))
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        with pytest.raises(Refused, match="usage: :table NAME"):
            await debug.evaluate(":table")
        with pytest.raises(Refused, match="the kernel has not started yet: run a cell first"):
            await debug.evaluate(":table n")
        await debug.disconnect()
