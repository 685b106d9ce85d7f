"""What code of a notebook says of itself, to the program and to libraries: as `python` has it."""

import subprocess
from pathlib import Path

import pytest

from tests.client.fixtures import Debugging, Write
from tests.pythons import Python
from tests.sessions.notebooks import at

PERCENT = """\
# %% [markdown]
# words

# %% functions
import sys

def where():
    return sys._getframe().f_lineno

class Thing:
    def method(self):
        raise ValueError("no")

# %% used
import collections

{cell}
"""
CELLS = {
    "f_lineno": "print(sys._getframe().f_lineno, where())",
    "co_filename": "print(where.__code__.co_filename, where.__code__.co_filename == __file__)",
    "co_firstlineno": "print(where.__code__.co_firstlineno, (lambda: 0).__code__.co_firstlineno)",
    "inspect": """
import inspect
print(inspect.getfile(where) == __file__, inspect.getsourcelines(where))
print(inspect.getsource(Thing), inspect.getsource(Thing.method))
print(inspect.getframeinfo(inspect.currentframe())[:4])
""",
    "logging": """
import logging
logging.basicConfig(stream=sys.stdout, format="%(filename)s:%(lineno)d %(pathname)s %(module)s %(funcName)s")
def f():
    logging.warning("careful")
f()
logging.warning("careful")
""",
    "log file": """
import logging, os
logging.basicConfig(filename="x.log", format="%(filename)s:%(lineno)d %(message)s")
try:
    Thing().method()
except ValueError:
    logging.exception("failed")
print(open("x.log").read())
""",
    "warnings": """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("careful")
    where() + eval("1 is 1")
print([(it.filename, it.lineno) for it in caught if it.filename[:1] != "<"])
""",
    "shown warnings": """
import warnings
sys.stderr = sys.stdout
warnings.warn("careful")
""",
    "tracebacks": """
import io, traceback
text = io.StringIO()
try:
    Thing().method()
except ValueError as error:
    traceback.print_exc(file=text)
    print([(it.filename, it.lineno, it.line) for it in traceback.extract_tb(error.__traceback__)])
    print(error.__traceback__.tb_lineno, error.__traceback__.tb_next.tb_lineno)
print(repr(text.getvalue()))
""",
    "a syntax error in eval": """
import traceback
sys.stderr = sys.stdout
try:
    eval("1 +")
except SyntaxError:
    traceback.print_exc()
""",
    "profiler": """
import cProfile, pstats
profile = cProfile.Profile()
profile.runcall(where)
print([it for it in pstats.Stats(profile).stats if it[2] == "where"])
""",
    "tracer": """
seen = []
def trace(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        seen.append((event, frame.f_lineno))
    return trace
before = sys.gettrace()
sys.settrace(trace)
where()
sys.settrace(before)
print(seen)
""",
    "dis": """
import dis
print([it[1] for it in dis.findlinestarts(where.__code__)])
""",
    "the file": """
from pathlib import Path
print(Path(where.__code__.co_filename).read_text().splitlines()[where() - 1])
""",
    "pickled": """
import marshal
print(marshal.loads(marshal.dumps(where.__code__)).co_filename)
""",
}


@pytest.mark.parametrize("name", CELLS)
async def test_a_percent_script_says_what_python_says(
    debugging: Debugging, write: Write, python: Python, tmp_path: Path, name: str
) -> None:
    path = write("nb.py", PERCENT.format(cell=CELLS[name]))
    ran = subprocess.run([python.path, str(path)], cwd=tmp_path, capture_output=True, text=True, check=True)
    for left in tmp_path.glob("*.log"):
        left.unlink()
    async with debugging(path) as debug:
        await debug.launch(cwd=str(tmp_path))
        await debug.idle()
        assert debug.printed("stdout") == ran.stdout
        await debug.disconnect()


MARIMO = """\
import marimo

app = marimo.App()


@app.cell
def _():
    import inspect
    import sys

    def where():
        return sys._getframe().f_lineno, where.__code__.co_filename == __file__

    print(sys._getframe().f_lineno, where())
    return inspect, where


@app.cell
def _(inspect, where):
    print(inspect.getsource(where), inspect.currentframe().f_lineno)
    return
"""


async def test_a_marimo_notebook_says_lines_of_its_file(debugging: Debugging, write: Write) -> None:
    async with debugging(write("nb.py", MARIMO)) as debug:
        await debug.launch()
        await debug.idle()
        where = "def where():\n    return sys._getframe().f_lineno, where.__code__.co_filename == __file__\n"
        assert debug.printed("stdout") == f"14 (12, True)\n{where} 20\n"
        await debug.disconnect()


