"""The event loop of a kernel."""

import pytest

from dap_kernel.agent.wire import messages as wire

from ..kernel import Kernels

BACKGROUND = (
    "import asyncio\nasync def count():\n    for n in range(3):\n        await asyncio.sleep(0.05)\n"
    "        print('at', n)\ntask = asyncio.get_running_loop().create_task(count())"
)


@pytest.mark.parametrize("format", ["jupyter", "marimo"])
def test_background_task_goes_on_at_rest(kernels: Kernels, format: str) -> None:
    kernel = kernels.start(format, "book.py")
    kernel.run(BACKGROUND)
    kernel.wait(lambda: "at 2" in kernel.text())


def test_percent_lives_outside_a_loop_until_a_cell_awaits(kernels: Kernels) -> None:
    kernel = kernels.percent()
    assert kernel.run("import asyncio\nasync def f(): return 5\nasyncio.run(f())")["state"] == "done"
    kernel.run("await f()")
    kernel.run("asyncio.get_running_loop().is_running()")
    assert [it.text for it in kernel.printed] == ["5\n", "5\n", "True\n"]


def test_asyncio_is_not_imported_for_a_script(kernels: Kernels) -> None:
    kernel = kernels.script()
    kernel.run("import sys\nprint('asyncio' in sys.modules)")
    assert kernel.text() == "False\n"


@pytest.mark.parametrize("format", ["percent", "jupyter"])
def test_interrupt_while_a_cell_awaits(kernels: Kernels, format: str) -> None:
    kernel = kernels.start(format, "book.py")
    cell = kernel.begin("import asyncio\nprint('in')\nawait asyncio.sleep(60)")
    kernel.wait(lambda: "in" in kernel.text())
    kernel.call(wire.Interrupt())
    assert kernel.reply(cell)["state"] == "interrupted"
    assert kernel.run("await asyncio.sleep(0)\n7")["state"] == "done"


def test_error_of_an_awaiting_cell(kernels: Kernels) -> None:
    kernel = kernels.percent()
    result = kernel.run("import asyncio\nawait asyncio.sleep(0)\n1/0")
    assert result["error"] == "ZeroDivisionError: division by zero"
    assert [it.strip() for it in kernel.text(1).splitlines() if "File" in it] == [
        f'File "{kernel.notebook}#c1@1.py", line 3, in <module>'
    ]


@pytest.mark.parametrize("statement", ["raise SystemExit", "raise KeyboardInterrupt"])
def test_background_task_cannot_end_the_kernel(kernels: Kernels, statement: str) -> None:
    kernel = kernels.jupyter()
    kernel.run(
        f"import asyncio\nasync def bad():\n    print('in')\n    {statement}\nt = asyncio.create_task(bad())"
    )
    kernel.wait(lambda: "in" in kernel.text())
    assert kernel.run("1")["state"] == "done"


@pytest.mark.parametrize("statement", ["stop", "close"])
def test_loop_that_user_code_ends(kernels: Kernels, statement: str) -> None:
    kernel = kernels.jupyter()
    kernel.run(f"import asyncio\nloop = asyncio.get_running_loop()\nloop.call_soon(loop.{statement})")
    assert kernel.run("await asyncio.sleep(0)")["state"] == "done"


def test_context_variables_last_over_cells(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    kernel.run("import contextvars, asyncio\nv = contextvars.ContextVar('v')\nv.set(1);")
    kernel.run("await asyncio.sleep(0)\nt = v.set(v.get() + 1)")
    kernel.run("v.get()")
    assert kernel.printed[-1].text == "2\n"


def test_exit_with_tasks_under_way(kernels: Kernels) -> None:
    kernel = kernels.jupyter()
    kernel.run("import asyncio\nt = asyncio.create_task(asyncio.sleep(60))")
    assert kernel.exit() == 0
    assert kernel.text(1) == ""


def test_what_is_raised_while_a_cell_is_broken_off_ends_no_kernel(kernels: Kernels) -> None:
    kernel = kernels.percent()
    result = kernel.run(
        "import asyncio\n"
        "loop = asyncio.get_running_loop()\n"
        "def is_closed():\n"
        "    del loop.is_closed\n"
        "    raise TimeoutError('late')\n"
        "def stop():\n"
        "    loop.is_closed = is_closed\n"
        "    raise KeyboardInterrupt\n"
        "loop.call_later(0.01, stop)\n"
        "await asyncio.sleep(30)"
    )
    assert result["state"] != "done"
    kernel.run("print('alive')")
    assert kernel.text(0).endswith("alive\n")
