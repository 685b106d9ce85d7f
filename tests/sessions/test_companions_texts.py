"""Whose text a session has: its client's, else the newest of its companions', else the file's."""

import asyncio

from tests.client.companion import Companion
from tests.sessions.notebooks import at, code

CELLS = code("x = 1", "y = x + 1\nz = y", "1 / 0", ids=("c1", "c2", "c3"))


async def test_a_text_of_the_companion_holds_until_it_leaves(debugging, write, runtime):
    path = write("text.py", "# %% one\nx = 1\n")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        companion = await Companion.of(path, runtime.parent)
        await companion.ask("notebookSync", {"path": str(path), "text": "# %% one\nx = 1\n# %% two\ny = 2\n"})
        cells = (await companion.ask("notebookCells"))["cells"]
        assert [it["name"] for it in cells] == ["one", "two"]
        await companion.close()
        other = await Companion.of(path, runtime.parent)
        while len((await other.ask("notebookCells"))["cells"]) > 1:
            await asyncio.sleep(0.005)
        await debug.disconnect()


async def test_of_two_companions_texts_the_newer_one_counts(debugging, write, runtime):
    path = write("nb.py", "# %% one\nx = 1\n")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        one, other = [await Companion.of(path, runtime.parent) for _ in range(2)]
        for value, companion in ((2, one), (3, other), (4, one)):
            await companion.ask("notebookSync", {"path": str(path), "text": f"# %% one\nx = {value}\n"})
            await companion.ask("notebookRun", {"run": "all"})
            await debug.idle()
            assert await debug.evaluate("x") == str(value)
        await other.close()
        assert (await one.ask("notebookCells"))["cells"][0]["state"] == "done"
        await one.close()
        await debug.disconnect()


async def test_the_clients_own_text_is_not_replaced_by_the_companions(debugging, write, runtime):
    path = write("own.py", "# %% one\nx = 1\n")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        companion = await Companion.of(path, runtime.parent)
        await debug.ask("notebookSync", path=str(path), text="# %% mine\nx = 1\n")
        told = await companion.ask("notebookSync", {"path": str(path), "text": "# %% theirs\nx = 1\n"})
        assert [it["name"] for it in told["cells"]] == ["mine"]
        await companion.close()
        assert [it["name"] for it in (await debug.ask("notebookCells"))["cells"]] == ["mine"]
        await debug.disconnect()


async def test_a_client_of_a_companions_cells_is_told_the_file_until_it_names_one(debugging, write, runtime):
    path = write("cells.ipynb", CELLS)
    line = at(path, "y = x + 1")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch(breakpoints={path: [line]})
        await debug.idle()
        companion = await Companion.of(path, runtime.parent)
        cells = [
            {"uri": f"vscode-notebook-cell:{path}#W{it}sZmlsZQ==", "text": text}
            for it, text in enumerate(("x = 1", "y = x + 1\nz = y", "1 / 0"))
        ]
        told = await companion.ask("notebookSync", {"path": str(path), "cells": cells})
        assert told["cells"][1]["line"] == line
        await debug.run({"cells": [1, 2]})
        stop = await debug.stopped("breakpoint", line=line)
        assert (await stop.frame()).path == str(path)
        await debug.break_at({"path": cells[1]["uri"]}, at(cells[1]["text"], "z = y"))
        frame = await stop.frame()
        assert (frame.path, frame.line) == (cells[1]["uri"], at(cells[1]["text"], "y = x"))
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(cells[1]["text"], "z = y"))
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()


async def test_each_change_of_the_text_is_told_whoever_has_made_it(debugging, write, runtime):
    path = write("nb.py", "# %% one\nx = 1\n")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        one, other = [await Companion.of(path, runtime.parent) for _ in range(2)]
        texts = [f"# %% one\nx = {it}\n" for it in range(3)]
        digests = []
        for it in (one, other):
            await it.ask("threads")  # it has joined

        async def changed(companion, text):
            """Wait until the other companion is told; both learn the same digest."""
            event = await companion.event("notebookChanged", lambda it: not it.get("isFree"))
            (cell,) = (await companion.ask("notebookCells"))["cells"]
            assert (event, cell["name"]) == ({}, "one")
            digests.append((text, cell["digest"]))

        await one.ask("notebookSync", {"path": str(path), "text": texts[0]})
        await changed(other, texts[0])
        await debug.ask("notebookSync", path=str(path), text=texts[1])
        await changed(one, texts[1])
        await changed(other, texts[1])
        await debug.ask("notebookSync", path=str(path), text=texts[0])
        await changed(one, texts[0])
        assert len(set(digests)) == len({it for _, it in digests}) == 2
        await debug.disconnect()


async def test_a_companion_is_told_that_it_may_give_its_text_again(debugging, write, runtime):
    path = write("nb.py", "# %% one\nx = 1\n")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        one, other = [await Companion.of(path, runtime.parent) for _ in range(2)]
        await one.ask("threads")
        await debug.ask("notebookSync", path=str(path), text=path.read_text())  # the file's own
        await debug.ask("notebookSync", path=str(path))
        assert await one.event("notebookChanged", lambda it: it.get("isFree"))
        await other.ask("notebookSync", {"path": str(path), "text": "# %% two\n2\n"})
        await one.event("notebookChanged", lambda it: not it.get("isFree"))
        await other.ask("notebookSync", {"path": str(path)})  # saved: the file is its text now
        await one.event("notebookChanged", lambda it: not it.get("isFree"))
        await other.ask("notebookSync", {"path": str(path), "text": "# %% two\n2\n"})
        await other.close()
        assert await one.event("notebookChanged", lambda it: it.get("isFree"))
        assert [it["name"] for it in (await one.ask("notebookCells"))["cells"]] == ["one"]
        await debug.disconnect()
