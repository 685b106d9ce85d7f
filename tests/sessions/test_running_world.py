"""The world that cells find themselves in, format by format: the table of the design's "Running cells"."""

import json
import os

import pytest

from tests import pythons
from tests.client.connection import Refused
from tests.sessions.notebooks import at

LOOK = """\
import asyncio, json, os, pickle, sys
def named(): pass
class Named: pass
def is_looping():
    try:
        return bool(asyncio.get_running_loop())
    except RuntimeError:
        return False
print("SEEN " + json.dumps({
    "name": __name__,
    "file": globals().get("__file__"),
    "argv": sys.argv,
    "path0": sys.path[0],
    "cwd": os.getcwd(),
    "is_main": sys.modules["__main__"].__dict__ is globals(),
    "is_looping": is_looping(),
    "pickled": pickle.loads(pickle.dumps(Named())).__class__ is Named,
    "ours_on_path": [it for it in sys.path if it.rstrip(os.sep).endswith(("dap_kernel", "agent"))],
}))
"""
MARIMO = (
    "import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef look():\n"
    + "".join(f"    {it}\n" for it in LOOK.splitlines())
    + "    return\n"
)


def seen(debug):
    line = next(it for it in debug.printed("stdout").splitlines() if it.startswith("SEEN "))
    return json.loads(line.removeprefix("SEEN "))


@pytest.fixture(params=["jupyter", "marimo", "percent", "script"])
def looked(request, tmp_path, write, write_cells):
    """A program of each format that tells what it sees, and the format."""
    match request.param:
        case "jupyter":
            return write_cells("nb.ipynb", LOOK), request.param
        case "marimo":
            return write("nb.py", MARIMO), request.param
        case "percent":
            return write("nb.py", f"# %%\n{LOOK}"), request.param
    return write("nb.py", LOOK), request.param


async def test_a_cell_finds_main_files_arguments_and_the_loop_as_its_format_promises(debugging, looked):
    path, format = looked
    async with debugging(path, launch={"args": ["--fast", "x y"], "whenDone": "end"}) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
        shown = seen(debug)
    folder = str(path.parent)
    assert shown == {
        "name": "__main__",
        "file": None if format == "jupyter" else str(path),
        "argv": [str(path), "--fast", "x y"],
        "path0": folder,
        "cwd": folder,
        "is_main": True,
        "is_looping": format in ("jupyter", "marimo"),
        "pickled": True,
        "ours_on_path": [],
    }


async def test_a_percent_notebook_runs_asyncio_until_it_awaits_by_itself(debugging, write):
    path = write(
        "nb.py",
        """
        # %%
        import asyncio
        async def later(value):
            await asyncio.sleep(0)
            return value
        first = asyncio.run(later(1))
        # %%
        second = await later(2)
        loop = asyncio.get_running_loop()
        # %%
        same = asyncio.get_running_loop() is loop
        """,
    )
    async with debugging(path, order="nvim") as debug:
        await debug.launch()
        stop = await debug.idle()
        assert await stop.evaluate("first, second, same") == "(1, 2, True)"


async def test_a_background_task_goes_on_while_the_notebook_is_idle(debugging, write_cells):
    path = write_cells(
        "nb.ipynb",
        """
        import asyncio
        ticks, go = [], asyncio.Event()
        async def tick():
            await go.wait()
            for n in range(3):
                await asyncio.sleep(0.01)
                ticks.append(n)
            print("ticked", ticks)
        task = asyncio.create_task(tick())
        """,
        "await asyncio.sleep(0); 'awaited'",
    )
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("'awaited'")
        stop = await debug.idle()
        await stop.evaluate("go.set()")
        await debug.output_until("ticked [0, 1, 2]")
        assert await stop.evaluate("ticks") == "[0, 1, 2]"


async def test_asyncio_run_in_a_script(debugging, write):
    path = write("s.py", "import asyncio\n\nasync def main():\n    return 5\n\nprint(asyncio.run(main()))\n")
    async with debugging(path) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
        assert debug.printed("stdout") == "5\n"


async def test_without_cwd_a_module_is_looked_for_where_the_server_runs(
    debugging, write, tmp_path, monkeypatch
):
    write("shop/__init__.py", "")
    path = write("shop/report.py", "import os, sys\nfrom shop import __name__ as near\nhere = near\n")
    monkeypatch.chdir(tmp_path)
    async with debugging(launch={"module": "shop.report", "orphanTimeout": 0}) as debug:
        await debug.launch(breakpoints={path: [at(path, "here = near")]})
        stop = await debug.stopped("breakpoint", line=at(path, "here = near"))
        assert (
            await stop.evaluate("os.getcwd(), sys.path[0], near") == f"('{tmp_path}', '{tmp_path}', 'shop')"
        )
        await stop.continue_()
        assert await debug.terminated() == 0


async def test_a_module_runs_as_by_python_m(debugging, write, tmp_path):
    write("tool/__init__.py", "print('package')\n")
    main = write(
        "tool/__main__.py",
        """
        import sys
        from . import __name__ as package
        print(__name__, __package__, package, sys.argv)
        value = 1
        """,
    )
    launch = {"module": "tool", "cwd": str(tmp_path), "args": "one 'two three'"}
    async with debugging(launch=launch, order="dape") as debug:
        await debug.launch(breakpoints={main: [at(main, "value = 1")]})
        stop = await debug.stopped("breakpoint", line=at(main, "value = 1"))
        await stop.continue_()
        assert await debug.terminated() == 0
        assert debug.printed("stdout") == (
            f"package\n__main__ tool tool {[str(main), 'one', 'two three']!r}\n"
        )


