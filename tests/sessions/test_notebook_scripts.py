"""An `.ipynb` that is one script in the client: by its buffer, or by reference."""

import pytest

from tests.sessions.notebooks import CELLS, at, code, jupyter
from tests.sessions.test_notebook_jupytext import jupytext

STAYS = {"whenDone": "stay"}
MAGIC = ("code", "# %no magic, in a comment\n%precision 3\nhome = !echo hello\nx = 1")


async def test_a_buffer_that_is_a_script_is_synchronised(debugging, write):
    path = write("shown.ipynb", jupyter(*CELLS, MAGIC, ("code", "%%bash\necho out")))
    text = jupytext(path, "percent")
    async with debugging(path, launch=STAYS) as debug:
        await debug.initialize()
        told = await debug.ask("notebookSync", path=str(path), text=text, format="percent")
        assert [it["kind"] for it in told["cells"]] == ["markdown", *["code"] * 4, "foreign"]
        await debug.launch(breakpoints={path: [at(text, "limit = 3"), at(text, "x = 1")]})
        stop = await debug.stopped("breakpoint", line=at(text, "limit = 3"), name="cell 1")
        assert (await stop.frame()).path == str(path)
        assert "shown.ipynb: Jupyter notebook, 5 cells" in debug.printed("console")

        # An edit in the buffer, not saved: the cell is stale, and its breakpoint has moved.
        text = text.replace("limit = 3", "# more\n\nlimit = 3")
        told = await debug.ask("notebookSync", path=str(path), text=text)
        assert (await debug.event("invalidated"))["areas"]
        assert (await stop.frame()).line == at(text, "limit = 3")
        await debug.disconnect()


async def test_magics_that_jupytext_commented_out_run(debugging, write, python):
    if not python.can_import("IPython"):
        pytest.skip("the kernel's Python has no IPython")
    path = write("magic.ipynb", jupyter(MAGIC))
    text = jupytext(path, "percent")
    assert "# # %no magic" in text
    assert "# %precision" in text
    async with debugging(path, launch=STAYS) as debug:
        await debug.initialize()
        await debug.ask("notebookSync", path=str(path), text=text, format="percent")
        await debug.launch()
        stop = await debug.idle()
        assert (await stop.locals())["x"] == "1"
        assert "hello" in await stop.evaluate("home")
        # Back to the disk: nothing is stale, for it is the same notebook.
        told = await debug.ask("notebookSync", path=str(path))
        assert [it["state"] for it in told["cells"]] == ["done"]
        await debug.disconnect()


async def test_a_json_line_without_code_says_what_to_set(debugging, write):
    path = write("raw.ipynb", jupyter(*CELLS))
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        lines = [at(path, '"cell_type": "code"'), at(path, '"source": ['), at(path, "limit = 3"), 1000]
        answers = await debug.break_at(path, *lines)
        assert [it["verified"] for it in answers] == [False, False, True, False]
        assert answers[0]["message"].startswith(f"line {lines[0]} of the JSON is no line of code. ")
        assert '"ipynbLines" to "percent"' in answers[0]["message"]
        assert [it["line"] for it in answers] == lines
        await debug.disconnect()


