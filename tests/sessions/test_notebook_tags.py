"""Tags say how a cell is to run, as in Jupyter's own runs of whole notebooks."""

import json

import pytest

TAGGED = [
    ("x = 1", []),
    ("print('skipped')", ["skip-execution"]),
    ("{}", ["raises-exception"]),
    ("print('after')", []),
]


def as_jupyter(failing):
    cells = [
        {
            "cell_type": "code",
            "metadata": {"tags": ["other", *tags]},
            "source": source.format(failing),
            "outputs": [],
            "execution_count": None,
        }
        for source, tags in TAGGED
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def as_percent(failing):
    return "\n".join(f"# %% tags={json.dumps(tags)}\n{source.format(failing)}\n" for source, tags in TAGGED)


@pytest.mark.parametrize("name, write_text", [("nb.ipynb", as_jupyter), ("nb.py", as_percent)])
@pytest.mark.parametrize("failing", ["1/0", "import sys; sys.exit(3)", "def f("])
async def test_a_cell_may_raise_and_another_is_left_out(debugging, write, name, write_text, failing):
    path = write(name, write_text(failing))
    async with debugging(path, launch={"whenDone": "stay"}) as debug:
        await debug.launch(exceptions=["uncaught"])
        await debug.idle()
        assert "after" in debug.printed("stdout")
        assert "skipped" not in debug.printed("stdout")
        cells = (await debug.ask("notebookCells"))["cells"]
        assert [it.get("state") for it in cells][0::3] == ["done", "done"]
        await debug.run({"cells": [2]})
        await debug.idle()
        assert "skipped" in debug.printed("stdout")
        await debug.disconnect()


@pytest.mark.parametrize("name, write_text", [("nb.ipynb", as_jupyter), ("nb.py", as_percent)])
async def test_an_expected_exception_is_no_failure_of_the_run(debugging, write, name, write_text):
    path = write(name, write_text("1/0"))
    async with debugging(path, launch={"whenDone": "end"}) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
        assert "ZeroDivisionError" in debug.printed("stderr")


async def test_tags_of_cells_that_are_not_saved_hold(debugging, write):
    path = write("nb.ipynb", as_jupyter("1/0"))
    cells = [{"uri": f"cell:{number}", "text": f"print({number})"} for number in range(3)]
    async with debugging(path, launch={"run": "none", "whenDone": "stay"}) as debug:
        await debug.launch()
        await debug.idle()
        await debug.ask(
            "notebookSync", path=str(path), cells=[cells[0], cells[1] | {"tags": ["skip-execution"]}]
        )
        await debug.run("all")
        await debug.idle()
        assert debug.printed("stdout").split() == ["0"]
        await debug.ask("notebookSync", path=str(path), cells=[cells[0], cells[1] | {"tags": []}, cells[2]])
        await debug.run("stale")
        await debug.idle()
        assert debug.printed("stdout").split() == ["0", "1", "2"]
        await debug.disconnect()