async def test_env_env_file_and_cwd(debugging, write, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "my.env").write_text("FROM_FILE=file\nBOTH=file  # more\nexport QUOTED='a b'\n")
    path = write(
        "s.py",
        """
        import os
        print([os.environ.get(it) for it in ("FROM_FILE", "BOTH", "QUOTED", "TAKEN", "GIVEN")])
        print(os.getcwd())
        """,
    )
    launch = {
        "env": {"BOTH": "env", "TAKEN": None, "GIVEN": "1"},
        "envFile": "my.env",
        "cwd": str(other),
    }
    async with debugging(path, launch=launch, env={"TAKEN": "yes"}) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
        assert debug.printed("stdout") == f"['file', 'env', 'a b', None, '1']\n{other}\n"


async def test_the_first_line_says_what_runs_where(debugging, write, python):
    path = write("nb.py", "# %% load\nx = 1\n# %% use\nx\n")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        line = debug.printed("console").splitlines()[0]
        assert line.startswith("nb.py: percent notebook, 2 cells; Python ")
        assert python.path in line
        assert f"cwd {path.parent}" in line
        assert line.endswith("runs all 2 cells; :help says what can be typed here")


async def test_the_python_beside_the_notebook_is_taken_and_named(debugging, write, python, tmp_path):
    path = write("project/deep/nb.py", "# %%\nimport sys\nsys.executable\n# %%\nimport no_such_module_x\n")
    folder = tmp_path / "project" / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder.parent / "pyvenv.cfg").write_text(f"home = {os.path.dirname(os.path.realpath(python.path))}\n")
    (folder / "python").symlink_to(os.path.realpath(python.path))
    async with debugging(path, python=None) as debug:
        await debug.launch(exceptions=[])
        stop = await debug.idle()
        assert "ModuleNotFoundError" in stop.text
        assert await stop.evaluate("sys.executable") == repr(str(folder / "python"))
        shown = debug.printed("console")
        assert ".venv" in shown.splitlines()[0]
        hint = next(it for it in shown.splitlines() if "needs no_such_module_x" in it)
        assert str(folder / "python") in hint and '"python"' in hint


@pytest.mark.parametrize("events", [True, False])
async def test_a_missing_module_is_told_to_who_shows_cells(debugging, write, events):
    path = write("nb.py", "# %% load\nimport no_such_module_x\n")
    async with debugging(path) as debug:
        await debug.launch(exceptions=[], notebookEvents=events)
        await debug.idle()
        outputs = [it["body"] for it in debug.connection.events if it["event"] == "output"]
        [hint] = [it for it in outputs if "needs no_such_module_x" in it["output"]]
        assert hint.get("data") == (
            {"cellId": "load", "missingModule": "no_such_module_x"} if events else None
        )


async def test_magics_of_a_jupyter_notebook_are_ipythons(debugging, write_cells, python):
    if not python.can_import("IPython"):
        pytest.skip("IPython is not installed for this Python")
    path = write_cells(
        "nb.ipynb",
        "%env STORY=told\nlisted = %lsmagic\nout = !echo shell",
        "%%time\nsquares = [n * n for n in range(4)]",
        "from IPython.display import display\ndisplay('shown')\nsum(squares)",
    )
    async with debugging(path) as debug:
        await debug.launch(breakpoints={})
        stop = await debug.idle()
        assert await stop.evaluate("list(out), squares, get_ipython() is not None") == (
            "(['shell'], [0, 1, 4, 9], True)"
        )
        assert "Wall time" in debug.printed()
        assert "'shown'" in debug.printed() and "14" in debug.printed()
        assert "In" not in await stop.locals()


async def test_a_magic_without_ipython_names_the_package(debugging, write_cells, tmp_path):
    (tmp_path / "IPython.py").write_text("raise ModuleNotFoundError('No module', name='IPython')\n")
    path = write_cells("nb.ipynb", "x = 1", "%matplotlib inline")
    async with debugging(path, launch={"env": {"PYTHONPATH": str(tmp_path)}}) as debug:
        await debug.launch(exceptions=[])
        stop = await debug.idle()
        assert "pip install ipython" in stop.text
        assert "cell 2 needs IPython" in debug.printed("console")
        assert await stop.evaluate("x") == "1"


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape", "debugclient"])
async def test_the_last_value_of_a_cell_is_shown(debugging, write_cells, order):
    path = write_cells("nb.ipynb", "1 + 1", "'text'", "None", "40 + 2;", "x = 3")
    async with debugging(path, order=order) as debug:
        await debug.launch()
        await debug.idle()
        assert debug.printed("stdout") == "2\n'text'\n"


@pytest.mark.skipif(pythons.too_old() is None, reason="there is no Python here that is too old")
async def test_a_python_that_is_too_old_is_refused_and_the_next_launch_can_mend_it(debugging, write, python):
    old = pythons.too_old()
    for name, text in (("s.py", "print('never')\n"), ("nb.py", "# %%\nx = 1\n")):
        async with debugging(write(name, text), python=old) as debug:
            with pytest.raises(Refused, match=r"3\.11") as refused:
                await debug.launch()
            assert str(old) in str(refused.value)
            assert debug.printed("stdout") == ""
    async with debugging(write("nb.py", "# %%\nx = 1\n"), python=old) as debug:
        with pytest.raises(Refused):
            await debug.launch()
        await debug.ask("launch", **debug.told | {"python": python.path})
        stop = await debug.idle()
        assert await stop.evaluate("x") == "1"
