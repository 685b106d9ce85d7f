import pytest

from .house import JUPYTER, TEXT, House


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "nb.py", TEXT)


@pytest.fixture
def jupyter(tmp_path):
    return House(tmp_path / "nb.ipynb", JUPYTER)
