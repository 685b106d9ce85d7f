"""The stacks that a program prints or looks at: its own frames, as under `python`."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.client.fixtures import Debugging, Write
from tests.pythons import Python
from tests.sessions.notebooks import code

WAYS = {
    "print_stack": "traceback.print_stack(file=sys.stdout)",
    "print_stack of a frame": "traceback.print_stack(sys._getframe(), file=sys.stdout)",
    "format_stack": "print(*traceback.format_stack())",
    "extract_stack": "print([(it.name, it.lineno) for it in traceback.extract_stack()])",
    "innermost": "print(traceback.extract_stack(limit=1)[0].name)",
    "outermost": "print([it.name for it in traceback.extract_stack(limit=-2)])",
    "walk_stack": "print([line for _, line in traceback.walk_stack(sys._getframe())])",
    "StackSummary": "print(traceback.StackSummary.extract(traceback.walk_stack(sys._getframe())))",
    "inspect.stack": "print([(it.function, it.lineno, it.code_context, it.index) for it in inspect.stack()])",
    "inspect.stack(0)": "print([it.code_context for it in inspect.stack(0)])",
    "getouterframes": "print(len(inspect.getouterframes(sys._getframe(), 3)))",
    "stack_info": "logging.warning('careful', stack_info=True)",
    "exception and stack_info": """
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception("failed", stack_info=True)
""",
    "warnings": """
    warnings.simplefilter("always")
    for level in range(1, 9):
        warnings.warn("careful", stacklevel=level)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        warnings.warn("careful", stacklevel=6)
    print(seen[0].filename, seen[0].lineno, seen[0].line)
""",
    "asyncio": """
    asyncio.run(waits())
""",
    "thread": """
    thread = threading.Thread(target=traceback.print_stack, kwargs={"file": sys.stdout})
    thread.start()
    thread.join()
""",
    "callback": """
    def key(item):
        traceback.print_stack(file=sys.stdout)
    sorted([1], key=key)
""",
    "print": """
    class Shown:
        def __str__(self):
            traceback.print_stack(file=sys.stdout)
            return "shown"
    print(Shown())
""",
}
PROGRAM = """\
# %% imports
import asyncio, inspect, logging, sys, threading, traceback, warnings
sys.stderr = sys.stdout
logging.basicConfig(stream=sys.stdout)

async def waits():
    await asyncio.sleep(0)
    print([it.name for it in traceback.extract_stack()], [it[3] for it in inspect.stack()])

# %% function
def inner():
    {way}

def outer():
    inner()

# %% call
outer()
"""


@pytest.mark.parametrize("way", WAYS)
async def test_a_stack_is_that_of_the_program(
    debugging: Debugging, write: Write, python: Python, tmp_path: Path, way: str
) -> None:
    path = write("nb.py", PROGRAM.format(way=WAYS[way]))
    ran = subprocess.run([python.path, str(path)], cwd=tmp_path, capture_output=True, text=True, check=True)
    for kind in ("percent", "script"):
        async with debugging(path) as debug:
            await debug.launch(format=kind, whenDone="stay")
            await debug.idle()
            assert debug.printed("stdout") == ran.stdout, kind
            await debug.disconnect()


STACK = "print([it.name for it in traceback.extract_stack()], [it.function for it in inspect.stack()])"
MARIMO = f"""\
import marimo

app = marimo.App()


@app.cell
async def _():
    import asyncio
    import inspect
    import traceback

    async def waits():
        await asyncio.sleep(0)
        {STACK}

    {STACK}
    await waits()
    await asyncio.create_task(waits())
    return
"""
NOTEBOOKS = {
    "nb.py": MARIMO,
    "nb.ipynb": code(
        f"import inspect, traceback, asyncio\n{STACK}",
        f"async def waits():\n    await asyncio.sleep(0)\n    {STACK}",
        "await waits()\nawait asyncio.create_task(waits())",
    ),
}


@pytest.mark.parametrize("name", NOTEBOOKS)
async def test_a_stack_in_the_kernels_loop_ends_at_the_cell(
    debugging: Debugging, write: Write, name: str
) -> None:
    async with debugging(write(name, NOTEBOOKS[name])) as debug:
        await debug.launch()
        await debug.idle()
        told = re.sub(r"<cell line: \d+>", "<module>", debug.printed("stdout"))
        assert told.splitlines() == [
            "['<module>'] ['<module>']",
            "['<module>', 'waits'] ['waits', '<module>']",
            "['waits'] ['waits']",
        ]  # fmt: skip
        await debug.disconnect()
