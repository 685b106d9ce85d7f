"""Commands that start with a colon, typed into the console."""

import pytest

from tests.client.connection import Refused
from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of
from tests.sessions.notebooks import at

NOTEBOOK = """
    # %% load
    rows = [1, 2]
    # %% train
    total = 0
    for n in rows:
        total += n
    if total > limit:
        raise ValueError("too much")
    # %% report
    print("total", total)
    """


async def test_a_session_by_commands(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", "# %% limits\nlimit = 2\n" + write("rest.py", NOTEBOOK).read_text())
    async with debugging(notebook) as debug:
        await debug.launch(run="none", exceptions=[])
        await debug.idle()
        cells = (await debug.evaluate(":cells")).splitlines()
        assert [it.split()[0] for it in cells] == ["1", "2", "3", "4"]
        assert [it.split()[-1] for it in cells] == ["limits", "load", "train", "report"]
        with pytest.raises(Refused, match="no cell has failed"):
            await debug.evaluate(":retry")
        assert await debug.evaluate(":run") == ""
        await debug.idle()
        assert "ValueError: too much" in (await debug.evaluate(":cells")).splitlines()[2]
        assert "total" in await debug.evaluate(":vars")
        assert await debug.evaluate("limit = 10") == ""
        assert await debug.evaluate(":retry") == ""
        await debug.idle()
        await debug.output_until("total 3\n")
        assert [it.split()[1] for it in (await debug.evaluate(":cells")).splitlines()] == ["done"] * 4
        assert (await debug.evaluate(":run")).startswith("nothing to run: every cell has run as it is now")
        assert await debug.evaluate(":run 2 report") == ""
        await debug.output_until("total 3\n")
        await debug.idle()
        with pytest.raises(Refused, match="nowhere"):
            await debug.evaluate(":run nowhere")
        assert "idle" in await debug.evaluate(":where")


async def test_commands_at_a_stop(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", "limit = 10\n" + write("rest.py", NOTEBOOK).read_text())
    async with debugging(notebook) as debug:
        line = line_of(notebook, "total += n")
        await debug.launch(breakpoints={notebook: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        where = await debug.evaluate(":where", frameId=(await stop.frame()).id)
        assert f":{line}" in where
        assert "breakpoint" in where
        assert "rows" in await debug.evaluate(":vars")
        await debug.break_at(notebook)
        assert await debug.evaluate(f":until {line + 1}") == ""
        stop = await debug.stopped(line=line + 1)
        with pytest.raises(Refused, match="usage: :until LINE"):
            await debug.evaluate(":until")
        with pytest.raises(Refused):
            await debug.evaluate(":until 1000")
        with pytest.raises(Refused, match="stopped"):
            await debug.evaluate(":run all")
        assert await debug.evaluate(":quit") == ""
        await debug.idle()
        assert [it.split()[1] for it in (await debug.evaluate(":cells")).splitlines()][:2] != [
            "done",
            "failed",
        ]
        with pytest.raises(Refused, match="no cell runs"):
            await debug.evaluate(":quit")
        with pytest.raises(Refused, match="no cell runs"):
            await debug.evaluate(":interrupt")


async def test_restart_asks_where_only_the_console_has_made_variables(
    debugging: Debugging, write: Write
) -> None:
    notebook = write("cells.py", "# %%\nkept = 1\n")
    async with debugging(notebook, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        assert await debug.evaluate(":restart") == ""
        stop = await debug.idle()
        assert await debug.evaluate(":vars")
        assert await stop.evaluate("1 + 1", context="watch") == "2"
        assert await debug.evaluate(":restart") == ""  # a command, and a watch, make nothing
        await debug.idle()
        await debug.evaluate("z = 41")
        for line in (":vars", "z"):
            assert "41" in await debug.evaluate(line)
        with pytest.raises(Refused, match=r"code from the console has run in this kernel.*say :restart now"):
            await debug.evaluate(":restart")
        assert await debug.evaluate("z") == "41"
        assert await debug.evaluate(":restart now") == ""
        await debug.idle()
        assert await debug.evaluate(":restart") == ""  # nothing has run in the fresh one
        await debug.idle()


async def test_interrupt_and_restart(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", "# %%\nkept = 1\n# %%\nprint('on')\nwhile kept:\n    pass\n")
    async with debugging(notebook) as debug:
        await debug.launch()
        await debug.output_until("on\n")
        assert "cell 2 runs" in await debug.evaluate(":where")
        assert await debug.evaluate(":interrupt") == ""
        stop = await debug.stopped()
        if stop.reason == "exception":
            await stop.continue_()
            await debug.idle()
        assert "kept" in await debug.evaluate(":vars")
        with pytest.raises(Refused, match=r"2 cells have run in this kernel.*say :restart now"):
            await debug.evaluate(":restart")
        with pytest.raises(Refused, match="usage"):
            await debug.evaluate(":restart all")
        assert "kept" in await debug.evaluate(":vars")
        assert await debug.evaluate(":restart now") == ""
        await debug.output_until("on\n")
        assert await debug.evaluate(":quit") == ""
        await debug.idle()


async def test_options_help_and_mistakes(debugging: Debugging, write: Write) -> None:
    program = write(
        "program.py",
        "import json\n\ndef hook(it):\n    return it\n\njson.loads('{}', object_hook=hook)\nprint('on')\n",
    )
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [at(program, "return it")]})
        stop = await debug.stopped("breakpoint", line=at(program, "return it"))
        assert [it for it, _ in await stop.where()] == ["hook", "<module>"]
        assert await debug.evaluate(":set justMyCode false") == "justMyCode is false"
        await debug.event("invalidated")
        assert len(await stop.where()) > 2
        with pytest.raises(Refused, match="usage: :set OPTION VALUE"):
            await debug.evaluate(":set nothing 1")
        with pytest.raises(Refused):
            await debug.evaluate(":set justMyCode perhaps")
        help_ = await debug.evaluate(":help")
        for name in (
            "cells",
            "run",
            "retry",
            "quit",
            "interrupt",
            "restart",
            "vars",
            "where",
            "until",
            "set",
        ):
            assert f":{name}" in help_
        with pytest.raises(Refused, match=r"there is no command :rnu; did you mean :run\?"):
            await debug.evaluate(":rnu all")
        with pytest.raises(Refused, match=r"did you mean :run\?"):
            await debug.evaluate(":RUN")
        with pytest.raises(Refused, match="usage: :run above LINE"):
            await debug.evaluate(":run above")
        with pytest.raises(Refused, match='"justMyCode" must be true or false'):
            await debug.evaluate(":set justMyCode maybe")
        with pytest.raises(Refused, match="a command's name follows the colon"):
            await debug.evaluate(":")
        assert "list the cells" in await debug.evaluate(": help")
        with pytest.raises(Refused, match=r"there is no command :xyzzy; :help"):
            await debug.evaluate(":xyzzy")
        assert await debug.evaluate(" :wher") == await debug.evaluate(":where")
        labels = [it["label"] for it in (await debug.ask("completions", text=":re", column=4))["targets"]]
        assert {":restart", ":retry"} <= set(labels)
        assert ":run" not in labels
        found = (await debug.ask("completions", text=":set just", column=10))["targets"]
        assert [(it["label"], it["start"], it["length"]) for it in found] == [("justMyCode", 6, 4)]
        found = (await debug.ask("completions", text=":set justMyCode ", column=17))["targets"]
        assert [it["label"] for it in found] == ["true", "false"]
        await stop.continue_()
        await debug.terminated()


async def test_what_there_is_is_told(debugging: Debugging, write: Write) -> None:
    notebook = write(
        "cells.py", "# %%\nclass Rich:\n    def _repr_html_(self): return '<b>rich</b>'\nx = Rich()\n"
    )
    async with debugging(notebook, launch={"notebookEvents": True}) as debug:
        await debug.launch(breakpoints={notebook: [at(notebook, "x = Rich()")]})
        await debug.stopped("breakpoint", line=at(notebook, "x = Rich()"))
        assert debug.printed("console").splitlines()[0].endswith("; :help says what can be typed here")
        told = await debug.evaluate(":help")
        assert "display(x) shows a value" in told
        assert all(it in told for it in (":plots", ":table", "also at a stop"))
        assert await debug.evaluate("display(Rich())") == ""
        shown = await debug.event("notebookDisplay")
        assert shown["data"]["text/html"] == "<b>rich</b>"
        assert await debug.evaluate(":plots") == "no figure is open"
        await debug.disconnect()


async def test_a_script_is_told_of_no_display(debugging: Debugging, write: Write) -> None:
    script = write("plain.py", "x = 1\nprint(x)\n")
    async with debugging(script) as debug:
        await debug.launch(breakpoints={script: [at(script, "print(x)")]})
        stop = await debug.stopped("breakpoint", line=at(script, "print(x)"))
        told = await debug.evaluate(":help")
        assert "display(" not in told and ":table" in told
        await stop.continue_()
        await debug.terminated()


async def test_input_takes_lines_but_no_commands(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", "# %%\nfirst = input('name? ')\nsecond = input()\nprint([first, second])\n")
    async with debugging(notebook, launch={"notebookEvents": True}) as debug:
        await debug.launch()
        await debug.output_until("name? ")
        assert ":cells" in await debug.evaluate(":help")
        assert await debug.evaluate("Ann") == ""
        await debug.event("output", lambda it: bool((it.get("data") or {}).get("inputWanted")))
        await debug.event("output", lambda it: bool((it.get("data") or {}).get("inputWanted")))
        assert await debug.evaluate("::help") == ""
        await debug.output_until("['Ann', ':help']\n")
        await debug.idle()
