"""Revisions: what is compiled under which filename, and where its lines are today."""

import pytest

from dap_kernel.notebook.cells import SCRIPT_CELL, Cell
from dap_kernel.notebook.line_map import line_map
from dap_kernel.server.texts.revisions import Revision, Revisions, filename_of

PATH = "/a b/nb#1@2.py"


def cell(source: str, id: str = "load") -> Cell:
    return Cell(id, "code", 1, id, source, tuple(range(1, source.count("\n") + 2)))


@pytest.mark.parametrize(
    ("filename", "parts"),
    [
        ("/a/nb.ipynb#cell-3@7.py", ("/a/nb.ipynb", "cell-3", 7)),
        ("/a#b@1.py/nb.py#load@12.py", ("/a#b@1.py/nb.py", "load", 12)),
        ("C:\\x\\nb.py#load@1.py", ("C:\\x\\nb.py", "load", 1)),
    ],
)
def test_virtual_filenames(filename: str, parts: tuple[str, str, int]) -> None:
    assert filename_of(*parts) == filename


def test_a_revision_is_made_when_the_text_differs() -> None:
    revisions = Revisions(PATH)
    first = revisions.current(cell("x = 1"))
    assert first == Revision("load", 1, f"{PATH}#load@1.py", "x = 1")
    assert revisions.current(cell("x = 1")) is first
    assert revisions.to_run(cell("x = 1")) is first
    second = revisions.current(cell("x = 2"))
    assert second.number == 2
    assert revisions.by_filename(first.filename) is first
    assert revisions.by_filename(f"{PATH}#load@9.py") is None


def test_what_no_kernel_has_compiled_is_replaced() -> None:
    """Else a session would keep a cell's text once for each key that is typed."""
    revisions = Revisions(PATH)
    names = {revisions.current(cell(f"x = {n}"), n).filename for n in range(100)}
    assert names == {filename_of(PATH, "load", 1)}
    assert revisions.live("load") == [Revision("load", 1, filename_of(PATH, "load", 1), "x = 99", 99)]


def test_a_text_that_comes_back_is_the_revision_that_ran() -> None:
    revisions = Revisions(PATH)
    ran = [revisions.to_run(cell(f"x = {n % 2}")) for n in range(100)]
    assert ran[2:] == ran[:-2] and len(set(ran)) == 2
    assert revisions.live("load") == ran[-2:]
    assert revisions.to_run(cell("x = 2")).number == 3
    revisions.forget_runs(PATH)
    assert revisions.to_run(cell("x = 1")).number == 4, "another kernel"


def test_a_cell_that_was_compiled_keeps_the_line_where_it_began_then() -> None:
    revisions = Revisions(PATH)
    assert revisions.current(cell("x = 1"), 3).first_line == 3
    assert revisions.current(cell("x = 1"), 5).filename == filename_of(PATH, "load", 1), "nobody knows it yet"
    ran = revisions.to_run(cell("x = 1"), 5)
    assert (ran.number, ran.first_line) == (1, 5)
    assert revisions.to_run(cell("x = 1"), 5) == ran == revisions.current(cell("x = 1"), 9)
    moved = revisions.to_run(cell("x = 1"), 9)
    assert (moved.number, moved.first_line) == (2, 9)
    assert revisions.live("load") == [ran, moved]
    revisions.forget_runs(PATH)
    assert revisions.current(cell("x = 1"), 2) == Revision("load", 2, moved.filename, "x = 1", 2)


def test_code_counts_from_the_file_as_it_was_compiled() -> None:
    revisions = Revisions(PATH)
    ran = revisions.to_run(cell("a\nb\nc"), 10)
    now = cell("new\na\nb\nc")
    assert revisions.to_today(ran, 11, now) == 3
    assert revisions.from_today(ran, 3, now) == 11
    assert [ran.to_source(it) for it in (0, 9, 10, 12)] == [1, 1, 1, 3]


