"""Kernels that die in every way, and what the user is told; the session goes on with a fresh one."""

import asyncio
import os
import signal
from pathlib import Path

from tests.client.fixtures import Debugging, Write
from tests.processes import file_text, group_of, is_alive, until
from tests.pythons import Python
from tests.sessions.notebooks import at

WAYS = """
    # %% exit
    import os
    print("last words", end="", flush=True)
    n = 7
    os._exit(n)
    # %% segfault
    import ctypes
    print("before the crash")
    def crash():
        ctypes.string_at(0)
    crash()
    # %% abort
    import os
    os.write(1, b"from C\\n")
    os.abort()
    # %% kill
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
    # %% terminate
    import os, signal, time
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(30)
    # %% close
    import os
    os.closerange(3, 1000)
    # %% good
    n = 41
    n += 1
    print("well")
"""


async def test_every_death_is_told_and_the_next_run_has_a_fresh_kernel(
    debugging: Debugging, write: Write
) -> None:
    path = write("ways.py", WAYS)
    async with debugging(path, launch={"run": "none", "orphanTimeout": 0}) as debug:
        await debug.launch(breakpoints={path: [at(path, "n += 1")]})
        await debug.idle()
        for which, text in (
            ("exit", "the kernel ended with exit code 7"),
            ("segfault", "the kernel was killed by SIGSEGV"),
            ("abort", "the kernel was killed by SIGABRT"),
            ("kill", "the kernel was killed by SIGKILL"),
            ("terminate", "the kernel was killed by SIGTERM"),
            ("close", "the kernel ended with exit code 1"),
        ):
            await debug.run({"cells": [which]})
            said = await debug.output_until(text)
            stop = await debug.idle()
            assert "No kernel" in stop.text and text in stop.text
            if which == "exit":
                assert "last words" in said
            elif which == "segfault":
                assert "before the crash" in said
                assert "Segmentation fault" in said
                assert f'File "{path}", line 10 in crash' in said
                assert f'File "{path}", line 11 in <module>' in said
            elif which == "close":
                assert "closed by the notebook's code" in said
            elif which == "abort":
                assert "from C\n" in said
        await debug.run({"cells": ["good"]})
        stop = await debug.stopped("breakpoint", line=at(path, "n += 1"))
        assert await stop.evaluate("n") == "41"
        await stop.continue_()
        await debug.idle()
        await debug.output_until("well")


async def test_a_kernel_that_dies_takes_its_children_along_while_the_session_stays(
    debugging: Debugging, write: Write
) -> None:
    path = write(
        "dies.py",
        """
        # %%
        import os, subprocess
        child = subprocess.Popen(["sleep", "100"])
        os._exit(3)
        """,
    )
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        kernel = (await debug.event("process"))["systemProcessId"]
        await until(lambda: not group_of(kernel), "the child has ended")
        await until(lambda: not Path(f"/proc/{kernel}").exists(), "the kernel is no zombie")
        await debug.restart()
        await debug.idle()


async def test_threads_are_told_though_the_kernel_ends_meanwhile(debugging: Debugging, write: Write) -> None:
    path = write("good.py", "# %%\nx = 1\n")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        kernel = (await debug.event("process"))["systemProcessId"]
        os.kill(kernel, signal.SIGSTOP)
        asked = asyncio.create_task(debug.ask("threads"))
        await debug.ask("notebookCells")  # so the kernel has been asked for its threads
        os.kill(kernel, signal.SIGKILL)
        assert [it["id"] for it in (await asked)["threads"]] == [1]


async def test_a_script_leaves_what_it_started_in_the_background(debugging: Debugging, write: Write) -> None:
    path = write("starts.py", "import subprocess\nprint(subprocess.Popen(['sleep', '100']).pid)\n")
    async with debugging(path) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
        pid = int(debug.printed("stdout"))
        await debug.disconnect()
        assert is_alive(pid)
    assert is_alive(pid)
    os.kill(pid, signal.SIGKILL)


async def test_the_exit_code_is_that_of_a_kernel_that_was_killed_while_idle(
    debugging: Debugging, write: Write
) -> None:
    path = write("idle.py", "# %%\nn = 1\n")
    async with debugging(path, launch={"orphanTimeout": 0}) as debug:
        await debug.launch()
        await debug.idle()
        os.kill((await debug.event("process"))["systemProcessId"], signal.SIGKILL)
        await debug.output_until("the kernel was killed by SIGKILL")
        await debug.ask("terminate")
        assert await debug.terminated() == 128 + signal.SIGKILL


