"""Restart in every state: a fresh kernel with the same breakpoints, or the same kernel once more."""

import asyncio
import os
import re
import sys

import psutil
import pytest

from tests.sessions.notebooks import at

PROGRAM = """
    # %% one
    import os
    runs = globals().get("runs", 0) + 1
    # %% two
    for n in range(3):
        last = n
    # %% three
    print("done", os.getpid())
    """


def told(debug, event):
    return [it["body"] for it in debug.connection.events if it["event"] == event]


def is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape"])
async def test_restart_while_stopped_is_a_fresh_kernel_with_the_breakpoints_kept(debugging, write, order):
    path = write("nb.py", PROGRAM)
    async with debugging(path, order=order) as debug:
        await debug.launch(breakpoints={path: [{"line": at(path, "last = n"), "condition": "n == 1"}]})
        stop = await debug.stopped("breakpoint", line=at(path, "last = n"))
        first = int(await stop.evaluate("os.getpid()"))
        await debug.restart()
        assert [it["threadId"] for it in told(debug, "continued")] == [1]
        again = await debug.stopped("breakpoint", line=at(path, "last = n"))
        assert await again.evaluate("runs, n") == "(1, 1)"
        assert int(await again.evaluate("os.getpid()")) != first
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        assert [it["threadId"] for it in told(debug, "thread") if it["reason"] == "started"] == [1, 1]
        await again.continue_()
        await debug.output_until("done")
        await debug.idle()
        assert told(debug, "terminated") == []


async def test_what_waits_for_a_kernel_is_answered_when_a_restart_ends_that(debugging, write, python):
    slow = write(
        "python",
        f"""#!/bin/sh
        sleep 0.5
        exec "{python.path}" "$@"
        """,
    )
    slow.chmod(0o755)
    async with debugging(write("nb.py", PROGRAM), launch={"run": "none", "python": str(slow)}) as debug:
        await debug.launch()
        idle = await debug.idle()
        frame = (await idle.frame()).id
        asked = asyncio.create_task(debug.request("evaluate", expression="1", frameId=frame, context="repl"))
        await asyncio.sleep(0)
        await debug.restart()
        assert "ended before it had started" in ((await asked).message or "")
        await debug.idle()


async def test_restart_while_running_in_input_when_idle_and_when_dead(debugging, write):
    path = write(
        "nb.py",
        """
        # %%
        import os, time
        print("pid", os.getpid(), flush=True)
        # %%
        HOW
        """,
    )
    text = path.read_text()

    def rewrite(how):
        path.write_text(text.replace("HOW", how))

    async with debugging(path, order="dape") as debug:
        rewrite("print('endless')\nwhile True: pass")
        await debug.launch()
        await debug.output_until("endless\n")
        rewrite("input('name? ')")
        await debug.restart()
        await debug.output_until("name? ")
        rewrite("x = 1")
        await debug.restart()
        stop = await debug.idle()
        assert await stop.evaluate("x") == "1"
        rewrite("os._exit(7)")
        await debug.restart()
        stop = await debug.idle()
        assert "No kernel" in stop.text
        await debug.output_until("the kernel ended with exit code 7")
        rewrite("y = 2")
        await debug.restart()
        stop = await debug.idle()
        assert await stop.evaluate("y") == "2"
        pids = re.findall(r"pid (\d+)", debug.printed("stdout"))
        assert len(set(pids)) == 5
        assert [it for it in pids if is_alive(int(it))] == pids[-1:]


async def test_the_requests_own_arguments_win(debugging, write, tmp_path):
    path = write("nb.py", "# %% a\nimport os, sys\na = sys.argv[1:]\n# %% b\nb = os.environ.get('TOLD')\n")
    async with debugging(path, launch={"args": ["x"]}) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert await stop.evaluate("a, b") == "(['x'], None)"
        await debug.restart(args=["y", "z"], env={"TOLD": "now"}, stopOnEntry=True)
        stop = await debug.stopped("entry", line=at(path, "import os,"))
        await stop.continue_()
        stop = await debug.idle()
        assert await stop.evaluate("a, b") == "(['y', 'z'], 'now')"
        await debug.restart(run={"cells": ["a"]})
        stop = await debug.idle()
        shown = await stop.locals()
        assert shown["a"] == "['x']" and "b" not in shown
        gone = debug.told | {"program": str(tmp_path / "gone.py")}
        refused = await debug.request("restart", arguments=gone)
        assert not refused.success and "gone.py does not exist" in (refused.message or "")
        assert await debug.evaluate("a") == "['x']"  # the kernel goes on


