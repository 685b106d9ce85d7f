"""Sessions in a real Neovim with nvim-dap. `NVIM` is its program, `NVIM_DAP` the folder of nvim-dap.

Else both are looked for in the folder `DAP_KERNEL_CLIENTS`, as `nvim/nvim` and `nvim/nvim-dap`. The tests are
in Lua: each file of `adapters/nvim/test` is one here. jupytext.nvim has a test of its own, where
`JUPYTEXT_NVIM` or `nvim/jupytext.nvim` is its folder.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.programs import folder, program

PLUGIN = Path(__file__).parents[2] / "adapters/nvim"
NVIM = program("NVIM", "nvim", (0, 11))
NVIM_DAP = folder("NVIM_DAP", "nvim/nvim-dap")
JUPYTEXT_NVIM = folder("JUPYTEXT_NVIM", "nvim/jupytext.nvim")

needs_nvim = pytest.mark.skipif(not NVIM, reason="needs Neovim 0.11 or later, as NVIM or on the path")
needs_nvim_dap = pytest.mark.skipif(not NVIM_DAP, reason="needs the folder of nvim-dap, as NVIM_DAP")


def in_neovim(*file_and_test: str, **variables: str) -> None:
    """Run a file of tests, or one test of it."""
    path = os.pathsep.join(
        [os.environ.get("PATH", os.defpath), os.path.dirname(sys.executable)]
    )  # jupytext's
    done = subprocess.run(
        [str(NVIM), "-l", str(PLUGIN / "test/run.lua"), *file_and_test],
        env={key: value for key, value in os.environ.items() if key != "JUPYTEXT_NVIM"}
        | {"NVIM": str(NVIM), "NVIM_DAP": str(NVIM_DAP), "DAP_KERNEL_PYTHON": sys.executable, "PATH": path}
        | variables,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok    " in done.stdout


@needs_nvim
@needs_nvim_dap
@pytest.mark.timeout(300)
@pytest.mark.parametrize("file", sorted(it.name for it in (PLUGIN / "test").glob("*_test.lua")))
def test_in_neovim(file: str) -> None:
    in_neovim(file)


@needs_nvim
@needs_nvim_dap
@pytest.mark.skipif(not JUPYTEXT_NVIM, reason="needs the folder of jupytext.nvim, as JUPYTEXT_NVIM")
def test_with_jupytext_nvim() -> None:
    test = "a notebook is debugged in jupytext.nvim's buffer, before and after it is written"
    in_neovim("jupytext_test.lua", test, JUPYTEXT_NVIM=str(JUPYTEXT_NVIM))


@needs_nvim
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
