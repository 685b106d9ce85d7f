"""Where a breakpoint goes, as it is typed."""

import pytest

from dap_kernel.console.breakpoint_places import BadPlace, BreakpointPlace, parse_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("12", BreakpointPlace(line=12)),
        ("12:x > 3", BreakpointPlace(line=12, condition="x > 3")),
        ("12: x[1:2]", BreakpointPlace(line=12, condition="x[1:2]")),
        ("12, x", BreakpointPlace(line=12, condition="x")),
        ("12 if x == 'a:1'", BreakpointPlace(line=12, condition="x == 'a:1'")),
        ("3.2", BreakpointPlace(cell=3, line=2)),
        ("3.2: n", BreakpointPlace(cell=3, line=2, condition="n")),
        ("train", BreakpointPlace(function="train")),
        ("Model.fit", BreakpointPlace(function="Model.fit")),
        ("train, n > 3", BreakpointPlace(function="train", condition="n > 3")),
        ("a.py:7", BreakpointPlace(path="a.py", line=7)),
        ("/b c/a.py:7: d[1:2]", BreakpointPlace(path="/b c/a.py", line=7, condition="d[1:2]")),
        ("é.ipynb:1", BreakpointPlace(path="é.ipynb", line=1)),
    ],
)
def test_places(text, place):
    assert parse_place(text) == place


@pytest.mark.parametrize("text", ["", "0", "3.0", "12: x >", "12:", "-1", "a b", "12: while x: pass", "1e9"])
def test_what_is_none_is_told(text):
    with pytest.raises(BadPlace):
        parse_place(text)
