"""Time-outs by a signal whose handler raises, while breakpoints are watched and set."""

from collections.abc import Callable
from pathlib import Path

from tests.client.debug import Debug
from tests.sessions.notebooks import at

Debugging = Callable[..., Debug]
Write = Callable[[str, str], Path]

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
