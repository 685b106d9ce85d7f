"""Exceptions: looked at after they ended a cell, where they are raised, where they leave the user's code."""

from tests.client.fixtures import Debugging, Write
from tests.sessions.notebooks import at

FAILS = """
    # %% define
    limit = 3
    def check(n):
        if n > limit:
            raise ValueError(f"{n} is too much")  # raise
    def work(n):
        try:
            check(n)
        except ValueError as error:
            error.add_note("look at limit")
            raise RuntimeError("work failed") from error  # again
        finally:
            n = "cleaned"
    # %% use
    work(5)  # use
    # %% later
    print("never")
"""


async def test_a_failed_cell_is_looked_at_mended_and_run_again(debugging: Debugging, write: Write) -> None:
    path = write("fails.py", FAILS)
    again, use = at(path, "# again"), at(path, "# use")
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.stopped("exception", line=again, name="work")
        assert "RuntimeError" in stop.text and "work failed" in stop.text
        # The lines are those where it passed, not where `finally` went on to.
        assert await stop.where() == [("work", again), ("use", use)]
        assert (await stop.locals())["n"] == "'cleaned'"
        assert await stop.evaluate("limit * 2") == "6"
        assert await stop.evaluate("n", frame=0) == "'cleaned'"
        told = await stop.exception()
        assert (told["exceptionId"], told["breakMode"]) == ("RuntimeError", "unhandled")
        assert "work failed" in told["description"]
        cause = told["details"]["innerException"][0]
        assert cause["typeName"] == "ValueError" and "look at limit" in str(told)
        assert f"fails.py:{again}" in told["details"]["stackTrace"] or f"line {again}" in str(told)
        assert "@" not in told["details"]["stackTrace"]
        assert debug.printed("stderr").count("RuntimeError: work failed") == 1
        await stop.set_expression("limit", "10")
        await stop.next()  # like continue: there is nothing left to step through
        stop = await debug.idle()
        assert "use" in stop.text
        assert "never" not in debug.printed("stdout")
        assert await debug.evaluate("limit") == "10"
        await debug.evaluate(":retry")  # what failed, and what was not reached
        await debug.output_until("never")
        await debug.idle()
        # Without the filter nothing stops, and the cell has failed all the same.
        await debug.break_on_exceptions()
        await debug.evaluate("limit = 1")
        await debug.run({"cells": ["use"]})
        stop = await debug.idle()
        assert "RuntimeError" in stop.text or "fail" in stop.text
        response = await debug.request("exceptionInfo", threadId=1)
        assert not response.success


RAISES = """
    # %% define
    import json
    def parse(text):
        return json.loads(text)  # parse
    def safe(text):
        try:
            return parse(text)
        except ValueError:
            return None
    def generate():
        yield 1
    def group():
        raise ExceptionGroup("both", [ValueError("a"), KeyError("b")])  # group
    # %% quiet
    list(generate())
    next(generate(), None)
    getattr(object(), "nothing", None)
    # %% use
    safe("{")
    try:
        {}["missing"]  # key
    except KeyError:
        pass
    try:
        group()
    except* ValueError:
        pass
    except* KeyError:
        pass
    done = True
"""


async def test_raised_exceptions_stop_once_in_the_first_frame_of_mine(
    debugging: Debugging, write: Write
) -> None:
    path = write("raises.py", RAISES)
    parse, key, group = (at(path, f"# {it}") for it in ("parse", "key", "group"))
    async with debugging(path) as debug:
        await debug.launch(exceptions=["raised", "uncaught"])
        stop = await debug.stopped("exception", line=parse, name="parse")
        assert "JSONDecodeError" in stop.text
        told = await stop.exception()
        assert (told["exceptionId"], told["breakMode"]) == ("json.decoder.JSONDecodeError", "always")
        assert (await stop.locals())["text"] == "'{'"
        await stop.next()  # a step leads to the handler
        stop = await debug.stopped("step", name="safe")
        await stop.continue_()
        stop = await debug.stopped("exception", line=key, name="use")
        await stop.continue_()
        stop = await debug.stopped("exception", line=group, name="group")
        told = await stop.exception()
        assert [it["typeName"] for it in told["details"]["innerException"]] == ["ValueError", "KeyError"]
        await stop.continue_()
        await debug.idle()
        # Only some of them, by name.
        await debug.break_on_exceptions("uncaught", raised="KeyError, OSError")
        await debug.run({"cells": ["use"]})
        stop = await debug.stopped("exception", line=key)
        assert "KeyError" in stop.text
        # The filters are taken away while the cell is stopped: it runs to its end.
        await debug.break_on_exceptions()
        await stop.continue_()
        await debug.idle()
        refused = await debug.request("setExceptionBreakpoints", filters=["never heard of"])
        assert not refused.success and "userUnhandled" in str(refused.message)


LEAVES = """
    # %% define
    import functools
    def mine(a, b):
        if b == 3:
            raise KeyError(b)  # leaves
        return a
    def careful(a, b):
        try:
            return mine(a, b)
        except KeyError:
            return a
    # %% use
    functools.reduce(careful, [1, 2, 3])
    import concurrent.futures
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(mine, 1, 3)  # submit
        print(repr(future.exception()))
"""


async def test_user_unhandled_stops_where_my_code_is_left_for_a_library(
    debugging: Debugging, write: Write
) -> None:
    path = write("leaves.py", LEAVES)
    async with debugging(path) as debug:
        await debug.launch(exceptions=["userUnhandled"])
        stop = await debug.stopped("exception", line=at(path, "# leaves"), name="mine")
        assert stop.thread != 1
        assert (await stop.exception())["breakMode"] == "userUnhandled"
        assert (await stop.locals())["b"] == "3"
        await stop.continue_()
        await debug.output_until("KeyError(3)")
        await debug.idle()


THREAD = """
    # %% thread
    import threading
    def work(n):
        return 1 / n  # work
    thread = threading.Thread(target=work, args=(0,), name="divider")
    thread.start()
    thread.join()
    print("joined")
"""


async def test_an_exception_that_ends_a_thread_is_looked_at_in_that_thread(
    debugging: Debugging, write: Write
) -> None:
    path = write("thread.py", THREAD)
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.stopped("exception", line=at(path, "# work"), name="work")
        assert stop.thread != 1 and (await debug.threads())[stop.thread] == "divider"
        assert (await stop.locals())["n"] == "0"
        assert (await stop.exception())["breakMode"] == "unhandled"
        await stop.continue_()
        await debug.output_until("joined")
        await debug.idle()


ENDS = """
    # %% exit
    import sys
    sys.exit("enough")
    # %% interrupt
    raise KeyboardInterrupt
    # %% wait
    import time
    print("waits", flush=True)
    time.sleep(60)
    # %% syntax
    print(1
    # %% good
    print("good")
"""


async def test_what_was_asked_for_is_no_post_mortem(debugging: Debugging, write: Write) -> None:
    path = write("ends.py", ENDS)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch(exceptions=["uncaught", "userUnhandled"])
        await debug.idle()
        for cell in ("exit", "interrupt"):
            await debug.run({"cells": [cell]})
            await debug.idle()
        await debug.run({"cells": ["wait"]})
        await debug.output_until("waits")
        await debug.ask("terminateThreads", threadIds=[1])
        await debug.idle()
        await debug.run({"cells": ["wait"]})
        await debug.output_until("waits")
        await debug.ask("notebookInterrupt")
        await debug.idle()
        await debug.run({"cells": ["good"]})
        await debug.idle()
        assert debug.printed("stdout").count("good\n") == 1
