"""What takes too long at a stop: it ends by itself, or is cancelled, and the session goes on."""

import asyncio
from typing import Any

import pytest

from tests.client.connection import Refused
from tests.client.debug import Debug
from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of
from tests.client.stop import Frame

PROGRAM = """
    import threading, time

    def spin():
        while True:
            pass

    def work():
        n = 1
        print("n is", n)

    if __name__ == "__main__":
        WHERE
    """
MAIN = "work()"
OTHER = "other = threading.Thread(target=work); other.start(); other.join()"


def begun(debug: Debug, frame: Frame, expression: str, context: str) -> tuple[int, asyncio.Future[Any]]:
    """Send an evaluation; return its seq and the future of its response."""
    asked = {"expression": expression, "frameId": frame.id, "context": context}
    response = debug.connection.send("evaluate", asked)
    return max(debug.connection.rules.pending), response


@pytest.mark.parametrize("where", [MAIN, OTHER], ids=["main", "other"])
async def test_hovers_and_watches_end_by_themselves(debugging: Debugging, write: Write, where: str) -> None:
    program = write("program.py", PROGRAM.replace("WHERE", where))
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        stop = await debug.stopped("breakpoint")
        frame = await stop.frame()
        with pytest.raises(Refused, match=r"no answer within 0\.5 s"):
            await frame.evaluate("spin()", "hover")
        assert await frame.evaluate("n") == "1"
        if where == MAIN:  # a sleep of another thread is not broken off
            with pytest.raises(Refused, match=r"no answer within 0\.5 s"):
                await frame.evaluate("time.sleep(60)", "hover")
            assert await frame.evaluate("n") == "1"
            with pytest.raises(Refused, match="no answer within 2 s"):
                await frame.evaluate("spin()", "watch")
        assert await frame.evaluate("n", "repl") == "1"
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout") == "n is 1\n"


@pytest.mark.parametrize("where", [MAIN, OTHER], ids=["main", "other"])
async def test_a_long_evaluation_is_cancelled(debugging: Debugging, write: Write, where: str) -> None:
    program = write("program.py", PROGRAM.replace("WHERE", where))
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        stop = await debug.stopped("breakpoint")
        frame = await stop.frame()
        for expression in ("spin()", "n = 5; spin()", *(["time.sleep(60)"] if where == MAIN else [])):
            seq, response = begun(debug, frame, f"print('begins') or 1; {expression}", "repl")
            await debug.output_until("begins\n")
            await debug.ask("cancel", requestId=seq)
            refused = await response
            assert (refused.success, refused.message) == (False, "cancelled")
            assert await frame.evaluate("1 + 1", "repl") == "2"
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout").endswith("n is 5\n")


async def test_a_resume_while_something_is_evaluated_is_remembered(
    debugging: Debugging, write: Write
) -> None:
    program = write("program.py", PROGRAM.replace("WHERE", MAIN))
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        stop = await debug.stopped("breakpoint")
        frame = await stop.frame()
        seq, response = begun(debug, frame, "print('begins') or 1; spin()", "repl")
        await debug.output_until("begins\n")
        await stop.continue_()
        await debug.ask("cancel", requestId=seq)
        assert not (await response).success
        await debug.terminated()
        assert debug.printed("stdout").endswith("n is 1\n")


async def test_while_a_cell_runs_evaluation_is_declined(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", "# %%\nn = 1\n# %%\nprint('on')\nwhile n:\n    pass\nprint('off')\n")
    async with debugging(notebook) as debug:
        await debug.launch(run="none")
        idle = await debug.idle()
        frame = await idle.frame()
        assert await frame.evaluate("1 + 1", "repl") == "2"
        seq, response = begun(debug, frame, "print('begins')\nwhile True: pass", "repl")
        await debug.output_until("begins\n")
        await debug.ask("cancel", requestId=seq)
        assert not (await response).success
        await debug.run("all")
        await debug.output_until("on\n")
        for context in ("repl", "hover", "watch"):
            response = await debug.request("evaluate", expression="n", context=context)
            assert not response.success
            assert response.message is not None
            assert "run" in response.message, response.message
        assert (await debug.ask("completions", text="n", column=2))["targets"] == []
        await debug.ask("notebookInterrupt")
        stop = await debug.idle()
        assert await stop.evaluate("n") == "1"
