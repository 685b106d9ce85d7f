"""What a program has left open at its end is kept, as without a debugger: files, destructors, `finally`.

The oracle is Python itself, which runs the same program in a folder of its own.
"""

from textwrap import dedent

import pytest

from tests.client.serving import Server
from tests.console.typing import piped
from tests.processes import is_alive, until
from tests.sessions.ends import ENDS, EVERYTHING, PARTS, ended, files, without_addresses
from tests.sessions.notebooks import at


@pytest.fixture
def program(tmp_path):
    """Writes a program twice, `program(text)`: returns the one to debug, and the folder of the other."""

    def program(text):
        for name in ("ours", "its"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "program.py").write_text(dedent(text), "utf-8")
        return tmp_path / "ours" / "program.py", tmp_path / "its"

    return program


async def through(debug):
    """Go to the end; return what Python itself would return: exit code, output, errors, and files."""
    code = await debug.terminated()
    errors = without_addresses(debug.printed("stderr"), debug.folder)
    return code, debug.printed("stdout"), errors, files(debug.folder)


async def launch(debug, path, **how):
    debug.folder = path.parent
    await debug.launch(cwd=str(path.parent), **{"exceptions": [], **how})


@pytest.mark.parametrize("part", PARTS)
async def test_what_is_left_open_is_kept(debugging, program, python, part):
    path, its = program(PARTS[part])
    expected = ended(python.path, its, "program.py")
    async with debugging(path) as debug:
        await launch(debug, path)
        assert await through(debug) == expected


@pytest.mark.parametrize("end", ENDS)
async def test_however_it_ends(debugging, program, python, end):
    path, its = program(f"{EVERYTHING}\n{ENDS[end]}\n")
    expected = ended(python.path, its, "program.py")
    async with debugging(path) as debug:
        await launch(debug, path)
        assert await through(debug) == expected


@pytest.mark.parametrize(
    ("end", "stops_left"),
    [("the end of the file", 0), ("an error in a function", 2), ("SystemExit in a function", 1)],
)
async def test_after_stops_and_all_that_is_looked_at_there(debugging, program, python, end, stops_left):
    text = f"{EVERYTHING}\ndef work(n):\n    return [n]\n\nworked = work(1)\nprint('worked')\n{ENDS[end]}\n"
    path, its = program(text)
    line = text.splitlines().index("worked = work(1)") + 1
    expected = ended(python.path, its, "program.py")
    async with debugging(path) as debug:
        points = [line, {"line": line - 2, "condition": "n == 1 and left_open"}]
        await launch(debug, path, breakpoints={path: points}, exceptions=["raised", "uncaught"])
        stop = await debug.stopped("breakpoint", line=line)
        await look_at_everything(stop)
        await stop.step_in()
        stop = await debug.stopped()
        await look_at_everything(stop)
        await stop.step_out()
        stop = await debug.stopped("step")
        await stop.next()
        for _ in range(1 + stops_left):
            stop = await debug.stopped()
            await look_at_everything(stop)
            await stop.continue_()
        assert await through(debug) == expected


@pytest.mark.parametrize("way", ["noDebug", "module", "a package's main module"])
async def test_however_it_is_started(debugging, program, python, way):
    path, its = program(f"{EVERYTHING}\n{ENDS['an error in a function']}\n")
    command, how = ["program.py"], {"program": str(path), "noDebug": True}
    if way == "module":
        command, how = ["-m", "program"], {"module": "program"}
    elif way != "noDebug":
        command, how = ["-m", "package"], {"module": "package"}
        for folder in (path.parent, its):
            (folder / "package").mkdir()
            (folder / "program.py").rename(folder / "package" / "__main__.py")
    expected = ended(python.path, its, *command)
    async with debugging(launch=how) as debug:
        await launch(debug, path)
        assert await through(debug) == expected


@pytest.mark.parametrize(
    "left_open", ["left_open = open('open.txt', 'w')", "import socket; s = socket.socket()"]
)
@pytest.mark.parametrize("filters", ["", "default", "always", "error"])
async def test_warnings_of_what_is_left_open(debugging, program, python, monkeypatch, left_open, filters):
    monkeypatch.setenv("PYTHONWARNINGS", filters)
    path, its = program(f"def work():\n    one = 1\n    two = 2\n\nwork()\n{left_open}\n")
    expected = ended(python.path, its, "program.py")
    async with debugging(path) as debug:
        await launch(debug, path, breakpoints={path: [at(path, "one = 1")]})
        stop = await debug.stopped("breakpoint", line=at(path, "one = 1"))
        await stop.goto(at(path, "two = 2"))
        stop = await debug.stopped("goto", line=at(path, "two = 2"))
        await stop.continue_()
        assert await through(debug) == expected


@pytest.mark.parametrize("way", ["continue", "disconnect", "terminate", "restart"])
async def test_from_the_post_mortem(debugging, program, python, way):
    path, its = program(f"{EVERYTHING}\n{ENDS['an error in a function']}\n")
    *_, expected = ended(python.path, its, "program.py")
    async with debugging(path) as debug:
        await launch(debug, path, exceptions=["uncaught"])
        stop = await debug.stopped("exception")
        await look_at_everything(stop)
        if way == "continue":
            await stop.continue_()
            await debug.terminated()
        elif way == "restart":
            path.write_text("left_open = 1\n", "utf-8")
            await debug.restart()
            await debug.terminated()
        else:
            await debug.ask(way)
        assert files(debug.folder) == expected


@pytest.mark.parametrize("way", ["the client is lost", "the server is lost"])
async def test_from_the_post_mortem_that_is_left(debugging, program, python, backend, way):
    path, its = program(f"{EVERYTHING}\n{ENDS['an error in a function']}\n")
    *_, expected = ended(python.path, its, "program.py")
    server = await Server.start(env={"DAP_KERNEL_BACKEND": backend})
    async with debugging(path, server=server) as debug:
        await launch(debug, path, exceptions=["uncaught"])
        await debug.stopped("exception")
        kernel = (await debug.event("process"))["systemProcessId"]
        if way == "the client is lost":
            await server.stop()
        else:
            server.process.kill()
            await server.process.wait()
        await debug.connection.ended()
        await until(lambda: not is_alive(kernel), "the kernel has ended")
        assert files(debug.folder) == expected


async def test_in_the_terminal_client(program, python, tmp_path):
    path, its = program(f"{EVERYTHING}\n{ENDS['sys.exit']}\n")
    chosen = ("--python", python.path)
    done = piped("program.py", "-b", "3", *chosen, typed=["continue"], folder=path.parent)
    code, printed, _, kept = ended(python.path, its, "program.py")
    assert done.returncode == code
    assert printed in done.stdout
    assert files(path.parent) == kept


async def look_at_everything(stop):
    debug = stop.debug
    for frame in await stop.frames():
        for scope in await frame.scopes():
            for it in await debug.variables(scope["variablesReference"]):
                if it["variablesReference"]:
                    await debug.variables(it["variablesReference"])
    await stop.evaluate("dict(globals())", context="repl")
    await stop.evaluate("[first, second, left_open, generator]", context="watch")
    await stop.evaluate("looked_at = [first, second]", context="repl")
    await stop.evaluate("del looked_at", context="repl")
    await stop.completions("left_open.")
