"""Kernels whose server is gone: they go on, are listed, are attached to and stopped; or end by themselves."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client.debug import Backend, Debug
from tests.client.fixtures import Debugging, Write
from tests.client.serving import Server
from tests.processes import file_text, group_of, is_alive, until
from tests.sessions.notebooks import at

CELLS = """
    # %% one
    import os, pathlib, time
    count = 1
    # %% wait
    print("waits", flush=True)
    while not os.path.exists("go on"):
        count += 1
        time.sleep(0.001)
    print("went on", flush=True)
    pathlib.Path("done").touch()
    # %% last
    def double(n):
        return 2 * n
    twice = double(21)
    """


@pytest.fixture
def doomed(debugging: Debugging, backend: Backend) -> Callable[..., object]:
    """Makes a session whose server will not end as it should."""

    async def start(path: Path, **launch: object) -> Debug:
        server = await Server.start(env={"DAP_KERNEL_BACKEND": backend})
        return debugging(path, server=server, launch=launch)

    return start


async def kernel_of(debug: Debug) -> int:
    return int((await debug.event("process"))["systemProcessId"])


async def crash(debug: Debug) -> None:
    """End the server as the system does when memory is short."""
    debug.server.process.kill()
    await debug.connection.ended()
    await debug.server.process.wait()


async def kernels(*arguments: str) -> str:
    """Return what `dap-kernel kernels` says."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "dap_kernel", "kernels", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    said, _ = await process.communicate()
    return said.decode()


async def test_a_kernel_outlives_its_server_and_is_debugged_on(
    debugging: Debugging, doomed: Callable[..., object], write: Write, runtime: Path
) -> None:
    path = write("cells.py", CELLS)
    async with await doomed(path, run={"cells": ["one", "wait"]}, orphanTimeout=600) as debug:
        await debug.launch(breakpoints={path: [at(path, "count = 1")]})
        stop = await debug.stopped("breakpoint", line=at(path, "count = 1"))
        kernel = await kernel_of(debug)
        await stop.continue_()
        await debug.output_until("waits")
        await crash(debug)

    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel announces itself")
    assert f"{kernel}\t{path}\t" in await kernels()
    path.with_name("go on").touch()
    await file_text(path.with_name("done"))
    async with debugging(launch={"notebook": str(path), "orphanTimeout": 600}) as debug:
        await debug.attach(breakpoints={path: [at(path, "return 2")]})
        assert "went on" in await debug.output_until("went on\n")
        idle = await debug.idle()
        assert int(await idle.evaluate("count")) > 1
        assert str(path) not in await kernels()
        await debug.run({"cells": ["last"]})
        stop = await debug.stopped("breakpoint", line=at(path, "return 2"))
        assert await stop.locals() == {"n": "21"}
        # The client leaves while the kernel is stopped: it goes on, and waits again.
        await debug.disconnect()
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel announces itself again")
    async with debugging(launch={"kernelId": str(kernel), "orphanTimeout": 600}) as debug:
        await debug.attach()
        idle = await debug.idle()
        assert await idle.evaluate("twice") == "42"
        await debug.disconnect()
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel announces itself again")
    assert await kernels("--stop", "nobody") == "dap-kernel: no kernel 'nobody' waits\n"
    assert await kernels("--stop", str(kernel)) == f"{kernel}\t{path}\tstopped\n"
    assert not group_of(kernel)
    assert not list(runtime.glob("kernel-*"))


@pytest.mark.parametrize("when", ["running", "stopped", "idle"])
async def test_without_an_orphan_timeout_nothing_outlives_the_server(
    when: str, doomed: Callable[..., object], write: Write, runtime: Path
) -> None:
    path = write(
        "cells.py",
        """
        # %% one
        import os, subprocess, time
        child = subprocess.Popen(["sleep", "100"])
        print("spawned", flush=True)
        for name in ("read", "getpid", "lstat", "unlink", "killpg", "posix_spawn", "path"):
            setattr(os, name, None)  # those who break `os` are ended as well
        # %% two
        time.sleep(100)
        """,
    )
    run = {"cells": ["one"]} if when == "idle" else "all"
    async with await doomed(path, run=run, orphanTimeout=0) as debug:
        await debug.launch(breakpoints={path: [8] if when == "stopped" else []})
        kernel = await kernel_of(debug)
        await debug.output_until("spawned")
        if when != "running":
            await debug.stopped("breakpoint" if when == "stopped" else "idle")
        await crash(debug)
    await until(lambda: not group_of(kernel), "the kernel and its child have ended", 5)
    assert not list(runtime.glob("kernel-*"))


