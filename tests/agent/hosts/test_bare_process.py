"""The debugger in a process that nobody of ours started: it comes out of a zip, and leaves nothing behind."""

import json
import os
import select
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dap_kernel.agent.wire import messages as wire
from tests import pythons
from tests.agent.hosts.wire_end import PATIENCE_S, WireEnd

AGENT = Path(wire.__file__).parents[1]
RUNS = [
    pytest.param(python.path, backend, id=f"{'.'.join(map(str, python.version))}-{backend}")
    for python in (pythons.look(sys.executable), *pythons.others())
    if python is not None
    for backend in python.backends
]

PROGRAM = """
import _thread, atexit, json, os, signal, socket, sys, threading

def state():
    tools = getattr(sys, "monitoring", None)
    return {
        "tools": [tools.get_tool(it) for it in range(6)] if tools else [],
        "callbacks": list(map(repr, callbacks(tools))) if tools else [],
        "descriptors": len(os.listdir("/dev/fd")),
        "tracers": [repr(it) for it in (sys.gettrace(), threading.gettrace(), sys.getprofile())],
        "frames traced": [repr(it.f_trace) for it in frames()],
        "signals": {int(it): repr(signal.getsignal(it)) for it in signal.valid_signals()},
        "wake-up": signal.set_wakeup_fd(-1),
        "threads": len(sys._current_frames()),
        "known threads": threading.active_count(),
        "streams": [id(it) for it in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)],
        "hooks": [id(it) for it in (sys.excepthook, sys.breakpointhook, sys.displayhook, sys.unraisablehook)],
        "thread hook": id(threading.excepthook),
        "builtins": {name: id(it) for name, it in vars(__builtins__).items() if name != "_"},
        "path": sys.path,
        "import hooks": [len(sys.meta_path), len(sys.path_hooks)],
        "at exit": atexit._ncallbacks(),
        "limits": [sys.getrecursionlimit(), sys.getswitchinterval()],
        "main": sorted(it for it in globals() if it != "__warningregistry__"),  # Python warns of forks
        "modules": sorted(sys.modules),
        "standard": sorted(sys.stdlib_module_names),
    }

def callbacks(tools):
    for tool in range(6):
        for event in map(tools.events.__dict__.get, ("PY_START", "PY_RESUME", "LINE", "PY_RETURN", "RAISE")):
            if (known := tools.register_callback(tool, event, None)) is not None:
                tools.register_callback(tool, event, known)
                yield known

def frames():
    frame = sys._getframe(1)
    while frame:
        yield frame
        frame = frame.f_back

def attach(archive, path):
    wire = socket.socket(socket.AF_UNIX)
    wire.connect(path)
    sys.path.insert(0, archive)
    from debugger.hosts.bare_process import attach
    del sys.path[0]
    attach(wire.detach())

def work(n):
    total = 0
    for number in range(n):  # the loop
        total += number  # a round
    return total

def fork(n):
    if (pid := os.fork()) == 0:
        os._exit(work(n))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

done = []

def spin():
    while not done:
        pass
    return len(done)

def fail():
    raise ValueError("of a thread")

def thread():
    started = threading.Thread(target=fail)
    started.start()
    started.join()

while line := sys.stdin.readline():
    function, *args = json.loads(line)
    print(json.dumps(globals()[function](*args)), flush=True)
"""
LINES = PROGRAM.split("\n")
ROUND = next(at for at, line in enumerate(LINES, 1) if "# a round" in line)
LOOP = next(at for at, line in enumerate(LINES, 1) if "# the loop" in line)


