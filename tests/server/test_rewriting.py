"""Lines that are written over: tables of what comes, piece by piece, and what is shown of it."""

import pytest

from dap_kernel.server.rewriting import Rewriting

TABLE = {
    ("plain\n", "more", " and\n"): "plain\nmore and\n",
    ("one\r\ntwo\r\n",): "one\ntwo\n",
    ("one", "\r\ntwo"): "one\ntwo",
    ("one\r", "\ntwo"): "one\ntwo",
    ("\r1%", "\r20%", "\r3%", "\n", "done\n"): "3%%\ndone\n",
    ("10%\r", "20%\r", "30%\r"): "30%",
    ("abc\b\bXY\n",): "aXY\n",
    ("\b\ba\n",): "a\n",
    ("shown", "\rover\n"): "shown\nover\n",
    ("\r5", "0", "%", "\n"): "50%\n",
}


@pytest.mark.parametrize(("pieces", "shown"), TABLE.items(), ids=map(repr, TABLE))
def test_a_line_is_shown_as_it_was_at_last(pieces: tuple[str, ...], shown: str) -> None:
    rewriting = Rewriting()
    assert "".join(map(rewriting.feed, pieces)) + rewriting.flush() == shown


def test_a_line_that_was_shown_before_its_end_goes_on_below() -> None:
    rewriting = Rewriting()
    assert rewriting.feed("\r50%") == ""
    assert rewriting.line == "50%"
    assert rewriting.flush() == "50%"
    assert rewriting.feed("\r60%\n") == "\n60%\n"
