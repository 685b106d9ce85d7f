"""What only notebooks have: cells that are stale, run again, quit; kernels that die; threads."""

import re
from pathlib import Path

from .typing import Terminal, piped


def test_what_was_edited_runs_again(tmp_path, terminal):
    path = tmp_path / "edited.py"
    path.write_text("# %% one\nx = 1\n# %% two\nprint('x is', x)\n")
    it: Terminal = terminal("edited.py")
    it.expect("x is 1\n")
    it.expect(r"Idle: 2 cells ran")
    it.at_prompt()
    path.write_text("# %% one\nx = 1\n# %% two\nprint('now x is', x)\n")
    it.line("c")
    it.expect("now x is 1\n")
    it.expect("Idle")


def test_a_picture_is_a_file_whose_path_is_told(tmp_path):
    methods = "def _repr_svg_(self): return '<svg/>'\n    def __repr__(self): return 'shown'"
    (tmp_path / "shows.py").write_text(f"# %%\nclass Shown:\n    {methods}\nShown()\n")
    shown = piped("shows.py", typed=[":plots", "q"], folder=tmp_path).stdout
    path = re.search(r"^(/\S+\.svg)\n", shown, re.MULTILINE)[1]
    assert Path(path).read_text() == "<svg/>"
    assert shown.count("shown\n") == 1
    assert "(dap) :plots\nno figure is open\n" in shown


def test_lines_are_skipped_repeated_and_run_to(notebook):
    typed = ["unt", "until 11", "j 8", "n", ":quit", "cells", "retry"]
    shown = piped("trips.py", "-b", "8", typed=typed, folder=notebook.parent).stdout
    assert "(dap) unt\n* step · cell 2 compute · trips.py:9\n" in shown
    assert "(dap) until 11\n* step · cell 2 compute · trips.py:11\n" in shown
    assert "(dap) j 8\n* goto · cell 2 compute · trips.py:8\n" in shown
    assert "(dap) :quit\n* Idle: compute was quit\n    to run: cell 2 compute (stopped)\n" in shown
    assert "compute (quit)" in shown.rpartition("(dap) retry\n")[2]


def test_a_restart_keeps_breakpoints(notebook):
    shown = piped(
        "trips.py",
        "-b",
        "8",
        typed=["lost = 1", "restart", "restart now", "p 'lost' in globals()"],
        folder=notebook.parent,
    )
    assert shown.stdout.count("* breakpoint 1 · cell 2 compute · trips.py:8\n") == 2
    assert "2 cells have run in this kernel" in shown.stdout
    assert "False\n" in shown.stdout


def test_a_kernel_that_dies_can_be_restarted(tmp_path):
    (tmp_path / "dies.py").write_text(
        "import os, pathlib\nif not pathlib.Path('dead').exists():\n"
        "    pathlib.Path('dead').touch()\n    os.kill(os.getpid(), 9)\nprint('alive')\n"
    )
    shown = piped("dies.py", "--format", "percent", typed=["restart", "q"], folder=tmp_path)
    assert "was killed by SIGKILL" in shown.stdout
    assert "(dap) restart\n" in shown.stdout and "alive\n" in shown.stdout
    assert shown.returncode == 0


def test_a_thread_is_looked_at(tmp_path):
    (tmp_path / "threads.py").write_text(
        "import threading\ndef work(n):\n    doubled = 2 * n\n    return doubled\n"
        "it = threading.Thread(target=work, args=(21,), name='worker')\n"
        "it.start()\nit.join()\nprint('joined')\n"
    )
    shown = piped("threads.py", "-b", "4", typed=["threads", "p doubled", "thread 99", "c"], folder=tmp_path)
    assert "worker (breakpoint)\n" in shown.stdout
    assert "(dap) p doubled\n42\n" in shown.stdout
    assert "*** thread 99 is not stopped" in shown.stdout
    assert "joined\n" in shown.stdout
