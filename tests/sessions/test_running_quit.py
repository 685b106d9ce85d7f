"""Breaking into what runs: quit a cell, interrupt it, and what still holds afterwards."""

import os
import signal

import pytest

from tests.sessions.notebooks import at

SPIN = """
    # %% before
    import os
    x = 1
    # %% spin
    print("spins")
    try:
        while True:
            x += 0
    finally:
        print("finally")
    # %% after
    x = 2
    """


def states(listed):
    return [it[6:].split("  ")[0].strip() for it in listed.splitlines()]


async def pid_of(debug):
    return (await debug.event("process"))["systemProcessId"]


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape"])
async def test_quit_ends_only_the_cell(debugging, write, order):
    path = write("nb.py", SPIN)
    async with debugging(path, order=order) as debug:
        await debug.launch()
        await debug.output_until("spins")
        await debug.ask("terminateThreads", threadIds=[1])
        stop = await debug.idle()
        assert "spin was quit" in stop.text
        assert "finally" in debug.printed("stdout")
        assert "Traceback" not in debug.printed("stderr")
        assert await stop.evaluate("x") == "1"
        assert "stopped" in (await debug.evaluate(":cells")).splitlines()[1]
        refused = await debug.request("terminateThreads", threadIds=[99])
        assert not refused.success and "no thread 99" in (refused.message or "")


@pytest.mark.parametrize("how", ["quit", ":quit", "interrupt", ":interrupt"])
async def test_a_stopped_cell_is_broken_off(debugging, write, how):
    path = write("nb.py", SPIN)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "x += 0")]})
        stop = await debug.stopped("breakpoint", line=at(path, "x += 0"))
        if how == "quit":
            await stop.quit()
        elif how == "interrupt":
            await debug.ask("notebookInterrupt")
        else:
            await debug.evaluate(how)
        assert (await debug.event("continued"))["threadId"] == 1
        stop = await debug.idle()
        assert ("interrupted" if "interrupt" in how else "quit") in stop.text
        assert ("KeyboardInterrupt" in debug.printed("stderr")) is ("interrupt" in how)
        assert "finally" in debug.printed("stdout")
        assert await stop.evaluate("x") == "1"


async def test_breakpoints_still_hit_after_an_interrupt(debugging, write):
    path = write("nb.py", SPIN)
    async with debugging(path, order="dape") as debug:
        await debug.launch()
        for _ in range(2):
            await debug.output_until("spins")
            await debug.ask("notebookInterrupt")
            await debug.idle()
            await debug.evaluate(":run spin")
        await debug.output_until("spins")
        await debug.break_at(path, at(path, "x += 0"))
        stop = await debug.stopped("breakpoint", line=at(path, "x += 0"))
        await stop.next()
        stop = await debug.stopped("step", line=at(path, "while True"))
        await stop.quit()
        stop = await debug.idle()
        await debug.break_at(path, at(path, "x = 2"))
        await debug.evaluate(":run after")
        await debug.stopped("breakpoint", line=at(path, "x = 2"))


async def test_code_that_swallows_a_quit_is_quit_all_the_same(debugging, write):
    path = write(
        "nb.py",
        """
        # %%
        swallowed = 0
        print("in")
        while True:
            try:
                while True:
                    x = 1
            except BaseException:
                swallowed += 1
        """,
    )
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("in\n")
        await debug.ask("terminateThreads", threadIds=[1])
        stop = await debug.idle()
        assert "quit" in stop.text
        assert await stop.evaluate("x") == "1"


@pytest.mark.parametrize("how", ["quit", "interrupt"])
@pytest.mark.parametrize("wait", ["time.sleep(60)", "await asyncio.sleep(60)", "input('? ')"])
async def test_a_cell_that_waits_is_broken_off_at_once(debugging, write_cells, how, wait):
    path = write_cells("nb.ipynb", f"import asyncio, time\nprint('here 1', flush=True)\n{wait}", "y = 1")
    async with debugging(path) as debug:
        await debug.launch(exceptions=[])
        await debug.output_until("? " if "input" in wait else "here 1")
        if how == "quit":
            await debug.ask("terminateThreads", threadIds=[1])
        else:
            await debug.ask("notebookInterrupt")
        stop = await debug.idle()
        assert ("quit" if how == "quit" else "interrupted") in stop.text
        assert await debug.evaluate("asyncio.sleep is not None") == "True"


@pytest.mark.parametrize("how", ["quit", "interrupt"])
async def test_a_run_is_broken_off_while_its_kernel_starts(debugging, write, how):
    path = write("nb.py", "# %% one\nx = 1\nprint('ran')\n# %% two\ny = 1\n")
    async with debugging(path) as debug:
        await debug.launch(run="none")
        await debug.idle()
        await debug.run("all")  # the kernel starts for it
        if how == "quit":
            await debug.ask("terminateThreads", threadIds=[1])
        else:
            await debug.ask("notebookInterrupt")
        stop = await debug.idle()
        assert ("one was quit" if how == "quit" else "one was interrupted") in stop.text
        assert debug.printed("stdout") == ""
        await stop.continue_()
        await debug.output_until("ran")
        await debug.idle()


async def test_an_interrupt_that_comes_while_a_long_cell_is_compiled(debugging, write):
    path = write("nb.py", "# %% spin\n" + "x = 1\n" * 20_000 + "while True: pass\n# %% after\ny = 1\n")
    async with debugging(path, launch={"run": "none", "notebookEvents": True}) as debug:
        await debug.launch()
        await debug.idle()
        for _ in range(3):
            await debug.run({"cells": ["spin"]})
            await debug.event("notebookCell", lambda body: body["cell"]["state"] == "running")
            await debug.ask("notebookInterrupt")
            stop = await debug.idle()
            assert "interrupted" in stop.text


async def test_interrupt_when_nothing_runs_does_nothing(debugging, write):
    path = write("nb.py", "# %%\nx = 1\n")
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        await debug.ask("notebookInterrupt")
        os.kill(await pid_of(debug), signal.SIGINT)
        assert await stop.evaluate("x") == "1"
        for command in (":quit", ":interrupt"):
            refused = await debug.request("evaluate", expression=command, context="repl")
            assert not refused.success and "no cell runs" in (refused.message or "")
        assert await debug.run({"cells": [1]})
        await debug.idle()


async def test_an_interrupted_run_runs_nothing_after_it_and_continue_takes_it_up(debugging, write):
    path = write("nb.py", SPIN.replace("while True", "while x < 2"))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("spins")
        await debug.ask("notebookInterrupt")
        stop = await debug.idle()
        assert await stop.evaluate("x", "repl") == "1"
        await stop.set("x", "5")
        await stop.continue_()
        await debug.output_until("runs 2 of 3: spin (interrupted), after (not reached)")
        stop = await debug.idle()
        assert await stop.evaluate("x") == "2"


async def test_a_thread_of_the_users_is_quit_alone(debugging, write):
    path = write(
        "nb.py",
        """
        # %%
        import threading
        def work():
            while True:
                y = 1
        thread = threading.Thread(target=work, name="worker", daemon=True)
        thread.start()
        """,
    )
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        ids = {name: id for id, name in (await debug.threads()).items()}
        await debug.ask("terminateThreads", threadIds=[ids["worker"]])
        assert await debug.evaluate("thread.join(5) or thread.is_alive()") == "False"
        assert "worker" not in (await debug.threads()).values()
