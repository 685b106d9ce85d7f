"""How a session ends: by itself, by terminate, by disconnect; once, twice and in every phase."""

import asyncio
from pathlib import Path

import psutil
import pytest

from tests.processes import file_text, until

BUSY = """
    # %%
    import os
    print("pid", os.getpid())
    try:
        while True:
            n = 1
    finally:
        print("finally")
    """


def is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def pid_of(debug):
    return (await debug.event("process"))["systemProcessId"]


def bodies(debug, event):
    return [it.get("body") for it in debug.connection.events if it["event"] == event]


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape"])
@pytest.mark.parametrize("state", ["running", "stopped", "idle"])
async def test_terminate_lets_finally_run_and_the_kernel_is_gone_before_the_answer(
    debugging, write, order, state
):
    path = write("nb.py", BUSY if state != "idle" else "# %%\nprint('pid')\n")
    async with debugging(path, order=order) as debug:
        await debug.launch(breakpoints={path: [6]} if state == "stopped" else {})
        await debug.output_until("pid")
        if state == "stopped":
            await debug.stopped("breakpoint", line=6)
        elif state == "idle":
            await debug.idle()
        pid = await pid_of(debug)
        await debug.terminate()
        assert not is_alive(pid)
        code = await debug.terminated()
        assert ("finally" in debug.printed("stdout")) is (state != "idle")
        assert code == (0 if state == "idle" else 1)
        await debug.terminate()  # twice is answered
        await debug.disconnect()
        assert len(bodies(debug, "terminated")) == len(bodies(debug, "exited")) == 1


async def test_terminate_does_not_wait_for_a_cell_that_never_ends(debugging, write):
    path = write(
        "nb.py",
        """
        # %%
        print("in")
        while True:
            try:
                while True:
                    pass
            except BaseException:
                print("swallowed")
        """,
    )
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("in\n")
        pid = await pid_of(debug)
        async with asyncio.timeout(4):
            await debug.terminate()
        assert not is_alive(pid)
        assert await debug.terminated() is not None
        assert "swallowed" in debug.printed("stdout")


@pytest.mark.parametrize("state", ["running", "stopped", "input", "idle"])
async def test_disconnect_ends_the_kernel_at_once(debugging, write, state):
    text = {"input": "# %%\nprint('pid')\ninput('? ')\n", "idle": "# %%\nprint('pid')\n"}.get(state, BUSY)
    path = write("nb.py", text)
    async with debugging(path, order="dape") as debug:
        await debug.launch(breakpoints={path: [6]} if state == "stopped" else {})
        await debug.output_until("? " if state == "input" else "pid")
        pid = await pid_of(debug)
        await debug.disconnect()
        assert not is_alive(pid)
        await debug.disconnect()
        await debug.connection.ended()


@pytest.mark.parametrize("phase", ["new", "initialized", "launching", "live"])
@pytest.mark.parametrize("command", ["terminate", "disconnect"])
async def test_both_are_answered_in_every_phase_and_twice(debugging, write, phase, command):
    path = write("nb.py", "# %%\nx = 1\n")
    async with debugging(path) as debug:
        launched = None
        if phase != "new":
            await debug.initialize()
        if phase in ("launching", "live"):
            launched = debug.connection.send("launch", debug.told)
        if phase == "live":
            await debug.configure()
        for _ in range(2):
            assert (await debug.request(command)).success
        if command == "terminate":
            assert (await debug.request("disconnect")).success
        if launched is not None:
            assert (await launched).success is (phase == "live")


async def test_disconnect_can_leave_the_kernel(debugging, write):
    path = write("nb.py", "# %%\nimport threading\nx = 1\n")
    launch = {"orphanTimeout": 20}
    async with debugging(path, launch=launch) as debug:
        await debug.launch()
        await debug.idle()
        pid = await pid_of(debug)
        await debug.disconnect(terminateDebuggee=False)
    assert is_alive(pid)
    async with debugging(launch=launch | {"notebook": str(path)}) as debug:
        await debug.attach()
        stop = await debug.idle()
        assert await stop.evaluate("x") == "1"
        assert await pid_of(debug) == pid
        await debug.disconnect()  # an attach ends it only when that is asked for
    assert is_alive(pid)
    async with debugging(launch=launch | {"notebook": str(path)}) as debug:
        await debug.attach()
        stop = await debug.idle()
        await debug.request("evaluate", expression="import os; os._exit(0)", context="repl")
        await debug.output_until("the kernel ended")
    assert not is_alive(pid)