async def test_a_stubborn_kernel_is_killed_when_its_server_is_lost(
    doomed: Callable[..., object], write: Write, runtime: Path
) -> None:
    path = write(
        "cells.py",
        """
        import ctypes, signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("stubborn", flush=True)
        ctypes.PyDLL(None).sleep(100)
        """,
    )
    async with await doomed(path, orphanTimeout=0) as debug:
        await debug.launch()
        kernel = await kernel_of(debug)
        await debug.output_until("stubborn")
        await debug.server.stop()
    await until(lambda: not group_of(kernel), "the kernel has ended", 5)


async def test_a_kernel_that_nobody_could_reach_ends(
    doomed: Callable[..., object], write: Write, runtime: Path
) -> None:
    path = write(
        "leaks.py",
        """
        # %%
        import os, resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
        leaked = []
        try:
            while True:
                leaked.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            print("no descriptor is left")
        """,
    )
    async with await doomed(path, orphanTimeout=600) as debug:
        await debug.launch()
        await debug.output_until("is left")
        kernel = await kernel_of(debug)
        await debug.idle()
        await crash(debug)
    await until(lambda: not is_alive(kernel), "the kernel ends")


async def test_two_kernels_wait_and_both_are_stopped(
    debugging: Debugging, doomed: Callable[..., object], write: Write, runtime: Path
) -> None:
    pids = []
    for name in ("a.py", "b.py"):
        path = write(name, "# %%\nvalue = __file__\n")
        async with await doomed(path, orphanTimeout=600) as debug:
            await debug.launch()
            pids.append(await kernel_of(debug))
            await debug.idle()
            await crash(debug)
        await until((runtime / f"kernel-{pids[-1]}.json").exists, "the kernel announces itself")
    os.kill(pids[0], signal.SIGKILL)  # a dead one is listed no more
    await until(lambda: not is_alive(pids[0]), "the first one has ended")
    assert (await kernels()).count("\n") == 1
    async with debugging() as debug:
        told = (await debug.initialize())["supportsConfigurationDoneRequest"]
        refused = await debug.request("attach", kernelId=str(pids[0]))
        assert told and not refused.success
        assert str(pids[1]) in str(refused.message)
    assert "stopped" in await kernels("--stop", "all")
    assert not group_of(pids[1])


PHASES = ["connected", "initialized", "launched", "starting", "running", "stopped", "input", "idle"]


@pytest.mark.parametrize("timeout", [0, 600])
async def test_the_client_is_gone_at_any_moment(
    timeout: int, debugging: Debugging, write: Write, runtime: Path
) -> None:
    path = write(
        "cells.py",
        """
        # %% one
        print("runs", flush=True)
        # %% wait
        import time
        time.sleep(0 if "x" in globals() else 100)
        # %% ask
        x = input("who? ")
        """,
    )
    for phase in PHASES:
        run = {"running": ["wait"], "input": ["ask"]}.get(phase, ["one"])
        async with debugging(path, launch={"orphanTimeout": timeout, "run": {"cells": run}}) as debug:
            if phase != "connected":
                await debug.initialize()
            if phase == "launched":
                debug.connection.send("launch", debug.told)
                await debug.event("initialized")
                debug.connection.is_judged = False  # `launch` stays without an answer
            elif phase not in ("connected", "initialized"):
                await debug.launch(breakpoints={path: [2] if phase == "stopped" else []})
            kernel = await kernel_of(debug) if phase in PHASES[4:] else None
            if phase == "input":
                await debug.output_until("who?")
            elif phase in ("idle", "stopped"):
                await debug.stopped()
            assert await debug.server.stop() == 0, phase
        if kernel is not None and timeout:
            await until((runtime / f"kernel-{kernel}.json").exists, f"{phase}: the kernel waits")
            assert group_of(kernel) == [kernel], phase
        elif kernel is not None:
            assert not group_of(kernel), phase
    said = await kernels("--stop", "all")
    assert said.count("stopped") >= (4 if timeout else 0)
    assert timeout or str(path) not in await kernels()
    assert not list(runtime.glob("kernel-*"))
