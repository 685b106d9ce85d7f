"""Servers that are forked from a process that has imported `dap_kernel` already: stories begin sooner.

All else is as if Python had been started: the environment, the folder, descriptors 0 to 2, nothing inherited.
Run as a script, it is that process. Source: the "forkserver" of the standard library's multiprocessing, whose
children have no standard streams.
"""

import array
import asyncio
import atexit
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Self

LIMIT = 2**26  # bytes of one message
READ_AT_START = ("PYTHON", "LC_", "LANG")  # variables that Python goes by when it starts


def can_fork(environ: Mapping[str, str]) -> bool:
    """Whether a server with this environment is the same forked as started."""
    return hasattr(os, "pidfd_open") and _read_at_start(environ) == _read_at_start(os.environ)


def _read_at_start(environ: Mapping[str, str]) -> dict[str, str]:
    return {it: value for it, value in environ.items() if it.startswith(READ_AT_START)}


class ForkedProcess:
    """What `asyncio.create_subprocess_exec` returns, as far as stories use it."""

    def __init__(
        self, pid: int, told: asyncio.StreamReader, stdin: asyncio.StreamWriter, *out: asyncio.StreamReader
    ) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout, self.stderr = out
        self.returncode: int | None = None
        self._ends = asyncio.create_task(self._end(told))

    @classmethod
    async def start(cls, arguments: Sequence[str], environ: Mapping[str, str]) -> Self:
        """Fork a server that runs `dap-kernel` with these arguments, in this process's folder."""
        pipes = [os.pipe() for _ in range(4)]
        (in_r, in_w), (out_r, out_w), (err_r, err_w), (told_r, told_w) = pipes
        request = json.dumps({"args": list(arguments), "env": dict(environ), "cwd": os.getcwd()}).encode()
        theirs = [in_r, out_w, err_w, told_w]
        try:
            socket.send_fds(_forker(), [len(request).to_bytes(4, "big")], theirs)
            _forker().sendall(request)
        finally:
            for fd in theirs:
                os.close(fd)
        told, out, err = [await _reader(it) for it in (told_r, out_r, err_r)]
        loop, pipe = asyncio.get_running_loop(), io.FileIO(in_w, "w")
        transport, protocol = await loop.connect_write_pipe(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), pipe
        )
        stdin = asyncio.StreamWriter(transport, protocol, None, loop)
        return cls(int(await told.readline()), told, stdin, out, err)

    async def wait(self) -> int:
        return await asyncio.shield(self._ends)

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def _end(self, told: asyncio.StreamReader) -> int:
        self.returncode = int(await told.readline())
        return self.returncode


async def _reader(fd: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LIMIT)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), io.FileIO(fd)
    )
    return reader


@cache
def _forker() -> socket.socket:
    """Return the wire to the process that forks: it ends when the wire does, with this process."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", __name__, str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)  # called before that
    return ours


class Forker:
    """The process that forks, and waits for what it has forked."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._living: dict[int, tuple[int, int]] = {}  # by descriptor of the process: its id, where to tell

    def serve(self) -> int | None:
        """Fork until the wire ends. In a child: return the exit status of what it was forked for."""
        poll = select.poll()
        poll.register(self._wire, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd != self._wire.fileno():
                    poll.unregister(fd)
                    self._bury(fd)
                    continue
                size, fds, _, _ = socket.recv_fds(self._wire, 4, 4)
                if not size:
                    return None
                request = json.loads(self._received(int.from_bytes(size, "big")))
                if (pid := os.fork()) == 0:
                    return _child(request, fds)
                pidfd = os.pidfd_open(pid)
                os.write(fds[3], b"%d\n" % pid)
                self._living[pidfd] = pid, fds[3]
                poll.register(pidfd, select.POLLIN)
                for it in fds[:3]:
                    os.close(it)

    def _received(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self._wire.recv(size - len(data))
        return data

    def _bury(self, pidfd: int) -> None:
        pid, told = self._living.pop(pidfd)
        os.write(told, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        os.close(told)
        os.close(pidfd)


def _child(request: dict[str, Any], fds: "Sequence[int] | array.array[int]") -> int:
    from dap_kernel.cli import main

    for number, fd in enumerate(fds[:3]):
        os.dup2(fd, number)
    os.closerange(3, 2**10)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv = ["dap-kernel", *request["args"]]
    return main(request["args"])


def _import_all() -> None:
    """Import what a server imports sooner or later."""
    import importlib
    import pkgutil

    import dap_kernel

    for part in ("agent.wire", "kernels", "notebook", "protocol", "server"):
        module = importlib.import_module(f"dap_kernel.{part}")
        for it in pkgutil.walk_packages(getattr(module, "__path__", []), f"{module.__name__}."):
            importlib.import_module(it.name)
    assert dap_kernel


if __name__ == "__main__":
    wire = socket.socket(fileno=int(sys.argv[1]))
    _import_all()
    status = Forker(wire).serve()
    sys.exit(status)
