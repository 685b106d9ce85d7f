"""What clients call a notebook and its cells: paths, URIs, links. Each is answered in its own words."""

import os

import pytest

from tests.sessions.notebooks import CELLS, FORMATS, at, code, jupyter

STAYS = {"whenDone": "stay"}
GROWS, RETURNS = at(CELLS[2][1], "# grows"), at(CELLS[2][1], "return n")
ADDS = at(CELLS[3][1], "total += scale(n)")


def cell_uri(path, handle, scheme="vscode-notebook-cell"):
    return f"{scheme}:{path}#W{handle}sZmlsZQ=="


def synced(path, *cells):
    """The arguments of `notebookSync`: (handle, kind, text) each."""
    return {
        "path": str(path),
        "cells": [
            {"uri": cell_uri(path, handle), "kind": kind, "text": text} for handle, kind, text in cells
        ],
    }


async def test_cells_that_were_rearranged_are_known_by_what_the_editor_said(debugging, write):
    path = write("moved.ipynb", jupyter(*CELLS))
    markdown, first, function, last = [(kind, text) for kind, text in CELLS]
    async with debugging(path, launch=STAYS) as debug:
        await debug.initialize()
        # The user inserted a cell (handle 4) on top and moved the function's cell (handle 2) up.
        told = await debug.ask(
            "notebookSync",
            **synced(path, (4, "code", "extra = 1"), (2, *function), (0, *markdown), (1, *first), (3, *last)),
        )
        assert [it["kind"] for it in told["cells"]] == ["code", "code", "markdown", "code", "code"]
        assert [it["name"] for it in told["cells"] if it["kind"] == "code"] == [
            f"cell {n}" for n in (1, 2, 3, 4)
        ]
        function_uri, last_uri, extra = cell_uri(path, 2), cell_uri(path, 3), cell_uri(path, 4)
        points = {function_uri: [GROWS], last_uri: [ADDS], extra: [at("extra = 1", "extra")]}
        await debug.launch(breakpoints=points | {cell_uri(path, 0): [at(markdown[1], "# A title")]})
        answers = debug.connection.transcript.lines
        assert any("markdown" in it and '"verified": false' in it for it in answers)
        stop = await debug.stopped("breakpoint", line=at("extra = 1", "extra"), name="cell 1")
        assert (await stop.frame()).path == extra
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=ADDS, name="cell 4")
        assert (await stop.frame()).path == last_uri
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=RETURNS, name="scale")
        assert [it.path for it in await stop.frames()] == [function_uri, last_uri]
        sources = (await debug.ask("loadedSources"))["sources"]
        assert [it["path"] for it in sources] == [cell_uri(path, it) for it in (4, 2, 1, 3)]
        text = await debug.ask("source", source={"path": function_uri}, sourceReference=0)
        assert text["content"] == function[1]
        found = await debug.ask("breakpointLocations", source={"path": last_uri}, line=1, endLine=9)
        assert [(it["line"], it["column"]) for it in found["breakpoints"]] == [(1, 1), (2, 1), (3, 5), (4, 1)]
        await debug.disconnect()


async def test_a_client_that_never_syncs_is_taken_at_its_handles(debugging, write):
    path = write("plain.ipynb", jupyter(*CELLS))
    async with debugging(path, launch=STAYS) as debug:
        await debug.launch(breakpoints={cell_uri(path, 2): [RETURNS]})
        stop = await debug.stopped("breakpoint", line=RETURNS, name="scale")
        assert [(it.path, it.line) for it in await stop.frames()] == [
            (cell_uri(path, 2), RETURNS),
            (cell_uri(path, 3), ADDS),
        ]
        await debug.disconnect()


async def test_a_remote_path_and_a_file_uri_and_a_link_name_one_file(debugging, write, tmp_path):
    path = write("jupyter.ipynb", FORMATS["jupyter.ipynb"])
    link = tmp_path / "folder"
    os.symlink(tmp_path, link)
    line = at(path, "return n * limit")
    for form in (
        f"vscode-remote://ssh-remote%2Bhost{path}",
        f"file://{path}",
        str(link / path.name),
        str(tmp_path / "nowhere" / ".." / path.name),
    ):
        async with debugging(path, launch={"run": "none"}) as debug:
            await debug.launch()
            await debug.idle()
            [answer] = await debug.break_at(form, line)
            assert answer["verified"]
            assert answer["source"]["path"] == form
            await debug.run("all")
            stop = await debug.stopped("breakpoint", line=line)
            assert {it.path for it in await stop.frames()} == {form}
            assert [it["path"] for it in (await debug.ask("loadedSources"))["sources"]][:1] == [form]
            await debug.disconnect()


async def test_a_text_without_a_file_runs(debugging, tmp_path):
    path = tmp_path / "unsaved.py"
    text = FORMATS["marimo.py"]
    async with debugging(path, launch=STAYS) as debug:
        await debug.initialize()
        told = await debug.ask("notebookSync", path=str(path), text=text)
        assert [it["name"] for it in told["cells"]] == ["settings", "cell 2", "cell 3"]
        line = at(text, "total += scale(n)")
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line, name="cell 3")
        assert (await stop.locals())["limit"] == "3"
        assert not path.exists()
        await debug.disconnect()


