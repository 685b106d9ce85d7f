"""What a kernel without a server keeps of its output, wherever the oldest of it ends."""

import json

import pytest

from dap_kernel.agent.link.ring import Ring, is_amid_display, text_of
from dap_kernel.agent.wire.marks import END_MARK, mark

NAME = "/home/user/notebooks/trips.py#cell-1@3.py"


def piece(number: int, kind: str, text: str, line: int = 7) -> bytes:
    return mark(number, kind, line, NAME) + text.encode() + END_MARK


def printed(pipe: int) -> bytes:
    """Every third piece goes to the second pipe."""
    numbers = [n for n in range(30) if (n % 3 == 2) == pipe]
    return b"".join(piece(n, "oe"[pipe], f"line {n}\n") for n in numbers)


def cut(data: bytes, at: int) -> bytes:
    ring = Ring(len(data) - at)
    for start in range(0, len(data), 100):
        ring.keep(data[start : start + 100])
    return ring.content()


@pytest.mark.parametrize("pipe", [0, 1])
def test_lines_are_whole_and_in_order_wherever_the_oldest_ends(pipe: int) -> None:
    pipes = [printed(0), printed(1)]
    whole = pipes[pipe]
    assert len(whole) > 700
    for at in range(len(whole)):
        pipes[pipe] = cut(whole, at)
        lines = text_of(pipes).splitlines()
        numbers = [int(it.removeprefix("line ")) for it in lines]
        assert numbers == sorted(numbers), f"cut at {at}"
        mine = [n for n in range(30) if (n % 3 == 2) == pipe]
        kept = [n for n in numbers if n in mine]
        assert kept == mine[len(mine) - len(kept) :], f"cut at {at}"
        assert len(whole) - len(pipes[pipe]) - at < len(piece(10, "o", "line 10\n")), f"cut at {at}"
        assert [n for n in numbers if n not in mine] == [n for n in range(30) if n not in mine]


def test_both_are_cut_at_once() -> None:
    pipes = [printed(0), printed(1)]
    for at in range(len(pipes[1])):
        numbers = [int(it[5:]) for it in text_of(cut(it, at) for it in pipes).splitlines()]
        assert numbers == sorted(numbers)


def test_a_display_whose_beginning_is_gone_leaves_no_trace() -> None:
    body = json.dumps({"data": {"text/plain": "shown", "text/html": "h" * 200}})
    parts = [body[at : at + 50] for at in range(0, len(body), 50)]
    whole = b"".join(piece(n, "d", it, line=3) for n, it in enumerate(parts)) + piece(50, "D", "\n", line=3)
    whole += piece(51, "o", "after\n")
    texts = {text_of([cut(whole, at)]) for at in range(len(whole))}
    assert texts == {"shown\nafter\n", "after\n", ""}


def test_what_children_print_is_cut_at_a_line() -> None:
    whole = b"".join(b"child %d\n" % n for n in range(100))
    for at in range(len(whole) - 10):
        assert whole.decode().endswith(text := text_of([cut(whole, at)]))
        assert text.startswith("child ")


def test_the_rest_of_what_the_lost_server_has_begun_to_read_is_kept() -> None:
    whole = piece(4, "o", "line 4\n") + piece(5, "o", "line 5\n")
    for at in range(len(whole)):
        ring = Ring(10_000)
        ring.keep(whole[at:])
        assert "dapk" not in text_of([ring.content()])


PARTS = [piece(1, "d", "one", line=3), piece(2, "d", "other", line=4), piece(3, "o", "between\n")]
ENDS = [piece(4, "D", "\n", line=4), piece(5, "D", "\n", line=3)]


@pytest.mark.parametrize(
    "told, expected",
    [
        ([], False),
        (PARTS[2:], False),
        (PARTS[:1], True),
        (PARTS, True),
        ([*PARTS, ENDS[0]], True),
        ([*PARTS, *ENDS], False),
        ([*PARTS, *ENDS, PARTS[0]], True),
        ([*ENDS, PARTS[2]], False),
    ],
)
def test_whether_what_is_kept_ends_amid_a_display(told: list[bytes], expected: bool) -> None:
    assert is_amid_display(b"".join(told)) is expected
