"""Line breakpoints: conditions, hit counts, log points, and what is answered when they make no sense."""

from pathlib import Path

from tests.client.fixtures import Debugging, Write
from tests.sessions.notebooks import at

KINDS = """
    # %% define
    def grow(n):
        doubled = n * 2  # grow
        return doubled
    # %% count
    total = 0
    for n in range(12):
        total += 1  # count
    # %% call
    for n in range(4):
        grow(n)  # call
        total -= 1  # after
    print("the end")
"""


async def test_conditions_counts_and_log_points_in_one_notebook(debugging: Debugging, write: Write) -> None:
    path = write("kinds.py", KINDS)
    text = path.read_text()
    lines = [
        {"line": at(text, "# grow"), "condition": "any(it == n for it in (2,))"},
        {"line": at(text, "# count"), "hitCondition": "5"},
        {"line": at(text, "# count"), "hitCondition": ">= 11"},
        {"line": at(text, "# count"), "hitCondition": "% 6", "condition": "n >= 0"},
        {"line": at(text, "# after"), "logMessage": "n is {n}, {{n}} stays, {grow(n)!r:>3}"},
    ]
    async with debugging(path, launch={"orphanTimeout": 0}) as debug:
        await debug.launch()
        # nothing runs twice: the notebook is idle after its first run, without a stop
        await debug.idle()
        told = await debug.break_at(path, *lines)
        assert all(it["verified"] for it in told), told
        grow, fifth, late, sixth, log = (it["id"] for it in told)
        await debug.run("all")
        seen = []
        for _ in range(5):
            stop = await debug.stopped("breakpoint")
            assert stop.event["hitBreakpointIds"]
            seen.append((await stop.locals()).get("n", ""))
            seen.append(
                [{fifth: "5", late: "late", sixth: "% 6"}.get(it, it) for it in stop.hit_breakpoint_ids]
            )
            await stop.continue_()
        assert seen == ["4", ["5"], "5", ["% 6"], "10", ["late"], "11", ["late", "% 6"], "2", [grow]]
        await debug.idle()
        said = [it["body"] for it in debug.connection.events if it["event"] == "output"]
        logged = [it for it in said if "stays" in it["output"]]
        assert "".join(it["output"] for it in logged) == (
            "n is 0, {n} stays,   0\nn is 1, {n} stays,   2\nn is 2, {n} stays,   4\nn is 3, {n} stays,   6\n"
        )
        assert {it["line"] for it in logged} == {at(text, "# after")}
        assert {it["source"]["path"] for it in logged} == {str(path)}
        assert log


MISTAKES = """
    # %% one
    rows = [1, 2, 3]
    for row in rows:
        seen = row  # one
    # %% two
    for row in rows:
        seen = row  # two
    # %% three
    for row in rows:
        seen = row  # three
    # %% four
    for row in rows:
        seen = row  # four
    # %% five
    for row in rows:
        seen = row  # five
    # %% six
    for row in rows:
        seen = row  # six
"""


async def test_conditions_that_raise_or_make_no_sense_stop_and_say_why_once(
    debugging: Debugging, write: Write
) -> None:
    path = write("mistakes.py", MISTAKES)
    text = path.read_text()
    lines = [
        {"line": at(text, "# one"), "condition": "rov > 1"},
        {"line": at(text, "# two"), "condition": "row >"},
        {"line": at(text, "# three"), "hitCondition": "often"},
        {"line": at(text, "# four"), "logMessage": "{row} of {lenght(rows)}"},
        {"line": at(text, "# five"), "condition": "1 / (row - 2) < 0"},
        {"line": at(text, "# six"), "logMessage": "{row:{row}d}, {row"},
    ]
    async with debugging(path, launch={"orphanTimeout": 0}) as debug:
        await debug.launch(breakpoints={path: lines})
        answers = await debug.break_at(path, *lines)  # the same: they keep their ids, and what was told
        assert [it["verified"] for it in answers] == [True, False, False, True, True, False]
        assert "the brace at character 15 is never closed" in answers[5]["message"]
        assert "SyntaxError" in answers[1]["message"] and "'often' is not" in answers[2]["message"]
        for mark, count, reason in (
            ("one", 3, "NameError: name 'rov' is not defined"),
            ("two", 3, "SyntaxError: invalid syntax"),
            ("three", 3, "hit condition 'often' is not understood"),
            ("five", 2, "ZeroDivisionError: division by zero"),
        ):
            for _ in range(count):
                stop = await debug.stopped("breakpoint", line=at(text, f"# {mark}"))
                await stop.continue_()
            assert debug.printed().count(reason) == 1, debug.printed()
        await debug.idle()
        assert "2 of <NameError: name 'lenght' is not defined>\n" in debug.printed()
        assert " 2, {row\n  3, {row\n" in debug.printed()


