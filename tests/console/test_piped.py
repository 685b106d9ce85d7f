"""Commands from a pipe, as a script or a continuous-integration job gives them."""

import re
import subprocess
import sys

import pytest

from .typing import piped


def test_stop_look_step_go_on(notebook):
    shown = piped(
        "trips.py", "-b", "5: km == 80", typed=["a", "w", "p km * 2", "r", "c"], folder=notebook.parent
    )
    assert shown.returncode == 0, shown.stderr
    assert "* breakpoint 1 · cell 1 load in speed · trips.py:5" in shown.stdout
    assert "   5 B->     return km / hours" in shown.stdout
    assert "(dap) a\n    km = 80\n    hours = 1\n" in shown.stdout
    assert "   [1] cell 2 compute · trips.py:10\n-> [0] cell 1 load in speed · trips.py:5\n" in shown.stdout
    assert "(dap) p km * 2\n160\n" in shown.stdout
    assert "  10  ->     total += speed(km, h)" in shown.stdout
    assert "(return) speed = 80.0" in shown.stdout
    assert "total 215.0\n" in shown.stdout
    assert "* Idle: 2 cells ran\n" in shown.stdout
    assert "\x1b" not in shown.stdout


def test_an_empty_line_steps_again(notebook):
    shown = piped("trips.py", "-b", "3.1", "-b", "2", typed=["n", "", "", "p 1", ""], folder=notebook.parent)
    lines = re.findall(r"^\* step .*:(\d+)$", shown.stdout, re.MULTILINE)
    assert lines == ["3", "8", "9"]
    assert "there is no cell 3" in shown.stdout


def test_frames_are_gone_to(notebook):
    typed = ["u", "p total", "u", "d", "d", "l 1, 2", "l", "ll"]
    shown = piped("trips.py", "-b", "4", typed=typed, folder=notebook.parent)
    assert "(dap) u\n[1] cell 2 compute · trips.py:10\n" in shown.stdout
    assert "(dap) p total\n0\n" in shown.stdout
    assert "(dap) u\n*** this is the oldest frame\n" in shown.stdout
    assert "(dap) d\n*** this is the newest frame\n" in shown.stdout
    assert (
        "(dap) l 1, 2\n   1     # %% load\n   2     legs = [(120, 2), (80, 0), (300, 4)]\n(dap) l\n   3 "
        in shown.stdout
    )
    assert shown.stdout.rpartition("(dap) ll\n")[2].startswith("   3     def speed(km, hours):\n")


def test_breakpoints_are_kept_changed_and_removed(notebook):
    typed = [
        *(
            "b",
            "b 5, km == 300",
            "tbreak 11",
            "b speed",
            "b 99",
            "b 7:1 +",
            "b",
            "disable 1 4",
            "condition 2 km == 80",
        ),
        *("c", "p km", "cl 2", "c", "b", "c", "cl", "b"),
    ]
    shown = piped("trips.py", "-b", "4", typed=typed, folder=notebook.parent).stdout
    assert "breakpoint 2 at trips.py:5\n" in shown
    assert "breakpoint 4 at function speed\n" in shown
    assert "breakpoint 5 at trips.py:99: " in shown
    assert "*** the condition '1 +': invalid syntax" in shown
    assert "breakpoint 2 stops if km == 80" in shown
    assert "(dap) p km\n80\n" in shown
    assert "* breakpoint 3 (temporary) · cell 2 compute · trips.py:11" in shown
    last_list = shown.rpartition("(dap) b\n")[0].rpartition("(dap) b\n")[2]
    assert "  1  trips.py:4  (disabled, hit 1 time)\n" in last_list
    assert "trips.py:11" not in last_list
    assert shown.rpartition("(dap) b\n")[2].startswith("there are no breakpoints\n")


def test_statements_of_several_lines(notebook):
    typed = [
        "def twice(x):",
        "    return 2 * x",
        "",
        "twice(21)",
        "for i in range(2):",
        "    print('i', i)",
        "",
        "nope",
    ]
    shown = piped("trips.py", typed=typed, folder=notebook.parent).stdout
    assert "(dap) def twice(x):\n...       return 2 * x\n...   \n(dap) twice(21)\n42\n" in shown
    assert "i 0\ni 1\n" in shown
    assert "*** NameError: name 'nope' is not defined" in shown


