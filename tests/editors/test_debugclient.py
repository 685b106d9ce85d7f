"""The server as authors of VS Code extensions drive one: by `@vscode/debugadapter-testsupport`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "debugclient"


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.skipif(not (HERE / "node_modules").is_dir(), reason=f"needs `npm ci` in {HERE.name}")
def test_debugclient_goes_through_the_four_formats() -> None:
    command = json.dumps([sys.executable, "-m", "dap_kernel"])
    done = subprocess.run(
        ["node", "--test", "--test-reporter=tap"],
        cwd=HERE,
        env=os.environ | {"DAP_KERNEL": command},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 10" in done.stdout
