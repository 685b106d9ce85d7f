"""How a story gets its debug session: a client that knows nothing of ours, beside the language server."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests import pythons
from tests.client.debug import Debug, Json, Path_
from tests.client.fixtures import DebuggingWith, Write


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder for both, with a short path: a socket's has room for no more."""
    with tempfile.TemporaryDirectory(prefix="dk-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


@pytest.fixture
def debugging() -> DebuggingWith:
    """Makes a session, whose kernel ends with its client.

    Its server is started by this process, as the language server is: that says whose an untitled notebook is.
    """

    def debugging(program: Path_, initialize: Json | None = None, **launch: Any) -> Debug:
        python, launch = pythons.chosen().path, {"orphanTimeout": 0} | launch
        return Debug(program, python=python, launch=launch, initialize=initialize, may_fork=False)

    return debugging


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of the story: `path = write("cells.py", text)`; the text's indent is taken away."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
        return path

    return write