MOVED = """\
# %% first
import inspect, os, sys, traceback

# %% second
def fails():
    text = "no"
    raise ValueError(text)

# %% third
def shown(function):
    code = function.__code__
    print(inspect.getsource(function).split("(")[0], os.path.samefile(code.co_filename, __file__))
    return code.co_firstlineno

print(shown(fails), shown(shown))
try:
    fails()
except ValueError as error:
    print(traceback.extract_tb(error.__traceback__)[-1].line)
"""


async def test_code_keeps_its_text_and_its_lines_when_cells_above_it_grow(
    debugging: Debugging, write: Write
) -> None:
    path = write("nb.py", MOVED)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [{"line": at(path, 'text = "no"')}]})
        stop = await debug.stopped("breakpoint", line=at(path, 'text = "no"'))
        await stop.continue_()
        stop = await debug.idle()
        assert debug.printed("stdout").splitlines() == [
            "def fails True", "def shown True", "5 10", "raise ValueError(text)",
        ]  # fmt: skip
        for lines in (3, 8, 1):  # the first cell and the last run again, `fails` is that of the beginning
            text = MOVED.replace("# %% second", "above = 0\n" * lines + "# %% second")
            path.write_text(text.replace("print(shown", f"print({lines}, shown"))
            before = debug.printed("stdout")
            await stop.continue_()
            stop = await debug.stopped("breakpoint", line=6 + lines)
            frames = [(it.line, it.path) for it in await stop.frames()]
            assert frames == [(6 + lines, str(path)), (17 + lines, str(path))]
            await stop.continue_()
            stop = await debug.idle()
            assert debug.printed("stdout").removeprefix(before).splitlines() == [
                "def fails True", "def shown True", f"{lines} 5 {10 + lines}", "raise ValueError(text)",
            ]  # fmt: skip
        await debug.disconnect()


async def test_a_traceback_is_in_the_lines_of_today(debugging: Debugging, write: Write) -> None:
    path = write("nb.py", MOVED)
    async with debugging(path) as debug:
        await debug.launch(exceptions=[])
        stop = await debug.idle()
        path.write_text(MOVED.replace("# %% first", "# %% new\nnew = [\n    0,\n]\n# %% first") + "fails()\n")
        await stop.continue_()
        await debug.idle()
        told = debug.printed("stderr")
        assert f'File "{path}", line 11, in fails\n    raise ValueError(text)' in told
        assert f'File "{path}", line 24, in <module>\n    fails()' in told
        await debug.disconnect()


MAGIC = """\
# %% functions
import sys

def where():
    return sys._getframe(1).f_lineno, sys._getframe(1).f_code.co_filename == __file__

# %% magic

%%time
print(where())
def f():
    print(where())
f()

# %% line magic
%timeit -n1 -r1 pass
print(where())
def g():
    return where()
print(g())

# %% plain
f()
"""


async def test_cells_with_magics_have_the_lines_of_the_file(
    debugging: Debugging, write: Write, python: Python
) -> None:
    if not python.can_import("IPython"):
        pytest.skip("the kernel's Python has no IPython")
    path = write("nb.py", MAGIC)
    async with debugging(path) as debug:
        await debug.launch(
            breakpoints={
                path: [{"line": at(path, "print(where())", 2)}, {"line": at(path, "return where()")}]
            }
        )
        for line, above in ((12, 13), (19, 20), (12, 23)):
            stop = await debug.stopped("breakpoint", line=line)
            assert [it.line for it in await stop.frames()][:2] == [line, above]
            await stop.continue_()
        await debug.idle()
        told = [it for it in debug.printed("stdout").splitlines() if it.startswith("(")]
        assert told == [f"({line}, True)" for line in (10, 12, 17, 19, 12)]
        await debug.disconnect()


RICH = """\
# %% functions
from rich.console import Console
import sys

def fails():
    raise ValueError("no")

# %% used
try:
    fails()
except ValueError:
    Console(file=sys.stdout, width=200).print_exception(show_locals=False)
"""


async def test_a_library_that_opens_the_file_finds_it(
    debugging: Debugging, write: Write, python: Python
) -> None:
    if not python.can_import("rich"):
        pytest.skip("the kernel's Python has no rich")
    path = write("nb.py", RICH)
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        told = debug.printed("stdout")
        assert f"{path}:10 in <module>" in told and f"{path}:6 in fails" in told
        assert '❱  6 │   raise ValueError("no")' in told and "❱ 10 │   fails()" in told
        await debug.disconnect()
