"""Text that others wrote: no escape reaches a terminal but colours."""

import itertools

import pytest

from dap_kernel.console.terminal_text import Cleaner, clip, cut_page, one_line, plain

RED = "\x1b[31m"

STREAMS = [
    ("plain\n\ttext", "plain\n\ttext"),
    (f"{RED}red\x1b[0m", f"{RED}red\x1b[0m"),
    ("\x1b[38;2;1;2;3mrgb\x1b[38:5:9m", "\x1b[38;2;1;2;3mrgb\x1b[38:5:9m"),
    ("\x1b[2Jgone\x1b[1;1H\x1b[?25l", "gone"),
    ("\x1b]0;title\x07a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "alink"),
    ("\x1b]52;c;Zm9v\x07clip", "clip"),
    ("\x1bPq#0\x1b\\sixel\x1b_apc\x1b\\", "sixel"),
    ("\x1bc\x1b(0\x1b7\x1b=x", "x"),
    ("\x9b2J\x9d0;t\x9cx\x07\x08\r\x7f", "2J0;tx"),
    ("a\x1b[1", "a"),
    ("\x1b[5n\x1b[6n\x1b[c", ""),
    ("\x1b[31\x1b[0mx", "[31\x1b[0mx"),
    ("\ud800x", "x"),
    ("\x1b\x1b[31mx", f"{RED}x"),
]


@pytest.mark.parametrize(("text", "shown"), STREAMS)
def test_a_stream(text, shown):
    assert Cleaner(True).feed(text) == shown


@pytest.mark.parametrize(("text", "shown"), STREAMS)
def test_however_it_is_cut(text, shown):
    for first, second in itertools.combinations(range(len(text) + 1), 2):
        cleaner = Cleaner(True)
        parts = [text[:first], text[first:second], text[second:]]
        assert "".join(map(cleaner.feed, parts)) == shown


def test_without_colours():
    assert Cleaner(False).feed(f"{RED}red\x1b[0m\n") == "red\n"
    assert plain(f"{RED}red\x1b[0m\x1b[2J") == "red"


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("", [""]),
        ("one", ["one"]),
        ("12345678901234567890", ["12345678901234567890"]),  # fits exactly
        ("123456789012345678901", ["12345678901234567890", "1"]),
        ("a\nb\nc\n", ["a\nb", "c\n"]),
        ("1234567890\nb\nc", ["1234567890\nb", "c"]),
        ("12345678901\nb", ["12345678901", "b"]),
        ("\n\n\n", ["\n", "\n"]),
    ],
)
def test_pages_of_two_rows_of_ten(text, pages):
    found = []
    while text or not found:
        page, text = cut_page(text, 10, 2)
        found.append(page)
    assert found == pages


def test_an_escape_without_end_does_not_swallow_the_output():
    cleaner = Cleaner(True)
    shown = "".join(cleaner.feed(it) for it in ["\x1b]0;", "x" * 5000, "\nstill there\n"])
    assert shown.endswith("\nstill there\n")
    assert "\x1b" not in shown


def test_bounds():
    assert one_line("a\n\tb  \x1b[2Jc", 20) == "a b c"
    assert one_line("x" * 10**6, 10) == f"{'x' * 9}…"
    assert one_line("", 10) == ""
    assert clip("    if x:\x1b[2J", 80) == "    if x:"
    assert clip("\tx", 80) == "    x"
    assert clip("x" * 100, 10) == f"{'x' * 9}…"
