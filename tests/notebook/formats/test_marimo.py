"""marimo files: each layout that a cell can have, and cells that do not parse."""

from textwrap import dedent

import pytest
from marimo._ast.parse import parse_notebook

from dap_kernel.notebook.cells import Cell
from dap_kernel.notebook.formats.reading import read

HEAD = "import marimo\n\napp = marimo.App()\n\n\n"


def cells(body: str) -> list[Cell]:
    """Return the cells of a notebook whose first cell begins at line 1 of `body`, their lines counted so."""
    return list(read(HEAD + dedent(body), "nb.py").cells)


def only(body: str) -> Cell:
    (cell,) = cells(body)
    return cell


def lines(cell: Cell) -> list[int]:
    """Return the cell's lines as lines of the body given to `cells`."""
    return [line - HEAD.count("\n") for line in cell.lines]


CASES = {
    "plain": ("@app.cell\ndef load():\n    x = 1\n    return (x,)\n", "x = 1", [3]),
    "no return": ("@app.cell\ndef load():\n    x = 1\n", "x = 1", [3]),
    "only return": ("@app.cell\ndef load():\n    return\n", "", []),
    "only comments": ("@app.cell\ndef load():\n    # one\n    # two\n    return\n", "# one\n# two", [3, 4]),
    "blank lines": (
        "@app.cell\ndef load():\n\n    x = 1\n\n    y = 2\n\n    return x, y\n",
        "x = 1\n\ny = 2",
        [4, 5, 6],
    ),
    "multi-line signature": (
        "@app.cell\ndef load(\n    a,\n    b,\n):\n    x = a\n    return (x,)\n",
        "x = a",
        [6],
    ),
    "signature with comments": (
        "@app.cell\ndef load(\n    a,  # one: yes\n    b\n    # and ):\n):  # go\n    x = a\n    return\n",
        "x = a",
        [7],
    ),
    "signature with everything": (
        "@app.cell\ndef load(a: int = (1), /, b={'c': 2}, *, d, **e) -> dict[str, int]:\n    x = a\n",
        "x = a",
        [3],
    ),
    "decorator with arguments": (
        '@app.cell(\n    hide_code=True,\n    column=1,\n)\ndef load(a):\n    x = ")"\n    return\n',
        'x = ")"',
        [6],
    ),
    "comments before the body": (
        "@app.cell\ndef load():\n    # why\n    x = 1\n    return (x,)\n",
        "# why\nx = 1",
        [3, 4],
    ),
    "comments after the body": (
        "@app.cell\ndef load():\n    x = 1\n    # then\n    return (x,)\n",
        "x = 1\n# then",
        [3, 4],
    ),
    "comments after, no return": (
        "@app.cell\ndef load():\n    x = 1\n    # then\n\n# not the cell's\n",
        "x = 1\n# then",
        [3, 4],
    ),
    "comment at column 1": ("@app.cell\ndef load():\n# odd\n    x = 1\n    return\n", "# odd\nx = 1", [3, 4]),
    "async": ("@app.cell\nasync def load():\n    x = await f()\n    return (x,)\n", "x = await f()", [3]),
    "one line": ("@app.cell\ndef load(): x = 1; return x\n", "x = 1;", [2]),
    "one line, no return": ("@app.cell\ndef load(): x = 1; y = 2\n", "x = 1; y = 2", [2]),
    "one line, ellipsis": ("@app.cell\ndef load(): ...\n", "...", [2]),
    "one line, only return": ("@app.cell\ndef load(): return\n", "", []),
    "one line of two": ('@app.cell\ndef load(): x = """a\n  b"""; return x\n', 'x = """a\n  b""";', [2, 3]),
    "return on the line": (
        "@app.cell\ndef load():\n    x = 1\n    y = 2; return x\n",
        "x = 1\ny = 2;",
        [3, 4],
    ),
    "multi-line return": (
        "@app.cell\ndef load():\n    x = 1\n    return (\n        x,\n    )\n",
        "x = 1",
        [3],
    ),
    "return inside is kept": (
        "@app.cell\ndef load():\n    def f():\n        return 1\n    return (f,)\n",
        "def f():\n    return 1",
        [3, 4],
    ),
    "nested": (
        "@app.cell\ndef load():\n    if 1:\n        x = (\n            2)\n    return\n",
        "if 1:\n    x = (\n        2)",
        [3, 4, 5],
    ),
    "two spaces": ("@app.cell\ndef load():\n  if 1:\n    x = 2\n  return\n", "if 1:\n  x = 2", [3, 4]),
    "tabs": ("@app.cell\ndef load():\n\tif 1:\n\t\tx = 2\n\treturn\n", "if 1:\n\tx = 2", [3, 4]),
    "string of saved lines": (
        '@app.cell\ndef load():\n    x = """\n    a\n      b\n    """\n    return\n',
        'x = """\na\n  b\n"""',
        [3, 4, 5, 6],
    ),
    "string at column 1": (
        '@app.cell\ndef load():\n    x = """\n    a\nb\n    """\n    return\n',
        'x = """\n    a\nb\n    """',
        [3, 4, 5, 6],
    ),
    "string with a cell in it": (
        '@app.cell\ndef load():\n    x = """\n@app.cell\ndef other():\n    return\n"""\n    return\n',
        'x = """\n@app.cell\ndef other():\n    return\n"""',
        [3, 4, 5, 6, 7],
    ),
    "function": (
        "@app.function\ndef load(a):\n    # double\n    return a * 2\n    # end\n",
        "def load(a):\n    # double\n    return a * 2\n    # end",
        [2, 3, 4, 5],
    ),
    "function with decorators": (
        "@app.function(\n    hide_code=True)\n@cache\ndef load(a): return a\n",
        "@cache\ndef load(a): return a",
        [3, 4],
    ),
    "class": (
        "@app.class_definition\nclass load:\n    def f(self):\n        return 1\n",
        "class load:\n    def f(self):\n        return 1",
        [2, 3, 4],
    ),
    "setup": ("with app.setup:\n    import os\n    # more\n", "import os\n# more", [2, 3]),
    "setup with arguments": ("with app.setup(\n    hide_code=True\n):\n    import os\n", "import os", [4]),
    "setup with pass": ("with app.setup:\n    # nothing\n    pass\n", "# nothing", [2]),
    "setup in one line": ("with app.setup: import os\n", "import os", [1]),
    "async setup": ("async with app.setup:\n    await f()\n", "await f()", [2]),
    "wide letters": ("@app.cell\ndef load(ä: 'ö' = 'ü'): x = 'é'; return x\n", "x = 'é';", [2]),
}


