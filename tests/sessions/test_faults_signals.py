"""Time-outs by a signal whose handler raises, while breakpoints are watched and set."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.client.fixtures import Debugging, Write
from tests.sessions.notebooks import at, code

ASKED, RUNS = 1000, 200

TIMEOUTS = """
    import random
    import signal

    def handler(signum, frame):
        global raised
        raised += 1
        raise TimeoutError("late")

    def step(n):
        return n + 1  # step

    def work():
        n = 0
        while True:
            n = step(n)

    def after():
        return 1  # after

    raised = caught = 0
    signal.signal(signal.SIGALRM, handler)
    print("begin")
    for n in range(500):
        try:
            signal.setitimer(signal.ITIMER_REAL, 1e-5 + random.random() * 1e-3)
            work()
        except TimeoutError:
            caught += 1
        after()
    print("timeouts", raised, caught)
    """


async def test_timeouts_arrive_while_breakpoints_come_and_go(debugging: Debugging, write: Write) -> None:
    program = write("timeouts.py", TIMEOUTS)
    text = program.read_text()
    after = {"line": at(text, "# after"), "logMessage": "<after>"}
    others = [[], [{"line": at(text, "# step"), "condition": "n < 0"}], [at(text, "def work")]]
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [after]})
        await debug.output_until("begin")
        for n in range(30):
            await debug.break_at(program, after, *others[n % 3])
        await debug.output_until("timeouts 500 500")
        assert await debug.terminated() == 0
        assert debug.printed().count("<after>") == 500
    assert "SystemError" not in debug.printed()


ALARMED = """
    import os
    import signal

    def handler(signum, frame):
        raise TimeoutError("late")

    def work():
        values = [0, 1, 2]
        return values  # stop

    signal.signal(signal.SIGUSR1, handler)
    try:
        work()
    except TimeoutError:
        pass
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    print("over")
    """


@contextmanager
def alarms(pid: int) -> Iterator[None]:
    """Send SIGUSR1 to a process some 300 times a second, never twice within two milliseconds."""
    is_over = threading.Event()

    def send() -> None:
        while not is_over.wait(2e-3 + random.random() * 3e-3):
            os.kill(pid, signal.SIGUSR1)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


async def test_what_is_asked_at_a_stop_is_answered_while_handlers_raise(
    debugging: Debugging, write: Write
) -> None:
    program = write("alarmed.py", ALARMED)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [at(program.read_text(), "# stop")]})
        stop = await debug.stopped("breakpoint")
        asked = {"expression": "values[1]", "context": "watch", "frameId": (await stop.frame()).id}
        with alarms((await debug.event("process"))["systemProcessId"]):
            answers = [await debug.request("evaluate", **asked) for _ in range(ASKED)]
        unanswered = [it.message for it in answers if "no answer" in (it.message or "")]
        assert not unanswered
        assert sum(it.success for it in answers) > ASKED / 2
        await stop.continue_()
        await debug.output_until("over")
        assert await debug.terminated() == 0


HANDLES = """\
import signal

def handler(signum, frame):
    raise TimeoutError("late")

signal.signal(signal.SIGUSR1, handler)
"""


@pytest.mark.parametrize("name", ["alarmed.py", "alarmed.ipynb"])
async def test_what_an_idle_kernel_is_asked_is_answered_while_handlers_raise(
    name: str, debugging: Debugging, write: Write
) -> None:
    percent = f"# %% first\n{HANDLES}# %% second\nx = 1\n"
    path = write(name, percent if name.endswith(".py") else code(HANDLES, "x = 1", ids=["first", "second"]))
    async with debugging(path) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        with alarms((await debug.event("process"))["systemProcessId"]):
            for n in range(RUNS):
                await debug.run({"cells": ["second"]})
                idle = await debug.idle()
                answer = await debug.request("evaluate", expression="x", context="watch")
                assert "no answer" not in (answer.message or ""), n
        await debug.run({"cells": ["second"]})
        idle = await debug.idle()
        assert await idle.evaluate("x") == "1"
