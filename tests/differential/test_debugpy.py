"""Steps visit what debugpy's visit: random programs, both asked by DAP.

A few differences are debugpy's own. On Python 3.11 its `next` at the end of a function skips the
rest of the line of the call, and its step out of a generator ends at a `yield`. From 3.12 on it
loses a step out of a function that ends by an exception. On 3.12 a loop on one line stops it again
in each round.
"""

import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.client.debug import Backend, Debug
from tests.client.serving import Server

from .peers import NO_DELAY, Choose, Place, Visit, visits
from .programs import program

PROGRAMS = 8
LIMIT = 40

CALLS = """\
def last(n):
    if n:
        return last(n - 1)
    return n
def caught():
    try:
        last(1)
        raise KeyError
    except KeyError:
        return 1
a = last(2)
b = caught()
c = 1
"""
GENERATOR = """\
def last(n):
    return n
def count():
    yield last(0)
    yield 2
for i in count():
    c = i
d = 1
"""


COMPREHENSIONS = """\
def f(n):
    return n
def g():
    a = [f(x) for x in range(2)]
    b = [
        x * 2
        for x in range(3)
    ]
    c = {x: f(x) for x in range(2)}
    return a
z = g()
y = [f(x) for x in range(3)]
x = 1
"""


def outwards(place: Place) -> str:
    """Go in from modules, out of functions."""
    return "in" if place[0] == "<module>" else "out"


def plain(visited: list[Visit], kind: str) -> list[Place]:
    """Return the places without those in which the two are known to differ."""
    kept = visited[:1]
    for before, it in pairwise(visited):
        is_end = it.place in before.callers and len(it.callers) < len(before.callers)
        if is_end and kind == "over" and sys.version_info < (3, 12):
            continue
        if it != before or sys.version_info >= (3, 13):
            kept.append(it)
    return [it.place for it in kept]


async def compare(
    tmp_path: Path, sources: list[str], choose: Choose, kind: str, backend: Backend | None = None
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(NO_DELAY)
    programs = [tmp_path / f"program_{n}.py" for n in range(len(sources))]
    for path, source in zip(programs, sources, strict=True):
        path.write_text(source)
    main, env = tmp_path / "main.py", {"PYTHONPATH": str(site)}
    how = {"python": sys.executable, "launch": {"showReturnValue": False}, "backend": backend}
    async with Debug(main, **how) as debug:  # type: ignore[arg-type]
        ours = await visits(debug, programs, choose, LIMIT)
    server = await Server.start(command=[sys.executable, "-m", "debugpy.adapter"], env=env)
    launch = {"console": "internalConsole", "subProcess": False, "cwd": str(tmp_path), "env": env}
    try:
        debug = Debug(main, launch={**launch, "python": sys.executable}, server=server, is_judged=False)
        async with debug:
            theirs = await visits(debug, programs, choose, LIMIT)
    finally:
        await server.stop()
    for path, mine, other in zip(programs, ours, theirs, strict=True):
        left, right = plain(mine, kind), plain(other, kind)
        length = min(len(left), len(right))  # what is left out leaves one of them longer
        at = next((n for n in range(length) if left[n] != right[n]), length)
        context = right[max(0, at - 3) : at]
        assert (left[at : at + 3] == right[at : at + 3]) or at == length, (path.name, context)
        assert length >= min(10, len(right))


@pytest.mark.parametrize("kind", ["in", "over"])
async def test_steps_visit_what_debugpys_visit(tmp_path: Path, kind: str) -> None:
    sources = [program(seed) for seed in range(1000, 1000 + PROGRAMS)]
    await compare(tmp_path, sources, lambda place: kind, kind)


async def test_steps_out_lead_where_debugpys_lead(tmp_path: Path) -> None:
    sources = [CALLS, GENERATOR] if sys.version_info >= (3, 12) else [CALLS]
    await compare(tmp_path, sources, outwards, "out")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="comprehensions have frames of their own there")
@pytest.mark.parametrize("kind", ["in", "over"])
async def test_steps_go_through_inlined_comprehensions_as_debugpys_do(tmp_path: Path, kind: str) -> None:
    """By the same mechanism: each round is a line event of `sys.settrace`, and none of `sys.monitoring`."""
    backend: Backend = "settrace" if sys.version_info < (3, 13) else "monitoring"
    await compare(tmp_path, [COMPREHENSIONS], lambda place: kind, kind, backend)
