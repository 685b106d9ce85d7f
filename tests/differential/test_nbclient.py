"""An .ipynb gives what it gives in Jupyter: nbclient with ipykernel is the oracle, cell by cell."""

import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbclient
import nbformat

from ..agent.kernel import Kernel, kernels_of

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_VARIES = re.compile(r"\d+(\.\d+)? ?(ns|us|μs|µs|ms|s)\b|\b(0x)?[0-9a-f]{8,16}\b|/tmp/\S+")


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
    for source in cells:
        kernel.forget_output()
        result = kernel.run(source)
        texts = {kind: "".join(it.text for it in kernel.printed if it.kind == kind) for kind in "oe"}
        displays = [_display(it["data"]) for it in kernel.displays if it.get("data")]
        error = (result.get("error") or "").partition(":")[0] or None
        if result["state"] == "stopped":
            error = "SystemExit"
        outcomes.append(Outcome(texts["o"], texts["e"], displays, error))
        if result["state"] != "done":
            break
    return outcomes


def _display(data: dict[str, object]) -> tuple[str, list[str]]:
    text = data.get("text/plain", "")
    return "".join(text) if isinstance(text, list) else str(text), sorted(data)


def same(outcome: Outcome) -> str:
    """Return an outcome without what differs from run to run."""
    return _VARIES.sub("~", _COLOUR.sub("", repr(outcome)))


def main() -> None:
    import tempfile

    books = json.loads(Path(sys.argv[1]).read_text())
    for name, cells in books.items():
        if len(sys.argv) > 2 and name not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory() as d:
            a = Path(d, "a")
            b = Path(d, "b")
            a.mkdir()
            b.mkdir()
            ip = Path(d, "ip")
            ip.mkdir()
            os.environ["IPYTHONDIR"] = str(ip)
            theirs = by_nbclient(cells, a)
            with kernels_of(sys.executable, b) as kernels:
                ours = by_us(cells, kernels.jupyter())
        ok = [same(it) for it in theirs] == [same(it) for it in ours]
        print(("same " if ok else "DIFF ") + name)
        if not ok:
            for n, cell in enumerate(cells):
                t = theirs[n] if n < len(theirs) else None
                o = ours[n] if n < len(ours) else None
                if (t and same(t)) != (o and same(o)):
                    print("   cell", n, repr(cell))
                    print("     jupyter", t)
                    print("     ours   ", o)


if __name__ == "__main__":
    main()
