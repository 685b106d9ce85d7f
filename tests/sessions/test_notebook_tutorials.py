"""Every marimo tutorial, and the notebooks that nbdime is tested with: all open, and run to their end.

A breakpoint stands on the first line of each code cell, and each cell that runs must hit its own.
"""

import importlib.util
import json
import re
import warnings
from pathlib import Path

import pytest

from tests import pythons

PYTHON = pythons.chosen()
STAYS = {"whenDone": "stay", "orphanTimeout": 0}
NEEDS = {
    "dataflow.py": "matplotlib",
    "markdown.py": "matplotlib",
    "plots.py": "matplotlib",
    "sql.py": "duckdb",
}
MODULES = "|".join(["matplotlib", "numpy", "pandas"])
PROSE = "SyntaxError: invalid syntax|NameError: name 'test' is not defined"  # code cells that hold no code
FAILURES = {  # of notebooks that were made to be compared, not run: by the beginning of the name
    "apap": PROSE,
    "cellids": PROSE,
    "error": "ZeroDivisionError: division by zero",
    "mixed-conflicts": PROSE,
    "output-conflict": f"ModuleNotFoundError: No module named '({MODULES})'",
    "scroll": PROSE,
    "source-conflict": PROSE,
}
MEANT_TO_FAIL = {"dataflow.py": ["NameError: name '_private_variable' is not defined"]}


def folder_of(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def tutorials() -> list[Path]:
    marimo = folder_of("marimo")
    found = sorted((marimo / "_tutorials").glob("*.py")) if marimo is not None else []
    return [it for it in found if it.name != "__init__.py"]


def notebooks() -> list[Path]:
    """The valid notebooks of nbformat 4 in Python, one of those that have the same code."""
    import nbformat

    nbdime = folder_of("nbdime")
    found: dict[str, Path] = {}
    for path in sorted(nbdime.rglob("*.ipynb")) if nbdime is not None else []:
        content = json.loads(path.read_text("utf-8"))
        language = content.get("metadata", {}).get("language_info", {}).get("name", "python")
        if content.get("nbformat") == 4 and language == "python" and is_valid(nbformat, content):
            sources = [it["source"] for it in content["cells"] if it["cell_type"] == "code"]
            found.setdefault(json.dumps(["".join(it) for it in sources]), path)
    return list(found.values())


def is_valid(nbformat, content) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            nbformat.validate(nbformat.from_dict(content))
    except nbformat.ValidationError:
        return False
    return True


async def first_lines(debug, path) -> dict[str, int]:
    """Set a breakpoint at the beginning of each code cell; return where each was put, by the cell's id."""
    told = (await debug.ask("notebookCells", path=str(path)))["cells"]
    cells = [it for it in told if it["kind"] == "code"]
    answers = await debug.break_at(path, *[it["line"] for it in cells])
    placed = {}
    for cell, answer in zip(cells, answers, strict=True):
        if answer["verified"]:
            assert cell["line"] <= answer["line"] <= cell["endLine"]
            placed[cell["id"]] = answer["line"]
        else:
            assert answer["message"]
    return placed


async def run_through(debug) -> tuple[set[int], dict[str, dict]]:
    """Continue at each stop until all has run; return the lines hit, and the cells at the end."""
    hit = set()
    while (stop := await debug.stopped()).reason != "idle":
        assert stop.reason == "breakpoint"
        hit.add(await stop.line())
        await stop.continue_()
    cells = {it["id"]: it for it in (await debug.ask("notebookCells"))["cells"]}
    return hit, cells


def check_hits(lines: dict[str, int], hit: set[int], cells: dict[str, dict]) -> list[str]:
    """Each cell that ran has hit its breakpoint; return what cells failed with."""
    failures = [it["error"] for it in cells.values() if it.get("state") == "failed"]
    for id, line in lines.items():
        cell = cells[id]
        if cell.get("state") in ("done", "failed", "stopped"):
            assert line in hit, f"{cell['name']} ran and did not stop"
        else:  # names that two cells define, or a cell before it that failed
            assert cell.get("problem") or failures, f"{cell['name']} did not run: {cell}"
            assert line not in hit
    return failures


@pytest.mark.parametrize("path", tutorials(), ids=lambda it: it.stem)
async def test_a_tutorial_of_marimo_runs_and_stops_in_each_cell(debugging, path):
    if not PYTHON.can_import("marimo"):
        pytest.skip("the kernel's Python has no marimo")
    async with debugging(path, order="debugclient", launch=STAYS) as debug:
        await debug.initialize()
        lines = await first_lines(debug, path)
        assert len(lines) > 5
        await debug.launch(exceptions=[])
        failures = check_hits(lines, *await run_through(debug))
        await debug.disconnect()
    lacks = NEEDS.get(path.name)
    if lacks is None or PYTHON.can_import(lacks):
        assert failures == MEANT_TO_FAIL.get(path.name, [])


async def test_the_tutorials_open_without_a_kernel(debugging):
    async with debugging(order="debugclient") as debug:
        await debug.initialize()
        for path in [*tutorials(), *notebooks()]:
            await first_lines(debug, path)


@pytest.mark.parametrize("path", notebooks(), ids=lambda it: it.stem)
async def test_a_notebook_of_nbdime_runs_and_stops_in_each_cell(debugging, path):
    if not PYTHON.can_import("IPython"):
        pytest.skip("the kernel's Python has no IPython")
    async with debugging(path, order="debugclient", launch=STAYS) as debug:
        await debug.initialize()
        lines = await first_lines(debug, path)
        await debug.launch(exceptions=[])
        failures = check_hits(lines, *await run_through(debug))
        await debug.disconnect()
    expected = next((text for name, text in FAILURES.items() if path.name.startswith(name)), "none")
    assert all(re.fullmatch(expected, it) for it in failures), failures
