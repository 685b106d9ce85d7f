"""A kernel that is ended while it is idle may do what there is to do at its end, as Jupyter's may."""

import asyncio

import psutil
import pytest

from tests.client.serving import Server
from tests.sessions.ends import EVERYTHING, ended, files
from tests.sessions.notebooks import at, code
from tests.sessions.test_lifecycle_end import is_alive, pid_of
from tests.sessions.test_orphans import crash

MORE = """
import atexit, tempfile
atexit.register(lambda: open("atexit.txt", "w").write("kept"))
None
"""


def notebook(write, format):
    """Write a notebook of one cell that leaves everything open."""
    text = f"{EVERYTHING}\n{MORE}\n"
    return write("nb.ipynb", code(text)) if format == "ipynb" else write("nb.py", f"# %%\n{text}")


async def by_restart(debug):
    await debug.restart()
    await debug.event("process")
    await debug.idle()


async def by_disconnect(debug):
    await debug.disconnect()


async def by_terminate(debug):
    await debug.terminate()
    assert await debug.terminated() == 0


async def by_leaving(debug):
    await debug.connection.close()


WAYS = [by_restart, by_disconnect, by_terminate, by_leaving]


@pytest.mark.parametrize("format", ["percent", "ipynb"])
@pytest.mark.parametrize("way", WAYS)
async def test_an_idle_kernel_exits_by_itself(debugging, write, python, tmp_path, way, format):
    path = notebook(write, format)
    its = tmp_path / "its"
    its.mkdir()
    (its / "script.py").write_text(f"{EVERYTHING}\n{MORE}\n")
    _, printed, _, kept = ended(python.path, its, "script.py")
    (path.parent / "cwd").mkdir()
    async with debugging(path) as debug:
        await debug.launch(cwd=str(path.parent / "cwd"), run="all" if way is not by_restart else "none")
        if way is by_restart:
            await debug.idle()
            await debug.run("all")
        await debug.idle()
        pid = await pid_of(debug)
        debug.told["run"] = "none"
        await way(debug)
        if way is by_leaving:
            await debug.connection.ended()
            await asyncio.to_thread(psutil.wait_procs, [psutil.Process(pid)] if is_alive(pid) else [])
        assert not is_alive(pid)
        found = files(path.parent / "cwd")
        assert found == kept
        if way is not by_leaving:
            # IPython forgets its names in an order of its own.
            assert sorted(debug.printed("stdout").splitlines()) == sorted(printed.splitlines())
            assert debug.printed("stderr") == ""


KEEPS = """
import atexit, os, threading
kept = open("kept.txt", "w")
kept.write("kept")
atexit.register(print, "atexit")
print("pid")
"""


def is_kept(path):
    return (path.parent / "kept.txt").read_text() == "kept"


async def leave(debug, command):
    """Terminate, disconnect or restart; the kernel is gone by then."""
    pid = await pid_of(debug)
    await getattr(debug, command)()
    assert not is_alive(pid)


@pytest.mark.parametrize("state", ["running", "stopped", "in a finally block", "awaiting"])
async def test_terminate_ends_a_cell_as_an_interrupt_does(debugging, write, state):
    body = {"awaiting": "import asyncio\n    await asyncio.sleep(60)"}.get(
        state, "while True:\n        n = 1"
    )
    text = f"# %%{KEEPS}try:\n    {body}\nfinally:\n    done = 1\n    print('finally')\n"
    path = write("nb.py", text)
    line = text.splitlines().index("        n = 1") + 1 if state != "awaiting" else 0
    points = {"stopped": [line], "in a finally block": [line, line + 2]}.get(state, [])
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: points}, exceptions=["raised", "uncaught"])
        await debug.output_until("pid")
        if points:
            await debug.stopped("breakpoint", line=line)
        await leave(debug, "terminate")
        assert is_kept(path)
        assert debug.printed("stdout") == "pid\nfinally\natexit\n"


@pytest.mark.parametrize("command", ["terminate", "disconnect"])
async def test_a_stopped_thread_of_an_idle_kernel_goes_on_to_its_end(debugging, write, command):
    text = f"# %%{KEEPS}def work():\n    done = 1\n    print('thread')\n"
    path = write("nb.py", text)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "done = 1"), at(path, "print('thread')")]})
        await debug.idle()
        await debug.evaluate("threading.Thread(target=work).start()")
        await debug.stopped("breakpoint", line=at(path, "done = 1"))
        await leave(debug, command)
        assert is_kept(path)
        assert debug.printed("stdout") == "pid\nthread\natexit\n"


STUBBORN = """
@atexit.register
def waits():
    while True:
        try:
            threading.Event().wait()
        except BaseException:
            print("swallowed")
"""


