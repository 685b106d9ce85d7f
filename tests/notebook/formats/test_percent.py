"""Percent scripts: where cells begin, what they are called, and which belong together."""

import time

import pytest

from dap_kernel.notebook.cells import SCRIPT_CELL, Cell
from dap_kernel.notebook.format_traits import Format
from dap_kernel.notebook.formats.percent import read_percent
from dap_kernel.notebook.formats.reading import read, recognise


def cells(text: str) -> tuple[Cell, ...]:
    return read(text, "nb.py", Format.PERCENT).cells


MARKERS = {
    "# %%": True,
    "#%%": True,
    "#  %% a title": True,
    "#\t%%": True,
    "# %%%% deeper": True,
    "#%%Load": True,
    "# <codecell>": True,
    "# In[3]:": True,
    "# In[ ]:": True,
    "# In[]:": True,
    "  # %%": False,
    "x = 1  # %%": False,
    "## %%": False,
    "# %": False,
    "# %%time": False,
    "# %%bash -e": False,
    "# In[a]:": False,
    "# %matplotlib inline": False,
    "#\n%%": False,
}


@pytest.mark.parametrize(("marker", "begins"), MARKERS.items(), ids=MARKERS.keys())
def test_lines_that_begin_a_cell(marker: str, begins: bool) -> None:
    assert (recognise(f"x = 1\n{marker}\ny = 2\n", "a.py") is Format.PERCENT) == begins


TITLES = {
    "# %%": ("code", "cell 1"),
    "# %% Load data": ("code", "Load data"),
    "#%%Load data": ("code", "Load data"),
    "# %%%% Deeper": ("code", "Deeper"),
    "# %% [markdown]": ("markdown", "markdown cell at position 1"),
    "# %% [md]": ("markdown", "markdown cell at position 1"),
    "#%% md": ("markdown", "markdown cell at position 1"),
    "# %% [raw]": ("raw", "raw cell at position 1"),
    "# %% Title [markdown]": ("markdown", "Title"),
    "# %% [markdown] Title": ("markdown", "Title"),
    '# %% Load data tags=["a b"] key="v" n=1': ("code", "Load data"),
    '# %% {"tags": ["x"]}': ("code", "cell 1"),
    '# %% Load {"tags": ["x"]}': ("code", "Load"),
    "# %% Set x = 3": ("code", "Set x = 3"),
    "# In[7]:": ("code", "cell 1"),
}


@pytest.mark.parametrize(("marker", "found"), TITLES.items(), ids=TITLES.keys())
def test_kinds_and_titles(marker: str, found: tuple[str, str]) -> None:
    (cell,) = cells(f"{marker}\nx = 1\n")
    assert (cell.kind, cell.name) == found


