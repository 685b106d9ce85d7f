"""A page of a table as lines that fit a width."""

import pytest

from dap_kernel.protocol.tables import ColumnKind, NotebookTableResponse, TableColumn
from dap_kernel.server.repl.table_text import table_text


def page(columns: dict[str, list[str]], rows: int | None = None, total: int | None = None, **more):
    kinds: dict[str, ColumnKind] = {"n": "number"}
    made = [TableColumn(it, "", kinds.get(it, "text")) for it in columns]
    cells = [list(it) for it in zip(*columns.values(), strict=True)]
    count = len(cells) if rows is None else rows
    width = more.pop("width", len(columns))
    labels = [str(it) for it in range(len(cells))]
    return NotebookTableResponse("frame", "T", total or count, count, width, made, labels, cells, **more)


WIDE = {f"column{it}": ["x" * 10] for it in range(30)}
LONG = "x" * 90
TWO = {"n": ["1", "20"], "t": ["a", "b"]}
ODD = {"t": ["a\r\nb\tc\x1b[31m"], "n": ["1"]}
WIDER = {"t": ["日本", "é"], "u": ["x", "y"]}
CASES = {
    "plain": (page(TWO), 40, ["    n  t", "0   1  a", "1  20  b"], "rows 0 to 1 of 2, 2 columns (T)"),
    "clipped": (
        page({"t": [LONG], "u": ["y"]}),
        80,
        [f"   t{'u':>42}", f"0  {LONG[:39]}…  y"],
        "rows",
    ),
    "alone": (page({"t": [LONG]}), 60, ["   t", f"0  {LONG[:56]}…"], "rows 0 to 0 of 1, 1 column (T)"),
    "lines": (page(ODD), 40, ["   t           n", "0  a b c [31m  1"], "rows"),
    "wide characters": (page(WIDER), 40, ["   t     u", "0  日本  x", "1  é     y"], "rows"),
    "labels": (page({"t": ["a"]}, index_name="day"), 40, ["day  t", "0    a"], "rows 0 to 0 of 1"),
    "filtered": (
        page({"n": ["1"]}, 1, 5),
        40,
        ["   n", "0  1"],
        "rows 0 to 0 of 1 that pass, of 5, 1 column",
    ),
    "none": (page({"n": []}), 40, ["  n"], "no rows, 1 column (T)"),
    "past the end": (page({"n": []}, 7), 40, ["  n"], "no row from 3 on: there are 7"),
    "no columns": (page({}), 40, [], "no rows, 0 columns (T)"),
}


@pytest.mark.parametrize(("table", "width", "lines", "last"), CASES.values(), ids=CASES)
def test_lines(table, width, lines, last):
    start = 3 if last.startswith("no row from") else 0
    *shown, end = table_text(table, width, start, 0).split("\n")
    assert shown == lines
    assert end.startswith(last)


@pytest.mark.parametrize("width", [1, 20, 40, 80, 100, 200])
def test_a_wide_table_fits_and_names_the_rest(width):
    *shown, more, last = table_text(page(WIDE, width=50), width, 0, 0).split("\n")
    assert all(len(it) <= max(width, 16) for it in shown)
    count = shown[0].count("column")
    assert more.startswith(f"… {50 - count} more columns: column{count}, ")
    assert more.endswith(", …")
    assert last == "rows 0 to 0 of 1, 50 columns (T)"
