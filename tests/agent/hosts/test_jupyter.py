"""The debugger in an ipykernel that others use: it comes while cells run, and leaves nothing behind."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dap_kernel.agent.wire import messages as wire
from dap_kernel.kernels.guests.entering import entering_text
from dap_kernel.kernels.jupyter.entering import run_beside
from tests import pythons
from tests.agent.hosts.wire_end import PATIENCE_S, WireEnd
from tests.jupyter_page import Page

RUNS = [
    pytest.param(python.path, backend, id=f"{'.'.join(map(str, python.version))}-{backend}")
    for python in (pythons.look(sys.executable), *pythons.others())
    if python is not None and python.can_import("ipykernel")
    for backend in python.backends
]
NOTEBOOK = "/nowhere/notebook.ipynb"

STATE = """
def _state():
    import _thread, builtins, getpass, json, os, signal, sys, threading
    shell = get_ipython()
    tools = getattr(sys, "monitoring", None)
    return json.dumps({
        "tools": [tools.get_tool(it) for it in range(6)] if tools else [],
        "tracers": [repr(it) for it in (sys.gettrace(), threading.gettrace(), sys.getprofile())],
        "signals": {int(it): repr(signal.getsignal(it)) for it in signal.valid_signals()},
        "threads": len(sys._current_frames()),
        "known threads": sorted(it.name for it in threading.enumerate()),
        "streams": [id(it) for it in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)],
        "hooks": [repr(it) for it in (sys.excepthook, sys.displayhook, sys.unraisablehook)],
        "breakpoint": repr(sys.breakpointhook),
        "thread hook": id(threading.excepthook),
        "input": [repr(builtins.input), repr(getpass.getpass)],
        "path": sys.path,
        "import hooks": [len(sys.meta_path), len(sys.path_hooks)],
        "limits": [sys.getrecursionlimit(), sys.getswitchinterval()],
        "events": {name: list(map(repr, it)) for name, it in shell.events.callbacks.items()},
        "trigger": "trigger" in vars(shell.events),
        "transforms": list(map(repr, shell.input_transformer_manager.cleanup_transforms)),
        "compiler": [id(shell.compile), repr(type(shell.compile)), sorted(vars(shell.compile))],
        "kernel": sorted(vars(shell.kernel)),
        "transforms cells": "transform_cell" in vars(shell),
        "names": sorted(it for it in shell.user_ns if not it.strip("_i").isdigit()),
        "ours": sorted(it for it in sys.modules if it.startswith("_dap_kernel")),
    })
