"""Text as an editor can show it."""

import pytest

from dap_kernel.kernels.output.escape_filter import clean


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
