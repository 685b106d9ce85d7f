"""Breakpoints in the bodies of magics: they stop, or say why nothing can stop there."""

import pytest

from tests.sessions.notebooks import at, code


@pytest.fixture(autouse=True)
def _has_ipython(python):
    if not python.can_import("IPython"):
        pytest.skip(f"{python.path} has no IPython")


MAGIC = """\
from IPython.core.magic import register_cell_magic
@register_cell_magic
def again(line, cell):
    return get_ipython().run_cell("import os\\n" + cell)
@register_cell_magic
def alone(line, cell):
    exec(cell, {})
"""
TRANSFORMER = """\
import ast
class Anew(ast.NodeTransformer):
    def visit_Assign(self, node):
        new = ast.Assign([ast.Name(it.id, ast.Store()) for it in node.targets], node.value)
        return ast.copy_location(new, node)
get_ipython().ast_transformers.append(Anew())
"""
BODY = "x = 1\ny = 2  # here\nfor n in range(2):\n    z = n  # there\nx + y"
STOPS = {
    "time": "%%time\n" + BODY,
    "prun": "%%prun -q\n" + BODY,
    "capture": "%%capture out\n" + BODY,
    "timeit": "%%timeit -n1 -r1 -q\n" + BODY,
    "two": "%%capture\n%%time\n" + BODY,
    "own": "%%again\n" + BODY,
    "blank": "\n\x0c\n%%time\n\n" + BODY,
    "continued": "%time x = \\\n  1\n" + BODY,
}


@pytest.mark.parametrize("before", ["", TRANSFORMER], ids=["plain", "transformed"])
@pytest.mark.parametrize("name", STOPS)
async def test_they_hold_in_bodies_that_ipython_compiles(debugging, write, name, before):
    path = write("nb.ipynb", code(MAGIC + before, STOPS[name]))
    here, there = at(path, "# here"), at(path, "# there")
    async with debugging(path, launch={"whenDone": "stay"}) as debug:
        await debug.launch(breakpoints={path: [here, there]})
        for line in (here, there, there):
            stop = await debug.stopped("breakpoint", line=line)
            await stop.continue_()
        await debug.idle()
        changed = [it["body"]["breakpoint"] for it in debug.connection.events if it["event"] == "breakpoint"]
        assert all(it["verified"] and it["line"] in (here, there) for it in changed)
        await debug.disconnect()


async def test_a_magic_that_runs_its_body_itself_says_that_nothing_stops_there(debugging, write):
    path = write("nb.ipynb", code(MAGIC, "%%alone\n" + BODY, "print('end')"))
    async with debugging(path, launch={"whenDone": "stay"}) as debug:
        await debug.launch(breakpoints={path: [at(path, "# here")]})
        changed = (await debug.event("breakpoint"))["breakpoint"]
        assert not changed["verified"]
        assert "%%alone does not run its body by IPython" in changed["message"]
        await debug.idle()
        await debug.disconnect()


async def test_a_body_that_is_no_python_is_told_at_once(debugging, write):
    path = write("nb.ipynb", code("%%bash\necho 1  # here", "%%nobody_knows\nselect * from x  # there"))
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        for answer in await debug.break_at(path, at(path, "# here"), at(path, "# there")):
            assert not answer["verified"]
            assert "it is not Python, so nothing in it can stop" in answer["message"]
        await debug.disconnect()


async def test_a_test_function_of_ipytest_stops(debugging, write, python):
    if not python.can_import("ipytest"):
        pytest.skip(f"{python.path} has no ipytest")
    path = write(
        "nb.ipynb",
        code(
            "import ipytest\nipytest.autoconfig()",
            "%%ipytest -qq -p no:cacheprovider\n\ndef test_it():\n    x = 1\n    assert x == 1  # here",
        ),
    )
    async with debugging(path, launch={"whenDone": "stay"}) as debug:
        await debug.launch(breakpoints={path: [at(path, "# here")]})
        stop = await debug.stopped("breakpoint", line=at(path, "# here"), name="test_it")
        assert (await stop.locals())["x"] == "1"
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()
