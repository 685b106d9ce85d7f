"""Surroundings that are against us: modules of the library's names, a full disk, a plain locale."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client.fixtures import Debugging, Write
from tests.client.serving import Server
from tests.sessions.notebooks import jupyter

OWN = "colorsys"  # which neither we nor IPython or marimo import
NAMES = sorted(set(sys.stdlib_module_names) - set(sys.builtin_module_names) - {OWN})
NOTEBOOKS = {
    "cells.py": f"# %%\nn = 1\n# %%\nimport {OWN}\nm = {OWN}.mine + n\n",
    "script.py": f"import {OWN}\nm = {OWN}.mine + 1\nbreakpoint_here = m\n",
    "nb.ipynb": jupyter(("code", "n = 1"), ("code", f"import {OWN}\nm = {OWN}.mine + n")),
    "app.py": "import marimo\napp = marimo.App()\n@app.cell\ndef _():\n    n = 1\n    return (n,)\n"
    f"@app.cell\ndef _(n):\n    import {OWN}\n    m = {OWN}.mine + n\n    return\n",
}


@pytest.mark.parametrize("name", NOTEBOOKS)
async def test_a_folder_may_hold_modules_of_all_names_of_the_standard_library(
    debugging: Debugging, write: Write, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "notebooks"
    for it in NAMES:
        write(f"notebooks/{it}.py", f"raise SystemExit('{it} is the notebook folder`s')\n")
    write(f"notebooks/{OWN}.py", "mine = 41\n")
    path = write(f"notebooks/{name}", NOTEBOOKS[name])
    async with debugging(path, folder=folder, launch={"whenDone": "stay"}) as debug:
        await debug.launch()
        assert await (await debug.idle()).evaluate("m") == "42", debug.printed()
        await debug.disconnect()


@pytest.mark.parametrize("size", [0, 1, 100, 3000, 50_000])
async def test_with_no_room_for_compiled_files_kernels_start_all_the_same(
    debugging: Debugging, write: Write, runtime: Path, size: int
) -> None:
    """What is written to a disk on its way to being full is cut anywhere, and must not be read afterwards."""
    path = write("cells.py", "# %%\nm = 6 * 7\n")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    for is_full in (True, False):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size if is_full else limit[0], limit[1]))
        try:
            server = await Server.start(env={"PYTHONDONTWRITEBYTECODE": "1"})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        async with debugging(path, server=server) as debug:
            await debug.launch()
            assert await (await debug.idle()).evaluate("m") == "42"
            await debug.disconnect()
        assert await server.stop() == 0
        assert "Traceback" not in server.errors


async def test_compiled_files_that_are_broken_are_made_anew(
    debugging: Debugging, write: Write, runtime: Path
) -> None:
    path = write("cells.py", "# %%\nm = 6 * 7\n")
    environment = {"PYTHONDONTWRITEBYTECODE": "1"}
    spoil: list[Callable[[bytes], bytes]] = [
        lambda data: data,
        lambda data: data[: len(data) // 2],
        lambda data: data[:16],
        lambda data: data[:7],
        lambda data: b"",
        lambda data: data[:16] + b"\xff" * 100,
        lambda data: data[:16] + b"N",
    ]
    for change in spoil:
        for it in runtime.rglob("*.pyc"):
            it.write_bytes(change(it.read_bytes()))
        async with debugging(path, env=environment) as debug:
            await debug.launch()
            assert await (await debug.idle()).evaluate("m") == "42"
            await debug.disconnect()
    assert list(runtime.rglob("*.pyc"))


PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("environment", [PLAIN, {"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}])
@pytest.mark.parametrize("name", ["nötebook.py", "スクリプト.py", "nötebook.ipynb"])
async def test_a_path_that_is_not_ascii_under_a_plain_locale(
    debugging: Debugging, write: Write, environment: dict[str, str], name: str
) -> None:
    cells = ("import beside", "m = beside.mine + 1\nprint('ran')")
    is_json = name.endswith(".ipynb")
    text = jupyter(*(("code", it) for it in cells)) if is_json else "".join(f"# %%\n{it}\n" for it in cells)
    path = write(f"Überall/{name}", text)
    write("Überall/beside.py", "mine = 41\n")
    line = next(at for at, it in enumerate(text.splitlines(), 1) if "print('ran')" in it)
    async with debugging(path, env=environment) as debug:
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        assert (await stop.frame()).path == str(path)
        assert await stop.evaluate("m") == "42"
        await stop.continue_()
        await debug.idle()
        await debug.disconnect()
        assert "internal error" not in str(debug.connection.events) and "Traceback" not in debug.server.errors
