"""How a story gets its session: on every watch backend that the kernel's Python has."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from tests import pythons
from tests.client.debug import Backend, Debug

PYTHON = pythons.chosen()


@pytest.fixture(scope="session")
def python() -> pythons.Python:
    """The Python that kernels run under."""
    return PYTHON


@pytest.fixture(params=PYTHON.backends)
def backend(request: pytest.FixtureRequest) -> Backend:
    backend: Backend = request.param
    return backend


@pytest.fixture
def debugging(backend: Backend, tmp_path: Path) -> Callable[..., Debug]:
    """Makes a session: `async with debugging(program) as debug:`. Takes all that `Debug` takes."""
    return partial(Debug, backend=backend, python=PYTHON.path, folder=tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file of the story: `path = write("cells.py", text)`; the text's indent is taken away."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
        return path

    return write
