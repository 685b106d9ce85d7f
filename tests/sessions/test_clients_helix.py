"""Helix goes to the line of a stop only while no thread is chosen, and takes each started one as chosen.

It shows one line of output, the last; of an error its body. An argument that looks like a number becomes one.
"""

from tests.client.fixtures import Debugging, Write
from tests.sessions.notebooks import at

NOTEBOOK = """
    # %% threads
    import threading
    go = threading.Event()
    def wait():
        go.wait()
    thread = threading.Thread(target=wait)
    thread.start()
    n = 1
    go.set()
    thread.join()
    """


async def test_a_started_thread_is_told_to_run_so_that_the_next_stop_is_gone_to(
    debugging: Debugging, write: Write
) -> None:
    path = write("nb.py", NOTEBOOK)
    async with debugging(path, order="helix") as debug:
        await debug.launch(breakpoints={path: [at(path, "go.set()")]})
        stop = await debug.stopped("breakpoint", line=at(path, "go.set()"))
        await debug.ask("threads")
        await stop.continue_()
        await debug.idle()
        told = [it for it in debug.connection.events if it["event"] in ("thread", "continued")]
        started = [n for n, it in enumerate(told) if it["body"].get("reason") == "started"]
        assert len(started) == 2
        for n in started:
            thread = told[n]["body"]["threadId"]
            assert told[n + 1]["body"] == {"threadId": thread, "allThreadsContinued": False}


async def test_other_clients_hear_of_a_started_thread_alone(debugging: Debugging, write: Write) -> None:
    path = write("nb.py", NOTEBOOK)
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        assert [it["event"] for it in debug.connection.events].count("continued") == 0


async def test_the_last_thing_said_is_not_wiped_by_the_end_of_a_group(
    debugging: Debugging, write: Write
) -> None:
    path = write("nb.py", "# %% greet\nprint('hello')\n")
    async with debugging(path, order="helix") as debug:
        await debug.launch()
        await debug.idle()
        said = [it["body"]["output"] for it in debug.connection.events if it["event"] == "output"]
        assert said[-2:] == ["greet\n", "hello\n"]


async def test_a_refusal_is_in_the_body_and_a_number_may_name_a_kernel(
    debugging: Debugging,
) -> None:
    async with debugging(order="helix") as debug:
        await debug.ask("initialize", **debug.order.initialize)
        answer = await debug.careless("attach", kernelId=999999999)
        assert "no such kernel waits" in answer.body["error"]["format"]
