"""The language server's end, in whatever state it is."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dap_kernel.lsp.main import ClientStream
from tests.lsp.sessions import response, session

CELLS = "# %% one\nx = 1\n# %% two\ny = x\n"


class Client:
    """A client that writes messages and reads none."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    def send(self, **message: Any) -> None:
        text = json.dumps({"jsonrpc": "2.0"} | message)
        self.process.stdin.write(f"Content-Length: {len(text)}\r\n\r\n{text}".encode())

    def open(self, path: Path) -> None:
        item = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": path.read_text()}
        self.send(method="textDocument/didOpen", params={"textDocument": item})

    def run(self, path: Path) -> None:
        what = {"command": "dap-kernel.runCell", "arguments": [path.as_uri(), 1]}
        self.send(id="run", method="workspace/executeCommand", params=what)

    def hover(self, path: Path) -> None:
        where = {"textDocument": {"uri": path.as_uri()}, "position": {"line": 1, "character": 0}}
        self.send(id="hover", method="textDocument/hover", params=where)

    async def left(self) -> tuple[int, bytes]:
        """Its status, and what it has said in stderr. Its input stays open."""
        said = await asyncio.wait_for(self.process.stderr.read(), 4)  # it would give up after 5
        return await self.process.wait(), said


@asynccontextmanager
async def client() -> AsyncIterator[Client]:
    """Start the language server, and wait until it is there."""
    pipe = asyncio.subprocess.PIPE
    command = sys.executable, "-m", "dap_kernel", "lsp"
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        made = Client(process)
        made.send(id=1, method="initialize", params={"capabilities": {}, "processId": None})
        made.send(method="initialized", params={})
        await asyncio.wait_for(process.stdout.readuntil(b"\r\n\r\n"), 30)
        yield made
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def say_goodbye(it: Client, how: str) -> int:
    """Return the status that it is to leave with."""
    if how == "shutdown":
        it.send(id=2, method="shutdown")
    if how in ("shutdown", "exit"):
        it.send(method="exit")
        return 0 if how == "shutdown" else 1
    if how == "end of input":
        it.process.stdin.close()
        return 0
    signals = {"Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM}
    it.process.send_signal(signals[how])
    return 0 if how == "Ctrl-C" else -signal.SIGTERM


GOODBYES = ["shutdown", "exit", "end of input", "Ctrl-C", "SIGTERM"]


@pytest.mark.parametrize("how", GOODBYES)
async def test_it_leaves_with_its_editor(how):
    async with client() as it:
        status = say_goodbye(it, how)
        assert await it.left() == (status, b"")


@pytest.mark.parametrize("how", GOODBYES)
async def test_it_leaves_in_the_midst_of_a_request(write, runtime, how):
    path = write("cells.py", CELLS)
    asked = asyncio.Event()

    async def answer(request, write):
        if request["command"] == "notebookCells":
            write(response(request, cells=[], kernel="idle"))
            it.hover(path)
        elif request["command"] == "evaluate":  # no answer
            asked.set()

    async with client() as it, session(runtime, f"{os.getpid()}-1", str(path), answer):
        it.open(path)
        await asyncio.wait_for(asked.wait(), 30)
        status = say_goodbye(it, how)
        found, said = await it.left()
        assert (found, b"Traceback" in said) == (status, False)


async def test_it_leaves_while_a_command_waits(write, runtime):
    path = write("cells.py", CELLS)
    asked = asyncio.Event()

    async def answer(request, write):
        if request["command"] == "notebookCells":
            write(response(request, cells=[], kernel="idle"))
            it.run(path)
        else:  # no answer
            asked.set()

    async with client() as it, session(runtime, f"{os.getpid()}-1", str(path), answer):
        it.open(path)
        await asyncio.wait_for(asked.wait(), 30)
        it.send(id=2, method="shutdown")
        answers = await asyncio.wait_for(it.process.stdout.readuntil(b'"id": 2'), 30)
        assert b"showMessage" not in answers
        answer = await asyncio.wait_for(it.process.stdout.readuntil(b"}"), 30)
        it.send(method="exit")
        assert (answer, await it.left()) == (b', "jsonrpc": "2.0", "result": null}', (0, b""))


def test_what_is_told_to_a_client_that_has_left_is_lost():
    """pygls would tell the client of the failure, and of the failure to tell it, for seconds."""
    reader, writer = os.pipe()
    with open(writer, "wb") as stream, open(reader, "rb") as other:
        output = ClientStream(stream)
        output.write(b"one")
        output.close()
        output.write(b"two")
        output.flush()
        stream.close()
        assert other.read() == b"one"


def test_a_client_that_reads_no_more_ends_nothing():
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb", buffering=0) as stream:
        output = ClientStream(stream)
        for _ in range(2):
            output.write(b"lost")
