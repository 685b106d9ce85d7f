"""To open a notebook runs nothing of its folder or of those above, nor what others have put there."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.client.fixtures import Debugging, Write
from tests.client.serving import Server
from tests.sessions.notebooks import CELLS, at, jupyter

NOBODY = 65534
LEAVES_A_TRACE = "open({trace!r}, 'a').write(__file__ + '\\n')\n"
MODULES = (
    "sitecustomize",
    "usercustomize",
    "conftest",
    "setup",
    "jupytext",
    "nbformat",
    "yaml",
    "logging",
    "asyncio",
)
CONFIGURATIONS = (".jupytext.py", "jupyter_config.py", "jupyter_notebook_config.py", "ipython_config.py")
PROGRAMS = ("python3", "python", "git")


@pytest.fixture
def trap(tmp_path: Path) -> tuple[Path, Path]:
    """A folder `above/notebooks` of somebody else's, full of files that some program would run."""
    folder, trace = tmp_path / "above" / "notebooks", tmp_path / "trace"
    code = LEAVES_A_TRACE.format(trace=str(trace))
    for place in (folder, folder.parent):
        (place / "jupytext_config").mkdir(parents=True, exist_ok=True)
        for name in (*(f"{it}.py" for it in MODULES), *CONFIGURATIONS):
            (place / name).write_text(code)
        for name in PROGRAMS:
            (place / name).write_text(f"#!/bin/sh\necho $0 >> '{trace}'\nexec {sys.executable} \"$@\"\n")
            (place / name).chmod(0o755)
        (place / "setup.cfg").write_text("[options.entry_points]\nconsole_scripts =\n    x = setup:main\n")
        (place / "pyproject.toml").write_text('[build-system]\nbuild-backend = "setup"\n')
        (place / ".env").write_text(f"PYTHONSTARTUP={place}/setup.py\nPYTHONPATH={place}\n")
    return folder, trace


async def test_jupytexts_settings_that_are_a_program_are_not_run(
    debugging: Debugging, trap: tuple[Path, Path]
) -> None:
    pytest.importorskip("jupytext")
    folder, trace = trap
    path = folder / "shown.ipynb"
    path.write_text(jupyter(*CELLS), "utf-8")
    environment = {"PATH": f":.:{os.environ['PATH']}", "PYTHONPATH": ""}
    for style in ("percent", "hydrogen"):
        server = await Server.start(env=environment)
        launch = {"ipynbLines": style, "run": "none"}
        async with debugging(path, server=server, launch=launch) as debug:
            await debug.launch()
            await debug.idle()
            await debug.output_until(f"{folder}/.jupytext.py are a program, which is not run", "stderr")
            cells = (await debug.ask("notebookCells"))["cells"]
            assert "of its JSON" not in debug.printed() and cells[-1]["endLine"] < at(path, "total +=")
            await debug.disconnect()
        await server.stop()
    assert not trace.exists(), trace.read_text()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("jupytext.toml", 'notebook_metadata_filter = "-all"\n'),
        ("../.jupytext", 'notebook_metadata_filter = "-all"\n'),
        ("../jupytext.yml", "notebook_metadata_filter: '-all'\n"),
        ("jupytext.json", '{"notebook_metadata_filter": "-all"}'),
        ("../pyproject.toml", '[tool.jupytext]\nnotebook_metadata_filter = "-all"\n'),
    ],
)
async def test_settings_that_declare_hold_from_the_folder_and_those_above(
    debugging: Debugging, write: Write, name: str, text: str
) -> None:
    pytest.importorskip("jupytext")
    path = write("a/b/shown.ipynb", jupyter(*CELLS))
    write(f"a/b/{name}", text)
    write("a/../.jupytext.py", "raise SystemExit\n")
    shown = path.with_name("by_editor.py")
    command = ["--quiet", "--to=py:hydrogen", f"--output={shown}", str(path)]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "jupytext", *command)
    assert await process.wait() == 0
    line = at(shown, "return n * limit")
    async with debugging(path, launch={"ipynbLines": "hydrogen", "whenDone": "stay"}) as debug:
        await debug.launch(breakpoints={path: [line]})
        await debug.stopped("breakpoint", line=line, name="scale")
        await debug.disconnect()


async def test_the_servers_modules_are_never_the_folders(trap: tuple[Path, Path]) -> None:
    """An editor starts the server in its workspace, perhaps without `-P`."""
    folder, trace = trap
    for command in (["-m", "dap_kernel", "kernels"], ["-P", "-m", "dap_kernel", "--version"]):
        process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=folder)
        assert await process.wait() == 0
    assert not trace.exists(), trace.read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
async def test_another_users_environment_above_is_passed_over_and_said(
    debugging: Debugging, write: Write, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    python = write(
        "project/.venv/bin/python", f"#!/bin/sh\necho run > '{trace}'\nexec {sys.executable} \"$@\"\n"
    )
    python.chmod(0o755)
    path = write("project/notebooks/cells.py", "# %%\nn = 41\n")
    os.chown(python.parent.parent, NOBODY, NOBODY)
    async with debugging(path, python=None) as debug:
        await debug.launch()
        assert await (await debug.idle()).evaluate("n + 1") == "42"
        said = debug.printed("stderr")
        assert f"{python} is passed over, because {tmp_path}/project/.venv belongs to another user" in said
        assert not trace.exists()
        await debug.disconnect()
    async with debugging(path, python=str(python)) as debug:  # it was named
        await debug.launch()
        assert await (await debug.idle()).evaluate("n + 1") == "42"
        assert trace.exists()
        await debug.disconnect()
