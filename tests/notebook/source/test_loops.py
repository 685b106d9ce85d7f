"""Which lines run again and again."""

import pytest

from dap_kernel.notebook.source.loops import MOST_CHARS, loop_around

TEXT = """\
a = 1
for x in [1, 2]:
    b = x
    while b:
        b = 0
    def inner():
        c = 1
        for y in []:
            d = y
    e = lambda: (
        2
    )
else:
    f = 1
g = [
    x for x in range(3)
]
class Model:
    for z in []:
        h = z
    def fit(self):
        return 1
async def main():
    async for w in g:
        i = w
%time j = 1
"""


@pytest.mark.parametrize(
    ("lines", "loop"),
    [
        ([1], None),
        ([2, 3], 2),
        ([4, 5], 2),  # the outermost
        ([7], None),  # in a function, which is in one
        ([8, 9], 8),
        ([13, 14], None),  # after it has ended
        ([15, 16, 17], 15),
        ([18], None),
        ([19, 20], 19),
        ([21, 22], None),
        ([24, 25], 24),
        ([26, 99], None),
    ],
)
def test_the_outermost_loop_of_a_line(lines, loop):
    assert [loop_around(TEXT, it) for it in lines] == [loop] * len(lines)


@pytest.mark.parametrize(
    "text", ["for x in [:\n    y\n", "", "x" * (MOST_CHARS + 1), "for x in y:\n  z" * 9000]
)
def test_what_cannot_be_read_has_no_loops(text):
    assert loop_around(text, 2) is None