async def test_an_old_text_is_read_by_the_uri_that_nvim_dap_gives_it(debugging, write):
    path = write("old.ipynb", code("def f():\n    x = 1\n    return x", "f()"))
    async with debugging(path, launch=STAYS) as debug:
        await debug.launch()
        stop = await debug.idle()
        # The function's cell changes, and does not run again: the old function is still called.
        write("old.ipynb", code("def f():\n    y = 2\n    return y", "f()\nf()"))
        await debug.break_on_functions("f")
        await debug.run({"cells": [2]})
        stop = await debug.stopped(name="f")
        source = (await stop.frame()).told["source"]
        assert source["path"].endswith(".py")
        reference = source["sourceReference"]
        assert reference > 0
        text = "def f():\n    x = 1\n    return x"
        assert (await debug.ask("source", sourceReference=reference, source=source))["content"] == text
        uri = f"dap-src://1/{reference}/{source['path']}"
        returns = at(text, "return x")
        [answer] = await debug.break_at(uri, returns)
        assert (answer["verified"], answer["line"], answer["source"]["path"]) == (True, returns, uri)
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=returns, name="f")
        assert await stop.locals() == {"x": "1"}
        await debug.disconnect()


async def test_a_marimo_file_shown_as_cells(debugging, write):
    path = write("flow.py", FORMATS["marimo.py"])
    texts = (
        "limit = 3",
        "def scale(n):\n    # grows\n    return n * limit",
        "total = 0\nfor n in [1, 2]:\n    total += scale(n)",
    )
    async with debugging(path, launch=STAYS) as debug:
        await debug.initialize()
        cells = [(number, "code", text) for number, text in enumerate(texts)]
        told = await debug.ask("notebookSync", **synced(path, *cells))
        assert [it["name"] for it in told["cells"]] == ["settings", "cell 2", "cell 3"]
        await debug.launch(breakpoints={cell_uri(path, 1): [GROWS]})
        stop = await debug.stopped("breakpoint", line=RETURNS, name="scale")
        assert [(it.name, it.path, it.line) for it in await stop.frames()] == [
            ("scale", cell_uri(path, 1), RETURNS),
            ("cell 3", cell_uri(path, 2), ADDS),
        ]
        await debug.break_at(cell_uri(path, 1))
        await stop.continue_()
        stop = await debug.idle()
        await debug.ask("notebookSync", **synced(path, (0, "code", "limit = 5"), *cells[1:]))
        await stop.continue_()
        stop = await debug.idle()
        assert (await stop.locals())["total"] == "15"
        assert "runs 3 of 3: settings (edited)" in debug.printed("console")
        await debug.disconnect()


async def test_a_failure_in_a_cell_is_told_by_the_cell_s_name_where_there_is_no_file(debugging, write):
    path = write("cells.ipynb", code("x = 1", "y = 2\n1 / 0"))
    async with debugging(path, launch=STAYS) as debug:
        await debug.initialize()
        fails = "y = 2\n\n1 / 0"
        await debug.ask("notebookSync", **synced(path, (0, "code", "x = 1"), (7, "code", fails)))
        await debug.launch()
        stop = await debug.stopped("exception", line=at(fails, "1 / 0"), name="cell 2")
        assert (await stop.frame()).path == "vscode-notebook-cell:" + f"{path}#W7sZmlsZQ=="
        assert f'"{path}", cell 2, line 3' in debug.printed("stderr")
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()


@pytest.mark.parametrize(
    "uri",
    [
        "my-notebook:///x/y.ipynb#0",
        "jupyter-cell://server/[a/b#c1",
        "x:1",
        "cell 1",
        "http://[::1#2",
        "zed:a%2Fb#3",
    ],
)
async def test_a_cell_is_known_by_any_name_that_was_given_to_it(debugging, write, uri):
    first, second = "n = 1\nm = 2", "n + m"
    path = write("named.ipynb", code(first, second))
    cells = [{"uri": uri, "text": first}, {"uri": f"{uri}x", "text": second}]
    async with debugging(path, launch=STAYS) as debug:
        await debug.initialize()
        early = await debug.break_at({"path": uri}, at(first, "m = 2"))
        assert not early[0]["verified"]
        await debug.ask("notebookSync", path=str(path), cells=cells)
        changed = await debug.event("breakpoint")
        assert changed["breakpoint"]["verified"] and changed["breakpoint"]["line"] == at(first, "m = 2")
        told = await debug.break_at({"path": f"{uri}x"}, at(second, "n + m"))
        assert told[0]["verified"]
        await debug.launch()
        stop = await debug.stopped("breakpoint", line=at(first, "m = 2"))
        assert (await stop.frame()).path == uri
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(second, "n + m"))
        assert (await stop.frame()).path == f"{uri}x"
        assert (await debug.ask("source", source={"path": uri}, sourceReference=0))["content"] == first


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("notes.md", "jupytext --to ipynb notes.md"),
        ("notes.Rmd", "jupytext --to ipynb notes.Rmd"),
        ("notes.qmd", "quarto convert notes.qmd"),
    ],
)
async def test_a_notebook_in_markdown_is_refused_with_what_to_do(debugging, write, name, way):
    path, cell = write(name, "# Title\n\n```python\nx = 1\n```\n"), "x = 1\nx + 1"
    async with debugging(path) as debug:
        await debug.initialize()
        assert way in (await debug.break_at(path, at(path, "x = 1")))[0]["message"]
        refused = await debug.request("launch", **debug.told)
        assert not refused.success and way in str(refused.message)
        cells = [
            {"uri": "x:1", "kind": "markdown", "text": "# Title"},
            {"uri": "x:2", "text": cell},
        ]
        await debug.ask("notebookSync", path=str(path), cells=cells)
        await debug.launch(breakpoints={"x:2": [at(cell, "x + 1")]})
        stop = await debug.stopped("breakpoint", line=at(cell, "x + 1"), name="cell 1")
        await stop.continue_()
        assert "2" in await debug.output_until("2\n")
