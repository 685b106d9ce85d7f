"""Which expressions are looked up without effects: names, attributes and items."""

import pytest

from dap_kernel.notebook.source.syntax import is_path

PATHS = [
    *(
        "df",
        " df ",
        "(df)",
        "model.frames",
        "a.b.c",
        "rows[0]",
        "rows[-1]",
        "rows[1:5]",
        "rows[::2]",
        "m['k']['l']",
    ),
    *(
        "df[['a', 'b']]",
        "df.iloc[:, 2]",
        "grid[0, 1]",
        "rows[i]",
        "frames[names[0]].part",
        "d[None]",
        "d[1.5]",
    ),
]
OTHERS = [
    *(
        "next(rows)",
        "rows.pop()",
        "df.head()",
        "df[df.a > 1]",
        "rows[f()]",
        "rows[i + 1]",
        "[1, 2]",
        "{}",
        "5",
    ),
    *(
        "(x := 1)",
        "rows[(i := 1)]",
        "await rows",
        "lambda: rows",
        "f'{rows}'",
        "rows + rows",
        "-rows",
        "",
        "a b",
    ),
    *(
        "rows[g() for g in x]",
        "a" + ".a" * 100_000,
        "[r for r in rows]",
        "x if y else z",
        "d[{1: f()}]",
        "d[f'{x}']",
    ),
]


@pytest.mark.parametrize("text", PATHS)
def test_what_is_looked_up(text):
    assert is_path(text)


@pytest.mark.parametrize("text", OTHERS, ids=lambda it: it[:20])
def test_what_is_evaluated_only_when_asked_for(text):
    assert not is_path(text)
