import pytest

from .direct_client import DirectClient
from .session_harness import JUPYTER, TEXT, SessionHarness


@pytest.fixture
def harness(tmp_path):
    return SessionHarness(tmp_path / "nb.py", TEXT)


@pytest.fixture
def jupyter(tmp_path):
    return SessionHarness(tmp_path / "nb.ipynb", JUPYTER)


@pytest.fixture
async def client():
    return DirectClient()