@pytest.mark.parametrize("how, told, runs", [("stale", "runs 1 of 3: two (edited)", 1), ("all", "runs ", 2)])
async def test_on_restart_the_kernel_can_stay(debugging, write, how, told, runs):
    path = write("nb.py", PROGRAM)
    async with debugging(path, launch={"onRestart": how}, order="nvim") as debug:
        await debug.launch()
        stop = await debug.idle()
        pid = await stop.evaluate("os.getpid()")
        path.write_text(path.read_text().replace("range(3)", "range(4)"))
        await debug.restart()
        await debug.output_until(told)
        stop = await debug.idle()
        assert await stop.evaluate("os.getpid(), runs, last") == f"({pid}, {runs}, 3)"


async def test_a_restart_can_keep_the_kernel_though_the_launch_said_otherwise(debugging, write):
    path = write("nb.py", PROGRAM)
    async with debugging(path, order="nvim") as debug:
        await debug.launch()
        stop = await debug.idle()
        pid = await stop.evaluate("os.getpid()")
        await debug.restart(onRestart="stale")
        await debug.output_until("nothing to run: every cell has run as it is now")
        stop = await debug.idle()
        path.write_text(path.read_text().replace("range(3)", "range(4)"))
        await debug.restart(onRestart="stale")
        await debug.output_until("runs 1 of 3: two (edited)")
        stop = await debug.idle()
        assert await stop.evaluate("os.getpid(), runs, last") == f"({pid}, 1, 3)"
        await debug.restart(onRestart="all", run="none")
        await debug.output_until("nothing to run\n")
        stop = await debug.idle()
        assert await stop.evaluate("os.getpid(), runs, last") == f"({pid}, 1, 3)"
        await debug.restart()
        stop = await debug.idle()
        assert await stop.evaluate(f"os.getpid() == {pid}, runs") == "(False, 1)"


async def test_a_kernel_that_stays_quits_what_runs_first(debugging, write):
    counting = "n = globals().get('n', 0) + 1\nprint('n', n)\n"
    path = write("nb.py", f"# %%\n{counting}# %%\nwhile n < 2:\n    last = n\n")
    async with debugging(path, launch={"onRestart": "all"}) as debug:
        await debug.launch()
        await debug.output_until("n 1")
        await debug.break_at(path, at(path, "last = n"))
        await debug.stopped("breakpoint", line=at(path, "last = n"))
        await debug.restart()
        stop = await debug.idle()
        assert await stop.evaluate("n") == "2"


async def test_a_cell_that_will_not_end_refuses_a_restart_that_keeps_the_kernel(debugging, write):
    path = write(
        "nb.py",
        """
        # %%
        import signal, time
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGURG])
        print("in")
        time.sleep(60)
        """,
    )
    async with debugging(path, launch={"onRestart": "stale"}) as debug:
        await debug.launch()
        await debug.output_until("in\n")
        refused = await debug.request("restart", arguments=debug.told)
        assert not refused.success and "does not end: restart with a fresh kernel" in (refused.message or "")
        await debug.restart(onRestart="kernel", run="none")
        await debug.idle()


WRONG = {  # what a restart is refused for, and in which words
    "a Python that will not do": ({}, "is Python 3.8.10, and notebooks need Python 3.11 or newer"),
    "no Python": ({"python": "/no/such/python"}, "/no/such/python"),
    "no folder": ({"cwd": "/no/such/folder"}, '"cwd": /no/such/folder is no folder'),
    "no file of variables": ({"envFile": "/no/such/file"}, '"envFile": /no/such/file'),
    "no words": ({"args": "'"}, '"args": No closing quotation'),
    "no notebook": ({"program": "/no/such/nb.py"}, '"program": /no/such/nb.py does not exist'),
    "nothing to run": ({"run": "everything"}, '"run" must be "all"'),
}


