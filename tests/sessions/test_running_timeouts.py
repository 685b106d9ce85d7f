"""A test that is stopped in the debugger does not fail for its time limit."""

import pytest

TEST = """
    import pytest, signal, threading

    @pytest.mark.timeout(1, method="{method}")
    def test_slow():
        value = 41
        {stop}
        is_over = 1
        while {waits}: pass
        assert value == 42
"""
METHODS = {
    "signal": "signal.getitimer(signal.ITIMER_REAL) != (0.0, 0.0)",
    "thread": "any(type(it) is threading.Timer for it in threading.enumerate())",
}


@pytest.mark.parametrize("how", ["breakpoint", "call"])
@pytest.mark.parametrize("method", METHODS)
async def test_pytest_timeout_lets_a_test_be_that_is_stopped(debugging, write, python, method, how):
    if not (python.can_import("pytest") and python.can_import("pytest_timeout")):
        pytest.skip("the kernel's Python has no pytest-timeout")
    call = "breakpoint()" if how == "call" else "pass"
    path = write("test_of_story.py", TEST.format(method=method, stop=call, waits=METHODS[method]))
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:asyncio", str(path)]
    launch = {"module": "pytest", "args": arguments, "cwd": str(path.parent)}
    async with debugging(None, launch=launch) as debug:
        await debug.launch(breakpoints={path: [7] if how == "breakpoint" else []})
        stop = await debug.stopped()
        while await stop.evaluate(METHODS[method]) == "True":  # its time runs out
            pass
        assert await stop.evaluate("value + 1") == "42"
        await stop.set("value", "42")
        await stop.continue_()
        assert await debug.terminated() == 0, debug.printed()
        assert "1 passed" in debug.printed("stdout")
