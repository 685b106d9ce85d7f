"""Breakpoints where the kernel's Python compiles another code than the server's would."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client.debug import Debug
from tests.pythons import Python
from tests.sessions.notebooks import at

Debugging = Callable[..., Debug]
Write = Callable[[str, str], Path]

OPTIMIZED = """
    # %% check
    def half(n):
        assert n % 2 == 0  # assert
        return n // 2  # half
    if __debug__:
        print("checks")  # debug
    done = half(4)  # done
    # %% module
    import checked
    checked.third(6)
    # %% last
    x = 1
    assert x == 1  # last
"""
CHECKED = """
    def third(n):
        assert n % 3 == 0  # module
        return n // 3  # third
"""


async def test_lines_that_the_kernels_python_has_no_code_for(debugging: Debugging, write: Write) -> None:
    """The server looks with a Python of its own; that of the kernel leaves `assert` out."""
    path, module = write("optimized.py", OPTIMIZED), write("checked.py", CHECKED)
    spots = [at(path, f"# {it}") for it in ("assert", "debug", "last")]
    async with debugging(path, launch={"pythonArgs": ["-O"], "run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        moves, leaves, lost = (it["id"] for it in await debug.break_at(path, *spots))
        (third,) = await debug.break_at(module, at(module, "# module"))
        await debug.run("all")
        seen = []
        for _ in range(3):
            stop = await debug.stopped("breakpoint")
            seen.append((stop.hit_breakpoint_ids, await stop.line()))
            await stop.continue_()
        assert seen == [
            ([leaves], at(path, "# done")),
            ([moves], at(path, "# half")),
            ([third["id"]], at(module, "# third")),
        ]
        await debug.idle()
        told = {
            it["body"]["breakpoint"]["id"]: it["body"]["breakpoint"]
            for it in debug.connection.events
            if it["event"] == "breakpoint"
        }
        assert {id: (it["verified"], it["line"]) for id, it in told.items()} == {
            moves: (True, at(path, "# half")),
            leaves: (True, at(path, "# done")),
            third["id"]: (True, at(module, "# third")),
            lost: (False, at(path, "# last")),
        }
        assert "-O makes no code of this line" in told[lost]["message"]
        # A breakpoint set later in what has run already is answered so, too.
        (late,) = await debug.break_at(path, {"line": spots[0], "hitCondition": "9"})
        moved = await debug.event("breakpoint", lambda it: it["breakpoint"]["id"] == late["id"])
        assert moved["breakpoint"]["line"] == at(path, "# half")
        # With another text it is another matter.
        (last,) = await debug.break_at(path, spots[2])
        again = await debug.event("breakpoint", lambda it: it["breakpoint"]["id"] == last["id"])
        assert again["breakpoint"]["message"] == told[lost]["message"]
        path.write_text(path.read_text().replace("assert x == 1", "assert_ = x"))
        await debug.run("stale")
        stop = await debug.stopped("breakpoint", line=spots[2])
        assert stop.hit_breakpoint_ids == [last["id"]]


NEWER = """
    # %% define
    def first[T](xs: list[T]) -> T:

        return xs[0]  # first
    # %% use
    first([1])
"""


async def test_a_text_that_only_the_kernels_python_can_parse(
    debugging: Debugging, write: Write, python: Python
) -> None:
    """The server runs under one that is older, perhaps."""
    if python.version < (3, 12):
        pytest.skip("the kernel's Python cannot parse it either")
    path = write("newer.py", NEWER)
    line = at(path, "# first")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        (told,) = await debug.break_at(path, line - 1)
        await debug.run("all")
        stop = await debug.stopped("breakpoint", line=line, name="first")
        assert stop.hit_breakpoint_ids == [told["id"]]
        if not told["verified"]:
            assert "does not parse" in told["message"]
            changed = await debug.event("breakpoint")
            assert (changed["breakpoint"]["verified"], changed["breakpoint"]["line"]) == (True, line)
        await stop.continue_()
        await debug.idle()
