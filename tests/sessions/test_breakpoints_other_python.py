"""Breakpoints where the kernel's Python compiles another code than the server's would."""

from textwrap import indent

import pytest

from tests.client.fixtures import Debugging, Write, WriteCells
from tests.pythons import Python
from tests.sessions.notebooks import at

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


# The Python that has it first, and what only it parses; the line marked `here` is run once.
NEWER = {
    "type parameters": ((3, 12), "def first[T](xs: list[T]) -> T:\n\n    return xs[0]  # here\nfirst([1])"),
    "quotes": ((3, 12), "d = {'a': 1}\ndef get():\n    s = f'{d['a']}'\n    return s  # here\nget()"),
    "exceptions": ((3, 14), "try:\n    1 / 0\nexcept KeyError, ZeroDivisionError:\n    ok = 1  # here"),
    "t-string": ((3, 14), "def get(x):\n    s = t'{x}'  # here\n    return s.values\nget(1)"),
    "unpacking": ((3, 15), "got = [*it for it in [[1], [2]]]\nlast = got  # here"),
    "lazy import": (
        (3, 15),
        "lazy import colorsys\nlazy from fractions import Fraction\none = Fraction(1)  # here",
    ),
}


def program(format, text, write, write_cells):
    """Write a notebook of that format with the text in it; return it and the line to stop at."""
    reads = "print('got', shown)"
    match format:
        case "jupyter":
            path = write_cells("newer.ipynb", "shown = 1", text, reads)
        case "marimo":
            cells = [reads, text, "shown = 1"]  # marimo's order is another
            functions = ["@app.cell\ndef _():\n" + indent(it, "    ") + "\n    return\n" for it in cells]
            path = write("newer.py", "\n\n".join(["import marimo\n\napp = marimo.App()\n", *functions]))
        case "percent":
            path = write("newer.py", "\n".join(f"# %%\n{it}" for it in ("shown = 1", text, reads)))
        case _:
            path = write("newer.py", f"shown = 1\n{text}\n{reads}\n")
    lines = path.read_text("utf-8").splitlines()
    return path, next(number for number, it in enumerate(lines, 1) if "# here" in it)


@pytest.mark.parametrize("format", ["script", "percent", "jupyter", "marimo"])
@pytest.mark.parametrize("what", NEWER)
async def test_a_text_that_only_the_kernels_python_can_parse(
    debugging: Debugging,
    write: Write,
    write_cells: WriteCells,
    python: Python,
    what: str,
    format: str,
) -> None:
    """The server runs under one that is older, perhaps."""
    since, text = NEWER[what]
    if python.version < since:
        pytest.skip("the kernel's Python cannot parse it either")
    path, line = program(format, text, write, write_cells)
    async with debugging(path, launch={"run": "none", "whenDone": "stay"}) as debug:
        await debug.launch()
        await debug.idle()
        asked = line - 1 if what == "type parameters" and format != "jupyter" else line
        (told,) = await debug.break_at(path, asked)
        await debug.run("all")
        stop = await debug.stopped("breakpoint", line=line)
        assert stop.hit_breakpoint_ids == [told["id"]]
        await stop.next()
        stop = await debug.stopped("step")
        await stop.continue_()
        await debug.idle()
        assert "got 1\n" in debug.printed("stdout")
        assert "does not parse" not in debug.printed()


DEFERRED = """
    from dataclasses import dataclass
    class Plain:
        a: int  # bare
        b: "Missing"
        c = 1  # class
    @dataclass
    class Fields:
        p: Plain  # field
        q: str = "s"  # default
    def call(
        a: Missing,  # parameter
        b: int = 2,
    ) -> None:
        return a  # body
    call(1)
    x: Missing if a_name_that_is_not else 3  # module
    last = 1  # last
"""
# Where a breakpoint is asked for, and the stops that it comes to: none when `dataclass` asks for annotations.
STOPS = {"bare": ["class"], "field": ["default"], "parameter": ["body"], "module": ["module"]}


async def test_a_breakpoint_at_an_annotation_that_is_not_evaluated_is_hit_below(
    debugging: Debugging, write: Write, python: Python
) -> None:
    """From 3.14 on its code is in a function of its own, which runs if ever somebody asks for it."""
    if python.version < (3, 14):
        pytest.skip("annotations are evaluated where they stand")
    path = write("deferred.py", DEFERRED)
    async with debugging(path, launch={"stopOnEntry": True}) as debug:
        await debug.launch(breakpoints={path: [at(path, f"# {it}") for it in STOPS]})
        stop = await debug.stopped("entry")
        for comment in [it for stops in STOPS.values() for it in stops]:
            await stop.continue_()
            stop = await debug.stopped("breakpoint", line=at(path, f"# {comment}"))
            shown = await stop.locals()
            assert not [it for it in shown if it.startswith("__") or "annot" in it], shown
        await stop.continue_()
        assert await debug.terminated() == 0