def test_a_failure_is_looked_at_and_tried_again(notebook):
    notebook.write_text("# %% one\nn = 0\n# %% two\nprint(1 / n)\n# %% three\nprint('reached')\n")
    shown = piped("trips.py", typed=["p n", "c", "n = 1", "retry"], folder=notebook.parent)
    assert "* " in shown.stdout and "    ZeroDivisionError: division by zero\n" in shown.stdout
    assert "to run: cell 2 two (failed), cell 3 three (not run yet)" in shown.stdout
    assert shown.stdout.rstrip().endswith("q ends the session\n(dap)")
    assert "1.0\n" in shown.stdout and "reached\n" in shown.stdout
    assert "ZeroDivisionError" in shown.stderr


def test_the_program_asks_and_the_next_line_answers(tmp_path):
    (tmp_path / "ask.py").write_text(
        "import getpass, sys\nname = input('name? ')\nkey = getpass.getpass('key? ')\n"
        "print('hello', name, len(key))\n"
        "print(repr(sys.stdin.readline()))\ntry:\n    input()\nexcept EOFError:\n    print('no more')\n"
    )
    shown = piped("ask.py", typed=["Zoë", "s3cret", ":colon"], folder=tmp_path)
    assert "name? Zoë\n" in shown.stdout
    assert "hello Zoë 6\n" in shown.stdout
    assert "':colon\\n'\n" in shown.stdout
    assert "no more\n" in shown.stdout
    assert "s3cret" not in shown.stdout + shown.stderr
    assert shown.returncode == 0


@pytest.mark.parametrize(
    ("ends", "status"),
    [("sys.exit(3)", 3), ("pass", 0), ("1 / 0", 1), ("os._exit(7)", 7), ("os.kill(os.getpid(), 9)", 137)],
)
def test_a_script_gives_its_exit_status(tmp_path, ends, status):
    (tmp_path / "script.py").write_text(f"import os, sys\n{ends}\n")
    assert piped("script.py", typed=["c", "c"], folder=tmp_path).returncode == status


def test_leaving_is_clean_whatever_runs(notebook):
    for typed in ["q"], ["exit"], []:
        shown = piped("trips.py", "-b", "4", typed=typed, folder=notebook.parent)
        assert (shown.returncode, shown.stderr) == (0, "")


def test_commands_from_the_command_line_come_first(notebook):
    shown = piped("trips.py", "-c", "p 1 + 1", "-c", "q", typed=["p 3"], folder=notebook.parent)
    assert "(dap) p 1 + 1\n2\n(dap) q\n" in shown.stdout
    assert "p 3" not in shown.stdout


def test_launch_options_arrive(tmp_path):
    (tmp_path / "script.py").write_text(
        "import os, sys\nprint(sys.argv[1:], os.getcwd(), os.environ.get('A'), os.environ.get('B'))\n"
    )
    (tmp_path / "sub").mkdir()
    shown = piped(
        *("script.py", "--cwd", "sub", "--env", "A=1=2", "--env", "B", "--stop-on-entry", "--", "-b", "x y"),
        typed=["p 6 * 7", "c"],
        folder=tmp_path,
        B="gone",
    )
    assert f"['-b', 'x y'] {tmp_path / 'sub'} 1=2 None\n" in shown.stdout
    assert "42\n" in shown.stdout


def test_only_some_cells_run(notebook):
    shown = piped("trips.py", "--run", "load", typed=["p legs[0]", "c"], folder=notebook.parent)
    assert "(120, 2)\n" in shown.stdout
    assert "to run: cell 2 compute (not run yet)" in shown.stdout
    assert "total 215.0" in shown.stdout


def test_a_module_is_run(tmp_path):
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__main__.py").write_text("x = 1\nprint('module', x)\n")
    shown = piped("-m", "pack", "-b", "pack/__main__.py:2", typed=["p x", "c"], folder=tmp_path)
    assert "(dap) p x\n1\n" in shown.stdout
    assert shown.stdout.endswith("module 1\n")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "NOTEBOOK"),
        (["gone.py"], "there is no file gone.py"),
        (["."], "is no file"),
        (["trips.py", "-b", "x y"], "is no LINE"),
        (["trips.py", "-b", "4: x >"], "condition"),
        (["trips.py", "--env", "=1"], "NAME=VALUE"),
        (["trips.py", "--cwd", "gone"], "there is no folder gone"),
        (["trips.py", "--exceptions", "all"], "exception filter"),
        (["-m", "pack", "-b", "3"], "with -m"),
        (["trips.py", "--python", "/gone/python"], "/gone/python"),
        (["broken.ipynb"], "broken.ipynb"),
    ],
)
def test_wrong_usage_is_told_with_status_2(notebook, arguments, word):
    (notebook.parent / "broken.ipynb").write_text('{"nbformat": 3}')
    shown = piped(*arguments, typed=["c"], folder=notebook.parent)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert word in shown.stderr
    assert "Traceback" not in shown.stderr