@pytest.mark.parametrize(("body", "source", "at"), CASES.values(), ids=CASES.keys())
def test_the_body_of_a_cell(body: str, source: str, at: list[int]) -> None:
    cell = only(body + '\n\nif __name__ == "__main__":\n    app.run()\n')
    assert (cell.source, lines(cell)) == (source, at)
    assert cell.problem is None


def test_tabs_and_columns_of_the_dedent() -> None:
    columns = {"plain": 4, "two spaces": 2, "tabs": 1, "one line": 12, "function": 0}
    assert {name: only(CASES[name][0]).column for name in columns} == columns


BROKEN = {
    "statement": ("@app.cell\ndef bad():\n    x = = 1\n    y = 2\n    return\n", "x = = 1\ny = 2", [3, 4]),
    "open bracket": ("@app.cell\ndef bad():\n    x = (1\n    return (x,)\n", "x = (1", [3]),
    "open return": ("@app.cell\ndef bad():\n    x = 1\n    return (\n        x,\n", "x = 1", [3]),
    "open string": ('@app.cell\ndef bad():\n    x = """a\n    return (x,)\n', 'x = """a', [3]),
    "under-indented": ("@app.cell\ndef bad():\n    if 1:\n    x = 1\n    return\n", "if 1:\nx = 1", [3, 4]),
    "signature": ("@app.cell\ndef bad(a b):\n    x = 1\n    return\n", "x = 1", [3]),
    "open signature": ("@app.cell\ndef bad(a:\n    x = = 1\n    return\n", "", []),
    "return in a branch": (
        "@app.cell\ndef bad():\n    if 1:\n        return\n    x = 1\n",
        "if 1:\n    return\nx = 1",
        [3, 4, 5],
    ),
}


