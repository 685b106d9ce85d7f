"""What the editor is told without asking: no more than is new."""

import os

import msgspec

from tests.lsp.editor import Editor
from tests.lsp.open_notebooks import book, told_cell
from tests.lsp.sessions import event, response, session
from tests.sessions.notebooks import code

CELLS = "# %% one\nx = 1\n# %% two\ny = x\n"


def cell(number, state="new"):
    """What a session tells of a cell of `CELLS`."""
    return msgspec.to_builtins(told_cell(book(CELLS), number, state=state))


async def test_lenses_are_refreshed_once_at_a_time(write, runtime):
    path = write("cells.py", CELLS)
    writes = []

    async def answer(request, write):
        writes.append(write)
        write(response(request, cells=[cell(1), cell(2)], kernel="idle"))

    async with Editor(dapKernelCells=True) as editor, session(runtime, f"{os.getpid()}-1", str(path), answer):
        editor.answers.clear()
        editor.open(path)
        await editor.joined()
        for state in ("queued", "running", "done"):
            writes[0](event("notebookCell", cell=cell(1, state)))
            await editor.until(lambda it=state: editor.states[:1] == [it])
        assert editor.refreshed == 1
        editor.answers.set()
        await editor.until(lambda: editor.refreshed == 2)


async def test_what_is_typed_asks_for_no_refresh(write):
    """An editor asks for lenses by itself after each edit."""
    path = write("cells.py", CELLS)
    async with Editor() as editor:
        uri = editor.open(path)
        for number in range(3):
            editor.change(uri, f"# %% {number}\nx = (\n")
            await editor.until(lambda it=number: [m for _, m in editor.wrong(uri) if m.startswith(f"{it} ")])
        assert editor.refreshed == 0


async def test_what_is_typed_in_a_cell_tells_diagnostics_of_that_cell_alone(write):
    path = write("cells.ipynb", code("x = 1", "y = 2", "z = 3"))
    async with Editor() as editor:
        cells = editor.open_notebook(path, "x = 1", "y = (", "z = 3")
        await editor.until(lambda: len(editor.published) == 3)
        editor.change_cell(path, cells[2], "z = )")
        await editor.until(lambda: editor.wrong(cells[2]))
        editor.change_cell(path, cells[2], "z = 4")
        await editor.until(lambda: not editor.wrong(cells[2]))
        assert editor.published[3:] == [cells[2]] * 2
