"""An interpreter is asked, before there is a kernel, whether it could be one."""

import sys
from pathlib import Path

import pytest

from dap_kernel.agent.wire import messages as wire
from dap_kernel.kernels.own.fitness import why_not_fit
from dap_kernel.kernels.own.spawn import HowToStart
from tests.processes import is_alive, until

OLD = 'import sys\nsys.version_info, sys.version, sys.executable = (3, 8, 1), "3.8.1", "/old"\n'
RUN = "sys.argv = sys.argv[1:]\nexec(sys.argv[1])\n"


def how_of(python: Path, **more: object) -> HowToStart:
    start = wire.Start("", "script", [""], None)
    return HowToStart([str(python)], start, str(python.parent), **more)  # type: ignore[arg-type]


def python_of(folder: Path, text: str) -> Path:
    path = folder / "python"
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o700)
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (OLD + RUN, "/old is Python 3.8.1, and notebooks need Python 3.11 or newer: "),
        (
            OLD + "sys.executable = '/o\\x1b[2Jld'\n" + RUN,
            "/old is Python 3.8.1",
        ),  # no words for the terminal
        ("import sys\n" + RUN, None),
        ("import sys\nsys.exit(1)\n", None),  # the start tells what is wrong with it
        ("no Python", None),
    ],
)
async def test_what_is_told_of_a_python(tmp_path: Path, text: str, told: str | None) -> None:
    found = await why_not_fit(how_of(python_of(tmp_path, text)), 20)
    assert found is None if told is None else (found or "").startswith(told)


async def test_one_that_is_not_there_is_told_of_by_the_start(tmp_path: Path) -> None:
    assert await why_not_fit(how_of(tmp_path / "none"), 20) is None


HANGS = """
import os, sys, time
print(os.getpid(), file=open(os.path.join(os.path.dirname(sys.argv[0]), "pid"), "w"), flush=True)
time.sleep(600)
"""


async def test_one_that_hangs_holds_up_nobody_and_is_ended(tmp_path: Path) -> None:
    assert await why_not_fit(how_of(python_of(tmp_path, HANGS)), 2) is None
    noted = tmp_path / "pid"
    if noted.exists() and (pid := noted.read_text()):  # on a slow machine it was ended before that
        await until(lambda: not is_alive(int(pid)), "it is ended")


async def test_modules_of_the_folder_and_the_users_variables_change_nothing(tmp_path: Path) -> None:
    """What Python imports for `-c` before our text may lie in the folder of the notebook."""
    (tmp_path / "linecache.py").write_text("raise SystemExit(97)")
    how = how_of(Path(sys.executable))
    shadowed = HowToStart(how.python, how.start, str(tmp_path), env={"PYTHONSTARTUP": "none.py"})
    assert await why_not_fit(shadowed, 20) is None
