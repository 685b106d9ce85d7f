"""A Python process that nobody of ours started, as its user has it, and the debugger's end of the wire."""

import json
import os
import select
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from dap_kernel.agent.wire import messages as wire
from tests.agent.hosts.wire_end import PATIENCE_S, WireEnd

AGENT = Path(wire.__file__).parents[1]
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
        "hooks": [id(it) for it in (sys.displayhook, sys.unraisablehook)],
        "exception hook": id(sys.excepthook),
        "breakpoint hook": id(sys.breakpointhook),
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

def fork_and_tell():  # what a child is like, which lives on
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        told = state()
        told["result"] = work(3)
        os.write(write, json.dumps([os.getpid(), told]).encode() + b"\\n")
        signal.pause()
        os._exit(0)
    with open(read) as said:
        told = json.loads(said.readline())
    os.close(write)
    return told

def attach_again():
    ours, theirs = socket.socketpair()
    from debugger.hosts.bare_process import attach
    try:
        attach(theirs.fileno())
    except RuntimeError as error:
        return str(error)

def stop_here(n):
    breakpoint()
    return n

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

    def connect(self) -> None:
        self.do("attach", str(self._archive), self.address)
        self.accept()

    def attach(self, backend: str) -> None:
        self.connect()
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
