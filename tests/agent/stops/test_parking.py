"""Threads that stop while others are told to go on or to end: what the server has not seen yet stays."""

import signal

import pytest

from dap_kernel.agent.wire import messages as wire

from ..kernel import Kernel, Kernels

WORKERS = """\
import threading
def work():
    done.append(1)
done = []
both = [threading.Thread(target=work) for _ in range(2)]
for it in both: it.start()
for it in both: it.join()
"""


NAMELESS = """\
import threading
class Nameless(threading.Thread):
    name = property(lambda self: self.nothing, lambda self, name: None)
    def run(self):
        begun.set()
        go.wait()
begun, go = threading.Event(), threading.Event()
it = Nameless(daemon=True); it.start()
begun.wait()
go.set()
it.join()
"""

LATE = """\
import signal, threading
def late(number, frame):
    raise TimeoutError("late")
signal.signal(signal.SIGALRM, late)
class Named(threading.Thread):
    def look(self):
        if threading.get_ident() == waits[0]:
            signal.raise_signal(signal.SIGALRM)
        return "named"
    name = property(look, lambda self, name: None)
    def run(self):
        begun.set()
        go.wait()
begun, go, waits = threading.Event(), threading.Event(), [0]
it = Named(daemon=True); it.start()
begun.wait()
waits[0] = threading.get_ident()
try:
    n = 1
    n = 2
except TimeoutError as error:
    waits[0] = 0
    print(error)
go.set()
it.join()
"""


def stop_both(kernel: Kernel) -> tuple[int, list[int]]:
    """Stop two threads at one line; return the id of the cell's reply, and theirs."""
    kernel.call(wire.SetBreakpoints(f"{kernel.notebook}#c1@1.py", 1, [wire.LineBreakpoint(1, 3)]))
    cell = kernel.begin(WORKERS)
    return cell, [kernel.notified("Stopped")["thread"] for _ in range(2)]


def test_a_stop_that_the_server_has_not_read_is_not_resumed(kernels: Kernels) -> None:
    """It names the threads that it knows as stopped; the second has stopped meanwhile."""
    kernel = kernels.percent()
    cell, (first, second) = stop_both(kernel)
    kernel.call(wire.Resume(first))
    assert kernel.notified("Resumed")["thread"] == first
    assert kernel.call(wire.StackTrace(second))["frames"]
    kernel.call(wire.Resume(second))
    assert kernel.notified("Resumed")["thread"] == second
    assert kernel.reply(cell)["state"] == "done"


def test_the_threads_that_are_named_go_on_together(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell, (first, second) = stop_both(kernel)
    kernel.call(wire.Resume(first, others=[second]))
    assert kernel.reply(cell)["state"] == "done"


def test_a_stop_says_which_threads_there_are(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.call(wire.SetBreakpoints(f"{kernel.notebook}#c1@1.py", 1, [wire.LineBreakpoint(1, 3)]))
    cell = kernel.begin(WORKERS.replace("range(2)", "range(1)"))
    stopped = kernel.notified("Stopped")
    assert [it["id"] for it in stopped["threads"]] == [wire.MAIN_THREAD, stopped["thread"]]
    assert stopped["threads"] == kernel.call(wire.Threads())
    kernel.call(wire.Resume(stopped["thread"]))
    assert kernel.reply(cell)["state"] == "done"


def test_a_name_that_code_of_the_users_makes_keeps_no_stop_from_being_told(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.call(wire.SetBreakpoints(f"{kernel.notebook}#c1@1.py", 1, [wire.LineBreakpoint(1, 10)]))
    cell = kernel.begin(NAMELESS)
    stopped = kernel.notified("Stopped")
    assert (stopped["line"], stopped.get("threads", [])) == (10, [])
    kernel.call(wire.Resume(stopped["thread"]))
    assert kernel.reply(cell)["state"] == "done"


LONG = "x = 1\n" * 20_000  # to compile it takes a while
BREAKS_OFF = [(wire.Interrupt(), "interrupted"), (wire.Quit(wire.MAIN_THREAD), "stopped")]


@pytest.mark.parametrize("command, state", BREAKS_OFF)
@pytest.mark.parametrize("more", ["", "import asyncio\nawait asyncio.sleep(0)\n"])
def test_a_cell_that_is_broken_off_before_it_has_begun(
    kernels: Kernels, command: wire.Command, state: str, more: str
) -> None:
    kernel = kernels.percent()
    kernel.process.send_signal(signal.SIGSTOP)  # so that it gets both commands at once
    cell = kernel.begin(f"ran = True\n{more}{LONG}")
    broken_off = kernel.send(command)
    kernel.process.send_signal(signal.SIGCONT)
    kernel.reply(broken_off)
    assert kernel.reply(cell)["state"] == state
    assert kernel.run("'ran' in globals()")["state"] == "done"
    assert kernel.printed[-1].text == "False\n"


@pytest.mark.parametrize("command, _", BREAKS_OFF)
def test_what_came_for_a_cell_that_never_began_is_not_for_the_next(
    kernels: Kernels, command: wire.Command, _: str
) -> None:
    kernel = kernels.percent()
    cell = kernel.begin(f"{LONG}x = = 1")
    kernel.call(command)
    assert kernel.reply(cell)["error"] == "SyntaxError: invalid syntax"
    assert kernel.run("1")["state"] == "done"
    kernel.call(command)  # idle
    assert kernel.run("1")["state"] == "done"


def test_what_a_handler_raises_while_threads_are_listed_is_the_programs(kernels: Kernels) -> None:
    kernel = kernels.percent()
    line = 1 + LATE.splitlines().index("    n = 1")
    kernel.call(wire.SetBreakpoints(f"{kernel.notebook}#c1@1.py", 1, [wire.LineBreakpoint(1, line)]))
    assert kernel.run(LATE)["state"] == "done"
    assert [it.text for it in kernel.printed] == ["late\n"]
