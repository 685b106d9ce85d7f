"""The examples: each has a bug, and a breakpoint shows it."""

from pathlib import Path

import pytest

from .typing import piped

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (
            ["trips.py", "-b", '18: duration == "0:58"', "-c", 'p f"0.{minutes}"'],
            ["percent notebook, 3 cells", "'0.58'", "Arles     151.7 km/h  fastest"],
        ),
        (
            ["prices.py", "-b", "36", "-c", "p one['price'], other['price']"],
            ["marimo notebook, 4 cells", "('120.00', '45.00')", "the dearest article is the lamp at 9.50"],
        ),
        (
            ["sensors.ipynb", "-b", "2.3: values[0] == 12", "-c", "p window"],
            ["Jupyter notebook, 3 cells", "cell 2, line 3 in smooth", "[88, 90, 92]", "cellar     64.7"],
        ),
        (
            ["letters.py", "-b", "18", "-c", "p len(words)"],
            ["script", "9\n", "cat dog saw the the end"],
        ),
    ],
    ids=lambda it: it[0],
)
def test_an_example(tmp_path, arguments, shown):
    path, *rest = arguments
    typed = ["cl", "c"]
    ran = piped(str(EXAMPLES / path), *rest, "--cwd", str(tmp_path), typed=typed, folder=tmp_path)
    for text in shown:
        assert text in ran.stdout
    assert ran.returncode == (1 if path == "letters.py" else 0)
    assert not ran.stderr
