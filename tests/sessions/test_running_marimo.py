"""marimo notebooks: dataflow order, what may not be, and marimo's own functions, as in script mode."""

import pytest


def notebook(*cells, head="import marimo\n\napp = marimo.App()\n"):
    """The text of a notebook; each cell is (name, body)."""
    text = head
    for name, body in cells:
        lines = "".join(f"    {it}\n" for it in body.splitlines())
        text += f"\n\n@app.cell\ndef {name}():\n{lines}    return\n"
    return text + '\n\nif __name__ == "__main__":\n    app.run()\n'


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape"])
async def test_cells_run_by_dataflow_and_a_run_brings_its_relatives(debugging, write, order):
    path = write(
        "nb.py",
        notebook(
            ("show", "print('total', total)"),
            ("add", "total = sum(rows)"),
            ("load", "rows = [1, 2]"),
            ("alone", "print('alone')"),
        ),
    )
    async with debugging(path, order=order) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert debug.printed("stdout") == "total 3\nalone\n"
        assert await stop.locals() == {"total": "3", "rows": "[1, 2]"}
        path.write_text(path.read_text().replace("[1, 2]", "[1, 2, 3]"))
        await stop.continue_()
        await debug.output_until("runs 3 of 4: load (edited), add (depends on load), show (depends on add)")
        await debug.output_until("total 6")
        await debug.idle()
    async with debugging(path, launch={"run": {"cells": ["add"]}}, order=order) as debug:
        await debug.launch()
        await debug.idle()
        first = debug.printed("console").splitlines()[0]
        assert "; runs 3 of 4: load (needed by add), add (new), show (depends on add)" in first
        assert debug.printed("stdout") == "total 6\n"


async def test_private_names_of_cells_without_a_name_are_as_they_are_written(debugging, write):
    path = write(
        "nb.py",
        notebook(
            ("_", "_x = 1\n__ = 2\ndef _f(n):\n    m = n + _x\n    return m\ny = _f(3)"),
            ("_", "_x = 10\nz = _x + y"),
            ("twice", "_x = 100"),
            ("twice", "_x = 200\n_name_that_is_like_no_other"),
        ),
    )
    text = path.read_text().splitlines()
    inside, after = (text.index(it) + 1 for it in ("        return m", "    z = _x + y"))
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [inside, after]})
        stop = await debug.stopped("breakpoint", line=inside)
        assert [(await stop.frame(at)).name for at in (0, 1)] == ["_f", "cell 1"]
        assert await stop.evaluate("_x, __, _f.__module__") == "(1, 2, '__main__')"
        assert await stop.set_expression("_x", "5") == "5"
        assert await stop.evaluate("_x = 6", "repl") == ""
        cell = await stop.frame(1)
        assert (await cell.locals())["_x"] == "5"
        assert await cell.evaluate("_x = 7", "repl") == ""
        assert await cell.evaluate("_x") == "7"
        assert "_x" in await stop.completions("_")
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=after)
        names = await stop.locals()
        assert (names["_x"], names["_x (cell-1)"], names["__ (cell-1)"]) == ("10", "7", "2")
        await stop.continue_()
        stop = await debug.stopped("exception")
        assert "_cell_" not in str(await debug.ask("exceptionInfo", threadId=stop.thread))
        await stop.continue_()
        stop = await debug.idle()
        assert "name '_name_that_is_like_no_other' is not defined\n" in debug.printed("stderr")
        assert "_cell_" not in debug.printed("stderr")
        names = await stop.locals()
        assert {it for it in names if it.startswith("_x")} == {
            "_x (cell-1)",
            "_x (cell-2)",
            "_x (twice)",
            "_x (twice-2)",
        }


DISABLED = """import marimo

app = marimo.App()


@app.cell
def load():
    rows = [1]
    print("load")
    return (rows,)


@app.cell(hide_code=True, disabled=True)
def off(rows):
    total = sum(rows)
    print("off")
    return (total,)


@app.cell(
    # with a note
    disabled=True,
)
def also():
    print("also")
    return


@app.cell(disabled=False)
def on(rows):
    print("on")
    return


@app.cell
def _(total):
    print("needs", total)
    return


if __name__ == "__main__":
    app.run()
"""


