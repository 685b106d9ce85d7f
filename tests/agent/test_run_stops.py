"""Threads that stop while others are told to go on or to end: what the server has not seen yet stays."""

from dap_kernel.agent import wire

from .kernel import Kernel, Kernels

WORKERS = """\
import threading
def work():
    done.append(1)
done = []
both = [threading.Thread(target=work) for _ in range(2)]
for it in both: it.start()
for it in both: it.join()
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
