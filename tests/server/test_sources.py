"""Sources, breakpoints and output of a notebook on disk, without kernel and client."""

import json

import pytest

from dap_kernel.agent.wire import BreakpointChanged
from dap_kernel.kernels.pieces import Piece
from dap_kernel.protocol.breakpoints import FunctionBreakpoint, SourceBreakpoint
from dap_kernel.protocol.sources import Source
from dap_kernel.server.breakpoints import TAKES_EFFECT_LATER, Breakpoints
from dap_kernel.server.documents import Documents
from dap_kernel.server.output import LONGEST, Output
from dap_kernel.server.sources import Sources

TEXT = """\
# %% load
a = 1

b = 2
# %% [markdown]
# words
# %% train
def f(x):
    return x
c = f(a)
# %% broken
d = (
# %% last
e = 5
"""
JUPYTER = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["words"]},
        {
            "cell_type": "code",
            "id": "one",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": ["a = 1\n", "b = 2"],
        },
        {
            "cell_type": "code",
            "id": "two",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": ["c = 3"],
        },
    ],
}


class House:
    """What a session has of sources."""

    place: tuple[str, int] | None = None  # as `Live` has it

    def __init__(self, path, text):
        self.path = path
        path.write_text(text)
        self.events = []
        self.documents = Documents()
        self.sources = Sources(self.documents)
        self.breakpoints = Breakpoints(self.documents, self.sources, self.events.append)
        self.output = Output(self.events.append, self.documents, self.sources, self)

    def launch(self):
        self.text = self.documents.launch(str(self.path), None)
        self.breakpoints.look_again()
        return self.text

    def set(self, *lines, path=None, **each):
        asked = [SourceBreakpoint(it, **each) for it in lines]
        return self.breakpoints.replace(Source(path=str(path or self.path)), asked)

    def edit(self, old, new):
        text = self.path.read_text()
        assert old in text
        self.path.write_text(text.replace(old, new))
        self.documents.look()
        self.breakpoints.look_again()

    def run(self, name):
        cell = next(it for it in self.text.notebook.cells if it.name == name)
        revision = self.text.will_run(cell)
        self.breakpoints.look_again_in(cell.id)
        return revision

    def tables(self, is_fresh=False):
        return {
            it.filename.rpartition("/")[2]: [each.line for each in it.breakpoints]
            for it in self.breakpoints.commands(is_fresh)
        }


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "nb.py", TEXT)


@pytest.fixture
def jupyter(tmp_path):
    return House(tmp_path / "nb.ipynb", json.dumps(JUPYTER, indent=1))


@pytest.mark.parametrize("is_launched", [False, True])
@pytest.mark.parametrize(
    "line, verified, moved, words",
    [
        (2, True, 2, None),
        (1, True, 2, None),
        (3, True, 4, None),
        (9, True, 9, None),
        (6, False, 6, "markdown"),
        (12, False, 12, "does not parse"),
        (99, False, 99, "in no cell"),
    ],
)
def test_breakpoints_are_checked_against_the_text(house, is_launched, line, verified, moved, words):
    if is_launched:
        house.launch()
    (told,) = house.set(line)
    assert (told.verified, told.line) == (verified, moved)
    assert told.source.path == str(house.path)
    assert words is None or words in told.message


def test_unchanged_breakpoints_keep_their_ids(house):
    first = house.set(2, 4, 10)
    again = house.set(4, 9, 2)
    assert [it.id for it in again] == [first[1].id, 4, first[0].id]
    changed = house.set(4, condition="a > 1")
    assert changed[0].id not in [1, 2, 3, 4]


def test_the_kernel_gets_full_tables_of_what_changed(house):
    house.set(2, 9)
    house.launch()
    assert house.tables(is_fresh=True) == {"nb.py#load@1.py": [1], "nb.py#train@1.py": [2]}
    assert house.tables() == {}
    house.set(9, 10)
    assert house.tables() == {"nb.py#load@1.py": [], "nb.py#train@1.py": [2, 3]}
    assert house.tables(is_fresh=True) == {"nb.py#train@1.py": [2, 3]}


def test_versions_rise(house):
    house.launch()
    house.set(2)
    (first,) = house.breakpoints.commands()
    house.set(4)
    (second,) = house.breakpoints.commands()
    assert second.version > first.version


def test_a_breakpoint_moves_with_the_text_it_was_set_in(house):
    (told,) = house.set(9)
    house.launch()
    house.run("train")
    house.tables(is_fresh=True)
    house.events.clear()
    house.edit("# %% load\n", "# %% load\n# one more line\n")
    (event,) = house.events
    assert (event.breakpoint.id, event.breakpoint.verified, event.breakpoint.line) == (told.id, True, 10)
    assert house.tables() == {}  # the cell itself is the same


def test_a_breakpoint_holds_in_every_live_revision_that_has_its_line(house):
    house.launch()
    house.set(9)
    house.run("train")
    house.edit("c = f(a)", "c = f(a) + 1")
    assert house.tables(is_fresh=True) == {"nb.py#train@1.py": [2], "nb.py#train@2.py": [2]}


def test_a_new_line_waits_for_the_next_run(house):
    house.launch()
    house.run("train")
    house.edit("c = f(a)", "c = f(a)\nnew = 1")
    (told,) = house.set(11)
    assert (told.verified, told.message) == (False, TAKES_EFFECT_LATER)
    house.events.clear()
    house.run("train")
    (event,) = house.events
    assert (event.breakpoint.id, event.breakpoint.verified) == (told.id, True)


