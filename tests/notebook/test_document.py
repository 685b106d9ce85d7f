"""A notebook's life: edited on disk, broken for a moment, taken over by the client, given back."""

import json
import os
from pathlib import Path

import pytest

from dap_kernel.notebook.document import Document, conflict_line
from dap_kernel.notebook.files import NotebookError, decode
from dap_kernel.notebook.format_traits import Format
from dap_kernel.notebook.formats.synced import SyncedCell

PERCENT = "# %% one\nx = 1\n# %% two\ny = 2\n"
MARIMO = "import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef load():\n    x = 1\n    return (x,)\n"


def ipynb(*sources: str) -> str:
    cells = [
        {
            "cell_type": "code",
            "id": f"id{n}",
            "metadata": {},
            "outputs": [],
            "source": source.splitlines(True),
        }
        for n, source in enumerate(sources, 1)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def write(document: Document, text: str | bytes) -> None:
    """Write the file, at a time that differs from the one before."""
    before = os.stat(document.path).st_mtime_ns if os.path.exists(document.path) else 0
    Path(document.path).write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(document.path, ns=(before + 10**9, before + 10**9))


def document(tmp_path: Path, text: str | bytes, name: str = "nb.py") -> Document:
    made = Document(str(tmp_path / name))
    write(made, text)
    assert made.look()
    assert made.problem is None
    return made


def sources(it: Document) -> list[str]:
    return [cell.source for cell in it.notebook.cells]


def test_content_decides_whether_it_changed(tmp_path: Path) -> None:
    it = document(tmp_path, PERCENT)
    assert it.format is Format.PERCENT
    assert not it.look()
    write(it, PERCENT)
    assert not it.look()
    write(it, PERCENT.replace("x = 1", "x = 3"))
    assert it.look()
    assert sources(it) == ["x = 3", "y = 2"]


def test_cells_keep_their_ids_over_edits(tmp_path: Path) -> None:
    it = document(tmp_path, "# %%\nx = 1\n# %%\ny = 2\n")
    write(it, "# %%\nnew\n# %%\nx = 1\n# %%\ny = 22\n")
    assert it.look()
    assert [cell.id for cell in it.notebook.cells] == ["cell-1-2", "cell-1", "cell-2"]


UNREADABLE = {
    "empty": (b"", "nb.py is empty"),
    "blank": (b"\n\n", "nb.py is empty"),
    "conflict": (
        b"# %%\nx = 1\n<<<<<<< HEAD\ny = 2\n=======\ny = 3\n>>>>>>> other\n",
        "nb.py has conflict markers from line 3 on",
    ),
    "not utf-8": (b"# %%\nx = '\xff'\n", "nb.py is not utf-8 text"),
    "unknown encoding": (b"# coding: klingon\n# %%\nx = 1\n", "nb.py is not utf-8 text"),
}


@pytest.mark.parametrize(("data", "words"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_text_that_is_not_whole_keeps_the_last_good_one(tmp_path: Path, data: bytes, words: str) -> None:
    it = document(tmp_path, PERCENT)
    write(it, data)
    assert not it.look()
    assert it.problem is not None
    assert it.problem.startswith(words)
    assert it.problem.endswith("its last good text is used")
    assert sources(it) == ["x = 1", "y = 2"]
    write(it, PERCENT.replace("x = 1", "x = 3"))
    assert it.look()
    assert it.problem is None
    assert sources(it) == ["x = 3", "y = 2"]


def test_half_a_notebook_keeps_the_last_good_one(tmp_path: Path) -> None:
    text = ipynb("x = 1", "y = 2")
    it = document(tmp_path, text, "nb.ipynb")
    write(it, text[: len(text) // 2])
    assert not it.look()
    assert it.problem is not None
    assert "the JSON breaks off" in it.problem
    assert sources(it) == ["x = 1", "y = 2"]
    write(it, text)
    assert not it.look(), "it is what it was"
    assert it.problem is None


def test_a_file_that_is_gone_and_comes_back(tmp_path: Path) -> None:
    it = document(tmp_path, PERCENT)
    os.remove(it.path)
    assert not it.look()
    assert it.problem is not None
    assert "No such file" in it.problem
    assert sources(it) == ["x = 1", "y = 2"]
    write(it, PERCENT)
    assert not it.look()
    assert it.problem is None


def test_a_file_that_never_was(tmp_path: Path) -> None:
    it = Document(str(tmp_path / "none.py"))
    assert not it.look()
    assert it.problem == "none.py cannot be read: No such file or directory"
    assert it.notebook.cells == ()


def test_an_empty_file_is_a_script_until_there_is_more(tmp_path: Path) -> None:
    it = document(tmp_path, "")
    assert it.format is Format.SCRIPT
    write(it, MARIMO)
    assert it.look()
    assert it.format is Format.MARIMO


@pytest.mark.parametrize("text", ["import marimo\nx = (\n", "x = 1\n"], ids=["broken", "other"])
def test_a_notebook_keeps_its_format_while_it_is_edited(tmp_path: Path, text: str) -> None:
    it = document(tmp_path, MARIMO)
    write(it, text)
    it.look()
    assert it.format is Format.MARIMO


def test_the_format_that_is_asked_for_wins(tmp_path: Path) -> None:
    it = Document(str(tmp_path / "nb.py"), Format.SCRIPT)
    write(it, PERCENT)
    assert it.look()
    assert (it.format, len(it.notebook.cells)) == (Format.SCRIPT, 1)


def test_text_of_the_client_wins_over_the_disk(tmp_path: Path) -> None:
    it = document(tmp_path, PERCENT)
    assert it.sync(PERCENT.replace("x = 1", "x = 5"))
    assert it.is_synced
    write(it, PERCENT.replace("x = 1", "x = 9"))
    assert not it.look()
    assert sources(it) == ["x = 5", "y = 2"]
    assert not it.sync("\n")
    assert it.problem == "nb.py is empty; its last good text is used"
    assert it.sync(None)
    assert not it.is_synced
    assert sources(it) == ["x = 9", "y = 2"]


def test_a_notebook_shown_as_a_percent_script(tmp_path: Path) -> None:
    it = document(tmp_path, ipynb("x = 1", "y = 2"), "nb.ipynb")
    assert it.sync("# %%\nx = 1\n\n# %%\ny = 2\n", Format.PERCENT)
    assert [(cell.id, cell.source, cell.lines) for cell in it.notebook.cells] == [
        ("id1", "x = 1", (2,)),
        ("id2", "y = 2", (5,)),
    ]


def test_cells_of_the_client(tmp_path: Path) -> None:
    it = document(tmp_path, ipynb("x = 1\nx = 2", "y = 2"), "nb.ipynb")
    lines = [cell.lines for cell in it.notebook.cells]
    told = [
        SyncedCell("uri:new", "code", "n = 1\nm = 2"),
        SyncedCell("uri:one", "code", "x = 1\nnew = 1\nx = 2", "id1"),
        SyncedCell("uri:md", "markdown", "text"),
        SyncedCell("uri:two", "code", "y = 2", "id2"),
    ]
    assert it.sync_cells(told)
    assert [(cell.id, cell.kind, cell.number) for cell in it.notebook.cells] == [
        ("cell-1", "code", 1), ("id1", "code", 2), ("cell-3", "markdown", None), ("id2", "code", 3),
    ]  # fmt: skip
    assert [it.uri_of(id) for id in ("cell-1", "id1", "id2", "x")] == ["uri:new", "uri:one", "uri:two", None]
    assert [it.id_of(uri) for uri in ("uri:one", "uri:x")] == ["id1", None]
    assert all(len(cell.lines) == cell.source.count("\n") + 1 for cell in it.notebook.cells)
    assert it.notebook.by_id["id2"].lines == lines[1]
    first, second = lines[0]
    assert it.notebook.by_id["id1"].lines == (first, first, second)
    assert not it.sync_cells(told)
    assert it.sync_cells([SyncedCell(f"{one.uri}2", one.kind, one.text, one.id) for one in told])
    assert it.uri_of("id2") == "uri:two2"
    assert it.sync(None)
    assert it.uri_of("id2") is None


def test_cells_of_a_marimo_file_in_an_editor_for_notebooks(tmp_path: Path) -> None:
    it = document(tmp_path, MARIMO)
    assert it.sync_cells([SyncedCell("uri:1", "code", "x = 1\ny = 2"), SyncedCell("uri:2", "code", "z = x")])
    first, second = it.notebook.cells
    assert (first.id, first.name, first.lines) == ("load", "load", (8, 8))
    assert (second.id, second.name) == ("cell-2", "cell 2")


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        ("x = 'é'".encode(), "a.py", "x = 'é'"),
        (b"\xef\xbb\xbfx = 1", "a.py", "x = 1"),
        (
            "# -*- coding: latin-1 -*-\nx = 'é'".encode("latin-1"),
            "a.py",
            "# -*- coding: latin-1 -*-\nx = 'é'",
        ),
        ("#!python\n# vim: set fileencoding=cp1252 :\n'€'".encode("cp1252"), "a.py", None),
        (b"\xef\xbb\xbf{}", "a.ipynb", "{}"),
        ("# coding: latin-1 é".encode(), "a.ipynb", "# coding: latin-1 é"),
    ],
)
def test_encodings(data: bytes, name: str, text: str | None) -> None:
    assert decode(data, name) == (text or data.decode("cp1252"))


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(NotebookError, match="is not utf-8 text: byte 1"):
        decode(b"{\xff}", "a.ipynb")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n<<<<<<< x\nb\n=======\nc\n>>>>>>> y\n", 2),
        ("<<<<<<< x\n||||||| z\n=======\n>>>>>>> y", 1),
        ("<<<<<<< x\r\n=======\r\n>>>>>>> y\r\n", 1),
        ("# =======\nx\n=======", None),
        (">>>>>>> a\n=======\n<<<<<<< b", None),
        ("'<<<<<<< '\n'>>>>>>> '", None),
        ("", None),
    ],
)
def test_conflict_markers(text: str, line: int | None) -> None:
    assert conflict_line(text) == line