print(_state())
"""


class Debugger(WireEnd):
    """The server, as far as the agent can tell."""

    def __init__(self, page: Page, folder: Path) -> None:
        super().__init__(folder / "wire")
        self._page = page
        self._versions = 0

    def attach(self, backend: str) -> list[dict[str, Any]]:
        """Attach; return the texts that have run so far, which are named `ran1` and so on."""
        answer = self._page.control(run_beside(entering_text("jupyter", Path(self.address), "a test")))
        assert answer["status"] == "ok", answer
        self.accept()
        self.call(wire.Start(NOTEBOOK, "jupyter", [NOTEBOOK], None, backend=backend))  # type: ignore[arg-type]
        cells: list[dict[str, Any]] = self.call(wire.Describe())["cells"]
        for number, it in enumerate(cells, 1):
            self.name(it["filename"], f"ran{number}")
        return cells

    def name(self, file: str, cell_id: str) -> str:
        name = f"{NOTEBOOK}#{cell_id}@1.py"
        self.call(wire.NameText(file, cell_id, 1, name))
        return name

    def let_run(self, cell_id: str, *lines: int) -> str:
        """Wait until the page has a text run; name it, and set breakpoints in it."""
        comes = self.told("TextComes")
        name = f"{NOTEBOOK}#{cell_id}@1.py"
        self.break_at(cell_id, *lines)
        self.name(comes["file"], cell_id)
        began = self.told("CellBegan")
        assert (began["cell_id"], began["filename"]) == (cell_id, name)
        return name

    def break_at(self, cell_id: str, *lines: int) -> None:
        self._versions += 1
        points = [wire.LineBreakpoint(line, line) for line in lines]
        self.call(wire.SetBreakpoints(f"{NOTEBOOK}#{cell_id}@1.py", self._versions, points))

    def stopped(self, cell_id: str, line: int, reason: str = "breakpoint") -> list[dict[str, Any]]:
        """Wait for a stop; return its frames."""
        stop = self.told("Stopped")
        assert (stop["reason"], stop["filename"], stop["line"]) == (
            reason,
            f"{NOTEBOOK}#{cell_id}@1.py",
            line,
        )
        frames: list[dict[str, Any]] = self.call(wire.StackTrace(stop["thread"]))["frames"]
        return frames

    def evaluate(self, frame: int, text: str) -> str:
        return str(self.call(wire.Evaluate(frame, text, "repl"))["value"])

    def resume(self, step: Any = None) -> None:
        self.call(wire.Resume(1, step))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    started: list[Any] = []

    def start(python: str) -> tuple[Page, Debugger]:
        page = Page(python, tmp_path)
        debugger = Debugger(page, tmp_path)
        started.extend((debugger, page))
        return page, debugger

    yield start
    for it in started:
        it.close()


def state(page: Page) -> dict[str, Any]:
    printed = page.do(STATE)
    assert printed.startswith("{"), printed
    return dict(json.loads(printed))


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_cells_of_the_page_stop_and_the_kernel_is_left_as_it_was(
    start: Any, python: str, backend: str
) -> None:
    page, debugger = start(python)
    page.do("def helper(k):\n    doubled = k * 2\n    return doubled\n\nx = 1")
    before = state(page)
    cells = debugger.attach(backend)
    assert [it["source"].partition("\n")[0] for it in cells][:1] == ["def helper(k):"]
    assert debugger.evaluate(wire.IDLE_FRAME, "x + 41") == "42"

    debugger.break_at("ran1", 2)
    request = page.run("r = helper(21)\nprint('r', r)", "front")
    assert debugger.told("TextComes")["cell_id"] == "front"
    debugger.detach()
    assert page.reply(request)["status"] == "ok"  # nobody has named it

    debugger.attach(backend)
    debugger.break_at("ran1", 2)
    request = page.run("r = helper(22)\nprint('r', r)")
    debugger.let_run("two")
    frames = debugger.stopped("ran1", 2)
    assert [(it["name"], it["kind"], it["line"]) for it in frames] == [
        ("helper", "user", 2),
        ("<module>", "cell", 1),
    ]
    assert debugger.evaluate(frames[0]["id"], "k + x") == "23"
    debugger.resume("over")
    debugger.stopped("ran1", 3, "step")
    debugger.resume("over")
    debugger.stopped("two", 1, "step")
    debugger.resume("over")
    debugger.stopped("two", 2, "step")
    debugger.resume("over")
    ended = debugger.told("CellEnded")
    assert (ended["cell_id"], ended["result"]["state"]) == ("two", "done")
    page.reply(request)
    assert page.printed(request) == "r 44\n"
    assert debugger.evaluate(wire.IDLE_FRAME, "r") == "44"

    debugger.detach()
    after = ended_state(page, before["threads"])
    assert {**after, "names": before["names"]} == before
    assert set(after["names"]) - set(before["names"]) <= {"r"}


def ended_state(page: Page, threads: int) -> dict[str, Any]:
    """Wait until our threads have ended; return the state then."""
    patience = time.monotonic() + PATIENCE_S
    while (found := state(page))["threads"] != threads:
        assert time.monotonic() < patience, "our threads do not end"
    return found


BUSY = "import time\nprint('begun')\nn = 0\nwhile n >= 0:\n    n += 1\nprint('over')"
ASLEEP = "import time\nprint('begun')\ntime.sleep(600)\nprint('over')"
AWAITS = "import asyncio\nasync def nap():\n    await asyncio.sleep(600)\nprint('begun')\nawait nap()"


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_a_busy_loop_that_runs_already_stops(start: Any, python: str, backend: str) -> None:
    page, debugger = start(python)
    request = page.run(BUSY)
    page.wait_until_printed(request, "begun")
    (running,) = debugger.attach(backend)
    assert (running["source"], running["state"]) == (BUSY, "running")
    assert debugger.told("CellBegan")["cell_id"] == "ran1"
    debugger.break_at("ran1", 5)
    frames = debugger.stopped("ran1", 5)
    assert debugger.evaluate(frames[0]["id"], "n > 0") == "True"
    debugger.evaluate(frames[0]["id"], "n = -10")
    debugger.break_at("ran1", 6)
    debugger.resume()
    debugger.stopped("ran1", 6)
    debugger.resume()
    assert debugger.told("CellEnded")["result"]["state"] == "done"
    assert page.reply(request)["status"] == "ok"


@pytest.mark.parametrize(("python", "backend"), RUNS)
@pytest.mark.parametrize(
    ("text", "at"), [(ASLEEP, [("<module>", 3)]), (AWAITS, [("nap", 3), ("<module>", 5)])], ids=["C", "await"]
)
def test_what_hangs_in_c_is_paused_at_once(
    start: Any, python: str, backend: str, text: str, at: list[tuple[str, int]]
) -> None:
    page, debugger = start(python)
    before = state(page)
    request = page.run(text)
    page.wait_until_printed(request, "begun")
    debugger.attach(backend)
    debugger.call(wire.Pause(1))
    assert debugger.told("Stopped")["reason"] == "pause"
    frames = debugger.call(wire.StackTrace(1))["frames"]
    assert [(it["name"], it["line"]) for it in frames if "ran2" in it["filename"]] == at
    assert frames[-1]["kind"] == "cell"
    debugger.call(wire.Interrupt())
    assert page.reply(request)["status"] == "error"
    ended = debugger.told("CellEnded")["result"]
    assert ended["state"] in ("interrupted", "failed")
    debugger.detach()
    after = ended_state(page, before["threads"])
    assert after["signals"] == before["signals"]
    assert after["hooks"] == before["hooks"]


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_an_interrupt_of_the_page_ends_a_stop(start: Any, python: str, backend: str) -> None:
    page, debugger = start(python)
    debugger.attach(backend)
    request = page.run("n = 1\nn += 1\nprint(n)")
    debugger.let_run("cell", 2)
    debugger.stopped("cell", 2)
    page.process.send_signal(2)
    debugger.told("Resumed")
    assert page.reply(request)["ename"] == "KeyboardInterrupt"
    assert debugger.told("CellEnded")["result"]["state"] == "interrupted"


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_a_stopped_cell_goes_on_once_the_server_is_gone(start: Any, python: str, backend: str) -> None:
    page, debugger = start(python)
    before = state(page)
    for _ in range(5):
        debugger.attach(backend)
        request = page.run("n = 1\nn += 1\nprint(n)")
        debugger.let_run("cell", 2)
        debugger.stopped("cell", 2)
        debugger.detach()
        page.reply(request)
        assert page.printed(request) == "2\n"
    after = ended_state(page, before["threads"])
    assert {**after, "names": before["names"]} == before


def test_a_second_debugger_is_told_that_there_is_one(start: Any) -> None:
    page, debugger = start(sys.executable)
    debugger.attach("settrace")
    page.control(run_beside(entering_text("jupyter", Path(debugger.address), "another")))
    debugger.accept()
    assert "is being debugged by a test" in debugger.told("EntryRefused")["why"]


def test_a_plot_that_is_drawn_meanwhile_is_one_plot(start: Any) -> None:
    page, debugger = start(sys.executable)
    page.do("%matplotlib inline\nimport matplotlib.pyplot as plt, time, os")
    request = page.run(
        "plt.plot([1, 2])\nprint('begun')\nwhile not os.path.exists('go'):\n    pass\nplt.plot([3, 1])\n"
        "print(len(plt.gcf().axes[0].lines))"
    )
    page.wait_until_printed(request, "begun")
    debugger.attach("settrace")
    (page.connection_file.parent / "go").touch()
    page.reply(request)
    assert page.printed(request) == "begun\n2\n"
    shown = [kind for kind, _ in page.told(request)]
    assert shown.count("display_data") == 1


def test_lines_count_from_the_top_of_the_cell(start: Any) -> None:
    page, debugger = start(sys.executable)
    page.do("\n\ndef early():\n    return 1")
    (early,) = debugger.attach("settrace")
    assert early["without"] == 2
    debugger.break_at("ran1", 2)  # of the text without the empty lines
    request = page.run("\n\n\nn = early()\nn += 1")
    debugger.let_run("cell", 5)
    debugger.stopped("ran1", 2)
    debugger.resume()
    debugger.stopped("cell", 5)
    debugger.resume()
    page.reply(request)


@pytest.mark.parametrize("magic", ["%%time", "%%capture", "%%time\n"])
def test_bodies_of_magics_are_parts_of_their_cell(start: Any, magic: str) -> None:
    page, debugger = start(sys.executable)
    before = state(page)
    debugger.attach("settrace")
    first = magic.count("\n") + 2
    request = page.run(f"{magic}\nn = 1\ndef f():\n    return n\nf()")
    debugger.let_run("cell", first, first + 2)
    frames = debugger.stopped("cell", first)
    assert frames[-1]["kind"] == "cell"
    debugger.resume()
    frames = debugger.stopped("cell", first + 2)
    assert [(it["name"], it["line"]) for it in frames if "#cell@" in it["filename"]][1][1] == first + 3
    debugger.resume()
    assert debugger.told("CellEnded")["cell_id"] == "cell"
    assert page.reply(request)["status"] == "ok"
    debugger.detach()
    after = ended_state(page, before["threads"])
    assert after["compiler"] == before["compiler"]


def test_equal_texts_are_the_cells_that_ran_them(start: Any) -> None:
    page, debugger = start(sys.executable)
    debugger.attach("settrace")
    text = "def f():\n    return 1"
    for cell_id, source in (("first", text), ("keep", "kept = f"), ("second", text)):
        request = page.run(source)
        debugger.let_run(cell_id)
        page.reply(request)
    debugger.break_at("first", 2)
    request = page.run("f()\nkept()")
    debugger.let_run("calls")
    frames = debugger.stopped("first", 2)
    assert frames[1]["line"] == 2
    debugger.resume()
    page.reply(request)


def test_a_step_ends_with_the_cell(start: Any) -> None:
    page, debugger = start(sys.executable)
    debugger.attach("settrace")
    request = page.run("n = 1")
    debugger.let_run("one", 1)
    debugger.stopped("one", 1)
    debugger.resume("over")
    page.reply(request)
    request = page.run("n = 2")
    debugger.let_run("two")
    assert page.reply(request)["status"] == "ok"
    assert debugger.evaluate(wire.IDLE_FRAME, "n") == "2"


@pytest.mark.parametrize(("python", "backend"), RUNS)
@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_the_pages_own_debugger_works_beside(start: Any, python: str, backend: str, first: str) -> None:
    page, debugger = start(python)
    text = "a = 1\nb = a + 1\nc = b + 1\nprint('end', c)"
    if first == "theirs":
        page.begin_debugging(text, 3)
    debugger.attach(backend)
    if first == "ours":
        page.begin_debugging(text, 3)
    request = page.run(text)
    debugger.let_run("cell", 2)
    frames = debugger.stopped("cell", 2)
    assert debugger.evaluate(frames[0]["id"], "a") == "1"
    debugger.resume()
    thread = page.stopped_by_debugger()
    assert [it["id"] for it in debugger.call(wire.Threads())][:1] == [1]  # while theirs stops all it knows
    page.debug("continue", threadId=thread)
    assert page.reply(request)["status"] == "ok"
    debugger.detach()
    request = page.run(text)
    page.debug("continue", threadId=page.stopped_by_debugger())
    assert page.reply(request)["status"] == "ok"
