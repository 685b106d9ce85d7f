"""Cells that do to their process what no cell should: the session goes on as if nothing had happened."""

import pytest

from tests.client.fixtures import Debugging, Write
from tests.sessions.notebooks import at

STREAMS = """
# %% close fd 1
import os
os.close(1)
print("still heard")
# %% close both streams
import sys
sys.stdout.close()
sys.stderr.close()
# %% replace sys.stdout
import io, sys
sys.stdout = io.StringIO()
print("lost")
# %% delete sys.stdout
import sys
del sys.stdout
# %% change directory
import os
os.chdir("/")
# %% close what is open
import os
os.closerange(3, 150)
# %% limit what is open
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (30, 30))
# %% print much from C, holding the GIL
import ctypes
text = b"c" * 2**20
ctypes.PyDLL(None).write(1, text, len(text))
assert ctypes.pythonapi.PyRun_SimpleString(b"print('p' * 2**20)") == 0
"""
INTERPRETER = """
# %% lower the recursion limit
import sys
sys.setrecursionlimit(60)
# %% raise the recursion limit
import sys
sys.setrecursionlimit(10**6)
# %% stop the garbage collector
import gc
gc.disable()
gc.set_threshold(0)
# %% stop all tracing
import sys, threading
sys.settrace(None)
threading.settrace(None)
sys.setprofile(None)
# %% trace by a function of its own
import sys
seen = []
def tracer(frame, event, arg):
    seen.append(frame.f_lineno)
    return tracer
sys.settrace(tracer)
# %% break builtins
for name in ("print", "len", "isinstance", "repr", "open", "type", "str", "getattr"):
    globals()[name] = None
# %% recurse to the limit
def deep():
    return deep()
try:
    deep()
except RecursionError:
    print("deep enough")
# %% start a session
import os
try:
    os.setsid()
except PermissionError:
    print("it leads one already")
# %% ignore SIGURG
import signal
signal.signal(signal.SIGURG, signal.SIG_IGN)
# %% handle signals
import os, signal, sys
def on_signal(number, frame):
    print("heard", number)
signal.signal(signal.SIGINT, on_signal)
os.kill(os.getpid(), signal.SIGINT)
signal.signal(signal.SIGTERM, on_signal)
os.kill(os.getpid(), signal.SIGTERM)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
# %% raise in an alarm
import signal
def alarm(number, frame):
    raise TimeoutError("too late")
signal.signal(signal.SIGALRM, alarm)
signal.setitimer(signal.ITIMER_REAL, 0.01)
try:
    while True:
        pass
except TimeoutError as error:
    print(error)
"""
MODULES = """
# %% break builtins everywhere
import builtins
for name in ("len", "id", "any", "all", "repr", "dict", "open", "print", "input", "max", "sorted"):
    vars(builtins)[name] = None
# %% break time
import time
for name in ("sleep", "time", "monotonic", "perf_counter"):
    setattr(time, name, None)
# %% break socket and json
import json, socket
socket.socket = socket.create_connection = None
json.dumps = json.loads = json.JSONEncoder = json.JSONDecoder = None
# %% break threading
import threading
for name in ("Thread", "Lock", "RLock", "Event", "current_thread", "get_ident", "excepthook"):
    setattr(threading, name, None)
# %% break os
import os
for name in ("read", "write", "getpid", "open", "stat", "lstat", "close", "environ", "path"):
    setattr(os, name, None)
# %% break os.stat
import os
os.stat = os.lstat = None
exec(compile("(lambda: print('fresh'))()", "fresh/stat.py", "exec"))
exec(compile("print()", "/nowhere/stat.py", "exec"))
# %% break os.fspath
import os
os.fspath = os.getcwd = os.readlink = None
exec(compile("(lambda: print('fresh'))()", "fresh/fspath.py", "exec"))
exec(compile("print()", "/nowhere/fspath.py", "exec"))
# %% break os.path
import os.path
def fails(*args, **more):
    raise TypeError("a mock's own")
for name in ("isabs", "exists", "isfile", "abspath", "realpath", "dirname", "join", "normpath"):
    setattr(os.path, name, fails)
os.stat = os.lstat = os.fspath = fails
exec(compile("(lambda: print('fresh'))()", "fresh/path.py", "exec"))
# %% forget modules
import sys
for name in list(sys.modules):
    if name.startswith("_dap_kernel") or name in ("os", "json", "threading", "linecache", "traceback"):
        del sys.modules[name]
# %% forget main
import sys
del sys.modules["__main__"]
# %% drop the default of SIGPIPE
import signal
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
"""
NEXT = """
# %% next
def f(n):
    return n + 1

n = f(41)
"""


@pytest.mark.parametrize("cells", [STREAMS, INTERPRETER, MODULES], ids=["streams", "interpreter", "modules"])
async def test_after_a_rude_cell_the_notebook_can_be_debugged(
    cells: str, debugging: Debugging, write: Write
) -> None:
    path = write("rude.py", NEXT + cells)
    titles = [it.removeprefix("# %% ") for it in cells.splitlines() if it.startswith("# %%")]
    async with debugging(path, launch={"orphanTimeout": 0, "run": "none"}) as debug:
        await debug.launch(breakpoints={path: [at(path, "return n + 1")]})
        await debug.idle()
        for title in titles:
            await debug.restart(run={"cells": [title]})
            idle = await debug.idle()
            assert idle.text == "Idle: 1 cell ran", f"{title}: {idle.text}"
            await debug.run({"cells": ["next"]})
            stop = await debug.stopped("breakpoint", line=at(path, "return n + 1"))
            assert await stop.locals() == {"n": "41"}, title
            assert await stop.evaluate("n * 2") == "82", title
            await stop.step_out()
            stop = await debug.stopped("step", line=at(path, "n = f(41)"))
            await stop.next()
            await debug.idle()
            assert await debug.evaluate("n") == "42", title
        said = debug.printed()
        assert "internal error" not in said + debug.server.errors
        assert "a mock's own" not in said + debug.server.errors
        assert said.count("fresh") == (3 if cells == MODULES else 0)
        assert ("still heard" in said) == (cells == STREAMS)
        assert ("deep enough" in said) == ("too late" in said) == (cells == INTERPRETER)
        assert cells != STREAMS or (said.count("c") > 2**20 and said.count("p") > 2**20)
