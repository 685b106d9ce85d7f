"""Cells from their text to their result."""

import signal

import pytest

from dap_kernel.agent.wire import messages as wire

from ..kernel import Kernels


def test_last_value_is_shown_with_its_line(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("x = 20\n2 * x + 2")
    (piece,) = kernel.printed
    assert (piece.kind, piece.line, piece.text) == ("v", 2, "42\n")
    assert piece.filename == f"{kernel.notebook}#c1@1.py"


@pytest.mark.parametrize("source", ["None", "x = 1", "5;", "5; # no", "def f(): ...", "", "# \x0c\n5;"])
def test_nothing_is_shown(kernels: Kernels, source: str) -> None:
    kernel = kernels.percent()
    assert kernel.run(source)["state"] == "done"
    assert kernel.printed == []


def test_value_leaves_no_name_behind(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("1 + 1")
    kernel.run("[n for n in globals() if not n.isidentifier()]")
    assert kernel.printed[-1].text == "[]\n"


@pytest.mark.parametrize(
    ("source", "state", "error"),
    [
        ("1/0", "failed", "ZeroDivisionError: division by zero"),
        ("x = = 1", "failed", "SyntaxError: invalid syntax"),
        ("import sys; sys.exit(3)", "stopped", None),
        ("raise KeyboardInterrupt", "interrupted", "KeyboardInterrupt"),
        ("raise ValueError('a\\nb')", "failed", "ValueError: a …"),
        ("\0", "failed", None),
    ],
)
def test_ends(kernels: Kernels, source: str, state: str, error: str | None) -> None:
    kernel = kernels.percent()
    result = kernel.run(source)
    assert result["state"] == state
    assert error is None or result["error"] == error
    assert kernel.run("1")["state"] == "done"


def test_traceback_is_printed_once_and_shows_only_the_users_frames(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("def f():\n    1/0\n\nf()")
    lines = kernel.text(1).splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert [it.strip() for it in lines if it.startswith("  File")] == [
        f'File "{kernel.notebook}#c1@1.py", line 4, in <module>',
        f'File "{kernel.notebook}#c1@1.py", line 2, in f',
    ]
    assert lines[-1] == "ZeroDivisionError: division by zero"
    assert kernel.text(1).count("Traceback") == 1


def test_traceback_shows_the_line_below_a_form_feed(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("x = 1\n\x0c\n1 / 0  # here")
    assert "1 / 0  # here" in kernel.text(1)


def test_traceback_has_notes_causes_and_groups(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run(
        "try:\n    1/0\nexcept Exception as e:\n    e.add_note('a note')\n"
        "    raise ExceptionGroup('both', [ValueError(1), KeyError(2)]) from e"
    )
    text = kernel.text(1)
    for part in ("a note", "direct cause", "both (2 sub-exceptions)", "ValueError: 1", "KeyError: 2"):
        assert part in text


def test_syntax_error_has_its_caret_and_no_heading(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("a = 1\nx = = 1")
    assert kernel.text(1).splitlines()[1:3] == ["    x = = 1", "        ^"]


def test_exception_whose_text_raises(kernels: Kernels) -> None:
    kernel = kernels.percent()
    result = kernel.run("class E(Exception):\n    def __str__(self): raise RuntimeError('no')\nraise E")
    assert (result["state"], result["error"][:2]) == ("failed", "E:")
    assert "Traceback" in kernel.text(1)


def test_missing_names(kernels: Kernels) -> None:
    kernel = kernels.percent()
    assert kernel.run("import no_such.part")["missing_module"] == "no_such"
    assert kernel.run("nowhere")["missing_name"] == "nowhere"


@pytest.mark.parametrize(
    ("statement", "code", "stderr"),
    [
        ("sys.exit()", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit('no data')", 1, "no data\n"),
        ("raise SystemExit", 0, ""),
        ("pass", None, ""),
    ],
)
def test_script_exits_with_its_code(kernels: Kernels, statement: str, code: int | None, stderr: str) -> None:
    kernel = kernels.script()
    result = kernel.run(f"import sys\n{statement}")
    assert (result["state"], result["exit_code"]) == ("done", code)
    assert kernel.text(1) == stderr


def test_uncaught_exception_of_a_script(kernels: Kernels) -> None:
    kernel = kernels.script("raise ValueError('no')\n")
    result = kernel.run("raise ValueError('no')\n")
    assert (result["state"], result["exit_code"]) == ("failed", 1)
    assert f'File "{kernel.notebook}", line 1' in kernel.text(1)


def test_scripts_own_excepthook(kernels: Kernels) -> None:
    kernel = kernels.script()
    kernel.run("import sys\nsys.excepthook = lambda *it: print('mine', it[0].__name__)\n1/0")
    assert kernel.text() == "mine ZeroDivisionError\n"


def test_exit_joins_threads_and_calls_atexit(kernels: Kernels) -> None:
    kernel = kernels.script()
    kernel.run(
        "import atexit, threading, time\natexit.register(print, 'atexit')\n"
        "def late():\n    time.sleep(0.2)\n    print('thread')\nthreading.Thread(target=late).start()"
    )
    assert kernel.exit(7) == 7
    assert kernel.text(0) == "thread\natexit\n"


def test_interrupt_ends_the_cell_and_not_the_kernel(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("import time\nprint('in')\ntime.sleep(60)")
    kernel.wait(lambda: "in" in kernel.text())
    kernel.call(wire.Interrupt())
    assert kernel.reply(cell)["state"] == "interrupted"
    assert kernel.run("1")["state"] == "done"


@pytest.mark.parametrize("format", ["percent", "jupyter"])
def test_sigint_at_rest_is_harmless(kernels: Kernels, format: str) -> None:
    kernel = kernels.start(format, "book.py")
    kernel.run("1")
    for _ in range(5):
        kernel.process.send_signal(signal.SIGINT)
        assert kernel.run("1")["state"] == "done"


def test_quit_ends_the_cell(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin(
        "print('in')\nwhile True:\n    try:\n        x = 1\n    except Exception:\n        pass"
    )
    kernel.wait(lambda: "in" in kernel.text())
    kernel.call(wire.Quit(wire.MAIN_THREAD))
    assert kernel.reply(cell)["state"] == "stopped"
    assert kernel.text(1) == ""


def test_post_mortem_comes_after_the_traceback(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.call(wire.SetExceptionBreakpoints(1, [wire.ExceptionFilter("uncaught")]))
    cell = kernel.begin("x = 1\n1/0")
    stopped = kernel.notified("Stopped")
    assert (stopped["reason"], stopped["line"]) == ("exception", 2)
    assert "ZeroDivisionError" in kernel.text(1)
    kernel.call(wire.Resume(wire.MAIN_THREAD))
    assert kernel.reply(cell)["state"] == "failed"
    assert kernel.text(1).count("Traceback") == 1


def test_breakpoint_function_stops(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("def f():\n    breakpoint()\n    return 1\nf()")
    assert kernel.notified("Stopped")["line"] in (2, 3)
    kernel.call(wire.Resume(wire.MAIN_THREAD))
    assert kernel.reply(cell)["state"] == "done"


@pytest.mark.parametrize("call", ["pdb.set_trace()", "pdb.Pdb().set_trace()"])
def test_pdb_stops_in_the_editor(kernels: Kernels, call: str) -> None:
    kernel = kernels.percent()
    cell = kernel.begin(f"import pdb\ndef f():\n    {call}\n    return 1\nf()")
    assert kernel.notified("Stopped")["line"] in (3, 4)
    kernel.call(wire.Resume(wire.MAIN_THREAD))
    assert kernel.reply(cell)["state"] == "done"


@pytest.mark.parametrize(
    ("source", "state"), [("print('all')", "done"), ("print('all')\n1/0", "failed"), ("(", "failed")]
)
def test_every_cell_is_told_of(kernels: Kernels, source: str, state: str) -> None:
    kernel = kernels.percent()
    filename = f"{kernel.notebook}#c1@1.py"
    result = kernel.run(source)
    began, ended = kernel.notified("CellBegan"), kernel.notified("CellEnded")
    assert began == {"kind": "CellBegan", "cell_id": "c1", "revision": 1, "filename": filename}
    assert (ended["cell_id"], ended["filename"], ended["result"]) == ("c1", filename, result)
    assert result["state"] == state


def test_live_line(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("import time\n\ntime.sleep(0.5)")
    line = kernel.notified("ActiveLine")
    assert (line["filename"], line["line"]) == (f"{kernel.notebook}#c1@1.py", 3)
    kernel.reply(cell)
    assert kernel.notified("ActiveLine")["filename"] is None


def test_live_line_of_an_awaiting_cell(kernels: Kernels) -> None:
    kernel = kernels.percent()
    cell = kernel.begin("import asyncio\n\nawait asyncio.sleep(0.5)")
    assert kernel.notified("ActiveLine")["line"] == 3
    kernel.reply(cell)


def test_described_cells(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.run("1/0", "first")
    state = kernel.call(wire.Describe())
    assert [(it["cell_id"], it["state"]) for it in state["cells"]] == [("first", "failed")]
