"""Breakpoints in code that is not the user's, and steps with `justMyCode` off: asyncio and imports."""

import json
import os
from pathlib import Path

import pytest

from tests.client.debug import Debug
from tests.sessions.notebooks import at

LIBRARY = """\
def apply(function, value):
    inner = value + 1  # inner
    return function(inner)
class Box:
    def open(self):
        return 1  # open
"""


@pytest.fixture
def library(write, tmp_path):
    """A module that counts as a library, and the launch arguments that find it."""
    path = write("site-packages/lib.py", LIBRARY)
    return path, {"env": {"PYTHONPATH": str(path.parent)}, "format": "script"}


async def shown(debug: Debug, reason: str = "breakpoint") -> tuple[str, int, str]:
    """What the editor shows first at the next stop: name, line, file."""
    stop = await debug.stopped(reason)
    frame = await stop.frame()
    assert reason == "step" or frame.told.get("presentationHint", "normal") == "normal"
    return frame.name, frame.line, os.path.basename(frame.path or "")


async def test_the_frame_that_a_breakpoint_named_is_shown(debugging, write, library):
    lib, launch = library
    path = write("use.py", "import lib\nresult = lib.apply(str, 1)\nlib.Box().open()\nend = 1\n")
    async with debugging(path, launch=launch) as debug:
        await debug.launch(breakpoints={lib: [at(lib, "# inner")]}, functions=["Box.open"])
        stop = await debug.stopped("breakpoint", line=at(path, "result ="), name="apply")
        assert [name for name, _ in await stop.where()] == ["apply", "<module>"]
        assert await stop.locals() == {"function": "<class 'str'>", "value": "1"}
        assert await stop.evaluate("value + 1", "watch") == "2"
        await stop.set("value", "5")
        await stop.next()  # leads back to the user's own
        await debug.stopped("step", line=at(path, "lib.Box().open()"))
        await debug.ask("continue", threadId=1)
        assert await shown(debug, "function breakpoint") == ("Box.open", 6, "lib.py")
        assert await debug.evaluate("result") == "'6'"


# By what is asked for, with `justMyCode` or without: the files of the functions in which it stops.
NAMES = {
    ("helper", True): [],  # of `contextlib`, and nobody has set a breakpoint on that
    ("helper", False): ["contextlib.py"],
    ("contextmanager.helper", True): ["contextlib.py"],
    ("contextlib.contextmanager.helper", True): ["contextlib.py"],
    ("apply", True): ["use.py"],
    ("apply", False): ["lib.py", "use.py"],
    ("lib.apply", True): ["lib.py"],
    ("open", True): [],
    ("Box.open", True): ["lib.py"],
}
MANAGED = """\
import contextlib, lib
@contextlib.contextmanager
def managed():
    yield 1
def apply(value):
    return value
with managed():
    lib.apply(apply, 1)
lib.Box().open()
"""


@pytest.mark.parametrize(("name", "just_my_code"), NAMES)
async def test_a_bare_name_means_the_users_own_function(debugging, write, library, name, just_my_code):
    _, launch = library
    path = write("use.py", MANAGED)
    async with debugging(path, launch=launch | {"justMyCode": just_my_code, "whenDone": "stay"}) as debug:
        await debug.launch(functions=[name])
        files = []
        while (stop := await debug.stopped()).reason != "idle":
            assert stop.reason == "function breakpoint"
            files.append(os.path.basename((await stop.frame()).path or ""))
            await stop.continue_()
        assert files == NAMES[name, just_my_code]


# By what breaks where: module, a line's text in its file, and the program.
STANDARD = {
    "json": ("json.decoder", "obj, end = self.raw_decode(s, idx=_w(s, 0).end())", "json.loads('[]')"),
    "a frozen module": ("posixpath", "sep = _get_sep(a)", "import os\nos.path.join('a', 'b')"),
    "asyncio": ("asyncio.tasks", "future = loop.create_future()", "asyncio.run(asyncio.sleep(0.01))"),
}


@pytest.mark.parametrize("case", STANDARD)
async def test_breakpoints_in_the_standard_library(debugging, write, python, case):
    module, text, program = STANDARD[case]
    path = write(
        "use.py", f"import asyncio, json\nimport {module} as it\nfile = it.__file__\nstart = 1\n{program}\n"
    )
    async with debugging(path, launch={"format": "script"}) as debug:
        await debug.launch(breakpoints={path: [at(path, "start = 1")]})
        stop = await debug.stopped("breakpoint", line=at(path, "start = 1"))
        file = json.loads((await stop.evaluate("file", "watch")).replace("'", '"'))
        lines = Path(file).read_text("utf-8").splitlines()
        line = next((n for n, it in enumerate(lines, 1) if text in it), 0)
        assert line, f"{file} has no line {text!r}"
        assert [it["verified"] for it in await debug.break_at(file, line)] == [True]
        await stop.continue_()
        _, at_line, name = await shown(debug)
        assert (at_line, name) == (line, os.path.basename(file))


async def test_a_step_in_to_an_import_goes_to_the_module(debugging, write, library):
    _, launch = library
    path = write("use.py", "start = 1\nimport lib\nfrom package import part\nend = 1\n")
    write("package/__init__.py", "here = 1\n")
    write("package/part.py", "there = 1\n")
    async with debugging(path, launch=launch | {"justMyCode": False}) as debug:
        await debug.launch(breakpoints={path: [at(path, "import lib")]})
        stop = await debug.stopped("breakpoint", line=at(path, "import lib"))
        await stop.step_in()
        assert await shown(debug, "step") == ("<module>", 1, "lib.py")
        await debug.ask("stepOut", threadId=1)
        assert await shown(debug, "step") == ("<module>", 2, "use.py")


AWAITS = """
import asyncio
async def work():
    await asyncio.sleep(0.01)  # sleeps
    return 1  # returns
"""


@pytest.mark.parametrize("form", ["script", "jupyter"])
async def test_steps_go_into_asyncio_where_all_code_is_asked_for(debugging, write, write_cells, form):
    run = "await work()\n" if form == "jupyter" else "asyncio.run(work())\n"
    text = f"{AWAITS.lstrip()}{run}"
    path = write_cells("nb.ipynb", text) if form == "jupyter" else write("use.py", text)
    shift = 0
    if form == "jupyter":
        lines = path.read_text().splitlines()
        shift = next(n for n, it in enumerate(lines, 1) if "# sleeps" in it) - 3
    async with debugging(path, launch={"format": form, "justMyCode": False}) as debug:
        await debug.launch(breakpoints={path: [3 + shift]})
        stop = await debug.stopped("breakpoint", line=3 + shift)
        names = [name for name, _ in await stop.where()]
        # What runs the notebook's cells is not the user's business; `asyncio.run` in a program is.
        assert ("BaseEventLoop._run_once" in names) == (form == "script"), names
        await stop.step_in()
        name, _, file = await shown(debug, "step")
        assert (name, file) == ("sleep", "tasks.py")
