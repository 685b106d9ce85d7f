"""What clients call sources, and the output that names them, of a notebook on disk."""

import pytest

from dap_kernel.kernels.printed import Piece
from dap_kernel.protocol.breakpoints import SourceBreakpoint
from dap_kernel.protocol.sources import Source
from dap_kernel.server.output.cell_output import LONGEST

# What a client says, it is told.


@pytest.mark.parametrize(
    "form", ["{path}", "file://{path}", "vscode-remote://host{path}", "{folder}/./nb.py"]
)
def test_a_source_is_told_in_the_clients_own_words(harness, form):
    harness.launch()
    said = form.format(path=harness.path, folder=harness.path.parent)
    (told,) = harness.set(9, path=said)
    assert told.verified and told.source.path == said
    location = harness.sources.locate(f"{harness.text.path}#train@1.py", 9)
    assert location is None or location.source.path == said
    revision = harness.run("train")
    location = harness.sources.locate(revision.filename, 9)
    assert (location.source.path, location.line) == (said, 9)
    assert not location.source.source_reference


def test_a_cells_uri_counts_from_the_cells_first_line(jupyter):
    jupyter.launch()
    uri = f"vscode-notebook-cell:{jupyter.path}#W1sZmlsZQ%3D%3D"
    (told,) = jupyter.set(2, path=uri)
    assert (told.verified, told.line, told.source.path) == (True, 2, uri)
    revision = jupyter.run("cell 1")
    location = jupyter.sources.locate(revision.filename, 2)
    assert (location.source.path, location.line, location.shift) == (uri, 2, 0)
    other = jupyter.sources.locate(jupyter.run("cell 2").filename, 1)
    assert (other.source.path, other.line) == (uri.replace("W1s", "W2s"), 1)


def test_an_ipynb_shown_as_text_has_lines_of_json(jupyter):
    jupyter.launch()
    lines = jupyter.path.read_text().splitlines()
    at = next(number for number, it in enumerate(lines, 1) if '"b = 2"' in it)
    (told,) = jupyter.set(at)
    assert (told.verified, told.line) == (True, at)
    location = jupyter.sources.locate(jupyter.run("cell 1").filename, 2)
    assert (location.line, location.shift) == (at, None)


def test_text_that_is_no_longer_there_is_shown_as_it_ran(harness):
    harness.launch()
    revision = harness.run("load")
    harness.edit("b = 2", "z = 26")
    location = harness.sources.locate(revision.filename, 4)
    assert location.source.source_reference > 0 and location.source.path.endswith(".py")
    assert location.source.name == "nb (as it ran).py"  # one ending
    assert location.line == 3
    by_reference = Source(source_reference=location.source.source_reference)
    assert harness.sources.read(by_reference).filename == revision.filename
    by_nvim = Source(path=f"dap-src://1/{location.source.source_reference}/{location.source.path}")
    assert harness.sources.read(by_nvim).filename == revision.filename
    (told,) = harness.breakpoints.replace(by_nvim, [SourceBreakpoint(3)])
    assert told.verified
    assert harness.tables() == {"nb.py#load@1.py": [4]}


# Output.


def test_virtual_filenames_become_the_notebooks_own(harness):
    harness.launch()
    revision = harness.run("train")
    path, virtual = harness.text.path, revision.filename
    text = f'  File "{virtual}", line 9, in f\n{virtual}:10: UserWarning\n{virtual}\n'
    assert (
        harness.output.rewritten(text) == f'  File "{path}", line 9, in f\n{path}:10: UserWarning\n{path}\n'
    )
    harness.edit("    return x", "    pass")
    assert "(as it ran)" in harness.output.rewritten(f'File "{revision.filename}", line 9')


def test_output_names_the_line_that_printed_it(harness):
    harness.launch()
    revision = harness.run("train")
    harness.output.pieces(
        [Piece("a", "stdout", revision.filename, 10), Piece("b\n", "stdout", revision.filename, 10)]
    )
    harness.place = revision.filename, 9
    harness.output.pieces([Piece("from C\n", "stderr")])
    told = [(it.category, it.output, it.line, it.source.path) for it in harness.events]
    path = str(harness.path)
    assert told == [("stdout", "ab\n", 10, path), ("stderr", "from C\n", 9, path)]


def test_a_cell_that_prints_has_a_group_and_another_has_none(harness):
    text = harness.launch()
    cell = text.notebook.cells[0]
    revision = text.will_run(cell)
    harness.output.cell_begins(cell, revision)
    harness.output.cell_ends()
    assert harness.events == []
    harness.output.cell_begins(cell, revision)
    harness.output.pieces([Piece("hi\n", "stdout")])
    harness.output.cell_ends()
    assert [(it.output, it.group) for it in harness.events] == [
        ("load\n", "start"),
        ("hi\n", None),
        ("", "end"),
    ]


def test_much_output_comes_in_parts(harness):
    lines = "".join(f"line {number}\n" for number in range(10_000))
    harness.output.pieces([Piece(lines, "stdout")])
    parts = [it.output for it in harness.events]
    assert len(parts) > 1 and "".join(parts) == lines
    assert all(len(it) <= LONGEST and it.endswith("\n") for it in parts)
