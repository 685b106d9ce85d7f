"""A user's program that runs by itself, for stories that attach to one. Knows no DAP."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Self

from .processes import until
from .pythons import Python

ROOT = Path(__file__).parents[1]

# What the program can be asked for by a line on its standard input, in JSON: the state of all that a debugger
# might leave behind. On a thread of its own, so that the main one may do as it likes.
TOLD = """
def _tell():
    import gc, json, os, signal, sys, threading
    def descriptors():  # libffi keeps its own file open, for good
        found = [f"/dev/fd/{it}" for it in os.listdir("/dev/fd")]
        return sorted(it for it in map(os.readlink, filter(os.path.islink, found)) if "libffi" not in it)
    OURS = tuple(f"_dap_kernel_agent.{it}." for it in ("dispatch", "hosts", "watch.back", "stops", "inspect"))
    tools = getattr(sys, "monitoring", None)
    for _ in sys.stdin:
        gc.collect()
        classes = {it.__module__ for it in gc.get_objects() if isinstance(it, type)}
        os.write(1, ("\\nstate " + json.dumps({
            "tools": [tools.get_tool(it) for it in range(6)] if tools else [],
            "tracers": [repr(it) for it in (sys.gettrace(), threading.gettrace(), sys.getprofile())],
            "descriptors": descriptors(),
            "threads": len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 0,
            "known threads": threading.active_count(),
            "hooks": [repr(it) for it in (sys.excepthook, sys.breakpointhook, threading.excepthook)],
            "signals": [repr(signal.getsignal(it)) for it in sorted(signal.valid_signals())],
            "limits": [sys.getrecursionlimit(), sys.getswitchinterval()],
            "ours": sorted(it for it in sys.modules if it.startswith("_dap_kernel")),
            "parts": sorted(it for it in classes if it.startswith(OURS)),  # typing caches a few of the others
            "finders": sorted(it for it in sys.path_importer_cache if "dap_kernel/agent" in it),
            "path": sys.path,
        }) + "\\n").encode())  # at once: the program may be printing, too
import threading as _threading
_threading.Thread(target=_tell, daemon=True).start()
del _threading
"""


HOT = """
    import dap_kernel.listen
    def double(n):
        twice = n * 2
        return twice
    def run():
        total = 0
        while True:
            total = double(total) % 1000 + 1
    print("up", flush=True)
    run()
    """
SLEEPING = """
    import dap_kernel.listen
    import sys, time
    def wait(n):
        time.sleep(0.01)
        return n
    def check(n):
        if n % 100 == 99:
            raise ValueError(n)
    print("up", flush=True)
    for n in range(10**9):
        wait(n)
        try:
            check(n)
        except ValueError:
            print("checked", flush=True)
    """


class Program:
    """A process of the user's; what it prints is kept."""

    def __init__(self, process: asyncio.subprocess.Process, path: Path) -> None:
        self.process = process
        self.path = path
        self.printed = ""
        self.errors = ""
        self._reading = [asyncio.create_task(it()) for it in (self._read, self._read_errors)]

    @classmethod
    async def start(
        cls,
        python: Python,
        path: Path,
        text: str,
        *,
        env: Mapping[str, str | None] | None = None,
        before: Sequence[str] = (),
        after: Sequence[str] = (),
    ) -> Self:
        """Start `text` as a script at `path`; return once it has printed "up".

        `before`: arguments of Python before the script; `after`: the script's own.
        """
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
        site = path.with_name("site-packages")  # what is there is no code of the user's
        site.mkdir(exist_ok=True)
        (site / "sitecustomize.py").write_text(TOLD)
        environ = {
            **os.environ,
            "PYTHONPATH": f"{site}:{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
            **(env or {}),
        }
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            python.path,
            *before,
            str(path),
            *after,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            cwd=path.parent,
            env={name: it for name, it in environ.items() if it is not None},
        )
        program = cls(process, path)
        await program.prints("up\n")
        return program

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process.returncode is None

    async def prints(self, text: str) -> None:
        """Wait until it has printed a text."""
        await until(lambda: text in self.printed or not self.is_running, f"{text!r} is printed")
        assert text in self.printed, f"it has ended: {self.printed}\n{self.errors}"

    async def state(self) -> dict[str, object]:
        """Return what a debugger might change in it."""
        asked = self.printed.count("\nstate ")
        assert self.process.stdin is not None
        self.process.stdin.write(b"?\n")
        await until(
            lambda: self.printed.count("\nstate ") > asked and self.printed.endswith("\n"), "it tells"
        )
        state: dict[str, object] = json.loads(self.printed.rpartition("\nstate ")[2].partition("\n")[0])
        return state

    async def is_as(self, before: dict[str, object]) -> None:
        """Wait until its state is what it was before, and the debugger has left it so."""
        state, patience = await self.state(), time.monotonic() + 20
        while state != before and time.monotonic() < patience:
            await asyncio.sleep(0.02)
            state = await self.state()
        differing = {name: (before[name], it) for name, it in state.items() if it != before[name]}
        assert not differing, f"what was, and is: {differing}"

    async def ends(self) -> int:
        """Wait for its end; return its status."""
        status = await asyncio.wait_for(self.process.wait(), 30)
        await asyncio.gather(*self._reading)
        return status

    async def close(self) -> None:
        if self.is_running:
            self.process.kill()
        await self.ends()

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while data := await self.process.stdout.read(2**16):
            self.printed += data.decode()

    async def _read_errors(self) -> None:
        assert self.process.stderr is not None
        while data := await self.process.stderr.read(2**16):
            self.errors += data.decode()


RunProgram = Callable[..., Awaitable[Program]]
