"""Lenses over cells: run, debug, and what became of each."""

from tests.lsp.editor import Editor

PERCENT = """\
# %% load
x = 1
# %% use
y = x + 1
# %% fail
1 / 0
"""


async def test_cells_are_run_by_their_lenses(debugging, write):
    path = write("cells.py", PERCENT)
    async with debugging(path, run="none") as debug, Editor(dapKernelCells=True) as editor:
        await debug.launch(exceptions=[])
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        assert await editor.lenses(uri) == [
            *((0, it) for it in ("Run", "Debug", "Run below")),
            *((2, it) for it in ("Run", "Debug", "Run above", "Run below")),
            *((4, it) for it in ("Run", "Debug", "Run above")),
        ]
        await editor.press(uri, 2, "Run above")
        await debug.idle()

        async def states() -> list[tuple[int, str]]:
            words = ("ran", "stale", "failed", "running")
            return [it for it in await editor.lenses(uri) if it[1].split(" ")[0].rstrip(":") in words]

        found = await editor.until(states)
        assert [(line, text.partition(" ·")[0]) for line, text in found] == [(0, "ran")]
        await debug.disconnect()
