"""The extension in a real VS Code workbench: code-server (`CODE_SERVER`) in Chromium (`CHROMIUM`)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXTENSION = Path(__file__).parents[2] / "adapters/vscode"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.mark.skipif(
    not (os.environ.get("CODE_SERVER") or shutil.which("code-server")),
    reason="needs code-server, as CODE_SERVER: make test-editors gets it",
)
@pytest.mark.skipif(
    not (os.environ.get("CHROMIUM") or any(map(shutil.which, BROWSERS))),
    reason="needs Chromium, as CHROMIUM: make test-editors gets it",
)
@pytest.mark.timeout(1200)
def test_the_stories_of_the_workbench() -> None:
    done = subprocess.run(
        [EXTENSION / "test/run.sh"],
        env=os.environ | {"DAP_KERNEL_PYTHON": sys.executable, "WORKBENCH": "required"},
        capture_output=True,
        text=True,
        timeout=1180,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
