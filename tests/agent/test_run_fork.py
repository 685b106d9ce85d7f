"""Forked children: processes like any other."""

import pytest

from dap_kernel.agent import wire

from .kernel import Kernels

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
