"""A cell that is run line by line: it stops at its first line, and what follows is stepping."""

from pathlib import Path

from tests.sessions.notebooks import at

CELLS = """
    # %% before
    from os.path import exists
    from time import sleep
    while not exists(__file__ + ".go"):
        sleep(0.01)
    # %% lines
    def double(n):
        return n * 2
    a = double(3)
    b = a + 1
    # %% after
    c = 1
    """


async def by_line(debug, name):
    return await debug.ask("notebookRun", run={"cells": [name]}, stopOnEntry=True)


async def test_a_cell_stops_at_its_first_line_and_each_step_is_a_line_of_it(debugging, write):
    path = write("nb.py", CELLS)
    Path(f"{path}.go").touch()
    async with debugging(path) as debug:
        await debug.launch(run="none")
        await debug.idle()
        assert await by_line(debug, "lines") == {"cells": ["lines"]}
        stop = await debug.stopped("entry", line=at(path, "def double(n)"), name="lines")
        for line in (9, 10):
            await stop.next()
            stop = await debug.stopped("step", line=line, name="lines")
        assert (await stop.locals())["a"] == "6"
        await stop.next()
        stop = await debug.idle()  # the next cell was not asked for
        assert (await stop.locals())["b"] == "7"


async def test_a_cell_that_waits_for_another_stops_when_it_begins(debugging, write):
    path = write("nb.py", CELLS)
    async with debugging(path) as debug:
        await debug.launch(run={"cells": ["before"]})
        await debug.event("output", lambda it: "before" in it["output"])
        await by_line(debug, "lines")
        await debug.run({"cells": ["after"]})
        Path(f"{path}.go").touch()
        stop = await debug.stopped("entry", line=at(path, "def double(n)"), name="lines")
        await stop.continue_()
        await debug.idle()
        await debug.run({"cells": ["lines"]})  # it is asked for once
        stop = await debug.idle()
        assert (await stop.locals())["c"] == "1"
