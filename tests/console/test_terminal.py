"""At a terminal: colours, completion, history, Ctrl-C, hidden input."""

import os
import re
import select
import stat
import subprocess

import pytest

from .typing import COMMAND, TIMEOUT_S, environment

RUNS = "import time\nfor n in range(10**9):\n    time.sleep(0.01)\n"


def test_a_stop_is_shown_in_colours(notebook, terminal):
    it = terminal("trips.py", "-b", "4")
    it.at_prompt()
    assert "4 B->     hours = max(hours, 1)" in it.shown
    assert "\x1b[" in it.raw.partition("speed")[2]
    it.type("\x04")
    assert it.exit_status() == 0


def test_no_colours_where_none_are_wanted(notebook, terminal):
    it = terminal("trips.py", "-b", "4", NO_COLOR="1")
    it.at_prompt()
    assert "\x1b[3" not in it.raw


def test_names_are_completed(notebook, terminal):
    it = terminal("trips.py", "-b", "4")
    it.at_prompt()
    it.type("p hou\t")
    it.expect(r"p hou\s*rs")
    it.line(" * 1000")
    it.expect(r"\n2000\n")
    it.type("undis\t")
    it.expect("play")
    it.type("\x03")
    it.at_prompt()
    it.type(":cel\t")
    it.expect("ls")
    it.line("")
    it.expect("load")


def test_lines_are_remembered_for_this_user_alone(notebook, terminal):
    it = terminal("trips.py", "-b", "4")
    it.at_prompt()
    it.line("p 'remember' + 'ed'")
    it.expect("remembered")
    it.at_prompt()
    it.type("\x04")
    assert it.exit_status() == 0
    path = notebook.parent / "dap-kernel" / "history"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    again = terminal("trips.py", "-b", "4")
    again.at_prompt()
    again.type("\x1b[A\r")
    again.expect("remembered")


def test_a_statement_goes_over_several_lines(notebook, terminal):
    it = terminal("trips.py", "-b", "4")
    it.at_prompt()
    it.line("for i in range(2):")
    it.expect(r"\.\.\.")
    it.line("    print('i', i)")
    it.line("")
    it.expect("i 0\ni 1\n")


def test_ctrl_c_at_the_prompt_drops_the_line(notebook, terminal):
    it = terminal("trips.py", "-b", "4")
    it.at_prompt()
    it.type("p 1 +\x03")
    it.at_prompt()
    it.line("p 20 + 1")
    it.expect(r"\n21\n")


def test_ctrl_c_pauses_and_once_more_interrupts(tmp_path, terminal):
    (tmp_path / "runs.py").write_text(f"print('begun')\n{RUNS}")
    it = terminal("runs.py", "--format", "percent")
    it.expect("begun")
    it.type("\x03")
    it.expect(r"\* .*runs\.py:\d")
    it.at_prompt()
    it.line("p n >= 0")
    it.expect("True")
    it.at_prompt()
    it.line("interrupt")
    it.expect("Idle")
    it.at_prompt()
    it.type("\x04")
    assert it.exit_status() == 0


def test_ctrl_c_twice_where_a_pause_has_no_effect(tmp_path, terminal):
    (tmp_path / "busy.py").write_text(
        "print('begun')\nsum(1 for _ in ())\n'a' * 3 in 'b' * 10**9\nmax(range(10**10))\n"
    )
    it = terminal("busy.py", "--format", "percent")
    it.expect("begun")
    it.type("\x03")
    it.expect("Ctrl-C once more")
    it.type("\x03")
    it.expect("Ctrl-C once more ends the session")
    it.type("\x03")
    assert it.exit_status() == 0


def test_ctrl_c_cancels_what_is_evaluated(notebook, terminal):
    it = terminal("trips.py", "-b", "4")
    it.at_prompt()
    it.line("print('wait' + 'ing'); __import__('time').sleep(60)")
    it.expect("waiting")
    it.type("\x03")
    it.at_prompt()
    it.line("p 20 + 1")
    it.expect(r"\n21\n")


def test_input_is_answered_and_secrets_are_not_shown(tmp_path, terminal):
    (tmp_path / "ask.py").write_text(
        "import getpass\nname = input('name? ')\nkey = getpass.getpass('key? ')\n"
        "print('hello', name, len(key))\n"
        "try:\n    input('more? ')\nexcept EOFError:\n    print('none')\n"
        "try:\n    input('and? ')\nexcept KeyboardInterrupt:\n    print('interrupted')\n"
    )
    it = terminal("ask.py")
    it.expect(r"name\?")
    it.line("Zoë")
    it.expect(r"key\?")
    it.line("s3cret")
    it.expect("hello Zoë 6\n")
    it.expect(r"more\?")
    it.type("\x04")
    it.expect("none\n")
    it.expect(r"and\?")
    it.type("\x03")
    it.expect("interrupted\n")
    assert it.exit_status() == 0
    assert "s3cret" not in it.raw
    history = notebook_history(tmp_path)
    assert "s3cret" not in history and "Zoë" not in history


