"""Sessions that answer late, never, twice, or end in the midst."""

import asyncio
import os
import time

import msgspec

from dap_kernel.kernels.runtime.announcements import runtime_folder
from dap_kernel.kernels.runtime.session_announcements import announce, sessions, socket_of
from dap_kernel.lsp.session_finder import SessionFinder
from tests.lsp.editor import Editor
from tests.lsp.open_notebooks import book, told_cell
from tests.lsp.sessions import event, response, session, silence

CELLS = "# %% one\nx = 1\n# %% two\ny = x\n"


def cell(number, state="new", **what):
    """What a session tells of a cell of `CELLS`."""
    return msgspec.to_builtins(told_cell(book(CELLS), number, state=state)) | what


async def test_what_comes_after_a_response_is_newer_than_it(write, runtime):
    """All of it arrives at once, so that nobody has looked at the response before the event is there."""
    path = write("cells.py", CELLS)

    async def answer(request, write):
        if request["command"] == "notebookCells":
            was = response(request, cells=[cell(1), cell(2)], kernel="busy")
            write(was, event("notebookCell", cell=cell(2, "done")), event("notebookKernel", state="idle"))
        elif request["command"] == "notebookSync":
            was = response(request, cells=[cell(1), cell(2, "running")])
            write(was, event("notebookCell", cell=cell(2, "failed", error="E: no")))

    async with Editor(dapKernelCells=True) as editor, session(runtime, f"{os.getpid()}-1", str(path), answer):
        uri = editor.open(path, CELLS + "\n")  # unsaved, so that it is given
        await editor.until(lambda: editor.wrong(uri))
        assert editor.wrong(uri) == [(3, "E: no")]
        await editor.until(lambda: editor.states == ["new", "failed"])
        assert editor.told["dap-kernel/cells"][-1].kernel == "idle"


async def test_a_session_that_hangs_does_not_hold_up_another(debugging, write, runtime):
    hung, well = write("hung.py", CELLS), write("well.py", CELLS)
    async with (
        Editor(dapKernelCells=True) as editor,
        session(runtime, f"{os.getpid()}-1", str(hung), silence),
        debugging(well, run="none") as debug,
    ):
        editor.open(hung)
        await debug.launch()
        await debug.idle()
        uri = editor.open(well)
        began = time.monotonic()
        await editor.command("dap-kernel.runCell", uri, 1)
        await debug.idle()
        assert await debug.evaluate("x") == "1"
        assert time.monotonic() - began < 8  # less than a request may take
        await debug.disconnect()


async def test_a_session_that_ends_in_the_midst_of_a_request(write, runtime):
    path = write("cells.py", CELLS)
    wanted, asked = {"evaluate", "notebookRun"}, asyncio.Event()

    async def answer(request, write):
        if request["command"] == "notebookCells":
            write(response(request, cells=[cell(1), cell(2)], kernel="idle"))
        elif request["command"] == "notebookSync":
            write(response(request, cells=[cell(1), cell(2)]))
        else:  # no answer
            wanted.discard(request["command"])
            if not wanted:
                asked.set()

    async with Editor(dapKernelCells=True) as editor:
        uri = editor.open(path)
        async with session(runtime, f"{os.getpid()}-1", str(path), answer):
            await editor.joined()
            hover = asyncio.create_task(editor.hover(uri, 1, 0))
            run = asyncio.create_task(editor.command("dap-kernel.runCell", uri, 1))
            await asyncio.wait_for(asked.wait(), 30)
        assert await hover is None
        await run
        await editor.until(lambda: "dap-kernel.runCell: the debug session has ended" in editor.messages)
        assert len(await editor.lenses(uri)) == 7


async def test_of_two_sessions_of_a_notebook_the_newer_one_counts(debugging, write):
    path = write("cells.py", "# %% one\nimport os\npid = os.getpid()\n")
    async with Editor(dapKernelCells=True) as editor, debugging(path) as older:
        await older.launch()
        await older.idle()
        uri = editor.open(path)
        await editor.joined()

        async def hovers(debug):
            return await editor.hover(uri, 2, 0) == f"pid: int = {await debug.evaluate('pid')} @ 0-3"

        await editor.until(lambda: hovers(older))
        async with debugging(path) as newer:
            await newer.launch()
            await newer.idle()
            await editor.until(lambda: hovers(newer))
            await newer.disconnect()
        await editor.until(lambda: hovers(older))
        await older.disconnect()


async def test_an_unsaved_notebook_is_that_of_its_own_editor(write, runtime):
    """Another editor calls its unsaved notebook the same."""
    name = "untitled:Untitled-1.ipynb"
    told = []

    async def answer(request, write):
        told.append(request["command"])
        if request["command"] == "notebookCells":
            write(response(request, cells=[cell(1)], kernel="idle"))

    async with Editor(dapKernelCells=True) as editor:
        cells = editor.open_notebook(name, "x = 1")
        async with session(runtime, f"{os.getpid()}-1", name, answer):
            file = runtime / "dap_kernel" / f"session-{os.getpid()}-1.json"
            (found,) = sessions(file.parent)
            assert found.parent == os.getppid()  # and not this process, which has started the language server
            await editor.command("dap-kernel.runCell", cells[0])
            await editor.until(lambda: editor.messages)
            assert told == []
            text = file.read_text()
            file.write_text(text.replace(f'"parent":{os.getppid()}', f'"parent":{os.getpid()}'))
            os.utime(file.parent)
            await editor.joined()


async def test_a_session_that_is_announced_in_the_same_tick_of_the_clock_is_found(runtime):
    """File systems tell times coarsely: the folder looks as it did before."""
    made = book(CELLS)
    links = SessionFinder(lambda: [made], lambda book: None)
    folder = runtime_folder()
    await links.find_sessions()
    was = folder.stat().st_mtime_ns
    asked = asyncio.Event()

    async def answer(request, write):
        asked.set()

    async with session(runtime, f"{os.getpid()}-1", made.path, answer):
        os.utime(folder, ns=(was, was))
        await links.find_sessions()
        assert links.view_of(made) is not None
        await asyncio.wait_for(asked.wait(), 30)
        links.notebook_closed(made)


async def test_a_session_that_lets_nobody_in_is_tried_again_once_something_has_changed(runtime):
    """It has eight companions already, say."""
    made, tried, ended = book(CELLS), [], asyncio.Event()
    links = SessionFinder(lambda: [made], lambda book: ended.set())

    async def connected(reader, writer):
        tried.append(writer)
        writer.close()

    folder, id = runtime_folder(), f"{os.getpid()}-1"
    async with await asyncio.start_unix_server(connected, socket_of(folder, id)):
        announce(folder, id, made.path, "percent")
        for time_s in (1, 1, 1, 2):
            os.utime(folder, (time_s, time_s))
            await links.find_sessions()
            if links.view_of(made) is not None:
                await asyncio.wait_for(ended.wait(), 30)
                ended.clear()
        assert len(tried) == 2


async def test_a_runtime_folder_that_cannot_be_used_is_said_once(runtime, tmp_path):
    (runtime / "dap_kernel").write_text("in the way")
    log = tmp_path / "log"
    async with Editor(options=["--log", str(log)]) as editor:
        for _ in range(3):
            uri = editor.open_notebook("untitled:Untitled-1.ipynb", "x = 1")[0]
            await editor.command("dap-kernel.runCell", uri)  # looks for the session
    assert log.read_text().count("no debug session can be found") == 1