@pytest.mark.parametrize(("body", "source", "at"), BROKEN.values(), ids=BROKEN.keys())
def test_a_cell_that_does_not_parse_leaves_the_others_alone(body: str, source: str, at: list[int]) -> None:
    before = "@app.cell\ndef one():\n    a = 1\n    return (a,)\n\n\n"
    after = '\n\n@app.cell\ndef two():\n    b = """\n    text"""\n    return (b,)\n'
    one, bad, two = cells(before + body + after)
    assert (bad.source, [line - 6 for line in lines(bad)]) == (source, at)
    assert bad.id == "bad"
    assert bad.problem is not None
    assert "bad" in bad.problem
    assert (one.id, one.source, one.problem) == ("one", "a = 1", None)
    assert (two.id, two.source, two.problem) == ("two", 'b = """\ntext"""', None)


def test_cells_that_marimo_saved_as_unparsable() -> None:
    one, two = cells(
        """\
        app._unparsable_cell(
            r\"\"\"
            x = = 1
              y
            \"\"\",
            name="odd"
        )

        app._unparsable_cell("z = (\\n1")
        """
    )
    assert (one.id, one.source, lines(one)) == ("odd", "x = = 1\n  y", [3, 4])
    assert (two.id, two.source) == ("cell-2", "")
    assert one.problem and two.problem


def test_names_numbers_and_ids() -> None:
    found = cells(
        """\
        with app.setup:
            import os

        @app.cell
        def _():
            x = 1
            return

        @app.cell
        def load():
            return

        @app.cell
        def load():
            y = 1
            return

        @app.cell
        def __():
            z = 1
            return
        """
    )
    assert [(it.id, it.number, it.name, it.anchor) for it in found] == [
        ("setup", 1, "setup", "setup"),
        ("cell-2", 2, "cell 2", None),
        ("load", None, "load", "load"),
        ("load-2", 3, "load", "load"),
        ("cell-5", 4, "cell 4", None),
    ]


def test_lines_around_a_cell() -> None:
    notebook = read(
        HEAD + "@app.cell\ndef load(\n    a):\n    x = 1\n    return (x,)\n\n\nif True: pass\n", "nb.py"
    )
    first = HEAD.count("\n")
    at = {line: notebook.cell_at(first + line) for line in range(8)}
    assert {line: place and place[1] for line, place in at.items()} == {
        0: None, 1: 1, 2: 1, 3: 1, 4: 1, 5: None, 6: None, 7: None,
    }  # fmt: skip
    around = notebook.cell_around(first + 5)
    assert around is not None and around.id == "load"
    assert notebook.cell_around(first + 7) is None


def test_an_app_of_another_name() -> None:
    notebook = read(
        "import marimo as m\nnb = m.App()\n\n@nb.cell\ndef _():\n    x = 1\n    return\n", "nb.py"
    )
    assert [cell.source for cell in notebook.cells] == ["x = 1"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_ends_of_line_and_a_byte_order_mark(ending: str) -> None:
    text = "\ufeff" + (HEAD + CASES["nested"][0]).replace("\n", ending)
    (cell,) = read(text, "nb.py").cells
    assert (cell.source, lines(cell)) == CASES["nested"][1:]


# What marimo's own reader garbles (0.25): it would lose or join lines that Python keeps apart.
MISREAD = {
    "comments after, no return",
    "comment at column 1",
    "setup with arguments",
    "setup in one line",
} | {"wide letters"}


@pytest.mark.parametrize("name", [name for name in CASES if name not in MISREAD])
def test_bodies_are_those_that_marimo_reads(name: str) -> None:
    text = HEAD + CASES[name][0] + '\n\nif __name__ == "__main__":\n    app.run()\n'
    theirs = parse_notebook(text)
    assert theirs is not None
    assert [CASES[name][1]] == [it.code.strip() for it in theirs.cells]