def test_hostile_text_has_no_effect(tmp_path):
    (tmp_path / "script.py").write_text(
        "class Bad:\n    def __repr__(self):\n        return '\\x1b[2J\\x1b]0;title\\x07bad'\n"
        "bad = Bad()\nprint('\\x1b[31mred\\x1b[0m\\x1b[2J')\nprint(bad)\nraise ValueError('\\x1b[2Joops')\n"
    )
    shown = piped("script.py", "-b", "6", typed=["p bad", "vars", "c", "c"], folder=tmp_path)
    assert "\x1b" not in shown.stdout + shown.stderr
    assert "bad = bad" in shown.stdout
    assert "oops" in shown.stdout


def test_files_of_the_folder_do_not_stand_in_for_the_library(notebook):
    for name in ("asyncio", "code", "json", "msgspec"):
        (notebook.parent / f"{name}.py").write_text("raise SystemExit('not this one')\n")
    shown = piped("trips.py", "-b", "4", typed=["q"], folder=notebook.parent)
    assert "in speed" in shown.stdout


def test_help_names_every_command(notebook):
    shown = piped(
        "trips.py", "--run", "none", typed=["help", "help n", "h nothing"], folder=notebook.parent
    ).stdout
    for word in ("n/next", "b/break", "w/where/bt", "p EXPRESSION", "cells", "q/quit/exit"):
        assert word in shown
    assert "*** there is no command 'nothing'" in shown


def test_nobody_reads_the_output_any_more(notebook):
    command = f"printf 'help\\nhelp\\nhelp\\n' | {sys.executable} -P -m dap_kernel debug trips.py | head -1"
    shown = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, timeout=30, cwd=notebook.parent
    )
    assert "Traceback" not in shown.stderr


def test_the_environment_that_it_is_called_from_comes_before_the_path(notebook):
    shown = piped("trips.py", "--run", "none", typed=["q"], folder=notebook.parent, VIRTUAL_ENV="")
    assert f"Python {sys.executable} (the one that dap-kernel itself runs on)" in shown.stdout
    shown = piped("trips.py", "--run", "none", typed=["q"], folder=notebook.parent)
    assert "(from $VIRTUAL_ENV)" in shown.stdout


def test_what_is_long_goes_on_by_more(notebook):
    typed = ["p list(range(1000))", "p list(range(5000))", "more", "more", "p 1", "more", "q"]
    shown = piped("trips.py", typed=typed, folder=notebook.parent).stdout
    assert "998, 999]\n(dap)" in shown  # whole: nobody turns pages
    assert (
        "…\n    … 5,000 of 5,000 elements are not shown yet: `more` (or Enter) shows the next page\n" in shown
    )
    assert "(dap) more\n    0 = 0\n    1 = 1\n" in shown
    assert "(dap) more\n    20 = 20\n" in shown and "… 4,960 of 5,000 elements" in shown
    assert "(dap) p 1\n1\n(dap) more\n*** there is nothing more to show\n" in shown


def test_a_table_fits_the_terminal_and_goes_on(notebook):
    notebook.write_text(
        "# %%\nrows = [{'n': it, 'text': 'x' * 30, 'more': 'y' * 30, 'last': 'z' * 30} for it in range(45)]\n"
    )
    typed = ["table rows", "", "p 1", ":table rows 40", "table", "table = 3", "p table", "table 5"]
    shown = piped("trips.py", typed=typed, folder=notebook.parent).stdout
    first, second, third = (shown.split(f"(dap) {it}\n")[1] for it in ("table rows", "", ":table rows 40"))
    assert first.splitlines()[1].startswith("0    0  xxx")
    assert "… 1 more column: last\nrows 0 to 19 of 45, 4 columns (list)" in first
    assert all(len(it) <= 100 for it in first.splitlines())
    assert second.splitlines()[1].startswith("20  20  xxx")
    assert third.splitlines()[1].startswith("40  40  xxx")
    assert "no row from 45 on: there are 45" in shown.split("(dap) table\n")[1]
    assert "(dap) p table\n3\n" in shown
    assert "*** a int is no table" in shown
