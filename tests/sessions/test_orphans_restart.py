"""A kernel that was attached to is restarted: a fresh one like it, wherever the server runs."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.client.debug import Backend
from tests.client.fixtures import Debugging, Write
from tests.client.serving import Server
from tests.processes import file_text, group_of, until
from tests.pythons import Python
from tests.sessions.notebooks import at

CELLS = """
    # %% one
    import os, sys
    how = sys.argv[1:], os.getcwd(), os.environ.get("TOLD"), sys.flags.dev_mode
    os.chdir("/")
    os.environ["TOLD"] = "later"
    # %% two
    n = globals().get("n", 0) + 1
    print("n", n)
    """


async def left_behind(debugging: Debugging, path: Path, runtime: Path, **launch: object) -> int:
    """Return the process id of a kernel whose client has left it."""
    async with debugging(path, launch=launch | {"orphanTimeout": 600}) as debug:
        await debug.launch()
        await debug.idle()
        kernel = int((await debug.event("process"))["systemProcessId"])
        await debug.disconnect(terminateDebuggee=False)
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel waits")
    return kernel


@pytest.mark.parametrize("transport", ["stdio", "tcp", "pipe"])
async def test_a_kernel_that_starts_when_its_client_is_lost_does_not_outlive_it(
    debugging: Debugging, write: Write, runtime: Path, python: Python, transport: str
) -> None:
    path = write("cells.py", "# %%\nx = 1\n")
    slow = write(
        "python",
        f"""
        #!/bin/sh
        echo $$ > "$0.fresh"; mv "$0.fresh" "$0.pid"
        while ! test -e "$0.go"; do sleep 0.02; done
        exec {python.path} "$@"
        """,
    )
    slow.chmod(0o700)
    launch = {"orphanTimeout": 600, "python": str(slow)}
    async with debugging(path, transport=transport, order="dape", launch=launch) as debug:
        await debug.launch()
        pid = int(await file_text(Path(f"{slow}.pid")))
        if transport == "stdio":
            await debug.server.stop()
        else:
            await debug.connection.close()  # the server stays
        Path(f"{slow}.go").touch()
        await until(lambda: not group_of(pid), "the kernel has ended")
        assert not list(runtime.glob("kernel-*"))


async def test_restart_after_attach_is_a_fresh_kernel_like_the_one_before(
    debugging: Debugging, write: Write, runtime: Path, python: Python, tmp_path: Path
) -> None:
    path = write("cells.py", CELLS)
    (tmp_path / "elsewhere").mkdir()
    how = {"args": ["x"], "env": {"TOLD": "now"}, "cwd": str(tmp_path / "elsewhere"), "format": "percent"}
    kernel = await left_behind(debugging, path, runtime, pythonArgs=["-X", "dev"], **how)
    async with debugging(launch={"notebook": str(path), "orphanTimeout": 600}) as debug:
        await debug.attach(breakpoints={path: [at(path, 'print("n",')]})
        await debug.idle()
        await debug.restart()
        stop = await debug.stopped("breakpoint", line=at(path, 'print("n",'))
        assert not group_of(kernel)
        assert await stop.evaluate("n, how") == f"(1, (['x'], '{tmp_path / 'elsewhere'}', 'now', True))"
        fresh = await debug.event("process", lambda it: it["systemProcessId"] != kernel)
        await stop.continue_()
        await debug.idle()
        # By the console, and the kernel stays when that is wanted.
        await debug.evaluate(":restart now")
        stop = await debug.stopped("breakpoint", line=at(path, 'print("n",'))
        assert await stop.evaluate("n") == "1"
        await stop.continue_()
        await debug.idle()
        await debug.restart(onRestart="stale")
        idle = await debug.idle()
        assert await idle.evaluate("n") == "1"
        await debug.restart(run={"cells": ["two"]})
        stop = await debug.stopped("breakpoint", line=at(path, 'print("n",'))
        assert "how" not in await stop.globals()
        assert not group_of(fresh["systemProcessId"])
        latest = int(await stop.evaluate("__import__('os').getpid()"))
        await debug.disconnect()  # what was attached to is left, also once it is a fresh one
    await until((runtime / f"kernel-{latest}.json").exists, "the kernel waits")
    async with debugging(launch={"kernelId": str(latest)}) as debug:
        await debug.attach()
        await debug.idle()
        await debug.disconnect(terminateDebuggee=True)
    assert not group_of(latest)


async def test_an_attached_kernel_that_died_is_restarted(
    debugging: Debugging, write: Write, runtime: Path, backend: Backend
) -> None:
    path = write("cells.py", CELLS)
    kernel = await left_behind(debugging, path, runtime)
    server = await Server.start(env={"DAP_KERNEL_BACKEND": backend})
    async with debugging(server=server, launch={"notebook": str(path), "orphanTimeout": 0}) as debug:
        await debug.attach()
        await debug.idle()
        os.kill(kernel, 9)
        await debug.output_until("the kernel ended")
        assert "No kernel" in (await debug.idle()).text
        await asyncio.gather(debug.restart(), debug.output_until("n 1"))
        await debug.idle()
        await debug.disconnect(terminateDebuggee=True)
        await server.stop()


async def test_restart_after_attach_is_on_the_python_that_is_named_then(
    debugging: Debugging, write: Write, runtime: Path, python: Python, tmp_path: Path
) -> None:
    path = write("cells.py", "# %%\nimport os, sys\nprint(os.environ.get('PICKED'), sys.flags.dev_mode)\n")
    picked = write("picked", f'#!/bin/sh\nPICKED=another exec {python.path} "$@"\n')
    picked.chmod(0o700)
    await left_behind(debugging, path, runtime, pythonArgs=["-X", "dev"])
    async with debugging(launch={"notebook": str(path), "orphanTimeout": 600}) as debug:
        await debug.attach()
        await debug.idle()
        await debug.restart(python=str(picked))
        await debug.output_until("another True")
        await debug.disconnect()
