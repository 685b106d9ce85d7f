"""A debugger under measurement: a server on stdio and as little client as is needed to time it.

Blocking, one thread that reads; a message is stamped when its last byte has come. No checks: the
stories do those.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Debugger:
    """Which server is driven, and under which Python the program runs."""

    name: str
    command: list[str]
    python: str

    @classmethod
    def ours(cls, python: str) -> "Debugger":
        return cls("ours", [sys.executable, "-m", "dap_kernel", "dap"], python)

    @classmethod
    def debugpy(cls, python: str) -> "Debugger":
        return cls("debugpy", [python, "-m", "debugpy.adapter"], python)


class Peer:
    """One session. Use as a context manager: the server's processes end with it."""

    def __init__(self, debugger: Debugger) -> None:
        self._seq = 0
        self._replies: dict[int, queue.SimpleQueue[tuple[float, Json]]] = {}
        self._events: queue.SimpleQueue[tuple[float, Json]] = queue.SimpleQueue()
        self.debugger = debugger
        self.output: list[str] = []
        self.output_bytes = 0
        self.is_over = threading.Event()
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            debugger.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={it: value for it, value in os.environ.items() if it != "VIRTUAL_ENV"},
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.request("disconnect", terminateDebuggee=True)
            self.process.wait(10)
        except (RuntimeError, OSError, queue.Empty, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()

    def send(self, command: str, **arguments: Any) -> int:
        self._seq += 1
        self._replies[self._seq] = queue.SimpleQueue()
        message = {"seq": self._seq, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()
        return self._seq

    def reply(self, seq: int) -> Json:
        """Return the body of the response to request `seq`. Raises RuntimeError when it was refused."""
        _, message = self._replies[seq].get(timeout=PATIENCE_S)
        del self._replies[seq]
        if not message["success"]:
            raise RuntimeError(f"{self.debugger.name}: {message['command']}: {message.get('message')}")
        return message.get("body") or {}

    def request(self, command: str, **arguments: Any) -> Json:
        return self.reply(self.send(command, **arguments))

    def event(self, name: str) -> tuple[float, Json]:
        """Return the time and the body of the next event of that name; others are dropped."""
        while True:
            at, message = self._events.get(timeout=PATIENCE_S)
            if message["event"] == name:
                return at, message.get("body") or {}

    def launch(
        self,
        program: Path,
        breakpoints: list[Json] | None = None,
        others: dict[Path, list[Json]] | None = None,
        **arguments: Any,
    ) -> None:
        """Go through the start of a session up to the response to `launch`. `others`: of other files."""
        self.request("initialize", adapterID="bench", linesStartAt1=True, columnsStartAt1=True)
        launched = self.send(
            "launch",
            request="launch",
            program=str(program),
            python=[self.debugger.python],
            console="internalConsole",
            cwd=str(program.parent),
            justMyCode=True,
            **arguments,
        )
        self.event("initialized")
        if breakpoints:
            self.break_at(program, breakpoints)
        for path, asked in (others or {}).items():
            self.break_at(path, asked)
        self.request("setExceptionBreakpoints", filters=[])
        self.request("configurationDone")
        self.reply(launched)

    def break_at(self, program: Path, breakpoints: list[Json]) -> None:
        self.request("setBreakpoints", source={"path": str(program)}, breakpoints=breakpoints)

    def stopped(self) -> tuple[float, int]:
        """Wait for a stop; return its time and its thread."""
        at, body = self.event("stopped")
        return at, body["threadId"]

    def timed(self, name: str = "RESULT") -> float:
        """Return the seconds that the program printed behind `name`."""
        deadline = time.monotonic() + 4 * PATIENCE_S
        while time.monotonic() < deadline:
            for line in "".join(self.output).splitlines(keepends=True):
                if line.startswith(f"{name} ") and line.endswith("\n"):  # events may cut a line anywhere
                    return float(line.split()[1])
            if self.is_over.wait(0.02) and name not in "".join(self.output):
                break
        raise RuntimeError(f"{self.debugger.name}: the program printed no {name}")

    def _read(self) -> None:
        assert self.process.stdout is not None
        stream = self.process.stdout
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                header = stream.readline()
            self._take(time.perf_counter(), json.loads(stream.read(length)))
        self.is_over.set()

    def _take(self, at: float, message: Json) -> None:
        if message["type"] == "response":
            if waiting := self._replies.get(message["request_seq"]):
                waiting.put((at, message))
        elif message["type"] == "request":  # runInTerminal is not offered, so nobody asks
            raise RuntimeError(f"{self.debugger.name} asks for {message['command']}")
        elif message["event"] == "output":
            if message["body"].get("category") in ("stdout", None):
                self.output.append(message["body"]["output"])
                self.output_bytes += len(message["body"]["output"])
        else:
            self._events.put((at, message))
            if message["event"] == "terminated":
                self.is_over.set()


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def percentile_95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def best(measure: Callable[[], float], times: int = 3) -> float:
    """Return the least of several measurements: the one that the rest of the machine disturbed least."""
    return min(measure() for _ in range(times))


def best_ratio(measure: Callable[[], float], by: Callable[[], float], times: int = 3) -> float:
    """Return the least `measure` over the least `by`, taken in turns, so that both meet the same machine."""
    pairs = [(by(), measure()) for _ in range(times)]
    return min(it for _, it in pairs) / min(it for it, _ in pairs)
