"""Forked children: processes like any other."""

import pytest

from dap_kernel.agent.wire import messages as wire

from ..kernel import Kernels

FORK = """import os
def work():
    print("child" if child == 0 else "parent")
child = os.fork()
work()
if child == 0:
    os._exit(5)
os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])"""


def test_child_meets_a_breakpoint_and_goes_on(kernels: Kernels) -> None:
    kernel = kernels.percent()
    filename = f"{kernel.notebook}#c1@1.py"
    kernel.call(wire.SetBreakpoints(filename, 1, [wire.LineBreakpoint(1, 3)]))
    cell = kernel.begin(FORK)
    kernel.notified("Stopped")
    kernel.call(wire.Resume(wire.MAIN_THREAD))
    assert kernel.reply(cell)["state"] == "done"
    assert sorted(kernel.text(0).split()) == ["5", "child", "parent"]
    assert [it["text"] for it in kernel.notifications if it["kind"] == "Note"] == [
        "a forked process goes on without breakpoints; what it prints is shown"
    ]


def test_what_a_child_displays_is_shown_as_text(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import os\nif os.fork() == 0:\n    display({'n': 1})\n    os._exit(0)\nos.wait()[1]")
    assert kernel.text(0) == "{'n': 1}\n0\n"


def test_note_is_said_once(kernels: Kernels) -> None:
    kernel = kernels.percent()
    for _ in range(3):
        kernel.run("import os\nif os.fork() == 0: os._exit(0)")
    assert len([it for it in kernel.notifications if it["kind"] == "Note"]) == 1


def test_a_shell_command_of_ipythons_is_no_note(kernels: Kernels) -> None:
    pytest.importorskip("IPython")
    kernel = kernels.jupyter()
    assert kernel.run("!echo hello")["state"] == "done"
    assert kernel.text(0).split() == ["hello"]
    assert [it for it in kernel.notifications if it["kind"] == "Note"] == []


def test_child_that_comes_to_the_end_of_a_script_ends_as_one(kernels: Kernels) -> None:
    source = (
        "import atexit, os\natexit.register(print, 'bye')\nchild = os.fork()\n"
        "if child: print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        "else: raise SystemExit(3)"
    )
    kernel = kernels.script(source)
    result = kernel.run(source)
    assert (result["state"], result["exit_code"]) == ("done", None)
    assert kernel.text(0).split() == ["bye", "3"]
    assert kernel.run("print('alive')")["state"] == "done"


def test_child_in_a_jupyter_cell_ends_at_the_cells_end(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    kernel.run("import os\nchild = os.fork()")
    kernel.run("os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])")
    assert kernel.printed[-1].text == "0\n"


def test_child_reads_an_empty_console(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run(
        "import os\nchild = os.fork()\nif child == 0:\n    try: input()\n    except EOFError: os._exit(9)\n"
        "os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])"
    )
    assert kernel.printed[-1].text == "9\n"


def test_forks_are_not_warned_of(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    for _ in range(5):
        kernel.run("import os\nchild = os.fork()")
        kernel.run("_ = os.waitpid(child, 0)")
    assert kernel.text(1) == ""


def test_child_of_an_awaiting_cell(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    kernel.run(
        "import asyncio, os\nawait asyncio.sleep(0)\nchild = os.fork()\nif child == 0: raise SystemExit(6)"
    )
    kernel.run("os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])")
    assert kernel.printed[-1].text == "6\n"


HELD = """import os, signal, sys, threading, time
main, held, goes = threading.get_ident(), threading.Event(), threading.Event()
def hook(event, args):
    if event == "compile" and threading.get_ident() != main and not held.is_set():
        held.set()
        goes.wait(20)
sys.addaudithook(hook)
print("ready", flush=True)
while not held.is_set():
    time.sleep(0.01)
child = os.fork()
if child == 0:
    os._exit(7)
ends = time.monotonic() + 5
while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < ends:
    time.sleep(0.01)
if ended == (0, 0):
    os.kill(child, signal.SIGKILL)
goes.set()
os.waitstatus_to_exitcode(ended[1]) if ended[0] else "it hangs" """


def test_fork_while_the_agent_sets_breakpoints(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin(HELD)
    kernel.wait(lambda: "ready" in kernel.text(0))
    points = [wire.LineBreakpoint(1, 2, condition="len('ab') == 3")]
    kernel.send(wire.SetBreakpoints(f"{kernel.notebook}#other@1.py", 1, points))
    kernel.reply(cell)
    assert kernel.text(0).split() == ["ready", "7"]


OTHER_IS_STOPPED = """import os, threading
def work():
    return 1
thread = threading.Thread(target=work)
thread.start()
input()
child = os.fork()
if child == 0:
    print("child", work(), flush=True)
    os._exit(6)
"""
MAIN_IS_STOPPED = """import os, signal, threading
pids = []
def fork():
    stopped.wait()
    pids.append(os.fork())
    if not pids[0]:
        print("child", flush=True)
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            os._exit(6)
        os._exit(1)
stopped = threading.Event()
thread = threading.Thread(target=fork)
def work():
    return 1
thread.start()
work()
thread.join()
child = pids[0]
"""
WAIT = "os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])"


@pytest.mark.parametrize("source", [OTHER_IS_STOPPED, MAIN_IS_STOPPED], ids=["another", "main"])
def test_fork_while_a_thread_is_stopped(kernels: Kernels, source: str) -> None:
    kernel = kernels.percent()
    line = source.splitlines().index("    return 1") + 1
    kernel.call(wire.SetBreakpoints(f"{kernel.notebook}#c1@1.py", 1, [wire.LineBreakpoint(1, line)]))
    cell = kernel.begin(source + WAIT)
    stopped = kernel.notified("Stopped")
    if source == OTHER_IS_STOPPED:
        kernel.notified("InputWanted")
        kernel.call(wire.Input(""))
    else:
        stack = kernel.call(wire.StackTrace(stopped["thread"]))
        kernel.call(wire.Evaluate(stack["frames"][0]["id"], "stopped.set()"))
    kernel.wait(lambda: "child" in kernel.text(0))
    kernel.call(wire.Resume(stopped["thread"]))
    kernel.reply(cell)
    assert "Traceback" not in kernel.text(1)
    assert kernel.text(0).split()[-1] == "6"


@pytest.mark.parametrize("is_main", [True, False], ids=["main", "another thread"])
def test_fork_by_what_is_evaluated_at_a_stop(kernels: Kernels, is_main: bool) -> None:
    source = """import os, threading
children = []
def work():
    n = 1
    if os.getpid() != parent:
        os._exit(8)
parent = os.getpid()
thread = threading.Thread(target=work)
(thread.run if is_main else thread.start)()
if not is_main: thread.join()
os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1])"""
    kernel = kernels.percent()
    kernel.run(f"is_main = {is_main}")
    kernel.call(wire.SetBreakpoints(f"{kernel.notebook}#c2@2.py", 1, [wire.LineBreakpoint(1, 4)]))
    cell = kernel.begin(source)
    stopped = kernel.notified("Stopped")
    stack = kernel.call(wire.StackTrace(stopped["thread"]))
    kernel.call(wire.Evaluate(stack["frames"][0]["id"], "children.append(os.fork())", "repl"))
    kernel.call(wire.Resume(stopped["thread"]))
    kernel.reply(cell)
    assert kernel.text(0).split() == ["8"]
