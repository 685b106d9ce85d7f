"""A real kernel process to test against: wire frames over a socketpair, output over two pipes."""

import itertools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dap_kernel.agent.wire import messages as wire
from dap_kernel.agent.wire.codec import encode
from dap_kernel.agent.wire.marks import MarkReader
from dap_kernel.kernels.own.boot import boot_arguments
from dap_kernel.notebook.format_traits import TRAITS, Format

PATIENCE_S = 20.0
PYTHONS = [
    path
    for path in os.environ.get("DAP_KERNEL_PYTHONS", sys.executable).split(os.pathsep)
    if os.access(path, os.X_OK)
]


@dataclass(frozen=True)
class Printed:
    """One piece of output, in the order of its number."""

    sequence: int
    kind: str
    line: int
    filename: str
    text: str
    display: dict[str, Any] | None = None


class Kernel:
    """One kernel, its wire's other end, and all it has printed."""

    def __init__(self, python: str, start: wire.Start, cwd: Path, **env: str) -> None:
        self.wire, theirs = socket.socketpair()
        pipes = [os.pipe(), os.pipe()]
        fds = [theirs.fileno(), pipes[0][0], pipes[1][0]]
        self.process = subprocess.Popen(
            [python, *boot_arguments(fds, None)],
            stdin=subprocess.DEVNULL,
            stdout=pipes[0][1],
            stderr=pipes[1][1],
            pass_fds=fds,
            cwd=cwd,
            env={**os.environ, **env},
            start_new_session=True,
        )
        theirs.close()
        for _, end in pipes:
            os.close(end)
        self.pipes = [reading for reading, _ in pipes]
        self.start = start
        self.notebook = start.notebook
        self.raw = [b"", b""]
        self.replies: dict[int, dict[str, Any]] = {}
        self.notifications: list[dict[str, Any]] = []
        self._buffer = b""
        self._ids = itertools.count(1)
        self._runs = itertools.count(1)
        self.call(start)

    # Commands.

    def send(self, command: wire.Command) -> int:
        id = next(self._ids)
        self.wire.sendall(encode(command, id))
        return id

    def call(self, command: wire.Command) -> Any:
        return self.reply(self.send(command))

    def reply(self, id: int) -> Any:
        self.wait(lambda: id in self.replies)
        reply = self.replies.pop(id)
        assert reply.get("error") is None, reply["error"]
        return reply.get("result")

    def begin(self, source: str, cell_id: str = "", **more: Any) -> int:
        """Send a cell; return the id of its reply."""
        number = next(self._runs)
        cell_id = cell_id or f"c{number}"
        is_script = self.start.format == "script"
        filename = self.notebook if is_script else f"{self.notebook}#{cell_id}@{number}.py"
        return self.send(wire.RunCell(cell_id, number, filename, source, cell_id, **more))

    def run(self, source: str, cell_id: str = "", **more: Any) -> dict[str, Any]:
        """Run a cell to its end; all that it printed is in `printed` then."""
        return self.reply(self.begin(source, cell_id, **more))

    def notified(self, kind: str) -> dict[str, Any]:
        """Wait for the next notification of this kind, and take it."""
        found = lambda: next((it for it in self.notifications if it["kind"] == kind), None)  # noqa: E731
        self.wait(lambda: found() is not None)
        notification = found()
        assert notification is not None
        self.notifications.remove(notification)
        return notification

    # Output.

    @property
    def printed(self) -> list[Printed]:
        """All that was printed in order; a display is of kind "v" and has the display's text."""
        found = sorted(
            (sequence, kind.decode(), int(line), name.decode(), text.decode())
            for raw in self.raw
            for sequence, (kind, line, name), text in MarkReader().feed(raw)
            if kind
        )
        bodies = dict.fromkeys((it[2] for it in found if it[1] == "d"), "")
        pieces = []
        for number, kind, line, name, text in found:
            if kind == "d":
                bodies[line] += text
            elif kind == "D":
                it = json.loads(bodies[line])
                text = f"{it['data'].get('text/plain', '')}\n"
                pieces.append(Printed(number, "v", it["line"], it["filename"], text, it))
            else:
                pieces.append(Printed(number, kind, line, name, text))
        return pieces

    @property
    def displays(self) -> list[dict[str, Any]]:
        """All displays, as they travel."""
        return [it.display for it in self.printed if it.display is not None]

    def text(self, pipe: int | None = None) -> str:
        """Return all that was printed, without marks; of one pipe, or of both in order."""
        if pipe is None:
            return "".join(it.text for it in self.printed)
        shown = {it.sequence: it.text for it in self.printed if it.display is not None}
        return "".join(
            shown.get(sequence, text.decode())
            for sequence, (kind, _, _), text in MarkReader().feed(self.raw[pipe])
            if kind != b"d"
        )

    def forget_output(self) -> None:
        self.raw = [b"", b""]

    # Waiting.

    def wait(self, is_there: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Read wire and pipes until something is there, then what is in the pipes by then."""
        ends = time.monotonic() + patience_s
        while not is_there():
            rest = ends - time.monotonic()
            assert rest > 0, f"waited in vain; printed: {self.raw}"
            if not self.pump(rest):
                raise AssertionError(f"the kernel is gone: {self.process.wait(5)}; printed: {self.raw}")
        self.drain()

    def pump(self, timeout_s: float) -> bool:
        """Read what comes; False at the end of the wire."""
        for fd in self._readable(timeout_s):
            if fd != self.wire.fileno():
                self.raw[self.pipes.index(fd)] += os.read(fd, 2**20)
                continue
            try:
                data = self.wire.recv(2**20)
            except ConnectionResetError:
                data = b""
            if not data:
                self.drain()
                return False
            self._take(data)
        return True

    def drain(self) -> None:
        """Read what is in the pipes; one that is at its end says nothing of the other."""
        pipes = list(self.pipes)
        while ready := select.select(pipes, [], [], 0)[0]:
            for fd in ready:
                if data := os.read(fd, 2**20):
                    self.raw[self.pipes.index(fd)] += data
                else:
                    pipes.remove(fd)

    def ended(self, patience_s: float = PATIENCE_S) -> int:
        """Wait for the end of the process; return its code."""
        ends = time.monotonic() + patience_s
        while self.process.poll() is None:
            assert time.monotonic() < ends, "the kernel does not end"
            self.pump(0.02)
        self.drain()
        return self.process.returncode

    def exit(self, code: int = 0) -> int:
        self.send(wire.Exit(code))
        return self.ended()

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.wire.close()
        for fd in self.pipes:
            os.close(fd)

    def _readable(self, timeout_s: float) -> list[int]:
        return select.select([self.wire.fileno(), *self.pipes], [], [], timeout_s)[0]

    def _take(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 4:
            end = 4 + int.from_bytes(self._buffer[:4], "big")
            if len(self._buffer) < end:
                return
            message = json.loads(self._buffer[4:end])
            self._buffer = self._buffer[end:]
            if message["kind"] == "Reply":
                self.replies[message["id"]] = message
            else:
                self.notifications.append(message)


class Kernels:
    """Starts kernels of one Python in one folder, and ends them all."""

    def __init__(self, python: str, folder: Path) -> None:
        self.python = python
        self.folder = folder
        self._kernels: list[Kernel] = []

    def start(
        self, format: str, name: str, *args: str, env: dict[str, str] | None = None, **more: Any
    ) -> Kernel:
        path = str(self.folder / name)
        more.setdefault("path0", str(self.folder))
        traits = TRAITS[Format(format)]
        more = {"is_program": traits.cell_is_the_program, "has_loop": traits.has_event_loop, **more}
        more = {"shell": traits.shell, "has_file": not traits.is_json, **more}
        start = wire.Start(path, format, [path, *args], **more)  # type: ignore[arg-type]
        kernel = Kernel(self.python, start, self.folder, **(env or {}))
        self._kernels.append(kernel)
        return kernel

    def jupyter(self, **more: Any) -> Kernel:
        return self.start("jupyter", "book.ipynb", **more)

    def percent(self, **more: Any) -> Kernel:
        return self.start("percent", "book.py", **more)

    def marimo(self, *args: str, **more: Any) -> Kernel:
        return self.start("marimo", "book.py", *args, **more)

    def script(self, source: str = "", *args: str, **more: Any) -> Kernel:
        """Start a kernel for a script; `source` is also written to its file."""
        (self.folder / "script.py").write_text(source)
        return self.start("script", "script.py", *args, **more)

    def close(self) -> None:
        for kernel in self._kernels:
            kernel.close()


@contextmanager
def kernels_of(python: str, folder: Path) -> Iterator[Kernels]:
    kernels = Kernels(python, folder)
    try:
        yield kernels
    finally:
        kernels.close()
