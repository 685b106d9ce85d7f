"""Texts that are made to be hard to read: each is read in a time that is linear in it, and without a bug.

`DAP_KERNEL_FUZZ_TEXTS` is how many random texts are read, `DAP_KERNEL_FUZZ_SEED` where they begin.
"""

import os
import random
from contextlib import suppress

import pytest

from dap_kernel.notebook.cells import Notebook
from dap_kernel.notebook.dataflow import plan
from dap_kernel.notebook.document import conflict_line
from dap_kernel.notebook.files import NotebookError
from dap_kernel.notebook.format_traits import Format
from dap_kernel.notebook.formats.as_script import as_script, laid_out, read_shown
from dap_kernel.notebook.formats.reading import read
from dap_kernel.notebook.line_map import line_map
from dap_kernel.notebook.matching import match
from dap_kernel.server.texts.stoppable_lines import breakpoint_locations, nearest_code_line
from tests.timing import assert_linear

from .hostile import ALL, random_text

TEXTS = int(os.environ.get("DAP_KERNEL_FUZZ_TEXTS", "2000"))
SEED = int(os.environ.get("DAP_KERNEL_FUZZ_SEED", "20240711"))
SIZE = 20_000  # characters of the shorter text


def look_at(text: str, name: str) -> Notebook:
    """Do with a text all that opening it and setting breakpoints does. Raises NotebookError."""
    conflict_line(text)
    format = Format.MARIMO if name == "m.py" else Format.PERCENT if name == "a.py" else None
    notebook = read(text, name, format)
    for cell in notebook.cells:
        assert cell.problem is None or cell.problem.startswith(f"{cell.name} ")
    for cell in notebook.cells[:20]:
        nearest_code_line(cell.source, 2)
        breakpoint_locations(cell.source, 1, 5)
    plan(notebook.cells)
    match(notebook, read(f"{text}\n", name, format))
    lines = text.count("\n") + text.count("\r") + 1
    for line in range(1, min(lines, 30) + 2):
        found = notebook.cell_at(line)
        assert found is None or 1 <= found[1] <= found[0].source.count("\n") + 1
    for cell in notebook.cells:
        assert len(cell.lines) in (0, cell.source.count("\n") + 1), cell
        assert all(1 <= it <= lines for it in (*cell.lines, *cell.span)), cell
    if name.endswith(".ipynb"):
        as_script(notebook)
        laid_out(notebook, as_script(notebook).text)
    return notebook


@pytest.mark.parametrize("name, what", ALL, ids=[f"{name}: {what}" for name, what in ALL])
def test_a_text_twice_as_long_takes_about_twice_as_long(name: str, what: str) -> None:
    make = ALL[name, what]

    def read_one(size: int) -> None:
        with suppress(NotebookError):
            look_at(f"{make(size)}\n# {size}", name)  # no text is one that was read before

    read_one(500)  # what is imported late is not to be measured
    assert_linear(read_one, SIZE)


@pytest.mark.parametrize("name", ["a.py", "m.py", "n.ipynb"])
def test_any_text_is_a_notebook_or_none_in_a_sentence(name: str) -> None:
    for seed in range(SEED, SEED + TEXTS):
        text = random_text(random.Random(seed), name)
        try:
            look_at(text, name)
            read_shown(text, None)
        except NotebookError as refusal:
            assert str(refusal)
        except BaseException as error:
            error.add_note(f"seed {seed}: {text!r}")
            raise


COUNTS = [str(it) for it in range(3000)]
EDITS = {
    "all the same": (["x"] * 3000, ["y", *["x"] * 2990, "z"]),
    "two in turn": (["a", "b"] * 1500, ["c", *["a", "c"] * 1500]),
    "each once, the other way round": (COUNTS, COUNTS[::-1]),
    "some once": ([str(it % 7 and -1) for it in range(3000)], [str(it % 11 and -1) for it in range(3000)]),
    "one put in at each tenth": (COUNTS, [it for n in COUNTS for it in (["x", n] if n[-1] == "0" else [n])]),
}


@pytest.mark.parametrize("one, two", EDITS.values(), ids=EDITS)
def test_lines_of_long_texts_are_mapped_in_linear_time(one: list[str], two: list[str]) -> None:
    def follow(size: int) -> None:
        texts = ["\n".join([*it * (size // 1000), f"# {size}"]) for it in (one, two)]
        found = line_map(*texts)
        lines, others = (it.split("\n") for it in texts)
        assert all(lines[a - 1] == others[b - 1] for a, b in found.items())

    assert_linear(follow, 1000)


def test_edits_of_a_long_text_are_followed() -> None:
    old = [f"x{it}" for it in range(5000)]
    new = [it for it in old if not it.endswith("7")]
    new[1000:1000] = ["pass"] * 50
    found = line_map("\n".join(old), "\n".join(new))
    assert len(found) == 4500
    assert all(old[a - 1] == new[b - 1] for a, b in found.items())
