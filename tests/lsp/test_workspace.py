"""What an editor's edits make of a text: lines are its own, whatever Python takes for the end of one."""

import pytest
from lsprotocol import types
from pygls.workspace import PositionCodec

from dap_kernel.lsp.workspace import edited
from tests.lsp.editor import Editor
from tests.sessions.notebooks import code

ENDS = ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]  # of lines, for str.splitlines


def partial(start, end, text):
    within = types.Range(types.Position(*start), types.Position(*end))
    return types.TextDocumentContentChangePartial(within, text)


@pytest.mark.parametrize("end", ENDS)
def test_an_edit_lands_on_the_editors_line(end):
    text = f"a = 1 # {end} {end}\nb = 2\n"
    assert edited(text, partial((1, 4), (1, 5), "3"), PositionCodec()) == f"a = 1 # {end} {end}\nb = 3\n"


@pytest.mark.parametrize(
    ("text", "start", "end", "new", "found"),
    [
        ("", (0, 0), (0, 0), "x", "x"),
        ("a\n", (1, 0), (1, 0), "b", "a\nb"),
        ("a", (0, 9), (0, 9), "b", "ab"),
        ("a\nb", (0, 9), (0, 9), "!", "a!\nb"),
        ("a\r\nb\rc", (1, 0), (2, 0), "", "a\r\nc"),
        ("a\r\nb", (0, 1), (1, 0), "", "ab"),
        ("a\nb\n", (0, 0), (9, 0), "c", "c"),
        ("a\nb\n", (9, 0), (9, 0), "c", "a\nb\nc"),
        ("'😀'x", (0, 4), (0, 5), "y", "'😀'y"),
    ],
)
def test_edits_at_the_edges(text, start, end, new, found):
    assert edited(text, partial(start, end, new), PositionCodec()) == found


async def test_what_is_typed_below_a_form_feed_is_what_runs(debugging, write):
    path = write("feed.py", "# %% one\nx = 1\n\x0c\n# %% two\ny = 2\n")
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path)
        await editor.joined()
        editor.insert(uri, 4, 5, "3")
        await editor.command("dap-kernel.runCell", uri, 4)
        await debug.idle()
        assert await debug.evaluate("y") == "23"
        await debug.disconnect()


async def test_what_is_typed_in_raw_json_below_a_line_separator_is_what_runs(debugging, write):
    text = code("x = '@'", "y = 2").replace("@", "\u2028")
    path = write("raw.ipynb", text)
    line = next(number for number, it in enumerate(text.split("\n")) if "y = 2" in it)
    async with Editor(dapKernelCells=True) as editor, debugging(path, run="none") as debug:
        await debug.launch()
        await debug.idle()
        uri = editor.open(path, language="json")
        await editor.joined()
        editor.insert(uri, line, text.split("\n")[line].index("2"), "3")
        await editor.command("dap-kernel.runCell", uri, line)
        await debug.idle()
        assert await debug.evaluate("y") == "32"
        await debug.disconnect()
