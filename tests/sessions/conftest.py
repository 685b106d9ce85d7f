"""How a story gets its session: on every watch backend that the kernel's Python has."""

import json
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests import pythons
from tests.client.debug import Backend, Debug
from tests.client.fixtures import Debugging, Write, WriteCells
from tests.programs import Program, RunProgram

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a job that a shell runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)

PYTHON = pythons.chosen()
OF_BACKENDS = (
    "breakpoints", "console", "display_plots", "ends", "exceptions", "faults", "lifecycle_restart",
    "notebook_zipped", "orphans_running", "processes", "running_idle", "running_marimo", "running_quit",
    "running_world", "stepping", "threads",
)  # fmt: skip


@pytest.fixture(scope="session")
def python() -> pythons.Python:
    """The Python that kernels run under."""
    return PYTHON


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a story the watch backends: all in the chapters of what they do, else the one that users get."""
    if "backend" in metafunc.fixturenames:
        chapter = metafunc.module.__name__.rpartition(".")[2].removeprefix("test_")
        is_watching = chapter.startswith(OF_BACKENDS)
        metafunc.parametrize("backend", PYTHON.backends if is_watching else PYTHON.backends[:1])


@pytest.fixture
def debugging(backend: Backend, tmp_path: Path) -> Debugging:
    """Makes a session: `async with debugging(program) as debug:`. Takes all that `Debug` takes.

    A kernel whose client is lost ends, unless the story's own `launch` says otherwise.
    """

    def debugging(program: object = None, **how: Any) -> Debug:
        how["launch"] = {"orphanTimeout": 0} | how.get("launch", {})
        return Debug(program, **{"backend": backend, "python": PYTHON.path, "folder": tmp_path} | how)

    return debugging


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A private runtime folder with a short path: sockets have no room for a long one."""
    folder = Path(tempfile.mkdtemp(prefix="dapk"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder / "dap_kernel"
    shutil.rmtree(folder)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of the story: `path = write("cells.py", text)`; the text's indent is taken away."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
        return path

    return write


@pytest.fixture
def write_cells(tmp_path: Path) -> WriteCells:
    """Writes an `.ipynb`, a source line a JSON line: `path = write_cells("nb.ipynb", "x = 1", "x + 1")`."""

    def write_cells(name: str, *sources: str) -> Path:
        kept = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        cells = [
            {**kept, "id": f"c{number}", "source": dedent(it).lstrip("\n").splitlines(keepends=True)}
            for number, it in enumerate(sources, 1)
        ]
        path = tmp_path / name
        text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
        path.write_text(text, "utf-8")
        return path

    return write_cells


@pytest.fixture
async def run(python: pythons.Python, tmp_path: Path, runtime: Path) -> AsyncIterator[RunProgram]:
    """Starts a program of the user's, in a script: `program = await run(TEXT)`."""
    started: list[Program] = []

    async def run(text: str, name: str = "shop.py", **how: Any) -> Program:
        started.append(await Program.start(python, tmp_path / name, text, **how))
        return started[-1]

    yield run
    for it in started:
        await it.close()
