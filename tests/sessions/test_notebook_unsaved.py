"""Notebooks that were never saved, as VS Code has them: debugged from what was synchronised."""

from tests.sessions.notebooks import at

NAME = "untitled:Untitled-1.ipynb"
TEXTS = ("import os\nhere = os.getcwd()", "def f(n):\n    return n + 1", "f(1)")
RETURNS = at(TEXTS[1], "return n")


def uri(handle):
    return f"vscode-notebook-cell:Untitled-1.ipynb#W{handle}sdW50aXRsZWQ%3D"


def cells():
    return [{"uri": uri(handle), "kind": "code", "text": text} for handle, text in enumerate(TEXTS)]


async def check(debug, tmp_path):
    stop = await debug.stopped("breakpoint", line=RETURNS, name="f")
    assert [it.path for it in await stop.frames()] == [uri(1), uri(2)]
    assert "Untitled-1.ipynb: Jupyter notebook, 3 cells" in debug.printed("console")
    assert await stop.evaluate("here") == repr(str(tmp_path))
    await stop.continue_()
    await debug.idle()
    # A traceback names the notebook and the cell.
    broken = [*cells(), {"uri": uri(4), "kind": "code", "text": "x = 1\nx / 0"}]
    await debug.ask("notebookSync", path=NAME, cells=broken)
    await debug.break_on_exceptions()
    await debug.run()
    await debug.idle()
    assert f'File "{NAME}", cell 4, line 2' in debug.printed("stderr")


async def test_cells_given_before_launch(debugging, tmp_path):
    async with debugging(launch={"program": NAME, "cwd": str(tmp_path)}) as debug:
        await debug.initialize()
        await debug.ask("notebookSync", path=NAME, cells=cells())
        await debug.launch(breakpoints={uri(1): [RETURNS]})
        await check(debug, tmp_path)
        await debug.disconnect()


async def test_cells_in_the_launch_arguments(debugging, tmp_path):
    launch = {"program": NAME, "cwd": str(tmp_path), "notebookCells": cells()}
    async with debugging(launch=launch) as debug:
        await debug.launch(breakpoints={uri(1): [RETURNS]})
        await check(debug, tmp_path)
        await debug.disconnect()


async def test_a_restart_takes_the_cells_as_they_are_now(debugging, tmp_path):
    launch = {"program": NAME, "cwd": str(tmp_path), "notebookCells": cells()}
    async with debugging(launch=launch) as debug:
        await debug.launch()
        await debug.idle()
        newer = [*cells()[:2], {"uri": uri(2), "kind": "code", "text": "newest = f(41)"}]
        await debug.ask("notebookSync", path=NAME, cells=newer)
        await debug.restart()
        stop = await debug.idle()
        assert (await stop.locals())["newest"] == "42"
        await debug.disconnect()


async def test_one_that_nobody_gave_is_refused_with_what_to_do(debugging, tmp_path):
    async with debugging() as debug:
        await debug.initialize()
        response = await debug.request("launch", program=NAME, cwd=str(tmp_path))
        assert not response.success
        assert "untitled:Untitled-1.ipynb was never saved" in response.message
        assert "notebookSync" in response.message


async def test_a_script_that_was_never_saved(debugging, tmp_path):
    name = "untitled:Untitled-2"
    text = "import os\nx = os.getcwd()\nprint('ran in', x)\n"
    async with debugging(launch={"program": name, "cwd": str(tmp_path)}) as debug:
        await debug.initialize()
        await debug.ask("notebookSync", path=name, text=text)
        await debug.launch(breakpoints={name: [at(text, "print")]})
        stop = await debug.stopped("breakpoint", line=at(text, "print"))
        assert (await stop.frame()).path == name
        await stop.continue_()
        await debug.terminated()
        assert f"ran in {tmp_path}" in debug.printed("stdout")