CASES = {
    "two cells": ("# %%\na = 1\n\n# %%\nb = 2", [("a = 1", (2,)), ("b = 2", (5,))]),
    "blank lines": ("# %%\n\na = 1\n\nb = 2\n\n\n", [("a = 1\n\nb = 2", (3, 4, 5))]),
    "no final newline": ("# %%\na = 1", [("a = 1", (2,))]),
    "before the first marker": ("import os\n# %%\na = 1\n", [("import os", (1,)), ("a = 1", (3,))]),
    "only comments before": ("#!/usr/bin/env python\n# coding: utf-8\n\n# %%\na = 1\n", [("a = 1", (5,))]),
    "docstring before": ('"""About."""\n# %%\na = 1\n', [('"""About."""', (1,)), ("a = 1", (3,))]),
    "jupytext header": (
        "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\nimport os\n# %%\na = 1\n",
        [("import os", (7,)), ("a = 1", (9,))],
    ),
    "commented magics": (
        "# %%\n# %%time\n# %matplotlib inline\na = 1\n",
        [("# %%time\n# %matplotlib inline\na = 1", (2, 3, 4))],
    ),
    "empty cell": ("# %%\n# %%\na = 1\n", [("", ()), ("a = 1", (3,))]),
    "marker in a string": (
        '# %%\na = """\n# %%\n"""\n# %%\nb = 2',
        [('a = """\n# %%\n"""', (2, 3, 4)), ("b = 2", (6,))],
    ),
    "quote never closed": (
        '# %%\na = """\n# %%\nb = 2\n# %%\nc = """text"""',
        [('a = """', (2,)), ("b = 2", (4,)), ('c = """text"""', (6,))],
    ),
    "quote never closed, strings after": (
        "# %%\na = '''\n# %%\nb = '''\n# %%\n'''\n# %%\nc = 3",
        [("a = '''\n# %%\nb = '''", (2, 3, 4)), ("'''", (6,)), ("c = 3", (8,))],
    ),
    "apostrophe in a comment": (
        "# %%\n# don't\na = 1\n# %%\n# can't\nb = 1",
        [("# don't\na = 1", (2, 3)), ("# can't\nb = 1", (5, 6))],
    ),
    "form feed": ("# %%\na = 1\n\x0c\n# %%\nb = 2", [("a = 1", (2,)), ("b = 2", (5,))]),
    "tabs": ("# %%\nif 1:\n\ta = 1\n", [("if 1:\n\ta = 1", (2, 3))]),
    "joined: open bracket": (
        "# %%\na = [\n# %%\n1]\n# %%\nb = 2",
        [("a = [\n# %%\n1]", (2, 3, 4)), ("b = 2", (6,))],
    ),
    "joined: indented": (
        "# %%\ndef f():\n    a = 1\n# %% more\n    return a\n# %%\nf()",
        [("def f():\n    a = 1\n# %% more\n    return a", (2, 3, 4, 5)), ("f()", (7,))],
    ),
    "joined: else": (
        "# %%\nif 1:\n    a = 1\n# %%\nelse:\n    a = 2",
        [("if 1:\n    a = 1\n# %%\nelse:\n    a = 2", (2, 3, 4, 5, 6))],
    ),
    "joined: three": (
        "# %%\nfor n in [1]:\n# %%\n    a = 1\n# %% [markdown]\n# text\n# %%\n    b = 1\n# %%\nc = 1",
        [
            ("for n in [1]:\n# %%\n    a = 1\n# %% [markdown]\n# text\n# %%\n    b = 1", tuple(range(2, 9))),
            ("c = 1", (10,)),
        ],
    ),
    "joined: decorator": ("# %%\n@d\n# %%\ndef f(): pass", [("@d\n# %%\ndef f(): pass", (2, 3, 4))]),
    "not joined: another is broken": (
        "# %%\na = [\n# %%\n1]\n# %%\nb = = 2",
        [("a = [", (2,)), ("1]", (4,)), ("b = = 2", (6,))],
    ),
    "live magics": (
        "# %%\n%matplotlib inline\na = [\n# %%\n1]",
        [("%matplotlib inline\na = [\n# %%\n1]", (2, 3, 4, 5))],
    ),
}


@pytest.mark.parametrize(("text", "found"), CASES.values(), ids=CASES.keys())
def test_cells_and_their_lines(text: str, found: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(cell.source, cell.lines) for cell in cells(text)] == found


@pytest.mark.parametrize("ending", ["\r\n", "\r"], ids=["crlf", "cr"])
@pytest.mark.parametrize("name", CASES.keys())
def test_ends_of_line_change_nothing(name: str, ending: str) -> None:
    text, found = CASES[name]
    text = "\ufeff" + text.replace("\n", ending)
    assert [(cell.source, cell.lines) for cell in cells(text)] == found


