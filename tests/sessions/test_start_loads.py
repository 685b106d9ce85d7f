"""What a server has loaded when a script stops first: each module is a part of the time until then."""

import re
import sys

from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of
from tests.client.serving import Server

LATE = {"_ssl", "tomllib", "dotenv", "importlib.metadata", "prompt_toolkit", "rich", "pygls"}
PROGRAM = """
    n = 1
    print("n is", n)
    """


async def test_a_first_stop_loads_nothing_that_it_does_not_need(debugging: Debugging, write: Write) -> None:
    path = write("program.py", PROGRAM)
    command = [sys.executable, "-X", "importtime", "-m", "dap_kernel", "dap"]
    server = await Server.start(command=command)
    async with debugging(path, server=server) as debug:
        await debug.launch(breakpoints={path: [{"line": line_of(path, "print")}]})
        stop = await debug.stopped("breakpoint")
        loaded = {it.strip() for it in re.findall(r"^import time:.*\|(.+)$", server.errors, re.MULTILINE)}
        await stop.continue_()
        await debug.event("terminated")
    assert "dap_kernel.server.assembly" in loaded
    assert LATE & loaded == set()
    assert await server.stop() == 0
