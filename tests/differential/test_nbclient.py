"""An .ipynb gives what it gives in Jupyter: nbclient with ipykernel is the oracle, cell by cell."""

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbclient
import nbformat
import pytest

from tests.agent.kernel import Kernel, kernels_of

from .notebooks import NOTEBOOKS

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_VARIES = re.compile(r"[\d.]+(e\+\d+)? ?(ns|us|μs|µs|ms|s)\b|\b(0x)?[0-9a-f]{8,16}\b|/tmp/\S+")


@dataclass
class Outcome:
    """What one cell has given: its streams' texts, its displays in order, and what it failed with."""

    stdout: str = ""
    stderr: str = ""
    displays: list[tuple[str, list[str]]] = field(default_factory=list)
    error: str | None = None


def by_nbclient(cells: list[str], folder: Path) -> list[Outcome]:
    """Run cells by Jupyter's own kernel; the last outcome is that of the cell that failed."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(it) for it in cells])
    client = nbclient.NotebookClient(
        book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    error = None
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as failure:
        error = failure.ename
    ran = [cell for cell in book.cells if cell.execution_count is not None or cell.outputs]
    outcomes = [_of_jupyter(cell.outputs) for cell in ran]
    if error is not None:
        outcomes[-1].error = error
    return outcomes


def _of_jupyter(outputs: list[nbformat.NotebookNode]) -> Outcome:
    outcome = Outcome()
    for it in outputs:
        match it.output_type:
            case "stream" if it.name == "stdout":
                outcome.stdout += it.text
            case "stream" if it.text.startswith("UsageError"):
                outcome.error = "UsageError"
            case "stream":
                outcome.stderr += it.text
            case "error":
                outcome.error = it.ename
            case _:
                outcome.displays.append(_display(it.data))
    return outcome


def by_us(cells: list[str], kernel: Kernel) -> list[Outcome]:
    outcomes = []
    kernel.run("")  # IPython has begun, and its startup files have run
    for source in cells:
        kernel.forget_output()
        result = kernel.run(source)
        texts = {kind: "".join(it.text for it in kernel.printed if it.kind == kind) for kind in "oe"}
        displays = [_display(it["data"]) for it in kernel.displays if it.get("data")]
        error = (result.get("error") or "").partition(":")[0].rpartition(".")[2] or None
        if result["state"] == "stopped":
            error = "SystemExit"
        outcomes.append(Outcome(texts["o"], texts["e"], displays, error))
        if result["state"] != "done":
            break
    return outcomes


def _display(data: dict[str, object]) -> tuple[str, list[str]]:
    text = data.get("text/plain", "")
    return "".join(text) if isinstance(text, list) else str(text), sorted(data)


def same(outcomes: list[Outcome]) -> list[str]:
    """Return outcomes without what differs from run to run."""
    return [_VARIES.sub("~", _COLOUR.sub("", repr(it))) for it in outcomes]


def both(cells: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """Return what Jupyter makes of cells, and what we do."""
    folders = [tmp_path / it for it in ("theirs", "ours")]
    for folder in folders:
        folder.mkdir()
    if "IPYTHONDIR" not in os.environ:
        monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    theirs = by_nbclient(cells, folders[0])
    with kernels_of(sys.executable, folders[1]) as kernels:
        return same(theirs), same(by_us(cells, kernels.jupyter()))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_gives_what_it_gives_in_jupyter(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = both(NOTEBOOKS[name], tmp_path, monkeypatch)
    assert ours == theirs


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda it: it.name)
def test_an_example_gives_what_it_gives_in_jupyter(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = nbformat.read(path, as_version=4)
    theirs, ours = both([it.source for it in book.cells if it.cell_type == "code"], tmp_path, monkeypatch)
    assert ours == theirs


def test_configuration_and_startup_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = tmp_path / "configured" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup" / "00-first.py").write_text("import math\nfrom_startup = 5\n")
    (profile / "startup" / "10-second.ipy").write_text("%precision 3\nseconds = from_startup * 2\n")
    (profile / "startup" / "20-bad.py").write_text("1/0\n")
    (profile / "ipython_config.py").write_text(
        "c.InteractiveShell.ast_node_interactivity = 'last_expr_or_assign'\n"
        "c.InteractiveShellApp.exec_lines = ['from_line = 7']\n"
        "c.InteractiveShellApp.extensions = ['autoreload']\n"
    )
    (profile / "ipython_kernel_config.py").write_text(
        "c.InteractiveShellApp.exec_lines.append('of_kernel = 8')\n"
    )
    monkeypatch.setenv("IPYTHONDIR", str(profile.parent))
    cells = [
        "from_startup, seconds, from_line, of_kernel",
        "x = math.pi",
        "%autoreload 2",
        "%who_ls",
        "get_ipython().profile_dir.location.endswith('profile_default')",
    ]
    theirs, ours = both(cells, tmp_path, monkeypatch)
    assert ours == theirs
    assert "(5, 10, 7, 8)" in ours[0]
