"""Which cell of an edited notebook is which of the one before."""

import time

import pytest

from dap_kernel.notebook.cells import Draft, Notebook
from dap_kernel.notebook.format_traits import Format
from dap_kernel.notebook.formats.cell_numbering import number_cells
from dap_kernel.notebook.matching import match


def notebook(*sources: str) -> Notebook:
    """Return a notebook of cells; "name: source" gives one a name of its own."""
    drafts = []
    for source in sources:
        name, colon, text = source.partition(": ")
        text, anchor = (text, name) if colon else (source, None)
        drafts.append(
            Draft("markdown" if text.startswith("#") else "code", text, (1,), (1, 1), anchor=anchor)
        )
    return Notebook(Format.PERCENT, number_cells(drafts), "")


LONG = "total = sum(row.price for row in rows)\nprint(total, len(rows))"
CASES = {
    # old cells, new cells, ids of the new ones
    "nothing": (["a=1", "b=2"], ["a=1", "b=2"], ["cell-1", "cell-2"]),
    "inserted at the top": (["a=1", "b=2"], ["new", "a=1", "b=2"], ["cell-1-2", "cell-1", "cell-2"]),
    "inserted in between": (["a=1", "b=2"], ["a=1", "new", "b=2"], ["cell-1", "cell-2-2", "cell-2"]),
    "appended": (["a=1"], ["a=1", "new"], ["cell-1", "cell-2"]),
    "deleted": (["a=1", "b=2", "c=3"], ["a=1", "c=3"], ["cell-1", "cell-3"]),
    "moved": (["a=1", "b=2", "c=3"], ["c=3", "a=1", "b=2"], ["cell-3", "cell-1", "cell-2"]),
    "edited": (["a=1", "b=2", "c=3"], ["a=1", "other text", "c=3"], ["cell-1", "cell-2", "cell-3"]),
    "edited and one inserted before": (
        ["a=1", LONG, "c=3"],
        ["a=1", "new", LONG.replace("price", "cost"), "c=3"],
        ["cell-1", "cell-2-2", "cell-2", "cell-3"],
    ),
    "edited and one deleted before": (
        ["a=1", "gone", LONG, "c=3"],
        ["a=1", LONG.replace("price", "cost"), "c=3"],
        ["cell-1", "cell-3", "cell-4"],
    ),
    "split": (["a=1", LONG], ["a=1", *LONG.split("\n")], ["cell-1", "cell-2", "cell-3"]),
    "equal texts": (["x", "x", "x"], ["x", "x"], ["cell-1", "cell-2"]),
    "emptied": (["a=1", "b=2"], ["a=1", ""], ["cell-1", "cell-2"]),
    "empty cells": (["", "a=1", ""], ["", "", "a=1", ""], ["cell-1", "cell-2-2", "cell-2", "cell-3"]),
    "another kind": (["a=1", "b=2"], ["a=1", "# text"], ["cell-1", "cell-2-2"]),
    "names": (["load: a=1", "fit: b=2"], ["fit: c=3", "load: a=1"], ["fit", "load"]),
    "names win over texts": (["load: a=1", "fit: b=2"], ["load: b=2", "fit: a=1"], ["load", "fit"]),
    "renamed": (["load: a=1", "b=2"], ["read: a=1", "b=2"], ["load", "cell-2"]),
    "named": (["a=1", "b=2"], ["a=1", "fit: b=2"], ["cell-1", "cell-2"]),
    "name taken by another": (["load: a=1"], ["read: a=1", "load: b=2"], ["read", "load"]),
    "all": (["a=1"], [], []),
    "from none": ([], ["a=1"], ["cell-1"]),
}


@pytest.mark.parametrize(("old", "new", "ids"), CASES.values(), ids=CASES.keys())
def test_ids_are_kept(old: list[str], new: list[str], ids: list[str]) -> None:
    found = match(notebook(*old), notebook(*new))
    assert [cell.id for cell in found.cells] == ids
    assert set(found.by_id) == set(ids)


def test_a_cell_that_was_renamed_stays_itself_over_more_edits() -> None:
    first = notebook("load: a=1", "x")
    second = match(first, notebook("read: a=1", "x"))
    third = match(second, notebook("read: a=2", "x"))
    fourth = match(third, notebook("new: y=3", "read: a=2", "x"))
    assert [cell.id for cell in fourth.cells] == ["new", "load", "cell-2"]


def test_10_000_cells_are_matched_in_linear_time() -> None:
    words = [f"x{n} = f(y{n}, {n})\nprint(x{n})" for n in range(10_000)]
    edited = [text.replace("print", "show") for text in words]
    begin = time.process_time()
    match(notebook(*words), notebook(*words[5000:], *words[:5000]))
    match(notebook(*words), notebook("new", *edited))
    match(notebook(*words), notebook(*edited[:3000], *edited[4000:]))
    match(notebook(*["x"] * 10_000), notebook(*["x"] * 9_000, *["y"] * 900))
    assert time.process_time() - begin < 8
