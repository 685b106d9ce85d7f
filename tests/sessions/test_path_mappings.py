"""An editor on another machine: it calls the notebook's folder by a name that does not exist here."""

from pathlib import Path

from tests.client.fixtures import Debugging, Write
from tests.sessions.notebooks import at

HERE = "/home/somebody/project"
NOTEBOOK = """
    # %% look
    import helper
    x = 1
    print("seen", helper.double(x))  # seen
    # %% fail
    1 / 0
    """
HELPER = "def double(n):\n    return 2 * n\n"


async def test_all_that_names_a_file_crosses_over_in_both_directions(
    debugging: Debugging, write: Write
) -> None:
    notebook = write("nb.py", NOTEBOOK)
    write("helper.py", HELPER)
    mappings = [{"localRoot": HERE, "remoteRoot": str(notebook.parent)}]
    theirs, their_helper = f"{HERE}/nb.py", f"{HERE}/helper.py"
    async with debugging(theirs, launch={"pathMappings": mappings, "orphanTimeout": 0, "cwd": HERE}) as debug:
        await debug.launch(
            breakpoints={theirs: [at(notebook, "# seen")], their_helper: [at(HELPER, "return")]},
            exceptions=["uncaught"],
        )
        stop = await debug.stopped("breakpoint", line=at(notebook, "# seen"))
        assert (await stop.frame()).path == theirs
        where = await (await stop.frame()).evaluate("__import__('os').getcwd()")
        assert where.strip("'") == str(notebook.parent)
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(HELPER, "return"))
        assert [it.path for it in await stop.frames()] == [their_helper, theirs]
        await stop.continue_()
        seen = await debug.event("output", lambda it: "seen 2" in it["output"])
        assert (seen["source"]["path"], seen["line"]) == (theirs, at(notebook, "# seen"))
        stop = await debug.stopped("exception")
        assert (await stop.frame()).path == theirs
        await stop.continue_()
        await debug.idle()


async def test_a_kernel_that_waits_is_found_and_debugged_by_the_clients_name_for_its_notebook(
    debugging: Debugging, write: Write, runtime: Path
) -> None:
    notebook = write("nb.py", NOTEBOOK)
    write("helper.py", HELPER)
    theirs, their_helper = f"{HERE}/nb.py", f"{HERE}/helper.py"
    async with debugging(notebook, launch={"run": {"cells": ["look"]}, "orphanTimeout": 600}) as debug:
        await debug.launch()
        await debug.idle()
        await debug.disconnect(terminateDebuggee=False)
    mappings = [{"localRoot": HERE, "remoteRoot": str(notebook.parent)}]
    how = {"notebook": theirs, "pathMappings": mappings}
    async with debugging(launch=how) as debug:
        await debug.attach(
            breakpoints={theirs: [at(notebook, "# seen")], their_helper: [at(HELPER, "return")]},
            exceptions=[],
        )
        stop = await debug.idle()
        assert (await stop.frame()).path == theirs
        await debug.run({"cells": ["look"]})
        stop = await debug.stopped("breakpoint", line=at(notebook, "# seen"))
        assert (await stop.frame()).path == theirs
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(HELPER, "return"))
        assert [it.path for it in await stop.frames()] == [their_helper, theirs]
        # A restart has the kernel's own folder.
        await debug.restart(run={"cells": ["look"]})
        stop = await debug.stopped("breakpoint", line=at(notebook, "# seen"))
        where = await (await stop.frame()).evaluate("__import__('os').getcwd()")
        assert where.strip("'") == str(notebook.parent)
        await debug.terminate()
