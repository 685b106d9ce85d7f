"""Jupyter notebooks: what is read, on which line of the JSON each source line stands, what is refused."""

import json
import random
import time

import nbformat
import pytest

from dap_kernel.notebook.cells import Notebook
from dap_kernel.notebook.files import NotebookError
from dap_kernel.notebook.format_traits import Format
from dap_kernel.notebook.formats.reading import read


def notebook(*cells: dict[str, object], **more: object) -> dict[str, object]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def code(source: str | list[str], **more: object) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
        **more,
    }


def parse(text: str) -> Notebook:
    return read(text, "nb.ipynb")


def test_the_layout_that_nbformat_writes() -> None:
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Title", id="m"),
            nbformat.v4.new_code_cell('x = "ä\\t"\n\ny = 2', id="one"),
            nbformat.v4.new_code_cell("", id="two"),
            nbformat.v4.new_raw_cell("raw", id="three"),
            nbformat.v4.new_code_cell("%%bash\nls", id="four"),
        ]
    )
    text = nbformat.writes(made)
    rows = text.split("\n")
    found = parse(text)
    assert [(it.id, it.kind, it.number, it.source) for it in found.cells] == [
        ("m", "markdown", None, "# Title"),
        ("one", "code", 1, 'x = "ä\\t"\n\ny = 2'),
        ("two", "code", None, ""),
        ("three", "raw", None, "raw"),
        ("four", "foreign", 2, "%%bash\nls"),
    ]
    one = found.by_id["one"]
    assert [rows[line - 1].strip() for line in one.lines] == [r'"x = \"ä\\t\"\n",', r'"\n",', '"y = 2"']
    assert found.cell_at(one.lines[1]) == (one, 2)
    assert found.cell_at(one.lines[0] - 1) is None, "metadata is no line of a cell"
    assert found.cell_around(one.lines[0] - 1) == one
    assert found.by_id["two"].lines == ()


LAYOUTS = {
    "usual": lambda it: json.dumps(it, indent=1),
    "sorted": lambda it: json.dumps(it, indent=1, sort_keys=True),
    "wide": lambda it: json.dumps(it, indent=4),
    "tabs": lambda it: json.dumps(it, indent="\t"),
    "minified": lambda it: json.dumps(it, separators=(",", ":")),
    "one line": lambda it: json.dumps(it),
    "crlf": lambda it: json.dumps(it, indent=1).replace("\n", "\r\n"),
    "ascii": lambda it: json.dumps(it, indent=1, ensure_ascii=True),
    "unicode": lambda it: json.dumps(it, indent=1, ensure_ascii=False),
    "byte order mark": lambda it: "\ufeff" + json.dumps(it, indent=1),
    "backwards": lambda it: json.dumps(backwards(it), indent=1),
    "two a row": lambda it: json.dumps(it, indent=1).replace('\\n",\n', '\\n", '),
    "spread out": lambda it: json.dumps(it, indent=1, separators=("\n\n,", "\n:\n ")),
}
SOURCES: dict[str, str | list[str]] = {
    "list": ["x = 1\n", "y = 2"],
    "string": "x = 1\ny = 2",
    "string of one line": "x = 1",
    "ends with a newline": ["x = 1\n", "y = 2\n"],
    "blank lines": ["\n", "x = 1\n", "\n", "\n"],
    "pieces of lines": ["x", " = ", "1\n", "", "y = 2\nz", " = 3"],
    "empty list": [],
    "empty string": "",
    "only a newline": ["\n"],
    "escapes": ["x = '\\n\\t\\\\'\n", 'y = "\\u00e4" # "quoted"\n', "z = 'ä🎉\u2028\x0c'"],
    "brackets": ['x = ["source", "]"]\n', 'y = {"source": [1, 2], "cells": []}'],
    "crlf inside": ["x = 1\r\n", "y = 2"],
}


