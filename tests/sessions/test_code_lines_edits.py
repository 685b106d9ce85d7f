"""Cells grow, shrink and run again, at random: code keeps its text, frames have the lines of now."""

import random

import pytest

from tests.client.fixtures import Debugging, Write

EDITS = 8
CELL = """\
# %% cell {n}
{above}def f{n}(x):
{inside}    return x  # marker {n}
version{n} = {version}
"""
CALL = """\
print({n}, f{n}(1), getsource(f{n}).count("marker {n}"), samefile(f{n}.__code__.co_filename, __file__))
"""
IMPORTS = "from inspect import getsource\nfrom os.path import samefile\n"
Cell = tuple[int, int, int]  # lines above its function and in it, and how often what it defines has changed


def notebook(cells: list[Cell], edit: int) -> str:
    defined = (
        CELL.format(n=n, above="# above\n" * above, inside="    y = x\n" * inside, version=version)
        for n, (above, inside, version) in enumerate(cells)
    )
    calls = (CALL.format(n=n) for n in range(len(cells)))
    return f"{IMPORTS}{''.join(defined)}# %% calls\nedit = {edit}\n{''.join(calls)}"


def line_of(text: str, end: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.endswith(end))


@pytest.mark.parametrize("seed", range(3))
async def test_code_and_its_lines_over_edits(debugging: Debugging, write: Write, seed: int) -> None:
    dice = random.Random(seed)
    cells = [(dice.randrange(3), dice.randrange(3), 0) for _ in range(4)]
    path = write("nb.py", "")
    text = notebook(cells, 0)
    path.write_text(text)
    markers = [f"marker {n}" for n in range(len(cells))]
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [{"line": line_of(text, it)} for it in markers]})
        told = ""
        for edit in range(1, EDITS + 1):
            for n, marker in enumerate(markers):
                stop = await debug.stopped("breakpoint", line=line_of(text, marker))
                top, caller = await stop.frames()
                assert (top.path, top.name) == (str(path), f"f{n}")
                assert text.split("\n")[caller.line - 1].startswith(f"print({n}, ")
                await stop.continue_()
            stop = await debug.idle()
            printed = debug.printed("stdout")
            assert printed.removeprefix(told) == "".join(f"{n} 1 1 True\n" for n in range(len(cells)))
            told = printed
            n = dice.randrange(len(cells))
            cells[n] = dice.randrange(6), dice.randrange(5), cells[n][2] + dice.randrange(2)
            text = notebook(cells, edit)
            path.write_text(text)
            await stop.continue_()
        await debug.disconnect()