class BareProcess(WireEnd):
    """The process, as its user has it, and the wire's other end."""

    def __init__(self, python: str, folder: Path) -> None:
        super().__init__(folder / "wire")
        self.script = folder / "program.py"
        self.script.write_text(PROGRAM)
        self._archive = folder / "debugger.zip"
        with zipfile.ZipFile(self._archive, "w") as archive:
            for it in AGENT.rglob("*.py"):
                archive.write(it, Path("debugger", it.relative_to(AGENT)))
        self.process = subprocess.Popen(
            [python, str(self.script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )

    # What its user does.

    def begin(self, function: str, *args: object) -> None:
        """Call a function of the program's."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([function, *args]) + "\n")
        self.process.stdin.flush()

    def result(self) -> Any:
        """Wait for what the function returns."""
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], PATIENCE_S)[0], "the program does not go on"
        return json.loads(self.process.stdout.readline())

    def do(self, function: str, *args: object) -> Any:
        self.begin(function, *args)
        return self.result()

    # What the debugger does.

    def attach(self, backend: str) -> None:
        self.do("attach", str(self._archive), self.address)
        self.accept()
        path = str(self.script)
        self.call(wire.Start(path, "script", [path], None, backend=backend))  # type: ignore[arg-type]

    def break_at(self, *lines: int) -> None:
        points = [wire.LineBreakpoint(line, line) for line in lines]
        self._id += 1
        self.call(wire.SetBreakpoints(str(self.script), self._id, points))

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        super().close()


@pytest.fixture(params=RUNS)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    started: list[BareProcess] = []

    def start(python: str) -> BareProcess:
        started.append(BareProcess(python, tmp_path))
        return started[-1]

    yield start
    for it in started:
        it.close()


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_a_process_is_debugged_and_left_as_it_was(start: Any, python: str, backend: str) -> None:
    bare = start(python)
    before = bare.do("state")
    bare.attach(backend)

    during = bare.do("state")
    assert during["threads"] == before["threads"] + 2  # the agent's, and the writer
    for it in ("known threads", "streams", "signals", "wake-up", "hooks", "builtins", "path", "import hooks"):
        assert during[it] == before[it], it
    assert during["at exit"] == before["at exit"]
    assert not any(during["tools"])
    assert during["tracers"] == before["tracers"]  # nothing is watched yet

    debug_work(bare)

    bare.detach()
    after = ends(bare, before["threads"])
    modules, known = set(after.pop("modules")), set(before.pop("modules"))
    tops = {it.partition(".")[0] for it in modules - known}
    assert {it for it in tops if not it.startswith("_sysconfigdata_")} <= {
        "debugger",
        *after["standard"],
    }
    assert after["main"] == before["main"]
    assert after == before
    assert bare.do("work", 4) == 6


def debug_work(bare: BareProcess) -> None:
    """Break, look, evaluate, step, pause, let a child fork and a thread fail."""
    bare.break_at(ROUND)
    bare.begin("work", 3)
    stop = bare.told("Stopped")
    assert (stop["reason"], stop["line"], stop["thread"]) == ("breakpoint", ROUND, 1)
    frames = bare.call(wire.StackTrace(1, 0, 0))["frames"]
    assert [it["name"] for it in frames] == ["work", "<module>"]
    scope = bare.call(wire.Scopes(frames[0]["id"]))[0]
    variables = bare.call(wire.Variables(scope["reference"], 0, 0))
    assert {it["name"]: it["value"] for it in variables} == {"n": "3", "total": "0", "number": "0"}
    assert bare.call(wire.Evaluate(frames[0]["id"], "total + n", "watch"))["value"] == "3"
    assert bare.call(wire.Evaluate(frames[0]["id"], "[n] * 2", "repl"))["value"] == "[3, 3]"
    bare.call(wire.Resume(1, "over"))
    bare.told("Resumed")
    assert bare.told("Stopped")["line"] == LOOP
    bare.break_at()
    bare.call(wire.Resume(1))
    assert bare.result() == 3
    bare.break_at(ROUND)
    assert bare.do("fork", 4) == 6  # the child stops nowhere
    bare.break_at()
    bare.begin("spin")
    bare.call(wire.Pause(1))
    assert bare.told("Stopped")["reason"] == "pause"
    frame = bare.call(wire.StackTrace(1, 0, 0))["frames"][0]
    bare.call(wire.Evaluate(frame["id"], "done.append(1)", "repl"))
    bare.call(wire.Resume(1))
    assert bare.result() == 1
    bare.call(wire.SetExceptionBreakpoints(1, [wire.ExceptionFilter("uncaught")]))
    bare.begin("thread")
    stop = bare.told("Stopped")
    assert (stop["text"], stop["is_post_mortem"]) == ("ValueError: of a thread", True)
    bare.call(wire.Resume(stop["thread"]))
    assert bare.result() is None


def ends(bare: BareProcess, threads: int) -> dict[str, Any]:
    """Wait until our threads have ended; return the state then."""
    patience = time.monotonic() + PATIENCE_S
    while True:
        state: dict[str, Any] = bare.do("state")
        if state["threads"] == threads:
            return state
        assert time.monotonic() < patience, "our threads do not end"


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_a_stopped_process_runs_on_once_nobody_debugs_it(start: Any, python: str, backend: str) -> None:
    bare = start(python)
    before = bare.do("state")
    bare.attach(backend)
    bare.break_at(ROUND)
    bare.begin("work", 3)
    bare.told("Stopped")
    bare.detach()
    assert bare.result() == 3
    after = ends(bare, before["threads"])
    assert after["tools"] == before["tools"]
    assert after["tracers"] == before["tracers"]
    assert after["limits"] == before["limits"]


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_a_step_that_begins_just_when_nobody_debugs_any_more(start: Any, python: str, backend: str) -> None:
    bare = start(python)
    before = bare.do("state")
    for _ in range(20):
        bare.attach(backend)
        bare.break_at(ROUND)
        bare.begin("work", 3)
        bare.told("Stopped")
        bare.send(wire.Resume(1, "over"))
        bare.detach()
        assert bare.result() == 3
        after = ends(bare, before["threads"])
        for it in ("tools", "callbacks", "tracers", "frames traced", "descriptors"):
            assert after[it] == before[it], it


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_what_hangs_is_broken_off_without_a_signal(start: Any, python: str, backend: str) -> None:
    bare = start(python)
    bare.attach(backend)
    bare.break_at(ROUND)
    bare.begin("work", 1)
    bare.told("Stopped")
    frame = bare.call(wire.StackTrace(1, 0, 0))["frames"][0]["id"]
    with pytest.raises(AssertionError, match="no answer within 2 s"):
        bare.call(wire.Evaluate(frame, "[it for it in iter(int, 1)]", "watch"))
    assert bare.call(wire.Evaluate(frame, "n", "watch"))["value"] == "1"
    bare.call(wire.Resume(1))
    assert bare.result() == 0


def test_what_a_bare_process_cannot_do_is_declined(start: Any) -> None:
    bare = start(sys.executable)
    bare.attach("settrace")
    for command in (wire.RunCell("a", 1, "a.py", "1", "a"), wire.Interrupt()):
        with pytest.raises(AssertionError, match="this process"):
            bare.call(command)