def test_a_line_that_is_gone_is_told(house):
    house.launch()
    (told,) = house.set(9)
    house.run("train")
    house.events.clear()
    house.edit("    return x", "    pass")
    (event,) = house.events
    assert (event.breakpoint.id, event.breakpoint.verified) == (told.id, False)
    assert "no longer" in event.breakpoint.message
    assert house.tables(is_fresh=True) == {"nb.py#train@1.py": [2]}


def test_what_the_kernel_says_reaches_the_client(house):
    house.launch()
    (told,) = house.set(9)
    revision = house.run("train")
    house.breakpoints.kernel_says(BreakpointChanged(told.id, revision.filename, False, 2, "no such line"))
    (event,) = house.events
    assert (event.breakpoint.verified, event.breakpoint.message) == (False, "no such line")


def test_function_breakpoints_keep_their_ids_and_must_be_names(house):
    told = house.breakpoints.replace_functions([FunctionBreakpoint("f"), FunctionBreakpoint("not a name")])
    assert [it.verified for it in told] == [True, False]
    again = house.breakpoints.replace_functions([FunctionBreakpoint("Model.fit"), FunctionBreakpoint("f")])
    assert again[1].id == told[0].id and again[0].verified


def test_a_module_beside_the_notebook_keeps_its_path(house, tmp_path):
    module = tmp_path / "helpers.py"
    module.write_text("# %% not a notebook here\nx = 1\n\ny = 2\n")
    house.launch()
    told = house.set(3, path=module)
    assert told[0].line == 4
    (command,) = house.breakpoints.commands()
    assert (command.filename, command.breakpoints[0].line) == (str(module), 4)


def test_another_notebook_holds_no_breakpoint(house, jupyter, tmp_path):
    house.launch()
    (told,) = house.set(3, path=jupyter.path)
    assert not told.verified and "not the notebook that is debugged" in told.message


# What a client says, it is told.


@pytest.mark.parametrize(
    "form", ["{path}", "file://{path}", "vscode-remote://host{path}", "{folder}/./nb.py"]
)
def test_a_source_is_told_in_the_clients_own_words(house, form):
    house.launch()
    said = form.format(path=house.path, folder=house.path.parent)
    (told,) = house.set(9, path=said)
    assert told.verified and told.source.path == said
    location = house.sources.locate(f"{house.text.path}#train@1.py", 2)
    assert location is None or location.source.path == said
    revision = house.run("train")
    location = house.sources.locate(revision.filename, 2)
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


def test_text_that_is_no_longer_there_is_shown_as_it_ran(house):
    house.launch()
    revision = house.run("load")
    house.edit("b = 2", "z = 26")
    location = house.sources.locate(revision.filename, 3)
    assert location.source.source_reference > 0 and location.source.path.endswith(".py")
    assert location.line == 3
    assert house.sources.filename_of(location.source.source_reference) == revision.filename
    by_nvim = Source(path=f"dap-src://1/{location.source.source_reference}/{location.source.path}")
    assert house.sources.read(by_nvim).filename == revision.filename
    (told,) = house.breakpoints.replace(by_nvim, [SourceBreakpoint(3)])
    assert told.verified
    assert house.tables() == {"nb.py#load@1.py": [3]}


# Output.


def test_virtual_filenames_become_the_notebooks_own(house):
    house.launch()
    revision = house.run("train")
    path, virtual = house.text.path, revision.filename
    text = f'  File "{virtual}", line 2, in f\n{virtual}:3: UserWarning\n{virtual}\n'
    assert house.output.rewritten(text) == f'  File "{path}", line 9, in f\n{path}:10: UserWarning\n{path}\n'
    house.edit("    return x", "    pass")
    assert "(as it ran)" in house.output.rewritten(f'File "{revision.filename}", line 2')


def test_output_names_the_line_that_printed_it(house):
    house.launch()
    revision = house.run("train")
    house.output.pieces(
        [Piece("a", "stdout", revision.filename, 3), Piece("b\n", "stdout", revision.filename, 3)]
    )
    house.place = revision.filename, 2
    house.output.pieces([Piece("from C\n", "stderr")])
    told = [(it.category, it.output, it.line, it.source.path) for it in house.events]
    path = str(house.path)
    assert told == [("stdout", "ab\n", 10, path), ("stderr", "from C\n", 9, path)]


def test_a_cell_that_prints_has_a_group_and_another_has_none(house):
    text = house.launch()
    cell = text.notebook.cells[0]
    house.output.cell_begins(cell)
    house.output.cell_ends()
    assert house.events == []
    house.output.cell_begins(cell)
    house.output.pieces([Piece("hi\n", "stdout")])
    house.output.cell_ends()
    assert [(it.output, it.group) for it in house.events] == [
        ("load\n", "start"),
        ("hi\n", None),
        ("", "end"),
    ]


def test_much_output_comes_in_parts(house):
    lines = "".join(f"line {number}\n" for number in range(10_000))
    house.output.pieces([Piece(lines, "stdout")])
    parts = [it.output for it in house.events]
    assert len(parts) > 1 and "".join(parts) == lines
    assert all(len(it) <= LONGEST and it.endswith("\n") for it in parts)
