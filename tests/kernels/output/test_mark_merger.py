"""The marks of both pipes, however their bytes are cut: tables of bytes in and pieces out."""

import pytest

from dap_kernel.agent.wire.marks import END_MARK, mark
from dap_kernel.kernels.output.mark_merger import Merger
from dap_kernel.kernels.printed import Piece


def marked(sequence: int, text: str, kind: str = "o", line: int = 1, filename: str = "f.py") -> bytes:
    return mark(sequence, kind, line, filename) + text.encode() + END_MARK


def read(out: list[bytes], err: list[bytes] = []) -> list[Piece]:  # noqa: B006
    """Do as the reader does with pipes that hold these reads; return all pieces, neighbours joined."""
    merger, pipes, pieces = Merger(), (list(out), list(err)), list[Piece]()
    while any(pipes) or merger.is_waiting:
        for at, pipe in enumerate(pipes):
            if pipe and not merger.pipes[at].waiting:
                merger.feed(at, pipe.pop(0))
        missing = merger.merge()
        while missing is not None:
            more = pipes[missing].pop(0) if pipes[missing] else b""
            merger.feed(missing, more)
            missing = merger.merge(is_final=not more)
        pieces += merger.pop_pieces()
    return joined([*pieces, *merger.last()])


def joined(pieces: list[Piece]) -> list[Piece]:
    result: list[Piece] = []
    for it in pieces:
        if result and (result[-1].kind, result[-1].filename, result[-1].line) == (
            it.kind,
            it.filename,
            it.line,
        ):
            it = Piece(result.pop().text + it.text, it.kind, it.filename, it.line)
        result.append(it)
    return result


STREAM = (
    b"raw \xc3\xa4"
    + marked(0, "one ä\n")
    + marked(1, "\x1b[31mred\x1b[0m", line=2)
    + marked(2, "", line=3)
    + b"c code\n"
    + marked(3, "42", "l", 4)
    + marked(4, "log", "l", 5, "ü.py")
    + marked(5, "nobody's", line=0, filename="")
)
PIECES = [
    Piece("raw ä", "stdout"),
    Piece("one ä\n", "stdout", "f.py", 1),
    Piece("\x1b[31mred\x1b[0m", "stdout", "f.py", 2),
    Piece("c code\n", "stdout"),
    Piece("42", "log", "f.py", 4),
    Piece("log", "log", "ü.py", 5),
    Piece("nobody's", "stdout", None, 0),
]


def test_a_stream_in_one_read() -> None:
    assert read([STREAM]) == PIECES


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 16])
def test_a_stream_in_small_reads(size: int) -> None:
    assert read([STREAM[at : at + size] for at in range(0, len(STREAM), size)]) == PIECES


def test_a_stream_cut_anywhere() -> None:
    for at in range(len(STREAM)):
        assert read([STREAM[:at], STREAM[at:]]) == PIECES, at


def test_a_line_of_one_write_stays_whole_however_it_is_read() -> None:
    text = 'Traceback:\n  File "/nb.py#two@1.py", line 3\nend'
    data = marked(0, text) + b"C"
    for size in (1, 2, 3, 7, 20, 40):
        merger, shown = Merger(), []
        for at in range(0, len(data), size):
            merger.feed(0, data[at : at + size])
            merger.merge(is_final=True)
            shown += [it.text for it in merger.pop_pieces()]
        lines = [it for part in shown for it in part.splitlines(keepends=True)]
        assert lines == [*text.splitlines(keepends=True), "C"], size


def test_a_line_that_never_ends_is_shown_all_the_same() -> None:
    merger = Merger()
    merger.feed(0, marked(0, "x" * 10_000)[:9_000])
    merger.merge()
    assert len(merger.pop_pieces()[0].text) > 8_000
    merger.feed(0, b"last words")
    merger.merge()
    assert merger.pop_pieces() == []
    assert [it.text for it in merger.pop_pieces(is_final=True)] == ["last words"]


def test_neighbours_of_one_line_are_joined() -> None:
    merger = Merger()
    merger.feed(0, b"".join(marked(n, str(n)) for n in range(5)))
    merger.merge()
    assert merger.pop_pieces() == [Piece("01234", "stdout", "f.py", 1)]


@pytest.mark.parametrize(
    ("out", "err", "text"),
    [
        ([marked(0, "0") + marked(2, "2")], [marked(1, "1", "e")], "012"),
        ([marked(1, "1")], [marked(0, "0", "e")], "01"),
        ([marked(0, "0")], [marked(2, "2", "e"), marked(3, "3", "e")], "023"),  # 1 was never printed
        ([marked(5, "5")], [marked(3, "3", "e")], "35"),
        ([marked(0, "0"), marked(1, "1")], [marked(2, "2", "e")], "012"),  # 1 only when read once more
        ([marked(1, "1") + marked(0, "0") + marked(2, "2")], [], "102"),  # threads
        ([marked(10**30, "x") + marked(0, "0")], [marked(1, "1", "e")], "x01"),  # forged
        ([mark(0, "o", 1, "f") + b"be", b"gin" + END_MARK], [marked(1, "1", "e")], "begin1"),
        ([mark(0, "o", 1, "f") + b"no end"], [marked(1, "1", "e")], "no end1"),
    ],
)
def test_both_streams_in_the_order_of_printing(out: list[bytes], err: list[bytes], text: str) -> None:
    assert "".join(it.text for it in read(out, err)) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"\x1b_dapk;x;o;1;f\x1b\\text", "dapk;x;o;1;ftext"),
        (b"\x1b_dapk" + b"x" * 10_000 + b"\nnext", "dapk" + "x" * 10_000 + "\nnext"),
        (b"a\x1b_dapk;" + b"9" * 9000 + b";o;1;f\x1b\\b" + END_MARK, "adapk;" + "9" * 9000 + ";o;1;fb"),
        (b"\x1b_dapk;1;o;1;f\nnext\n" + marked(0, "x"), "dapk;1;o;1;f\nnext\nx"),  # a mark without an end
        (b"\x1b_dapk;1;o" + marked(0, "x"), "dapk;1;ox"),
        (b"\x1b_dapk;1;o;1;f next", "dapk;1;o;1;f next"),
        (mark(0, "o", 1, "f") + b"no end\nnext", "no end\nnext"),
        (mark(0, "o", 1, "f") + b"a" + mark(1, "o", 1, "f") + b"b" + END_MARK + b"c", "abc"),
        (mark(0, "d", 1, "") + b"next\n", "next\n"),  # the part of a display without an end
        (mark(0, "d", 1, "") + b"next\n" + marked(1, "", "D"), "next\n"),
        (mark(0, "D", 1, "") + b"next\n", ""),  # which nothing printed
        (mark(0, "o", 10**40, "f") + b"line" + END_MARK, "line"),
        (END_MARK * 3 + b"x", "x"),
    ],
)
def test_broken_marks_cost_none_of_the_text(data: bytes, text: str) -> None:
    assert "".join(it.text for it in read([data])) == text
    assert "".join(it.text for it in read([data[at : at + 1] for at in range(len(data))])) == text


def test_a_character_torn_by_a_mark_of_the_other_kind() -> None:
    assert [it.text for it in read([b"\xc3", marked(0, "x"), b"\xa4"])] == ["x", "ä"]