def test_live_are_those_that_were_compiled_and_the_current_one() -> None:
    revisions = Revisions(PATH)
    first = revisions.current(cell("x = 1"))
    revisions.mark_run(first)
    revisions.current(cell("x = 2"))
    third = revisions.current(cell("x = 3"))
    assert revisions.live("load") == [first, third]
    revisions.mark_run(third)
    assert revisions.live("load") == [first, third]
    revisions.forget_runs(PATH)
    assert revisions.live("load") == [third]
    assert revisions.live("other") == []


def test_adopting_what_a_kernel_ran() -> None:
    revisions = Revisions(PATH)
    names = [filename_of(PATH, "load", number) for number in (1, 4)]
    revisions.adopt(PATH, [Revision("load", 1, names[0], "x = 1"), Revision("load", 4, names[1], "x = 4")])
    assert [it.filename for it in revisions.live("load")] == names
    assert revisions.current(cell("x = 4")).number == 4
    assert revisions.current(cell("x = 5")).number == 5


def test_a_script_keeps_its_path_as_filename() -> None:
    revisions = Revisions("/a/script.py")
    first = revisions.current(cell("x = 1", SCRIPT_CELL))
    revisions.mark_run(first)
    second = revisions.current(cell("y = 0\nx = 1", SCRIPT_CELL))
    assert first.filename == second.filename == "/a/script.py"
    assert revisions.by_filename("/a/script.py") is first, "the text that runs, not the newest"
    assert revisions.live(SCRIPT_CELL) == [first]
    assert revisions.to_today(first, 1, cell("y = 0\nx = 1", SCRIPT_CELL)) == 2


MAPS = {
    # old, new, where each old line is
    "equal": ("a\nb", "a\nb", {1: 1, 2: 2}),
    "inserted": ("a\nb\nc", "a\nx\nb\nc", {1: 1, 2: 3, 3: 4}),
    "deleted": ("a\nb\nc", "a\nc", {1: 1, 3: 2}),
    "changed": ("a\nb\nc", "a\nx\nc", {1: 1, 3: 3}),
    "repeated": ("a\na\na", "a\na", {1: 1, 2: 2}),
    "two edits": ("a\nb\nc\nd\ne", "x\nb\nc\ny\nd", {2: 2, 3: 3, 4: 5}),
    "nothing in common": ("a\nb", "c", {}),
    "emptied": ("a\nb", "", {}),
}


@pytest.mark.parametrize(("old", "new", "lines"), MAPS.values(), ids=MAPS.keys())
def test_lines_then_and_now(old: str, new: str, lines: dict[int, int]) -> None:
    assert line_map(old, new) == lines
    revisions = Revisions(PATH)
    revision = revisions.current(cell(old))
    for line in range(1, old.count("\n") + 2):
        assert revisions.to_today(revision, line, cell(new)) == lines.get(line)
    for line in range(1, new.count("\n") + 2):
        back = {now: then for then, now in lines.items()}
        assert revisions.from_today(revision, line, cell(new)) == back.get(line)


def test_long_texts_are_mapped_quickly() -> None:
    old = "\n".join(f"x = {n % 7}" for n in range(20_000))
    new = old.replace("x = 3\nx = 4\n", "x = 3\n# new\nx = 4\n", 1)
    assert line_map(old, new)[20_000] == 20_001


def test_a_kernel_that_calls_the_notebook_otherwise() -> None:
    """It was moved since the first kernel began: code of that one is still known."""
    revisions = Revisions(PATH)
    old = revisions.to_run(cell("x = 1"))
    revisions.forget_runs("/moved.py")
    now = revisions.to_run(cell("x = 1"))
    assert now.filename == filename_of("/moved.py", "load", 2)
    assert revisions.by_filename(old.filename) == old
    revisions.adopt(PATH, [old])
    assert revisions.current(cell("x = 2")).filename == filename_of(PATH, "load", 3)