def backwards(value: object) -> object:
    """Return the same JSON with the members of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return [backwards(it) for it in value] if isinstance(value, list) else value


def string_rows(text: str) -> list[tuple[int, str]]:
    """Return each string of a JSON text with the line it begins on: a slow and simple oracle."""
    found = []
    position, line = 0, 1
    while position < len(text):
        if text[position] == '"':
            value, position = json.JSONDecoder().raw_decode(text, position)
            found.append((line, value))
            continue
        line += text[position] == "\n"
        position += 1
    return found


@pytest.mark.parametrize("layout", LAYOUTS.keys())
@pytest.mark.parametrize("name", SOURCES.keys())
def test_each_source_line_stands_where_the_json_has_it(name: str, layout: str) -> None:
    source = SOURCES[name]
    outputs = [
        {"output_type": "display_data", "data": {"source": ["no\n", "source"]}, "metadata": {"source": "no"}}
    ]
    text = LAYOUTS[layout](
        notebook(
            code(["first"]),
            code(source, id="it", outputs=outputs, metadata={"source": ["not\n", "this"]}),
            code("last"),
        )
    )
    found = parse(text).by_id["it"]
    joined = "".join(source).replace("\r\n", "\n")
    assert found.source == joined.removesuffix("\n")
    assert len(found.lines) == (found.source.count("\n") + 1 if joined.strip("\n") or len(joined) > 1 else 0)
    rows = string_rows(text.removeprefix("\ufeff"))
    pieces = source if isinstance(source, list) else [source]
    for line, row in zip(found.source.split("\n"), found.lines, strict=False):
        there = [value.replace("\r\n", "\n") for at, value in rows if at == row and value in pieces]
        assert any(line[:1] in value for value in there), (line, row)
    if isinstance(source, list) and len(source) > 1 and name != "pieces of lines":
        expected = [at for at, value in rows if value in source][: len(found.lines)]
        assert list(found.lines) == sorted(expected)


def test_random_layouts_agree_with_the_oracle() -> None:
    chance = random.Random(1)
    for _ in range(200):
        sources = [[f"c{cell}l{line}\n" for line in range(chance.randrange(5))] for cell in range(4)]
        made = notebook(
            *(code(source, outputs=[{"source": ["o\n", "p"]}] * chance.randrange(2)) for source in sources)
        )
        if chance.random() < 0.5:
            made = backwards(made)  # type: ignore[assignment]
        text = json.dumps(made, indent=chance.choice([None, 0, 1, 2]))
        for _ in range(chance.randrange(6)):
            at = chance.choice([place for place, it in enumerate(text) if it in "[{,"])
            text = text[: at + 1] + chance.choice(["\n", "\n\n", " ", "\r\n"]) + text[at + 1 :]
        rows = {value: line for line, value in string_rows(text)}
        cells = parse(text).cells
        if "c0" in text:
            cells = tuple(sorted(cells, key=lambda it: it.source or "z"))
        for cell in cells:
            if cell.source:
                assert list(cell.lines) == [rows[line + "\n"] for line in cell.source.split("\n")]


REFUSED = {
    "empty": ("", "breaks off"),
    "half": ('{"cells": [{"cell_type": "code", "source": ["x', "breaks off or is wrong at line 1"),
    "half in line 3": ('{"cells": [\n{"cell_type": "code",\n "source": [', "at line 3"),
    "two": ('{"nbformat": 4, "cells": []}{}', "breaks off or is wrong"),
    "conflict": ('{\n<<<<<<< HEAD\n"nbformat": 4}', "breaks off or is wrong at line 2"),
    "version 3": ('{"nbformat": 3, "worksheets": []}', "jupyter nbconvert --to notebook --nbformat 4"),
    "version 5": ('{"nbformat": 5, "cells": []}', "newer"),
    "no version": ('{"cells": []}', "jupyter nbconvert --to notebook --nbformat 4"),
    "no cells": ('{"nbformat": 4}', "no list of cells"),
    "cells of another kind": ('{"nbformat": 4, "cells": {}}', "no list of cells"),
    "a cell of another kind": ('{"nbformat": 4, "cells": [\n1]}', "the cell at line 2 is no JSON object"),
    "a list": ("[1]", "is no object"),
    "julia": ('{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"language": "julia"}}}', "in julia"),
    "R": ('{"nbformat": 4, "cells": [], "metadata": {"language_info": {"name": "R"}}}', "in R"),
    "too deep": ('{"nbformat": 4, "metadata": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_and_why(text: str, words: str) -> None:
    with pytest.raises(NotebookError) as refusal:
        parse(text)
    assert words in str(refusal.value)


@pytest.mark.parametrize("minor", range(6))
def test_minor_versions_4_0_to_4_5(minor: int) -> None:
    cell = code("x = 1") | ({"id": "abc"} if minor == 5 else {})
    found = parse(json.dumps(notebook(cell, nbformat_minor=minor)))
    assert found.format is Format.JUPYTER
    assert [it.id for it in found.cells] == ["abc" if minor == 5 else "cell-1"]


def test_ids_that_come_twice_or_are_no_names() -> None:
    ids = ["a", "a", "a/b#c@1", "", 7]
    found = parse(json.dumps(notebook(*(code("x", id=id) for id in ids))))
    assert [it.id for it in found.cells] == ["a", "a-2", "a-b-c-1", "cell-4", "cell-5"]


def test_the_kernelspec_is_a_hint() -> None:
    spec = {"kernelspec": {"name": "my-env", "language": "python", "display_name": "x"}}
    assert parse(json.dumps(notebook(metadata=spec))).python == "my-env"
    assert parse(json.dumps(notebook(metadata={}))).python is None


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("%%bash\nls", "foreign"),
        ("\n%%html\n<b>", "foreign"),
        ("%%writefile a.py\nx = 1", "foreign"),
        ("%%unknown\nx = 1", "code"),
        ("%%unknown\n!ls\nx = 1", "code"),
        ("%%unknown\nselect * from x", "foreign"),
        ("%%time\nx = 1", "code"),
        ("%%capture out\nx = 1", "code"),
        ("%%timeit -n 3\nx", "code"),
        ("%matplotlib inline\nx = 1", "code"),
        ("!ls\nfiles = !ls\nx?", "code"),
        ("# %%bash\nx = 1", "code"),
        ("x = 1\n%%bash", "code"),
    ],
)
def test_which_cells_are_python(source: str, kind: str) -> None:
    (cell,) = parse(json.dumps(notebook(code(source)))).cells
    assert cell.kind == kind


@pytest.mark.parametrize("indent", [None, 1])
def test_10_000_cells_open_in_linear_time(indent: int | None) -> None:
    def seconds(count: int) -> float:
        made = notebook(*(code([f"x{n} = 1\n", f"y{n} = 2\n", "z"], id=f"c{n}") for n in range(count)))
        text = json.dumps(made, indent=indent)
        best = 9.0
        for _ in range(3):
            begin = time.process_time()
            assert len(parse(text).cells) == count
            best = min(best, time.process_time() - begin)
        return best

    few, many = seconds(1000), seconds(10_000)
    assert many < 0.3 or many < 40 * few
