"""Steps in cells whose every statement IPython runs on its own, since each value is to be shown."""

import pytest

from tests.sessions.notebooks import at, code


@pytest.mark.parametrize("value", ["all", "last", "last_expr", "last_expr_or_assign", "none"])
async def test_a_step_goes_from_statement_to_statement_and_to_the_next_cell(debugging, write, python, value):
    if not python.can_import("IPython"):
        pytest.skip(f"{python.path} has no IPython")
    setting = f"get_ipython().ast_node_interactivity = {value!r}"
    path = write("nb.ipynb", code(setting, "a = 1  # one\nb = 2\na\nc = a + b", "d = c"))
    first = at(path, "# one")
    async with debugging(path, launch={"whenDone": "stay"}) as debug:
        await debug.launch(breakpoints={path: [first]})
        stop = await debug.stopped("breakpoint", line=first)
        for line in (first + 1, first + 2, first + 3, at(path, "d = c")):
            await stop.next()
            stop = await debug.stopped("step", line=line)
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()
