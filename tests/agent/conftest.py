from collections.abc import Iterator
from pathlib import Path

import pytest

from .kernel import PYTHONS, Kernels, kernels_of


@pytest.fixture(params=PYTHONS)
def kernels(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kernels]:
    with kernels_of(request.param, tmp_path) as started:
        yield started