@pytest.fixture
def too_old(tmp_path):
    """A Python that runs no notebooks."""
    python = tmp_path / "old"
    python.write_text(
        f"#!{sys.executable}\nimport sys\n"
        'sys.version_info, sys.version = (3, 8, 10), "3.8.10 (default)"\n'
        "sys.argv = sys.argv[1:]\nexec(sys.argv[1])\n"
    )
    python.chmod(0o700)
    return str(python)


@pytest.mark.parametrize("why", WRONG)
async def test_a_restart_that_is_refused_changes_nothing(debugging, write, tmp_path, too_old, why):
    path = write("nb.py", "# %% a\nimport os, sys\na = sys.argv[1:], os.getcwd()\n")
    other = write("deep/other.py", "# %% b\nb = 1\n# %% c\nc = 1\n")
    wrong, told = WRONG[why]
    new = {
        "program": str(other),
        "python": too_old,
        "args": ["y"],
        "cwd": str(other.parent),
        "pathMappings": [{"localRoot": "/elsewhere", "remoteRoot": str(tmp_path)}],
        "whenIdle": "running",
        "onRestart": "kernel",
        "ipynbLines": "percent",
        "console": "integratedTerminal",
        "notebookEvents": True,
    } | wrong
    async with debugging(path, launch={"args": ["x"], "run": "all"}) as debug:
        await debug.launch()
        stop = await debug.idle()
        before = await stop.evaluate("a")
        await debug.evaluate("kept = 1", context="repl")
        said = debug.printed()
        refused = await debug.request("restart", arguments=debug.told | new)
        assert not refused.success and (refused.message or "").startswith("restart: ")
        assert told in (refused.message or "")
        assert (await stop.frame()).path == str(path)
        assert await stop.evaluate("kept") == "1"
        assert debug.printed() == said
        cells = (await debug.ask("notebookCells"))["cells"]
        assert [it["name"] for it in cells] == ["a"]
        await debug.evaluate(":restart now", context="repl")
        stop = await debug.idle()
        assert (await stop.frame()).path == str(path)
        assert await stop.evaluate("a") == before and "x" in before
        assert await stop.evaluate("'kept' in globals()") == "False"


async def test_a_restart_that_is_refused_lets_what_runs_go_on(debugging, write):
    path = write("nb.py", "# %%\nn = 1\nprint('n', input('go? '))\n")
    async with debugging(path, launch={"onRestart": "all"}) as debug:
        await debug.launch()
        await debug.output_until("go? ")
        refused = await debug.request("restart", arguments=debug.told | {"cwd": "/no/such/folder"})
        assert not refused.success and "/no/such/folder" in (refused.message or "")
        await debug.evaluate("on", context="repl")
        await debug.output_until("n on")
        await debug.idle()


async def test_a_folder_of_the_clients_stays_the_same_at_every_restart(debugging, write, tmp_path):
    path = write("in/in/nb.py", "# %%\nimport os\nhere = os.getcwd()\n")
    root = tmp_path / "in"
    mappings = [{"localRoot": str(root), "remoteRoot": str(root / "in")}]
    how = {"pathMappings": mappings, "cwd": str(root), "program": str(root / "nb.py")}
    async with debugging(path, launch=how) as debug:
        await debug.launch()
        assert str(root / "in") in await (await debug.idle()).evaluate("here")
        await debug.evaluate(":restart now", context="repl")
        assert str(root / "in") in await (await debug.idle()).evaluate("here")


async def test_restart_of_a_script_and_before_the_session_is_live(debugging, write):
    path = write("s.py", "import time\nprint('up')\ntime.sleep(60)\n")
    async with debugging(path) as debug:
        await debug.initialize()
        early = await debug.request("restart", arguments=debug.told)
        assert not early.success and "there is nothing to restart" in (early.message or "")
        await debug.launch()
        await debug.output_until("up")
        path.write_text("print('over')\n")
        await debug.restart()
        await debug.output_until("over")
        assert await debug.terminated() == 0


async def test_restart_by_the_console(debugging, write):
    path = write("nb.py", PROGRAM)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "last = n")]})
        await debug.stopped("breakpoint", line=at(path, "last = n"))
        await debug.evaluate(":restart now")
        stop = await debug.stopped("breakpoint", line=at(path, "last = n"))
        assert await stop.evaluate("runs") == "1"
