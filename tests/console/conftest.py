"""A notebook to debug, and terminals that are closed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .typing import Terminal

NOTEBOOK = """\
# %% load
legs = [(120, 2), (80, 0), (300, 4)]
def speed(km, hours):
    hours = max(hours, 1)
    return km / hours

# %% compute
total = 0
for km, h in legs:
    total += speed(km, h)
print("total", total)
"""


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "trips.py"
    path.write_text(NOTEBOOK)
    return path


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    opened = []

    def open_(*arguments: str, **more: str) -> Terminal:
        opened.append(Terminal(*arguments, folder=tmp_path, **more))
        return opened[-1]

    yield open_
    for it in opened:
        it.close()