async def test_a_kernel_killed_while_it_runs_or_is_stopped_leaves_a_session_that_restarts(
    debugging: Debugging, write: Write
) -> None:
    path = write(
        "long.py",
        """
        # %% one
        import os, time
        values = {"a": [1, 2]}
        print(f"pid={os.getpid()};")
        time.sleep(60)
        """,
    )
    async with debugging(path, launch={"orphanTimeout": 0}) as debug:
        await debug.launch(breakpoints={path: [at(path, "values =")]})
        stop = await debug.stopped("breakpoint", line=at(path, "values ="))
        frame = await stop.frame()
        scope = await frame.scope("locals")
        os.kill((await debug.event("process"))["systemProcessId"], signal.SIGKILL)
        await debug.event("continued")
        await debug.output_until("the kernel was killed by SIGKILL")
        idle = await debug.idle()
        assert "killed by SIGKILL" in idle.text
        for command, arguments in (
            ("variables", {"variablesReference": scope["variablesReference"]}),
            ("scopes", {"frameId": frame.id}),
            ("evaluate", {"expression": "1", "frameId": frame.id}),
        ):
            assert (await debug.request(command, **arguments)).message == "notStopped"
        events = [it["event"] for it in debug.connection.events]
        assert events.count("process") == 1, "to look at what is void starts no kernel"

        await debug.restart()
        stop = await debug.stopped("breakpoint", line=at(path, "values ="))
        await stop.continue_()
        pid = int((await debug.output_until(";")).rpartition("=")[2].strip(";\n"))
        running = debug.connection.send("evaluate", {"expression": "1 + 1", "context": "repl"})
        os.kill(pid, signal.SIGSEGV)
        said = await debug.output_until("the kernel was killed by SIGSEGV")
        assert f'File "{path}", line 5 in <module>' in said
        await running
        await debug.idle()
        await debug.restart()
        stop = await debug.stopped("breakpoint", line=at(path, "values ="))


async def test_the_death_of_a_script_ends_the_session_with_its_code(
    debugging: Debugging, write: Write
) -> None:
    path = write("dies.py", "import os, sys\nprint(1, end='', flush=True)\neval(sys.argv[1])\n")
    for text, code in (("os._exit(3)", 3), ("sys.exit(4)", 4), ("os.kill(os.getpid(), 9)", 137)):
        async with debugging(path, launch={"args": [text]}) as debug:
            await debug.launch()
            assert await debug.terminated() == code
            assert debug.printed("stdout") == "1"
            assert ("killed by SIGKILL" in debug.printed("stderr")) == (code == 137)


async def test_a_kernel_that_dies_while_it_starts_is_told_and_tried_again(
    debugging: Debugging, write: Write, python: Python
) -> None:
    path = write("cells.py", "# %%\nprint(1 + 1)\n")
    wrapper = write(
        "python",
        f"""
        #!/bin/sh
        echo tried >> "$0.tries"
        case $(wc -l < "$0.tries") in
        *1) echo no luck >&2; exit 9;;
        *2) kill -9 $$;;
        *) exec {python.path} "$@";;
        esac
        """,
    )
    wrapper.chmod(0o700)
    async with debugging(path, launch={"orphanTimeout": 0, "python": str(wrapper)}) as debug:
        await debug.launch()
        assert "exit code 9" in await debug.output_until("no luck")
        assert "No kernel" in (await debug.idle()).text
        await debug.run("all")
        await debug.output_until("killed by SIGKILL")
        await debug.idle()
        assert await debug.evaluate("6 * 7") == "42"
        await debug.run("all")
        await debug.output_until("2\n")
        await debug.idle()


async def test_a_python_that_is_none_is_told_once(debugging: Debugging, write: Write, python: Python) -> None:
    path = write("script.py", "print(1)\n")
    wrapper = write("python", "#!/no/such/interpreter\n")
    wrapper.chmod(0o700)
    async with debugging(path, launch={"python": str(wrapper)}) as debug:
        await debug.launch()
        assert await debug.terminated() == 1
        assert debug.printed("stderr").count("No such file or directory") == 1
    async with debugging(path, launch={"python": str(wrapper), "whenDone": "stay"}) as debug:
        await debug.launch()
        idle = await debug.idle()
        assert f"No kernel: {wrapper} cannot be started: No such file" in idle.text and "python" in idle.text
        wrapper.unlink()
        wrapper.symlink_to(python.path)
        await debug.run("all")
        await debug.output_until("1\n")


async def test_a_session_can_end_while_its_kernel_starts(debugging: Debugging, write: Write) -> None:
    path = write("cells.py", "# %%\nprint(1 + 1)\n")
    wrapper = write("python", "#!/bin/sh\necho $$ > $0.pid.new; mv $0.pid.new $0.pid; exec sleep 100\n")
    wrapper.chmod(0o700)
    async with debugging(path, launch={"orphanTimeout": 0, "python": str(wrapper)}) as debug:
        await debug.launch()
        pid = int(await file_text(Path(f"{wrapper}.pid")))
        await debug.disconnect()
        assert not is_alive(pid)