def notebook_history(folder):
    path = folder / "dap-kernel" / "history"
    return path.read_text() if path.exists() else ""


def test_a_terminal_without_abilities(notebook, terminal):
    it = terminal("trips.py", "-b", "4", TERM="dumb")
    it.at_prompt()
    it.line("p 20 + 1")
    it.expect(r"\n21\n")
    it.at_prompt()
    it.type("p 1 +")
    it.type("\x03")
    it.at_prompt()
    it.line("q")
    assert it.exit_status() == 0
    assert "\x1b" not in it.raw


def test_output_of_another_thread_does_not_spoil_the_line(tmp_path, terminal):
    (tmp_path / "threads.py").write_text(
        "import threading\ngo = threading.Event()\n"
        "def later():\n    go.wait()\n    print('from the thread')\n"
        "threading.Thread(target=later).start()\nx = 1\nx = 2\ngo.set()\n"
    )
    it = terminal("threads.py", "-b", "8")
    it.at_prompt()
    it.type("p 20 ")
    it.line("+ 1")
    it.expect(r"\n21\n")
    it.at_prompt()
    it.line("go.set()")
    it.expect("from the thread\n")
    it.line("p 20 + 2")
    it.expect(r"\n22\n")


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
def test_killed_it_takes_everything_along(notebook):
    process = subprocess.Popen(
        [*COMMAND, "trips.py", "-b", "4", "-c", "print('kernel', __import__('os').getpid())"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=notebook.parent,
        env=environment(notebook.parent),
    )
    assert process.stdout is not None and process.stdin is not None
    kernel = next(int(line[7:]) for line in process.stdout if line.startswith("kernel "))
    watched = os.pidfd_open(kernel)  # readable once it has ended
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    assert select.select([watched], [], [], TIMEOUT_S)[0]
    os.close(watched)


def test_the_line_that_runs_is_shown_until_something_else_is(notebook, terminal):
    notebook.write_text(
        "# %% load\nimport time\nfor n in range(3):\n    time.sleep(0.6)  # sleeps\nprint('loaded')\n"
    )
    it = terminal("trips.py")
    it.expect(r"… load, line 4 · 1 s in the loop of line 3")
    it.expect("loaded\n")
    it.at_prompt()
    *drawn, last = it.raw.split("… load, line 4")[1:]
    for text in (*drawn, last):  # taken away before anything else is written
        assert re.match(r"[^\r\n]*\r\x1b\[K", text), it.raw


def test_a_long_list_is_shown_a_page_at_a_time(notebook, terminal):
    it = terminal("trips.py", "-b", "4")
    it.at_prompt()
    it.line("p list(range(5000))")
    page = it.expect(
        r"… 4,954 of 5,000 elements are not shown yet: `more` \(or Enter\) shows the next page\n"
    )
    assert "    0 = 0\n" in page and "    45 = 45\n" in page and "    46 = " not in page
    it.at_prompt()
    it.line("")
    page = it.expect(r"… 4,908 of 5,000 elements")
    assert "    46 = 46\n" in page and "    91 = 91\n" in page
    it.at_prompt()
    it.line("p 'x' * 9000")
    page = it.expect(r"… [\d,]+ characters are not shown yet")
    assert 1000 < page.count("x") < 9000
    it.line("")
    assert it.expect(r"x'\n").count("x") > 1000
    it.at_prompt()
    it.line("p 20 + 1")
    it.expect(r"\n21\n")
    it.at_prompt()
    it.line("more")
    it.expect("there is nothing more to show")


def test_a_table_is_as_wide_as_the_terminal(notebook, terminal):
    it = terminal("trips.py", "-b", "11")
    it.at_prompt()
    it.line("table [{'n': it, 'left': 'x' * 50, 'right': 'y' * 50, 'last': 'z' * 50} for it in range(30)]")
    page = it.expect(r"rows 0 to 19 of 30, 4 columns \(list\)\n")
    assert "… 1 more column: last\n" in page
    assert "x" * 39 + "…" in page and "y" * 39 + "…" in page
    it.at_prompt()
    it.line("")
    assert "\n20  20  xxx" in it.expect(r"rows 20 to 29 of 30, 4 columns \(list\)\n")
    it.at_prompt()
    it.line("q")