@pytest.mark.parametrize("doing", ["idle", "stopped", "running"])
async def test_disconnect_can_end_what_was_attached_to(debugging, write, doing):
    path = write("nb.py", BUSY if doing != "idle" else "# %%\nprint('pid')\n")
    launch = {"orphanTimeout": 600}
    async with debugging(path, launch=launch) as debug:
        await debug.launch()
        pid = await pid_of(debug)
        await (debug.idle() if doing == "idle" else debug.output_until("pid"))
        await debug.disconnect(terminateDebuggee=False)
    assert is_alive(pid)
    async with debugging(launch=launch | {"notebook": str(path)}) as debug:
        await debug.attach()
        if doing == "stopped":
            await debug.pause()
        await debug.disconnect(terminateDebuggee=True)
        assert not is_alive(pid)


ENDINGS = [
    ("x = 1", 0, ""),
    ("import sys; sys.exit()", 0, ""),
    ("import sys; sys.exit(3)", 3, ""),
    ("import sys; sys.exit('no data')", 1, "no data\n"),
    ("raise ValueError('bad')", 1, "ValueError: bad\n"),
    ("import os; os._exit(9)", 9, ""),
    ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 143, ""),
    ("def f(:\n", 1, "SyntaxError"),
]


@pytest.mark.parametrize("text, code, said", ENDINGS)
async def test_a_script_ends_with_its_code(debugging, write, text, code, said):
    path = write("s.py", f"print('begun')\n{text}\n" if "def" not in text else text)
    async with debugging(path, order="nvim") as debug:
        await debug.launch(exceptions=[])
        assert await debug.terminated() == code
        assert said in debug.printed("stderr")
        if "def" not in text:
            assert debug.printed("stdout") == "begun\n"
        assert [it["event"] for it in debug.connection.events][-2:] == ["exited", "terminated"]


async def test_a_script_ends_as_by_itself(debugging, write):
    path = write(
        "s.py",
        """
        import atexit, threading, time
        atexit.register(print, "atexit")
        threading.Thread(target=lambda: (time.sleep(0.05), print("thread"))).start()
        print("main")
        """,
    )
    async with debugging(path) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
        assert debug.printed("stdout") == "main\nthread\natexit\n"


@pytest.mark.parametrize(
    "format, when_done, ends",
    [
        ("script", None, True),
        ("script", "stay", False),
        ("notebook", None, False),
        ("notebook", "end", True),
    ],
)
async def test_when_done(debugging, write, format, when_done, ends):
    path = write("nb.py", ("# %%\n" if format == "notebook" else "") + "x = 5\nassert x == 6\n")
    async with debugging(path, launch={"whenDone": when_done} if when_done else {}) as debug:
        await debug.launch(exceptions=[])
        if ends:
            assert await debug.terminated() == 1
        else:
            stop = await debug.idle()
            assert "AssertionError" in stop.text
            assert await stop.evaluate("x") == "5"
            assert bodies(debug, "exited") == []


@pytest.mark.parametrize("order", ["vscode", "nvim"])
async def test_sys_exit_in_a_notebook_ends_only_the_cell(debugging, write, order):
    path = write("nb.py", "# %% a\nimport sys\nx = 1\n# %% b\nsys.exit('enough')\n# %% c\nx = 2\n")
    async with debugging(path, order=order) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert await stop.evaluate("x") == "1"
        assert "enough" in debug.printed("stderr")
        assert stop.text == "Idle: b was ended by sys.exit()"
        listed = await debug.evaluate(":cells")
        assert [it.split()[1] for it in listed.splitlines()] == ["done", "stopped", "not"]  # run yet


async def test_a_launch_is_answered_although_its_client_leaves_while_its_python_is_asked(debugging, write):
    silent = write("python", '#!/bin/sh\necho $$ > "$0.fresh"; mv "$0.fresh" "$0.pid"\nexec sleep 600\n')
    silent.chmod(0o700)
    launch = {"python": str(silent), "run": "none"}
    async with debugging(write("nb.py", "# %%\nx = 1\n"), launch=launch) as debug:
        await debug.initialize()
        launched = debug.connection.send("launch", debug.told)
        pid = int(await file_text(Path(f"{silent}.pid")))
        await debug.disconnect()
        assert (await launched).message == "cancelled"
    await until(lambda: not is_alive(pid), "the Python that was asked to end")
