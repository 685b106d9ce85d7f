"""The texts of cells where Python looks for them."""

import linecache
from pathlib import Path

import pytest

from dap_kernel.agent.run.source_cache import SourceCache


@pytest.mark.parametrize(
    "texts, lines",
    [
        ([(3, "a\nb")], "--ab"),
        ([(3, "a\nb"), (6, "c")], "--ab-c"),
        ([(6, "c"), (3, "a\nb")], "--ab-c"),
        ([(3, "a\nb\nc"), (3, "x")], "--x--"),
        ([(3, "a\nb\nc"), (4, "x\ny\nz")], "---xyz"),
        ([(3, "a\nb"), (5, "c\nd"), (7, "e"), (4, "x\ny")], "---xy-e"),
        ([(1, "a"), (2, "b"), (3, "c"), (1, "x\ny\nz")], "xyz"),
        ([(1, "a\nb\nc"), (1, "x\ny")], "xy-"),
        ([(2, "a"), (2, "a"), (2, "a")], "-a"),
    ],
)
def test_texts_stand_at_their_lines_in_the_place_of_those_that_are_gone(
    tmp_path: Path, texts: list[tuple[int, str]], lines: str
) -> None:
    cache, path = SourceCache(), str(tmp_path / "nb.py")
    for first_line, text in texts:
        cache.add(path, text, first_line)
    found = linecache.getlines(path)
    assert "".join(it.strip() or "-" for it in found) == lines
    linecache.checkcache()
    assert linecache.getlines(path) is found


def test_a_text_of_its_own_file_is_replaced() -> None:
    cache = SourceCache()
    cache.add("nb.ipynb#cell-1@1.py", "a\nb")
    cache.add("nb.ipynb#cell-1@1.py", "c")
    assert linecache.getlines("nb.ipynb#cell-1@1.py") == ["c\n"]


def test_what_user_code_has_cleared_comes_back(tmp_path: Path) -> None:
    cache, path = SourceCache(), tmp_path / "nb.py"
    path.write_text("on disk\n" * 5)
    cache.add(str(path), "a", 2)
    linecache.clearcache()
    assert linecache.getline(str(path), 2) == "on disk\n"
    cache.add(str(path), "b", 4)
    assert [linecache.getline(str(path), it) for it in (2, 4)] == ["a\n", "b\n"]
    linecache.clearcache()
    cache.restore()
    assert linecache.getline(str(path), 2) == "a\n"