MODULES = """
    # %% first
    import sys
    sys.dont_write_bytecode = True
    import early
    # %% second
    early.work(1)  # work
    import late
    late.work(2)
    # %% third
    early.work(3)
    late.work(4)
"""
EARLY = """
    def work(n):
        m = n + 1  # early
        return m
"""
LATE = """
    ready = True  # import

    def work(n):
        m = n + 1  # late
        return m
"""


async def test_modules_before_and_after_their_import(debugging: Debugging, write: Write) -> None:
    path = write("main.py", MODULES)
    early, late = write("early.py", EARLY), write("late.py", LATE)
    work = at(path.read_text(), "# work")
    async with debugging(path, launch={"orphanTimeout": 0}) as debug:
        # `early` is imported while `late` alone has breakpoints.
        await debug.launch(breakpoints={path: [work], late: [at(late, "# import"), at(late, "# late")]})
        stop = await debug.stopped("breakpoint", line=work)
        told = await debug.break_at(early, at(early, "# early"))
        assert told[0]["verified"]
        await stop.continue_()
        seen = []
        for _ in range(5):
            stop = await debug.stopped("breakpoint")
            frame = await stop.frame()
            seen.append((Path(frame.path or "").name, frame.line, frame.name))
            if seen[-1] == ("late.py", 4, "work") and len(seen) == 3:
                assert stop.hit_breakpoint_ids
                await debug.break_at(early, {"line": at(early, "return m"), "condition": "m == 4"})
            await stop.continue_()
        assert seen == [
            ("early.py", 2, "work"),
            ("late.py", 1, "<module>"),
            ("late.py", 4, "work"),
            ("early.py", 3, "work"),
            ("late.py", 4, "work"),
        ]
        await debug.idle()


FUNCTIONS = """
    # %% define
    class Model:
        def fit(self, n):
            return n + 1
        @property
        def size(self):
            return 3
    def train(n):
        "A docstring."
        return n
    def train_more(n): return n * 2
    # %% use
    model = Model()
    model.fit(1)
    train(2)
    train(3)
    train_more(4)
    model.size
"""


async def test_function_breakpoints(debugging: Debugging, write: Write) -> None:
    path = write("functions.py", FUNCTIONS)
    async with debugging(path, launch={"orphanTimeout": 0}) as debug:
        await debug.launch(
            functions=["Model.fit", {"name": "train", "condition": "n > 2"}, "train_more", "Model.size"]
        )
        seen = []
        for _ in range(4):
            stop = await debug.stopped("function breakpoint")
            frame = await stop.frame()
            assert len(stop.hit_breakpoint_ids) == 1
            seen.append((frame.name, frame.line))
            await stop.continue_()
        assert seen == [("Model.fit", 4), ("train", 10), ("train_more", 11), ("Model.size", 7)]
        await debug.idle()
        told = await debug.break_on_functions(
            "train", "no such name", {"name": "train_more", "hitCondition": "2"}
        )
        assert [it["verified"] for it in told] == [True, False, True] and told[1]["message"]
        await debug.run({"cells": ["use"]})
        for n in ("2", "3"):
            stop = await debug.stopped("function breakpoint", name="train")
            assert (await stop.locals())["n"] == n
            assert stop.hit_breakpoint_ids == [told[0]["id"]]
            await stop.continue_()
        await debug.idle()


async def test_function_breakpoints_are_not_for_the_debuggers_own(debugging: Debugging, write: Write) -> None:
    """The debugger's own functions have these names, too, and run within the lines that print."""
    path = write(
        "functions.py",
        """
        def write(n):
            return n

        def plain(n):
            return write(n)

        print("now", flush=True)
        plain(1)
        print("then", flush=True)
        """,
    )
    async with debugging(path) as debug:
        await debug.launch(functions=["plain", "write"])
        for name, line in (("plain", 5), ("write", 2)):
            stop = await debug.stopped("function breakpoint")
            frame = await stop.frame()
            assert (frame.name, frame.line) == (name, line)
            await stop.continue_()
        await debug.terminated()
