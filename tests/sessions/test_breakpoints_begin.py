"""Breakpoints on the line where a function's body begins, and what they cost other functions.

From 3.13 on, Python itself loses the event of such a line from the second call on.
"""

from tests.client.debug import Backend
from tests.client.fixtures import Debugging, Write
from tests.sessions.notebooks import at

BODIES = """
    def one(): return 1  # one
    key = lambda it: -it  # key
    more = lambda a=1: [a,  # more
        a]
    def count(): yield 1  # count
    async def wait(): return 1  # wait
    def down(n): return down(n - 1) if n else 0  # down
    class Point:
        def x(self): return 1  # x

    for i in range(3):
        one()
        sorted([1], key=key)
        more()
        list(count())
        try:
            wait().send(None)
        except StopIteration:
            pass
        down(1)
        Point().x()
    print("done")
    """
HITS = {"one": 4, "key": 4, "more": 7, "count": 4, "wait": 4, "down": 7, "x": 4}  # one of each is its `def`'s

COSTS = """
    # %% define
    from time import process_time

    def one(i): return i
    def count(i): yield i
    def calls(n):
        for i in range(n): one(i)
    def generators(n):
        for i in range(n):
            for j in count(i): pass
    def never():
        return 0

    def fastest(work):
        times = []
        for i in range(9):
            began = process_time()
            work(20_000)
            times.append(process_time() - began)
        return min(times)

    # %% natively
    import sys
    before = fastest(calls), fastest(generators)
    sys.settrace(lambda frame, event, arg: None)
    traced = fastest(calls), fastest(generators)
    sys.settrace(None)
    # %% watched
    after = fastest(calls), fastest(generators)
    ratios = [with_it / without for without, with_it in zip(before, after)]
    to_least = [with_it / least for least, with_it in zip(traced, after)]
    """


async def test_a_breakpoint_where_a_body_begins_is_hit_in_each_call(
    debugging: Debugging, write: Write
) -> None:
    program = write("bodies.py", BODIES)
    text = program.read_text()
    lines = [{"line": at(text, f"# {name}"), "logMessage": f"<{name}>"} for name in HITS]
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: lines})
        await debug.output_until("done")
        printed = debug.printed()
        await debug.terminated()
    assert {name: printed.count(f"<{name}>") for name in HITS} == HITS


async def test_a_breakpoint_costs_other_functions_next_to_nothing(
    debugging: Debugging, write: Write, backend: Backend
) -> None:
    """Ratios in one process: before the breakpoint was set, and with it."""
    notebook = write("costs.py", COSTS)
    text = notebook.read_text()
    async with debugging(notebook) as debug:
        await debug.launch()
        await debug.idle()
        await debug.break_at(notebook, at(text, "return 0"))
        await debug.run({"cells": ["watched"]})
        stop = await debug.idle()
        against = "ratios" if backend == "monitoring" else "to_least"  # a trace function that does nothing
        ratios = [float(await stop.evaluate(f"{against}[{n}]")) for n in (0, 1)]
    assert max(ratios) < 2, ratios