async def test_the_notebook_as_one_script_by_reference(debugging, write):
    path = write("whole.ipynb", jupyter(*CELLS))
    async with debugging(path, order="nvim", launch=STAYS) as debug:
        await debug.launch(breakpoints={path: [at(path, "limit = 3")]})
        stop = await debug.stopped("breakpoint", line=at(path, "limit = 3"))
        source = (await debug.ask("notebookCells"))["text"]
        assert source["path"].endswith(".py")
        assert source in (await debug.ask("loadedSources"))["sources"]
        body = await debug.ask("source", source=source, sourceReference=source["sourceReference"])
        text = body["content"]
        assert [it for it in text.splitlines() if it.startswith("# %%")] == ["# %% [markdown]", *["# %%"] * 3]

        # Neovim names such a buffer so, and its lines are the script's.
        uri = f"dap-src://1/{source['sourceReference']}/{source['path']}"
        assert (await debug.ask("source", source={"path": uri}, sourceReference=0))["content"] == text
        line = at(text, "return n * limit")
        answers = await debug.break_at({"path": uri, "name": "whole"}, line, at(text, "# A title"))
        assert [it["verified"] for it in answers] == [True, False]
        assert [it["source"]["path"] for it in answers] == [uri, uri]
        targets = await debug.ask("gotoTargets", source={"path": uri}, line=line)
        assert [it["line"] for it in targets["targets"]] == [line]
        found = await debug.ask("breakpointLocations", source={"path": uri}, line=line)
        assert found["breakpoints"] == [{"line": line, "column": 5}]

        # What is looked at in the script is shown in the script.
        frame = await stop.frame()
        assert (frame.told["source"]["sourceReference"], frame.line) == (
            source["sourceReference"],
            at(text, "limit = 3"),
        )
        await debug.break_at(path.with_name("other.py"), 1)  # that is another matter
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=line, name="scale")
        assert stop.hit_breakpoint_ids == [answers[0]["id"]]

        # An edit: the client is told to read it again, and the breakpoint has moved.
        path.write_text(jupyter(CELLS[0], ("code", "new = 1"), *CELLS[1:]), "utf-8")
        frame = await stop.frame()
        changed = await debug.event("loadedSource")
        assert (changed["reason"], changed["source"]) == ("changed", source)
        body = await debug.ask("source", source={"path": uri}, sourceReference=0)
        assert frame.line == at(body["content"], "return n * limit") == line + 3
        moved = await debug.event("breakpoint", lambda it: it["breakpoint"]["source"]["path"] == uri)
        assert moved["breakpoint"]["line"] == line + 3

        # The file is named again: what is looked at is shown there.
        await debug.break_at(path)
        frame = await stop.frame()
        assert (frame.path, frame.line) == (str(path), at(path, "return n * limit"))
        await debug.disconnect()


async def test_cells_are_told_and_run_by_the_lines_of_the_script(debugging, write):
    path = write("lines.ipynb", code("a = 1", "b = 2", "c = 3"))
    async with debugging(path, launch=STAYS | {"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        told = await debug.ask("notebookCells")
        source = told["text"]
        uri = f"dap-src://1/{source['sourceReference']}/{source['path']}"
        text = (await debug.ask("source", source={"path": uri}, sourceReference=0))["content"]
        lines = [at(text, it) for it in ("a = 1", "b = 2", "c = 3")]
        cells = (await debug.ask("notebookCells", path=uri))["cells"]
        assert [it["line"] for it in cells] == lines
        of_file = (await debug.ask("notebookCells", path=str(path)))["cells"]
        assert [it["line"] for it in of_file] == [at(path, it) for it in ("a = 1", "b = 2", "c = 3")]
        for run, wanted in (("at", [1]), ("above", [0]), ("below", [1, 2])):
            ran = await debug.ask("notebookRun", path=uri, run={run: lines[1]})
            assert ran["cells"] == [cells[it]["id"] for it in wanted]
            await debug.idle()
        await debug.disconnect()


async def test_the_one_text_of_a_file_is_the_file(debugging, write):
    path = write("cells.py", "# %%\nx = 1\n")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        assert (await debug.ask("notebookCells"))["text"] == {"name": "cells.py", "path": str(path)}
        await debug.disconnect()


async def test_a_source_that_is_not_there_is_refused(debugging, write):
    path = write("one.ipynb", code("x = 1"))
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        for source in ({"sourceReference": 99}, {"path": "dap-src://1/99/x.py"}):
            response = await debug.request("source", source=source, sourceReference=0)
            assert response.message == "there is no source with reference 99"
        await debug.disconnect()