async def test_disabled_cells_and_those_that_need_them_do_not_run(debugging, write):
    path = write("nb.py", DISABLED)
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert debug.printed("stdout") == "load\non\n"
        said = debug.printed("stderr").splitlines()
        assert "off does not run: it is disabled" in said
        assert "also does not run: it is disabled" in said
        assert "cell 5 does not run: it needs off, which cannot run" in said
        path.write_text(DISABLED.replace("hide_code=True, disabled=True", "hide_code=True"))
        await stop.continue_()
        await debug.output_until("needs 1")
        await debug.idle()


LAST = {
    "mo.ui.slider(1, 9, value=4, label='n')": "mo.ui.slider(value=4)",
    "mo.ui.dropdown(['a', 'b'], value='b')": "mo.ui.dropdown(value='b')",
    "mo.ui.array([mo.ui.text('q')])": "mo.ui.array(value=['q'])",
    "mo.vstack([mo.md('Hello **you**'), mo.ui.slider(1, 2), 'plain'])": "Hello you [slider] plain",
    "mo.ui.tabs({'one': mo.md('x'), 'two': 3})": "mo.ui.tabs(value='one')",
    "mo.Html('<b>bold</b> &lt;x')": "bold <x",
    "mo.hstack(['a', 'b' * 900])": "a " + "b" * 197 + "…",
    "mo.accordion({'key': mo.md('inside')})": "[accordion key] inside",
    "mo.md('hi **x**')": "hi **x**",
}


async def test_marimos_objects_are_one_line(debugging, write, python):
    if not python.can_import("marimo"):
        pytest.skip("marimo is not installed for this Python")
    cells = [("mo", "import marimo as mo"), *(("_", it) for it in LAST)]
    path = write("nb.py", notebook(*cells))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        shown = debug.printed("stdout").splitlines()
        assert shown == list(LAST.values())


async def test_marimos_caches_find_the_notebooks_file(debugging, write, python):
    if not python.can_import("marimo"):
        pytest.skip("marimo is not installed for this Python")
    block = "with mo.{}('kept') as _kept:\n    {} = 5\nprint({})"
    path = write(
        "nb.py",
        notebook(
            ("mo", "import marimo as mo"),
            ("_", block.format("cache", "one", "one")),
            ("_", block.format("persistent_cache", "two", "two")),
            ("_", "@mo.cache\ndef three(n):\n    return n + 1\nprint(three(5), three(5))"),
        ),
    )
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        assert debug.printed("stdout") == "5\n5\n6 6\n"


async def test_a_cell_that_does_not_parse_is_said_and_listed(debugging, write):
    text = notebook(("load", "x = 1"), ("broken", "y = 2"), ("_", "z = 3"), ("show", "print('x', x)"))
    text = text.replace("def broken():", "def broken(x=:").replace("def _():", "def _(:")
    path = write("nb.py", text)
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        assert "broken does not parse: its signature never ends\n" in debug.printed("stderr")
        listed = (await debug.evaluate(":cells")).splitlines()
        assert [it.strip() for it in listed[1:3]] == [
            "not run yet broken: broken does not parse: its signature never ends",
            "not run yet cell at position 3: cell at position 3 does not parse: its signature never ends",
        ]
        assert [it.split()[1] for it in (listed[0], listed[3])] == ["done", "done"]


async def test_cycles_and_double_definitions_are_said_and_the_rest_runs(debugging, write):
    path = write(
        "nb.py",
        notebook(
            ("one", "a = b"),
            ("two", "b = a"),
            ("three", "x = 1"),
            ("four", "x = 2"),
            ("five", "y = 5\nprint('five')"),
            ("six", "print('six', x)"),
        ),
    )
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert debug.printed("stdout") == "five\n"
        assert await stop.evaluate("y") == "5"
        said = debug.printed("stderr")
        assert "one does not run: it and two need each other's names" in said
        assert "four does not run: x is defined in three too" in said
        assert "six does not run: it needs" in said
        listed = (await debug.evaluate(":cells")).splitlines()
        assert listed[0].endswith("one: one does not run: it and two need each other's names")


