"""The four formats of a notebook, as a user at an editor meets them."""

import pytest

from tests.client.connection import Refused
from tests.sessions.notebooks import FORMATS, at, code, jupyter

CELL_NAMES = {
    "marimo.py": ("settings", "cell 3"),
    "percent.py": ("settings", "cell 3"),
    "script.py": ("<module>", "<module>"),
    "jupyter.ipynb": ("cell 1", "cell 3"),
}
STAYS = {"whenDone": "stay"}


@pytest.fixture(params=list(FORMATS))
def program(request, write):
    return write(request.param, FORMATS[request.param])


async def test_a_function_and_its_cell_are_frames_in_the_lines_of_the_notebook(debugging, program):
    inside, call = at(program, "return n * limit"), at(program, "total += scale(n)")
    first, last = CELL_NAMES[program.name]
    async with debugging(program, launch=STAYS) as debug:
        await debug.launch(breakpoints={program: [at(program, "limit = 3"), inside]})

        stop = await debug.stopped("breakpoint", line=at(program, "limit = 3"), name=first)
        [frame] = await stop.frames()
        assert frame.path == str(program)
        await stop.continue_()

        stop = await debug.stopped("breakpoint", line=inside, name="scale")
        assert await stop.where() == [("scale", inside), (last, call)]
        assert await stop.locals() == {"n": "1"}
        cell = await stop.frame(1)
        assert (await cell.scopes())[0]["presentationHint"] == "locals"
        names = await cell.locals()
        assert names["limit"] == "3"
        assert names["total"] == "0"
        assert "app" not in names
        await debug.break_at(program)
        await stop.continue_()
        stop = await debug.idle()
        assert "total 9" in debug.printed("stdout")
        assert (await stop.locals())["total"] == "9"
        assert await stop.where() == [(last if last != "<module>" else "idle", at(program, "print("))]
        await debug.disconnect()


async def test_a_breakpoint_is_answered_before_the_kernel_and_moves_to_the_next_line_with_code(
    debugging, program
):
    comment, header = at(program, "# grows"), at(program, "def scale(n):")
    async with debugging(program, launch={"run": "none", **STAYS}) as debug:
        await debug.launch()
        [moved, exact] = await debug.break_at(program, comment, header)
        assert (moved["verified"], moved["line"]) == (True, comment + 1)
        assert (exact["verified"], exact["line"]) == (True, header)
        assert (await debug.ask("notebookCells"))["kernel"] == "notStarted"
        column = len(program.read_text().split("\n")[comment].partition("return")[0]) + 1
        found = await debug.ask(
            "breakpointLocations", source={"path": str(program)}, line=header, endLine=comment + 1
        )
        expected = [(header, column - 4), (comment + 1, column)]
        if program.suffix == ".ipynb":
            expected = [(header, None), (comment + 1, None)]
        assert [(it["line"], it.get("column")) for it in found["breakpoints"]] == expected
        source, *_ = (await debug.ask("loadedSources"))["sources"]
        assert source["path"] == str(program)
        text = await debug.ask("source", source={"path": str(program)}, sourceReference=0)
        assert text["content"] == program.read_text()
        await debug.disconnect()


async def test_lines_that_hold_no_breakpoint_say_why(debugging, write):
    path = write(
        "report.ipynb",
        jupyter(
            ("markdown", "# Title"),
            ("code", "%%bash\necho hello"),
            ("code", "x = (1,\nbroken"),
            ("code", "y = 1\n\n# the end"),
            ("raw", "not code"),
        ),
    )
    parts = ["# Title", '"metadata": {}', "echo hello", "broken", "# the end", "not code", "nbformat_minor"]
    lines = [at(path, it) for it in parts]
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        answers = await debug.break_at(path, *lines, 10_000)
        assert not any(it["verified"] for it in answers)
        messages = [it["message"] for it in answers]
        assert len(set(messages)) >= 6, messages
        assert "markdown" in messages[0]
        assert "bash" in messages[2]
        assert "parse" in messages[3] or "never closed" in messages[3]
        assert messages[4] == "there is no code here or below in cell 2" or "no code" in messages[4]
        await debug.disconnect()


async def test_what_cannot_be_opened_is_the_error_of_launch(debugging, write):
    broken = {
        "old.ipynb": ('{"worksheets": [], "nbformat": 3, "nbformat_minor": 0}', "nbconvert"),
        "half.ipynb": (code("x = 1")[:60], "line"),
        "conflict.py": ("<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n", "conflict"),
    }
    for name, (text, word) in broken.items():
        path = write(name, text)
        async with debugging(path) as debug:
            with pytest.raises(Refused, match=word) as refusal:
                await debug.launch()
            assert name in str(refusal.value)


async def test_a_format_can_be_given(debugging, write):
    path = write("cells.py", "# %% one\nx = 1\n# %% two\ny = 2\n")
    async with debugging(path, launch={"format": "script"}) as debug:
        await debug.launch(breakpoints={path: [at(path, "y = 2")]})
        stop = await debug.stopped("breakpoint", line=at(path, "y = 2"), name="<module>")
        assert (await stop.locals())["x"] == "1"
        await stop.continue_()
        assert await debug.terminated() == 0


async def test_a_source_in_one_json_string_stands_on_its_one_line(debugging, write):
    single = '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,\n'
    single += '"source": "x = 1\\ny = 2\\nz = x + y"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 0}'
    path = write("one.ipynb", single)
    async with debugging(path, launch=STAYS) as debug:
        await debug.launch(breakpoints={path: [at(path, "x = 1")]})
        stop = await debug.stopped("breakpoint", line=at(path, "x = 1"))
        assert "x" not in await stop.locals()
        await stop.next()
        stop = await debug.stopped("step", line=at(path, "x = 1"))
        assert (await stop.locals())["x"] == "1"
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()