@pytest.mark.parametrize("command", ["terminate", "disconnect", "restart"])
async def test_a_kernel_that_does_not_exit_is_ended_and_that_is_said(debugging, write, command):
    path = write("nb.py", f"# %%{KEEPS}{STUBBORN}")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        debug.told["run"] = "none"
        async with asyncio.timeout(10):
            await leave(debug, command)
        await debug.output_until("the kernel did not exit within 2 s and was ended by signals", "stderr")


async def test_an_evaluation_that_never_ends_does_not_hold_up_the_end(debugging, write):
    path = write("nb.py", f"# %%{KEEPS}")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        asked = debug.connection.send(
            "evaluate", {"expression": "print('on'); [0 for _ in iter(int, 1)]", "context": "repl"}
        )
        await debug.output_until("on\n")
        await leave(debug, "disconnect")
        assert not (await asked).success
        assert is_kept(path)


ENDLESS = {
    "a thread": "threading.Thread(target=waits).start()",
    "a pool of threads": "from concurrent.futures import ThreadPoolExecutor as P; it = P().submit(waits)",
}


@pytest.mark.parametrize("name, endless", [("nb.py", it) for it in ENDLESS] + [("script.py", "a thread")])
@pytest.mark.parametrize("command", ["terminate", "disconnect", "restart"])
async def test_a_thread_that_never_ends_is_not_waited_for(debugging, write, command, name, endless):
    ended = (
        "threading.main_thread().join(), " if name == "script.py" else ""
    )  # the script's own text, that is
    text = f"{KEEPS}def waits():\n    {ended}print('waits'), threading.Event().wait()\n{ENDLESS[endless]}\n"
    path = write(name, text if name == "script.py" else f"# %%\n{text}")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("waits\n")
        if name == "nb.py":
            await debug.idle()
        debug.told["run"] = "none"
        await leave(debug, command)
        assert debug.printed("stdout").startswith("pid\nwaits\natexit\n")
        assert debug.printed("stderr") == ""


@pytest.mark.parametrize("command", ["terminate", "disconnect", "restart"])
async def test_a_function_of_atexit_has_nearly_two_seconds(debugging, write, command):
    last = "@atexit.register\ndef last():\n    threading.Event().wait(1.4)\n    print('last')\n"
    path = write("nb.py", f"# %%{KEEPS}{last}")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        debug.told["run"] = "none"
        await leave(debug, command)
        assert debug.printed("stdout").startswith("pid\nlast\natexit\n")
        assert debug.printed("stderr") == ""


WAITED_FOR = {
    "a thread": "threading.Thread(target=lambda: (print('waits'), threading.Event().wait())).start()",
    "a worker": "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n"
    "_ = pool.submit(lambda: (print('waits'), threading.Event().wait()))",
    "two threads": "for name in ('waits\\n', ''):\n"
    "    threading.Thread(target=lambda: (print(name, end=''), threading.Event().wait())).start()",
}


@pytest.mark.parametrize("what", WAITED_FOR)
@pytest.mark.parametrize("command", ["terminate", "disconnect", "restart"])
async def test_the_end_of_the_wait_for_threads_is_not_told(debugging, write, command, what):
    path = write("nb.py", f"# %%{KEEPS}{WAITED_FOR[what]}\n")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("waits\n")
        await debug.idle()
        if command == "restart":
            await debug.ask("restart")
            await debug.output_until("atexit\n")
        else:
            await leave(debug, command)
        assert debug.printed("stdout").startswith("pid\nwaits\natexit\n")
        assert debug.printed("stderr") == ""


async def test_functions_of_atexit_have_all_of_the_time(debugging, write):
    """Which is two seconds, and not one."""
    path = write(
        "nb.py", f"# %%{KEEPS}import time\n_ = atexit.register(lambda: (time.sleep(1.4), print('slept')))\n"
    )
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        await leave(debug, "terminate")
        assert is_kept(path)
        assert debug.printed("stdout") == "pid\nslept\natexit\n"
        assert debug.printed("stderr") == ""


@pytest.mark.parametrize("timeout_s", [0, 0.2])
async def test_a_kernel_whose_server_is_killed_exits_by_itself(debugging, write, runtime, backend, timeout_s):
    path = write("nb.py", f"# %%{KEEPS}")
    server = await Server.start(env={"DAP_KERNEL_BACKEND": backend})
    async with debugging(path, server=server, launch={"orphanTimeout": timeout_s}) as debug:
        await debug.launch()
        await debug.idle()
        kernel = psutil.Process(await pid_of(debug))
        await crash(debug)
        await asyncio.to_thread(psutil.wait_procs, [kernel], 10)
        assert not is_alive(kernel.pid)
        assert is_kept(path)