async def test_an_exception_skips_only_what_depends_on_it(debugging, write):
    path = write(
        "nb.py",
        notebook(
            ("bad", "x = 1 / 0"),
            ("child", "y = x\nprint('child')"),
            ("grandchild", "print('grandchild', y)"),
            ("other", "print('other')"),
        ),
    )
    async with debugging(path) as debug:
        await debug.launch(exceptions=[])
        stop = await debug.idle()
        assert "bad failed: ZeroDivisionError" in stop.text
        assert debug.printed("stdout") == "other\n"
        path.write_text(path.read_text().replace("1 / 0", "7"))
        await stop.continue_()
        await debug.output_until("grandchild 7")
        await debug.idle()
        assert debug.printed("stdout") == "other\nchild\ngrandchild 7\n"


async def test_private_names_are_plain_and_kept_apart(debugging, write):
    path = write(
        "nb.py",
        notebook(
            ("one", "_x = 1\na = _x"),
            ("two", "_x = 2\nb = a + _x\nprint('stop')"),
        ),
    )
    async with debugging(path, order="dape") as debug:
        line = next(n for n, it in enumerate(path.read_text().splitlines(), 1) if "print" in it)
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        assert await stop.evaluate("_x, a, b") == "(2, 1, 3)"
        assert (await stop.locals())["_x"] == "2"
        await stop.continue_()
        await debug.idle()


async def test_stop_cli_args_ui_and_the_last_value(debugging, write, python):
    if not python.can_import("marimo"):
        pytest.skip("marimo is not installed for this Python")
    path = write(
        "nb.py",
        notebook(
            ("imports", "import marimo as mo"),
            ("args", "rate = mo.cli_args().get('rate')\nprint('rate', rate)"),
            ("slide", "slider = mo.ui.slider(3, 9)\nslider"),
            ("value", "print('value', slider.value)"),
            ("halt", "mo.stop(True, 'enough')\nhalted = 1"),
            ("after", "print('after', halted)"),
            ("last", "1 + 1"),
        ),
    )
    async with debugging(path, launch={"args": ["--rate", "5"]}) as debug:
        await debug.launch()
        stop = await debug.idle()
        shown = debug.printed("stdout")
        assert "rate 5\n" in shown and "value 3\n" in shown and "\n2\n" in shown
        assert "enough" in shown and "after" not in shown
        assert debug.printed().count("each keeps the value that it begins with") == 1
        listed = {it.split()[2]: it.split()[1] for it in (await debug.evaluate(":cells")).splitlines()}
        assert listed["halt"] == "stopped" and listed["last"] == "done"
        assert "Traceback" not in debug.printed("stderr")
        assert (stop.reason, stop.text) == ("idle", "Idle: halt was ended by mo.stop()")


ROWS = "".join(f"({it}, 'name {it}', {2 * it}),\n" for it in range(22_000))
LONG = {
    "rows": (f"data = [\n{ROWS}]", "list"),
    "a text over lines": ('data = """\n' + "It goes on, and on: a line of prose.\n" * 20_000 + '"""', "str"),
    "more than is looked at": ("data = {}\nx = [" + "1," * 600_000 + "]", "dict"),
}


@pytest.mark.parametrize("body, kind", LONG.values(), ids=LONG)
async def test_a_cell_of_much_data_runs_and_so_does_what_reads_it(debugging, write, body, kind):
    path = write("nb.py", "")
    path.write_text(notebook(("load", body), ("count", "print(type(data).__name__, len(data) > 0)")))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        assert debug.printed("stdout") == f"{kind} {kind != 'dict'}\n"
        assert not debug.printed("stderr")
        assert [it.get("problem") for it in (await debug.ask("notebookCells"))["cells"]] == [None, None]


async def test_a_hint_at_a_private_name_is_as_it_is_written(debugging, write):
    """Python makes hints of the names that it knows, and from 3.15 on spells those that are not ASCII."""
    path = write("nb.py", notebook(("_", "_total = 1\n_totals")))
    async with debugging(path) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        [said] = [it for it in debug.printed("stderr").splitlines() if it.startswith("NameError")]
        assert said.startswith("NameError: name '_totals' is not defined")
        assert said.endswith(("not defined", ". Did you mean: '_total'?"))
