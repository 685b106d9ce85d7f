"""What of a text may reach an editor or a terminal: tables of text in and text out."""

import pytest

from dap_kernel.kernels.output.escape_filter import TextFilter, clean

TABLE = {
    "plain\ttext\r\n\b": "plain\ttext\r\n\b",
    "\x1b[1;31mred\x1b[0m\x1b[m": "\x1b[1;31mred\x1b[0m\x1b[m",
    "\x1b[38:2::1:2:3mx": "\x1b[38:2::1:2:3mx",
    "a\x1b[2Jb\x1b[10;10Hc\x1b[?25ld\x1b[J": "abc\x1b[?25ld\x1b[J",
    "a\x1b[2Kb\x1b[Ac\x1b[3Gd": "a\x1b[2Kb\x1b[Ac\x1b[3Gd",
    "a\x1b[?1049hb\x1b[5nc\x1b[2Sd\x1b[1;5re\x1b[sf\x1b[ug": "abcdefg",
    "a\x1b]0;title\x07b\x1b]8;;http://x\x1b\\c": "abc",
    "a\x1bPq#0;2\x1b\\b\x1b_apc\x1b\\c\x1b^pm\x1b\\d\x1bXsos\x1b\\e": "abcde",
    "a\x1b(Bb\x1b7c\x1bcd\x1b#8e\x1b=f": "abcdef",
    "a\x00b\x07c\x0bd\x0ce\x0ef\x7fg": "abcdefg",
    "a\x9b31mb\x9d0;title\x9cc\x85d": "abcd",
    "a\x1b]never ended\nb": "a\nb",
    "a\x1b]never ended\x1b[31mb": "a\x1b[31mb",
    "a\x1b\nb": "a\nb",
    "a\x1b\x1b[31mb": "a\x1b[31mb",
    "a\x1b[31": "a",
    "a\x1b": "a",
    "a\x1b[>4;1mb\x1b[?1mc": "abc",  # private sequences that end like SGR
    "\x1b[31\x1b[32mb": "\x1b[32mb",
}


@pytest.mark.parametrize(("text", "kept"), TABLE.items(), ids=map(repr, TABLE))
def test_only_colours_and_movements_survive(text: str, kept: str) -> None:
    assert TextFilter().feed(text) == kept
    for at in range(len(text)):
        torn = TextFilter()
        assert torn.feed(text[:at]) + torn.feed(text[at:]) == kept, at
    single = TextFilter()
    assert "".join(single.feed(it) for it in text) == kept


def test_an_endless_sequence_is_not_kept() -> None:
    endless = TextFilter()
    kept = endless.feed("\x1b[") + "".join(endless.feed("1" * 100) for _ in range(100)) + endless.feed("x")
    assert "\x1b" not in kept
    assert kept.endswith("x")


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("a\rb\r\nc", "a\nb\nc"),
        ("\x1b]0;title\x07x", "]0;titlex"),
        ("bell\x07 back\x08", "bell back"),
    ],
)
def test_no_control_character_reaches_the_client(text, shown):
    assert clean(text) == shown
