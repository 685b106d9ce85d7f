"""How long cells are said to have run: what is looked at meanwhile takes no time of theirs."""

import time

import pytest

from tests.sessions.notebooks import at

LOOK_S = 0.6
PROGRAM = """
    # %% first
    first = 1
    # %% slow
    import time
    time.sleep(0.2)  # sleeps
    x = 1  # here
    1 / x
    """


async def look(stop):
    await stop.evaluate(f"__import__('time').sleep({LOOK_S})")
    await stop.continue_()


async def one(debug):
    await look(await debug.stopped("breakpoint"))


async def two(debug):
    await one(debug)
    await one(debug)


async def after_the_end(debug):
    await look(await debug.stopped("exception"))


# By name: what breaks where, and how it is looked at.
LOOKS = {
    "at one stop": (["# here"], one),
    "at two stops": (["# sleeps", "# here"], two),
    "post mortem": ([], after_the_end),
}


@pytest.mark.parametrize("case", LOOKS)
async def test_time_at_a_stop_is_not_run_time(debugging, write, case):
    lines, looks = LOOKS[case]
    path = write("nb.py", PROGRAM.replace("1 / x", "1 / 0") if case == "post mortem" else PROGRAM)
    async with debugging(path) as debug:
        began = time.monotonic()
        await debug.launch(breakpoints={path: [at(path, it) for it in lines]})
        await looks(debug)
        await debug.idle()
        elapsed_s = time.monotonic() - began
        cells = (await debug.ask("notebookCells"))["cells"]
        told_s = {it["name"]: it["durationS"] for it in cells}["slow"]
        assert 0.2 <= told_s <= elapsed_s - LOOK_S
