"""Lines that a cell asks the client for."""

import pytest

from dap_kernel.agent.wire import messages as wire

from ..kernel import Kernels


def test_input(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("input('name? ')")
    assert kernel.notified("InputWanted") == {"kind": "InputWanted", "prompt": "name? ", "is_hidden": False}
    kernel.call(wire.Input("Ada ä"))
    assert kernel.reply(cell)["state"] == "done"
    kernel.notified("InputDone")
    assert kernel.text() == "'Ada ä'\n"


def test_getpass_is_hidden(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("from getpass import getpass\ngetpass()")
    assert kernel.notified("InputWanted")["is_hidden"]
    kernel.call(wire.Input("secret"))
    kernel.reply(cell)
    assert kernel.text() == "'secret'\n"


def test_end_of_file(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("input()")
    kernel.notified("InputWanted")
    kernel.call(wire.Input(None))
    assert kernel.reply(cell)["error"] == "EOFError: EOF when reading a line"


@pytest.mark.parametrize(
    ("expression", "answers", "shown"),
    [
        ("sys.stdin.readline()", ["a"], "'a\\n'"),
        ("[line for line in sys.stdin]", ["a", "b", None], "['a\\n', 'b\\n']"),
        ("sys.stdin.read()", ["a", "b", None], "'a\\nb\\n'"),
        ("(input(), sys.stdin.readline())", ["a", "b"], "('a', 'b\\n')"),
    ],
)
def test_stdin(kernels: Kernels, expression: str, answers: list[str | None], shown: str) -> None:
    kernel = kernels.percent()
    cell = kernel.begin(f"import sys\n{expression}")
    for answer in answers:
        kernel.notified("InputWanted")
        kernel.call(wire.Input(answer))
    kernel.reply(cell)
    assert kernel.text() == f"{shown}\n"


def test_question_printed_without_a_newline_comes_first(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("print('name:', end=' ')\ninput()")
    kernel.notified("InputWanted")
    assert kernel.text() == "name: "
    kernel.call(wire.Input("x"))
    kernel.reply(cell)


@pytest.mark.parametrize(("command", "state"), [(wire.Interrupt(), "interrupted"), (wire.Quit(1), "stopped")])
def test_question_that_is_broken_off(kernels: Kernels, command: wire.Command, state: str) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("input()")
    kernel.notified("InputWanted")
    kernel.call(command)
    assert kernel.reply(cell)["state"] == state
    kernel.notified("InputDone")
    kernel.call(wire.Input("stale"))
    cell = kernel.begin("input()")
    kernel.notified("InputWanted")
    kernel.call(wire.Input("fresh"))
    kernel.reply(cell)
    assert kernel.text(0) == "'fresh'\n"


def test_replaced_stdin_is_read(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("import sys, io\nsys.stdin = io.StringIO('mine\\n')\nprint(input())")
    assert kernel.text() == "mine\n"
