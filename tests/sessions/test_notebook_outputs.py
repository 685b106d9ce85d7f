"""What an editor with notebook cells is told of a cell's outputs, so that they land in the cell."""

from tests.sessions.notebooks import at, code, jupyter
from tests.sessions.test_notebook_uris import cell_uri, synced

EVENTS = {"notebookEvents": True}


def told(debug, event):
    return [it["body"] for it in debug.connection.events if it["event"] == event]


def printed(debug):
    """Return (text, cell's id) of all that cells printed."""
    outputs = [it for it in told(debug, "output") if it.get("category") in ("stdout", "stderr")]
    return [(it["output"], it.get("data", {}).get("cellId")) for it in outputs]


def failed(debug):
    return next(it["cell"] for it in told(debug, "notebookCell") if it["cell"].get("state") == "failed")


PRINTS = (
    "def say(text):\n    print(text)",
    "import sys\nsay('one')\nprint('two', file=sys.stderr)\n6 * 7",
    "say('three')\n1 / 0",
)


async def test_what_a_cell_prints_names_the_cell(debugging, write):
    path = write("prints.ipynb", code(*PRINTS, ids=("aa", "bb", "cc")))
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        of = {text.split("\n")[0]: id for text, id in printed(debug)}
        assert (of["one"], of["two"], of["three"]) == ("bb", "bb", "cc")
        assert of["Traceback (most recent call last):"] is None  # the cell's event has it
        await debug.disconnect()


LATE = (
    "import sys, threading\ngo = threading.Event()\n"
    "def late():\n    go.wait()\n    print('late')\n    sys.stdout.write('by the library\\n')\n"
    "threading.Thread(target=late).start()",
    "x = 1",
)


async def test_what_a_thread_prints_after_its_cell_names_the_cell(debugging, write):
    path = write("late.ipynb", code(*LATE, ids=("aa", "bb")))
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(exceptions=[])
        stop = await debug.idle()
        assert "late" not in [text for text, _ in printed(debug)]
        await stop.evaluate("print('asked')", context="repl")
        await stop.evaluate("go.set()", context="repl")
        await debug.event("output", lambda it: "by the library" in it["output"])
        assert {id for text, id in printed(debug) if "late" in text or "library" in text} == {"aa"}
        assert {id for text, id in printed(debug) if "asked" in text} == {None}
        await debug.disconnect()


async def test_who_did_not_ask_is_told_no_cell(debugging, write):
    path = write("prints.ipynb", code(*PRINTS, ids=("aa", "bb", "cc")))
    async with debugging(path) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        assert "three\n" in debug.printed("stdout")
        assert {id for _, id in printed(debug)} == {None}
        await debug.disconnect()


async def test_a_failed_cell_says_where_and_how(debugging, write):
    source = "def f():\n    raise ValueError('\\x1b[31mred\\x1b[0m')"
    path = write("fails.ipynb", code(source, "x = 1\nf()", ids=("aa", "bb")))
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        cell = failed(debug)
        assert cell["errorLine"] == at(path, "raise ValueError")
        lines = cell["traceback"].splitlines()
        assert lines[0] == "Traceback (most recent call last):"
        assert f'File "{path}", line {at(path, "f()", 2)}, in <module>' in cell["traceback"]
        assert f'File "{path}", line {cell["errorLine"]}, in f' in cell["traceback"]
        assert lines[-1] == "ValueError: red"
        assert debug.printed("stderr").count("ValueError: ") == 1
        listed = (await debug.ask("notebookCells"))["cells"]
        assert [it.get("errorLine") for it in listed] == [None, cell["errorLine"]]
        assert not any("traceback" in it for it in listed)
        await debug.disconnect()


async def test_a_client_of_cells_gets_the_line_in_the_cell_that_failed(debugging, write):
    sources = "def f():\n    raise ValueError('no')", "x = 1\ny = 2\nf()"
    path = write("cells.ipynb", jupyter(*[("code", it) for it in sources]))
    async with debugging(path, launch=EVENTS) as debug:
        await debug.initialize()
        await debug.ask("notebookSync", **synced(path, *[(at, "code", it) for at, it in enumerate(sources)]))
        await debug.launch(exceptions=[])
        stop = await debug.idle()
        cell = failed(debug)
        assert (cell["line"], cell["errorLine"], cell["endLine"]) == (1, 3, 3)
        assert "cell 1, line 2, in f" in cell["traceback"]
        assert (await stop.frame()).path == cell_uri(path, 0)
        await debug.disconnect()


async def test_a_cell_that_is_no_python_says_which_line(debugging, write):
    path = write("syntax.py", "# %%\nx = 1\n# %%\ny = 2\nz = = 3\n")
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        cell = failed(debug)
        assert cell["errorLine"] == 5
        assert cell["traceback"].endswith("SyntaxError: invalid syntax\n")
        await debug.disconnect()


async def test_an_endless_traceback_is_told_in_bounds(debugging, write):
    path = write("long.py", "# %%\ndef f():\n    raise ValueError('x' * 300_000)\nf()\n")
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        cell = failed(debug)
        assert len(cell["traceback"].encode()) <= 2**16
        assert cell["errorLine"] == 3
        assert debug.printed("stderr").count("x") > 300_000
        await debug.disconnect()
