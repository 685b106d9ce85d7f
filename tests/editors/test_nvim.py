"""Sessions in a real Neovim with nvim-dap. `NVIM` is its program, `NVIM_DAP` the folder of nvim-dap.

Else both are looked for in the folder `DAP_KERNEL_CLIENTS`, as `nvim/nvim` and `nvim/nvim-dap`. The tests are
in Lua: each file of `adapters/nvim/test` is one here. jupytext.nvim takes part where `JUPYTEXT_NVIM`
says its folder.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[2] / "adapters/nvim"
CLIENTS = os.environ.get("DAP_KERNEL_CLIENTS")


def found(variable: str, below: str) -> str | None:
    """Return what the variable says, else what is there in the folder of clients."""
    path = os.environ.get(variable) or (os.path.join(CLIENTS, below) if CLIENTS else None)
    return path if path and os.path.exists(path) else None


NVIM = found("NVIM", "nvim/nvim") or shutil.which("nvim")
NVIM_DAP = found("NVIM_DAP", "nvim/nvim-dap")

needs_nvim = pytest.mark.skipif(
    not NVIM or not NVIM_DAP, reason="needs Neovim 0.11 or later as NVIM and nvim-dap's folder as NVIM_DAP"
)


@needs_nvim
@pytest.mark.timeout(300)
@pytest.mark.parametrize("file", sorted(it.name for it in (PLUGIN / "test").glob("*_test.lua")))
def test_in_neovim(file: str) -> None:
    path = os.pathsep.join(
        [os.environ.get("PATH", os.defpath), os.path.dirname(sys.executable)]
    )  # jupytext's
    done = subprocess.run(
        [str(NVIM), "-l", str(PLUGIN / "test/run.lua"), file],
        env=os.environ
        | {"NVIM": str(NVIM), "NVIM_DAP": str(NVIM_DAP), "DAP_KERNEL_PYTHON": sys.executable, "PATH": path},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok    " in done.stdout


@pytest.mark.skipif(not NVIM, reason="needs Neovim as NVIM")
def test_the_help_has_tags_for_what_is_there(tmp_path: Path) -> None:
    shutil.copytree(PLUGIN / "doc", tmp_path / "doc")
    done = subprocess.run(
        [str(NVIM), "--headless", "--clean", "-c", f"helptags {tmp_path}/doc", "-c", "quit"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0 and not done.stderr.strip(), done.stderr
    tags = {it.split("\t")[0] for it in (tmp_path / "doc/tags").read_text("utf-8").splitlines()}
    sources = {it.stem: it.read_text("utf-8") for it in (PLUGIN / "lua/dap-kernel").glob("*.lua")}
    commands = {
        line.split('"')[1] for line in sources["commands"].splitlines() if line.startswith('  command("')
    }
    assert commands and {f":{it}" for it in commands} <= tags
    options = {
        line.split()[1].rstrip("?")
        for line in sources["options"].splitlines()
        if line.startswith("---@field ")
    }
    assert options and {f"dap-kernel.{it}" for it in options} <= tags
