"""Completion of what only the live kernel knows."""

import pytest

from dap_kernel.lsp.completion import completions, known_names
from dap_kernel.lsp.open_notebooks import DocumentLine
from dap_kernel.protocol.variables import CompletionItem
from tests.lsp.editor import Editor
from tests.lsp.open_notebooks import book


def item(label, length=0, **what):
    return CompletionItem(label, length=length, **what)


@pytest.mark.parametrize(
    ("line", "offered", "found"),
    [
        ("lo", [item("load", 2), item("loaded", 2), item("locals", 2)], ["loaded"]),
        ("x = lo", [item("loaded", 2)], ["loaded"]),
        ("df.lo", [item("load", 2), item("loc", 2)], ["load", "loc"]),
        ("df.", [item("print"), item("loc")], ["print", "loc"]),
        ("df['", [item("load"), item("price")], ["load", "price"]),
        ("wh", [item("while", 2), item("whole", 2)], ["whole"]),
        ("", [], []),
    ],
)
def test_names_that_any_editor_knows_are_left_out(line, offered, found):
    made = book(f"# %%\ndef load(): pass\n# %%\n{line}")
    assert [it.label for it in completions(made, DocumentLine(made.uri, 3), len(line), offered)] == found


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", 8), ("utf-16", 6), ("utf-32", 5)])
def test_what_is_written_replaces_what_is_there(encoding, start):
    made = book("'😀'+lo", encoding=encoding)
    (it,) = completions(made, DocumentLine(made.uri, 0), 6, [item("loaded", 2, type="function")])
    start -= 1
    assert it.text_edit.new_text == "loaded"
    assert (it.text_edit.range.start.character, it.text_edit.range.end.character) == (start, start + 2)
    assert it.kind.name == "Function"


def test_known_names_are_those_of_all_cells():
    made = book("# %%\nimport os as system\n# %%\nfor n in []: m = n\n# %%\nx = (\n")
    assert {"system", "n", "m", "print", "while"} <= known_names(made.notebook)
    assert {"os", "x"}.isdisjoint(known_names(made.notebook))


async def test_names_that_only_the_kernel_knows(debugging, write):
    path = write("cells.py", "# %%\nglobals()['secret_' + 'name'] = {'price': 1}\nshown = 1\n# %%\n")
    async with Editor(dapKernelCells=True) as editor, debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path, path.read_text() + "\n\nx = sec\nx = sho\nsecret_name.ke\nf'a {sec")
        await editor.joined()
        found = await editor.completions(uri, 6, 7)
        assert found["secret_name"].text_edit.range.start.character == 4
        assert "shown" not in await editor.completions(uri, 7, 7)
        assert "keys" in await editor.completions(uri, 8, 14)
        found = await editor.completions(uri, 9, 8)
        assert found["secret_name"].text_edit.range.start.character == 5
        assert "." in editor.offered.completion_provider.trigger_characters
        await debug.disconnect()


async def test_without_a_session_nothing_is_offered(write):
    path = write("cells.py", "# %%\nprint\n")
    async with Editor() as editor:
        uri = editor.open(path)
        assert await editor.completions(uri, 1, 3) == {}
        assert await editor.hover(uri, 1, 3) is None
        assert await editor.inline_values(uri, 2) == []