def test_ids_and_numbers() -> None:
    text = (
        "# %% Load / data\na = 1\n# %%\n\n# %% [markdown]\n# t\n# %% Load / data\nb = 1\n# %%\n%%bash\nls\n"
    )
    assert [(cell.id, cell.kind, cell.number) for cell in cells(text)] == [
        ("Load-data", "code", 1),
        ("cell-2", "code", None),
        ("cell-3", "markdown", None),
        ("Load-data-2", "code", 2),
        ("cell-5", "foreign", 3),
    ]


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("# %%\nx = (\n", 0, "cell 1 does not parse: line 1: '(' was never closed"),
        ("# %%\nreturn\n", 0, "cell 1 does not parse: line 1: 'return' outside function"),
        ("# %% T [markdown]\n# x\n", 0, "T is a markdown cell: it holds no code"),
        ("# %%\n%%bash\nls\n", 0, "cell 1 is a %%bash cell: it is not Python, so nothing in it can stop"),
        ("# %%\n%%time\nx = 1\n", 0, None),
        ("# %%\nawait f()\n", 0, None),
    ],
)
def test_problems_stand_alone(text: str, position: int, words: str | None) -> None:
    assert cells(text)[position].problem == words


def test_a_marker_stands_for_the_first_line_of_its_cell() -> None:
    notebook = read("# %%\n\na = 1\nb = 2\n\n# %%\nc = 3\n", "a.py")
    places = {line: notebook.cell_at(line) for line in range(1, 9)}
    assert {line: (place[0].id, place[1]) if place else None for line, place in places.items()} == {
        1: ("cell-1", 1), 2: ("cell-1", 1), 3: ("cell-1", 1), 4: ("cell-1", 2), 5: None,
        6: ("cell-2", 1), 7: ("cell-2", 1), 8: None,
    }  # fmt: skip
    around = [notebook.cell_around(line) for line in (0, 5, 8, 9)]
    assert [cell.id if cell else None for cell in around] == [None, "cell-1", "cell-2", None]


def test_no_marker_at_all() -> None:
    assert [cell.source for cell in cells("x = 1\n")] == ["x = 1"]
    assert cells("") == ()


def test_a_script_is_one_cell() -> None:
    notebook = read("import os\r\n\r\nx = 1\r\n", "a.py")
    (cell,) = notebook.cells
    assert (notebook.format, cell.id, cell.source) == (Format.SCRIPT, SCRIPT_CELL, "import os\n\nx = 1\n")
    assert notebook.cell_at(3) == (cell, 3)


def test_many_unclosed_quotes_take_no_long_time() -> None:
    begin = time.process_time()
    assert len(cells('# %%\nx = """\n' * 3000 + "# %%\ny = (")) > 1000
    assert time.process_time() - begin < 3


@pytest.mark.parametrize(
    ("rest", "is_skipped"),
    [
        ('tags=["skip-execution"]', True),
        ("tags=['a', 'skip-execution']", True),
        ("tags=[a, skip-execution]", True),
        ('title tags=["skip-execution"] key=["x"]', True),
        ('tags=["a]b", "skip-execution"]', True),
        ('tags=["not skip-execution"]', False),
        ("tags=[not skip-execution]", False),
        ('tags=["skip-execution', False),
        ('mytags=["skip-execution"]', False),
        ('tags={"a": ["skip-execution"]}', False),
        ('{"tags": ["skip-execution"]}', True),
        ('title {"tags": ["a}b", "skip-execution"], "x": {"y": 1}}', True),
        ('[title {1} {"tags": ["skip-execution"]}', True),
        ("{'tags': ['skip-execution']}", True),
        ('{"tags": "skip-execution"}', False),
        ('{"tags": {"skip-execution": 1}}', False),
        ('{"tags": ["skip-execution"]', False),
        ('{"x": {"tags": ["skip-execution"]}}', False),
        ('{"tags": [["skip-execution"], {}, null]}', False),
        ("tags=" + "[" * 900, False),
        ("{" * 900 + "tags}", False),
    ],
)
def test_tags_in_a_marker(rest: str, is_skipped: bool) -> None:
    (cell,) = read_percent(f"# %% {rest}\nx = 1\n").cells
    assert cell.tags == ({"skip-execution"} if is_skipped else set())
