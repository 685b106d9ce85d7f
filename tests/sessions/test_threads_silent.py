"""C code that keeps Python's lock: nothing in the kernel can answer, and the server says so in time."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.client.fixtures import Debugging, Write

ANSWERED_S = 1.5  # whatever the kernel does
HOLDS = {"the main thread": "hold()", "another": "threading.Thread(target=hold).start()"}
NOTEBOOK = """
    # %%
    import ctypes, threading
    def hold():
        ctypes.PyDLL(None).open({fifo!r}.encode(), 0)  # until somebody writes, with the lock
    print("holds", flush=True)
    n = 1
    {holds}
    while n:
        pass
"""


@pytest.mark.parametrize("who", HOLDS)
async def test_pause_and_threads_are_answered_while_c_code_keeps_the_lock(
    debugging: Debugging, write: Write, tmp_path: Path, who: str
) -> None:
    """The pause takes effect when the call returns."""
    fifo = str(tmp_path / "fifo")
    os.mkfifo(fifo)
    path = write("nb.py", NOTEBOOK.format(fifo=fifo, holds=HOLDS[who]))
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("holds\n")
        async with asyncio.timeout(ANSWERED_S):
            await debug.request("pause", threadId=1)
        said = await debug.output_until("The pause comes when it answers again")
        assert "may hold Python's lock" in said
        async with asyncio.timeout(ANSWERED_S):
            assert 1 in await debug.threads()
        writer = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)  # the call returns
        stop = await debug.stopped("pause")
        os.close(writer)
        assert await stop.evaluate("n") == "1"
        await stop.set("n", "0")
        await stop.continue_()
        await debug.idle()
