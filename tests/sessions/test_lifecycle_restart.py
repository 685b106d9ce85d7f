"""Restart in every state: a fresh kernel with the same breakpoints, or the same kernel once more."""

import asyncio
import os
import re

import psutil
import pytest

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
        await debug.launch(breakpoints={path: [{"line": 6, "condition": "n == 1"}]})
        stop = await debug.stopped("breakpoint", line=6)
        first = int(await stop.evaluate("os.getpid()"))
        await debug.restart()
        assert [it["threadId"] for it in told(debug, "continued")] == [1]
        again = await debug.stopped("breakpoint", line=6)
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
        stop = await debug.stopped("entry", line=2)
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
        await debug.break_at(path, 6)
        await debug.stopped("breakpoint", line=6)
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
        await debug.launch(breakpoints={path: [6]})
        await debug.stopped("breakpoint", line=6)
        await debug.evaluate(":restart now")
        stop = await debug.stopped("breakpoint", line=6)
        assert await stop.evaluate("runs") == "1"
