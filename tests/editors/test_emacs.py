"""A session in a real Emacs with dape: `EMACS` is its program, `DAPE` the folder of dape.el.

Else dape is looked for in the folder `DAP_KERNEL_CLIENTS`, as `emacs/dape`.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.editors.programs import folder, program

ADAPTER = Path(__file__).parents[2] / "adapters/emacs"
EMACS = program("EMACS", "emacs", (29, 1))
DAPE = folder("DAPE", "emacs/dape")

pytestmark = [
    pytest.mark.skipif(not EMACS, reason="needs Emacs 29.1 or later, as EMACS or on the path"),
    pytest.mark.skipif(not DAPE, reason="needs the folder of dape.el, as DAPE"),
]

NUMBERS = "import time\n\nitem = 4"
WORK = "total = item * 2\nfor _ in range(20):\n    time.sleep(0.05)\nprint(total)"


@pytest.fixture(params=["percent", "marimo", "jupyter"])
def notebook(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "percent":
        path = tmp_path / "work.py"
        path.write_text(f"# %% numbers\n{NUMBERS}\n# %% work\n{WORK}\n")
    elif request.param == "marimo":
        pytest.importorskip("marimo")
        path = tmp_path / "work.py"
        bodies = [("numbers", "", NUMBERS, "item, time"), ("work", "item, time", WORK, "total")]
        cells = [
            f"@app.cell\ndef {name}({takes}):\n{indent(body, ' ' * 4)}\n    return {gives},\n"
            for name, takes, body, gives in bodies
        ]
        path.write_text("import marimo\n\napp = marimo.App()\n\n\n" + "\n\n".join(cells))
    else:
        path = tmp_path / "work.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(NUMBERS), new_code_cell(WORK)]), path)
    return path


@pytest.fixture
def environ() -> Iterator[dict[str, str]]:
    """An environment with a private runtime folder; kernels that were left there end."""
    with tempfile.TemporaryDirectory(prefix="dapk") as folder:
        environ = {**os.environ, "XDG_RUNTIME_DIR": folder}
        yield environ
        command = [sys.executable, "-m", "dap_kernel", "kernels", "--stop", "all"]
        subprocess.run(command, env=environ, capture_output=True, timeout=30, check=False)


def run(story: str, *args: str, environ: dict[str, str]) -> None:
    """Run a story of the adapter's folder in Emacs."""
    command = [
        *(str(EMACS), "--batch", "-L", str(DAPE), "-L", str(ADAPTER)),
        *("--eval", f'(setq-default dap-kernel-command "{sys.executable}")'),
        *("-l", str(ADAPTER / "test" / story), *args),
    ]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout.endswith("WELL\n"), done.stdout + done.stderr


def test_a_session_from_a_breakpoint_to_a_kernel_that_was_left(
    notebook: Path, environ: dict[str, str]
) -> None:
    lines = notebook.read_text().splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "total = item" in text)
    run("story.el", str(notebook), str(line), "item", "4", environ=environ)


def test_eglot_shows_what_does_not_parse_and_live_values(tmp_path: Path, environ: dict[str, str]) -> None:
    path = tmp_path / "work.py"
    path.write_text("# %% numbers\nitem = 4711\n\n# %% work\ntotal = (item *\n")
    run("companion.el", str(path), environ=environ)
