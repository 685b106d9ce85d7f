"""The server as it comes along in the extension, on every Python of this machine: `make vsix` builds it."""

import json
import sys
from pathlib import Path

import pytest

from tests import pythons
from tests.client.debug import Debug
from tests.client.serving import Server

SERVER = Path(__file__).parents[2] / "adapters" / "vscode" / "server"
PYTHONS = [pythons.Python(sys.executable, tuple(sys.version_info[:3])), *pythons.others()]


@pytest.mark.skipif(not (SERVER / "run.py").exists(), reason="it is not built: make vsix")
@pytest.mark.parametrize("python", PYTHONS, ids=lambda it: ".".join(map(str, it.version)))
async def test_a_notebook_stops_on_this_python(python: pythons.Python, tmp_path: Path) -> None:
    """Server and kernel both: no package is asked of it."""
    path = tmp_path / "cells.py"
    path.write_text("# %% one\nimport sys\nn = 41\n\n# %% two\nn += 1\n")
    own = tmp_path / "own"
    server = await Server.start(command=[python.path, "-I", "-S", str(SERVER / "run.py"), str(own), "dap"])
    try:
        async with Debug(path, python=python.path, server=server, launch={"orphanTimeout": 0}) as debug:
            await debug.launch(breakpoints={path: [6]})
            stop = await debug.stopped("breakpoint", line=6)
            assert json.loads(await stop.evaluate("list(sys.version_info[:3])")) == list(python.version)
            await stop.continue_()
            await debug.idle()
    finally:
        assert await server.stop() == 0
    assert not own.exists()
