"""Where a breakpoint goes, as it is typed."""

import pytest

from dap_kernel.console.breakpoint_places import BadPlace, Place, parse_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("12", Place(line=12)),
        ("12:x > 3", Place(line=12, condition="x > 3")),
        ("12: x[1:2]", Place(line=12, condition="x[1:2]")),
        ("12, x", Place(line=12, condition="x")),
        ("12 if x == 'a:1'", Place(line=12, condition="x == 'a:1'")),
        ("3.2", Place(cell=3, line=2)),
        ("3.2: n", Place(cell=3, line=2, condition="n")),
        ("train", Place(function="train")),
        ("Model.fit", Place(function="Model.fit")),
        ("train, n > 3", Place(function="train", condition="n > 3")),
        ("a.py:7", Place(path="a.py", line=7)),
        ("/b c/a.py:7: d[1:2]", Place(path="/b c/a.py", line=7, condition="d[1:2]")),
        ("é.ipynb:1", Place(path="é.ipynb", line=1)),
    ],
)
def test_places(text, place):
    assert parse_place(text) == place


@pytest.mark.parametrize("text", ["", "0", "3.0", "12: x >", "12:", "-1", "a b", "12: while x: pass", "1e9"])
def test_what_is_none_is_told(text):
    with pytest.raises(BadPlace):
        parse_place(text)
