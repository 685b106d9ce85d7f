"""`await` in the console: at a stop in the thread's own loop, and while the notebook is idle."""

from pathlib import Path

import pytest

from tests.client.connection import Refused
from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of

SCRIPT = """
    import asyncio

    class Door:
        def __init__(self):
            self.opened = asyncio.Event()

    async def opener(door):
        await asyncio.sleep(0.01)
        door.opened.set()
        return "opened"

    async def double(n):
        await asyncio.sleep(0)
        return 2 * n

    async def main():
        door = Door()
        other = asyncio.create_task(opener(door))
        n = 1
        print("stopped here")
        print(n, await other, asyncio.current_task().get_name())

    asyncio.run(main())
    """

CELLS = """
    # %%
    import asyncio
    async def double(n):
        await asyncio.sleep(0)
        return 2 * n
    # %%
    one = await double(0) + 1
    print("one", one)
    """

MARIMO = """
    import marimo
    app = marimo.App()

    @app.cell
    def _():
        import asyncio
        async def double(n):
            await asyncio.sleep(0)
            return 2 * n
        return asyncio, double

    @app.cell
    async def _(double):
        one = await double(0) + 1
        print("one", one)
        return (one,)
    """


async def test_a_script_awaits_in_its_own_loop(debugging: Debugging, write: Write) -> None:
    program = write("program.py", SCRIPT)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, 'print("stopped')]})
        stop = await debug.stopped("breakpoint", name="main")
        assert await stop.evaluate("await double(n)", "repl") == "2"
        assert await stop.evaluate("await double(n) + await double(2)", "watch") == "6"
        assert await stop.evaluate("await door.opened.wait()", "repl") == "True"  # other tasks run
        assert await stop.evaluate("other.done()") in ("True", "False")
        assert (
            await stop.evaluate("n = await double(n)\nfor _ in 'ab':\n    n += await double(n)", "repl") == ""
        )
        assert await stop.evaluate("[await double(it) for it in range(3)]", "repl") == "[0, 2, 4]"
        with pytest.raises(Refused, match="ZeroDivisionError"):
            await stop.evaluate("await double(1 / 0)", "repl")
        with pytest.raises(Refused, match=r"no answer within 0\.5 s"):
            await stop.evaluate("await asyncio.sleep(60)", "hover")
        with pytest.raises(Refused, match="TimeoutError"):
            await stop.evaluate("await asyncio.wait_for(asyncio.sleep(60), 0.01)", "repl")
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout") == "stopped here\n18 opened Task-1\n"


@pytest.mark.parametrize("text", [CELLS, MARIMO], ids=["percent", "marimo"])
async def test_a_notebook_awaits_at_a_stop_and_at_idle(debugging: Debugging, write: Write, text: str) -> None:
    await awaits(debugging, write("cells.py", text), line_of(write("cells.py", text), "print"))


async def test_a_jupyter_notebook_awaits(debugging: Debugging, write: Write) -> None:
    from nbformat import v4, writes

    sources = [it.strip("\n") for it in write("plain.py", CELLS).read_text().split("# %%\n")[1:]]
    notebook = write("cells.ipynb", writes(v4.new_notebook(cells=[v4.new_code_cell(it) for it in sources])))
    await awaits(debugging, notebook, line_of(notebook, '"print('))


async def awaits(debugging: Debugging, notebook: Path, line: int) -> None:
    async with debugging(notebook) as debug:
        await debug.launch(breakpoints={notebook: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        assert await stop.evaluate("await double(one + 1)", "repl") == "4"
        assert await stop.evaluate("one = await double(one + 2)", "repl") == ""
        await stop.continue_()
        idle = await debug.idle()
        assert await idle.evaluate("one") == "6"
        assert await idle.evaluate("await double(one)", "repl") == "12"
        assert await idle.evaluate("two = await double(one)", "repl") == ""
        assert await idle.evaluate("[await double(two) for _ in range(2)]") == "[24, 24]"
        assert await idle.evaluate("await asyncio.sleep(0, 'x')", "repl") == "'x'"
        with pytest.raises(Refused, match=r"no answer within 0\.5 s"):
            await idle.evaluate("await asyncio.sleep(60)", "hover")
        assert await idle.evaluate("asyncio.get_running_loop().is_running()") == "True"
        assert debug.printed("stdout") == "one 6\n"


HOLDS = """
    # %%
    import asyncio, time
    n = 1
    async def hold():
        print("holds")
        time.sleep(0.8)
    await asyncio.sleep(0)
    """


async def test_who_has_not_come_to_a_hover_yet_gets_longer(debugging: Debugging, write: Write) -> None:
    async with debugging(write("cells.py", HOLDS)) as debug:
        await debug.launch()
        idle = await debug.idle()
        assert await idle.evaluate("task = asyncio.create_task(hold())", "repl") == ""
        await debug.output_until("holds\n")
        assert await idle.evaluate("n", "hover") == "1"
