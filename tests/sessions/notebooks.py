"""Notebooks for the stories, built so that each line has a name: `at(text, "total += n")` is its line.

Knows no session.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MARIMO = """\
import marimo

__generated_with = "0.20.0"
app = marimo.App(width="medium")


@app.cell
def settings():
    limit = 3
    return (limit,)


@app.cell(hide_code=True)
def _(limit):
    def scale(n):
        # grows
        return n * limit

    return (scale,)


@app.cell
def _(
    scale,
):
    total = 0
    for n in [1, 2]:
        total += scale(n)
    print("total", total)
    return (total,)


if __name__ == "__main__":
    app.run()
"""

PERCENT = """\
# ---
# jupyter:
#   kernelspec: {name: python3}
# ---
# %% [markdown]
# # A title

# %% settings
limit = 3

# %%
def scale(n):
    # grows
    return n * limit


# %%
total = 0
for n in [1, 2]:
    total += scale(n)
print("total", total)
"""

SCRIPT = """\
limit = 3


def scale(n):
    # grows
    return n * limit


total = 0
for n in [1, 2]:
    total += scale(n)
print("total", total)
"""

CELLS = (
    ("markdown", "# A title\nsome text"),
    ("code", "limit = 3"),
    ("code", "def scale(n):\n    # grows\n    return n * limit"),
    ("code", 'total = 0\nfor n in [1, 2]:\n    total += scale(n)\nprint("total", total)'),
)


def cell(kind: str, source: str, id: str | None = None) -> dict[str, Any]:
    """Return a cell as nbformat has it, a source line a JSON line."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made | ({"id": id} if id is not None else {})


def jupyter(*cells: tuple[str, str] | dict[str, Any], ids: Sequence[str] = (), nbformat: int = 4) -> str:
    """Return the text of a notebook; `ids` makes it nbformat 4.5."""
    made = [it if isinstance(it, dict) else cell(*it) for it in cells]
    for it, id in zip(made, ids, strict=False):
        it["id"] = id
    notebook = {"cells": made, "metadata": {}, "nbformat": nbformat, "nbformat_minor": 5 if ids else 4}
    return json.dumps(notebook, indent=1) + "\n"


def code(*sources: str, ids: Sequence[str] = ()) -> str:
    """Return a notebook of code cells."""
    return jupyter(*[("code", it) for it in sources], ids=ids)


FORMATS = {
    "marimo.py": MARIMO,
    "percent.py": PERCENT,
    "script.py": SCRIPT,
    "jupyter.ipynb": jupyter(*CELLS),
}


def marks(path: Path) -> dict[str, int]:
    """Return the lines of a file that end with a comment, by what it says."""
    lines = enumerate(path.read_text("utf-8").split("\n"), 1)
    return {mark: number for number, line in lines if (mark := line.partition("  # ")[2])}


def at(text: str | Path, part: str, nth: int = 1) -> int:
    """Return the line of `text` (or of the file) that has `part`, the `nth` such line."""
    whole = text.read_text("utf-8") if isinstance(text, Path) else text
    lines = [number for number, line in enumerate(whole.split("\n"), 1) if part in line]
    return lines[nth - 1]
