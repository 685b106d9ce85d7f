"""DisplayParts put together from their parts, and the files of pictures."""

import os

import pytest

from dap_kernel.agent.wire import messages as wire
from dap_kernel.agent.wire.marks import END_MARK, mark
from dap_kernel.kernels.output import display_parts as displays
from dap_kernel.kernels.output.mark_merger import Merger
from dap_kernel.kernels.runtime import picture_files as pictures
from dap_kernel.kernels.runtime.picture_files import PictureFiles, clear_away

BODY = b'{"filename":"f.py","line":3,"data":{"text/plain":"x"}}'


def stream(*parts: tuple[str, int, bytes]) -> bytes:
    return b"".join(
        mark(at, kind, number, "") + text + END_MARK for at, (kind, number, text) in enumerate(parts)
    )


def merged(data: bytes, size: int) -> list[wire.Display | str | None]:
    merger, found = Merger(), []
    for start in range(0, len(data), size):
        merger.feed(0, data[start : start + size])
        merger.merge(is_final=True)
        found += [it.display or it.text for it in merger.pop_pieces(is_final=start + size >= len(data))]
    return found


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
def test_displays_stand_among_what_is_printed_however_they_are_cut(size: int) -> None:
    data = stream(
        ("o", 1, b"a\n"),
        ("d", 7, BODY[:20]),
        ("d", 8, BODY[:5]),
        ("o", 2, b"b\n"),
        ("d", 7, BODY[20:]),
        ("D", 7, b"\n"),
        ("d", 8, BODY[5:]),
        ("o", 3, b"c\n"),
        ("D", 8, b"\n"),
    )
    shown = [
        it if isinstance(it, str) else (it.filename, it.line, it.data) for it in merged(data, size) if it
    ]
    display = ("f.py", 3, {"text/plain": "x"})
    assert shown == ["a\n", "b\n", display, "c\n", display]


@pytest.mark.parametrize("torn", ["\x1b]0;title", "\x1b[3", "\x1b"])
@pytest.mark.parametrize("size", [1, 10_000])
def test_a_sequence_without_an_end_swallows_no_display(torn: str, size: int) -> None:
    data = stream(("o", 1, torn.encode()), ("d", 7, BODY), ("D", 7, b"\n"), ("o", 2, b"4mred\n"))
    shown = [it.data if isinstance(it, wire.Display) else it for it in merged(data, size)]
    assert shown[0] == {"text/plain": "x"}
    assert shown[1:] == {"\x1b]0;title": ["\n"], "\x1b[3": ["\x1b[34mred\n"]}.get(torn, ["mred\n"])


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"line": 1}', b'{"filename": 1, "line": 1}', b"[" * 100_000]
)
def test_what_makes_no_sense_is_the_text_that_it_was(body: bytes) -> None:
    data = stream(("d", 1, body), ("D", 1, b"\n"), ("D", 2, b"\n"), ("o", 1, b"after\n"))
    assert merged(data, 4096) == [*([body.decode()] if body else []), "after\n"]


def test_displays_that_never_end_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(displays, "MOST_CHARS", 1000)
    parts = [("d", number, b"x" * 100) for number in range(50)]
    data = stream(*parts, ("d", 99, BODY), ("D", 99, b"\n"))
    [shown] = merged(data, 4096)
    assert isinstance(shown, wire.Display)


def test_only_the_newest_pictures_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(pictures, "MOST", 3)
    it = PictureFiles()
    paths = [it.keep(b"%d" % number, ".png") for number in range(5)]
    assert [path.exists() for path in paths] == [False, False, True, True, True]
    assert paths[-1].read_bytes() == b"4"
    named = [it.keep(it_is, ".png", "one") for it_is in (b"first", b"second")]
    assert (named[0], named[0].read_bytes(), paths[2].exists(), paths[3].exists()) == (
        named[1],
        b"second",
        False,
        True,
    )
    monkeypatch.setattr(pictures, "MOST_BYTES", 10)
    last = it.keep(b"x" * 10, ".svg")
    assert list(last.parent.iterdir()) == [last]


def test_the_oldest_folders_of_dead_servers_go_first_where_there_is_too_much(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 250)
    folders = [tmp_path / f"plots-{pid}-x" for pid in (2**22 + 1, 2**22 + 2, 2**22 + 3, os.getpid())]
    for folder, age_s in zip(folders, (100, 300, 200, 400), strict=True):
        folder.mkdir()
        (folder / "1.png").write_bytes(b"x" * 100)
        os.utime(folder, (0, 10**9 - age_s))
    clear_away(tmp_path, now=10**9)
    assert sorted(tmp_path.iterdir()) == sorted([folders[0], folders[2], folders[3]])


def test_folders_of_dead_servers_are_cleared_away_after_a_day(tmp_path) -> None:
    dead, young, ours = (tmp_path / f"plots-{pid}-x" for pid in (2**22 + 1, 2**22 + 2, os.getpid()))
    for folder, age_s in ((dead, 100_000), (young, 1000), (ours, 100_000)):
        folder.mkdir()
        (folder / "1.png").write_bytes(b"x")
        os.utime(folder, (0, 10**9 - age_s))
    clear_away(tmp_path, now=10**9)
    assert sorted(tmp_path.iterdir()) == sorted([young, ours])
