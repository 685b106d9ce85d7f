"""Objects die where they die natively, whatever was looked at where the program stopped."""

import itertools
import subprocess
from collections.abc import Awaitable, Callable

import pytest

from tests import pythons
from tests.client.connection import Refused
from tests.client.debug import Debug
from tests.client.fixtures import Debugging, Write
from tests.client.stop import Frame, Stop

PROGRAM = """
    # %%
    import weakref
    go = True
    log, refs = [], []
    class Thing:
        def __init__(self, name):
            self.name = name
            self.parts = [name]
            refs.append(weakref.ref(self, lambda _: log.append("is gone " + name)))
        def __del__(self):
            log.append("dies " + self.name)
        def own(self):
            return self.name
    def inner(name):
        thing = Thing(name)
        text = thing.own()
        return name
    def outer(name):
        thing = Thing("of outer " + name)
        got = inner(name)
        log.append("alive" if refs[-1]() else "gone")
        return got
    def shared(name):
        thing = Thing(name)
        text = (lambda: thing.name)()
        return thing
    def fail(name):
        thing = Thing(name)
        text = thing.own()
        raise ValueError(thing)
    def caught(name):
        try:
            fail(name)
        except ValueError as error:
            found = error.args
            log.append("caught")
            del found
        log.append("after")
    def count(name):
        thing = Thing(name)
        yield 1
        text = "on"
        yield 2
    def again(name):
        thing = Thing(name + " first")
        thing = Thing(name + " second")
        log.append("again")
        del thing
        log.append("deleted")
    def wait(name):
        thing = Thing(name)
        while not go:
            pass
        return thing.name
    outer("a")
    log.append("outer")
    thing = shared("b")
    log.append("shared")
    del thing
    caught("c")
    log.append("caught all")
    for it in count("d"):
        log.append(str(it))
    log.append("counted")
    [inner(it) for it in "ef"]
    again("g")
    wait("h")
    log.append("waited")
    print("\\n".join(log))
    log.clear()
    refs.clear()
    """
LINES = ["text =", 'log.append("again")', 'log.append("caught")', 'log.append("shared")', "return got"]

Look = Callable[[Debug, Stop, Frame], Awaitable[object]]


def evaluates(context: str, *expressions: str) -> Look:
    async def look(debug: Debug, stop: Stop, frame: Frame) -> None:
        for it in expressions:
            try:
                await frame.evaluate(it, context)
            except Refused:
                continue  # The frame has no such name, or it is to fail.

    return look


async def opens(debug: Debug, stop: Stop, frame: Frame) -> None:
    for scope in await frame.scopes():
        for it in await debug.variables(scope["variablesReference"]):
            if it["variablesReference"]:
                for inner in await debug.variables(it["variablesReference"]):
                    if inner["variablesReference"]:
                        await debug.variables(inner["variablesReference"])


async def pages(debug: Debug, stop: Stop, frame: Frame) -> None:
    for scope in await frame.scopes():
        for it in await debug.variables(scope["variablesReference"], start=0, count=3):
            if it["variablesReference"]:
                await debug.variables(it["variablesReference"], filter="indexed", start=0, count=1)
                await debug.variables(it["variablesReference"], filter="named", start=1, count=2)


async def sets(debug: Debug, stop: Stop, frame: Frame) -> None:
    for name in await frame.locals():
        if name in ("name", "text"):
            await frame.set(name, name)
            await frame.set_expression(name, f"str({name})")
        elif name == "thing":
            await frame.set_expression("thing.parts", "[thing.name]")


async def completes(debug: Debug, stop: Stop, frame: Frame) -> None:
    for text in ("thing.", "th", "thing.parts[0].", "Thing(", "[thing for thing in [thi"):
        await frame.completions(text)


async def asks_for_the_exception(debug: Debug, stop: Stop, frame: Frame) -> None:
    if stop.reason == "exception":
        await stop.exception()
        await frame.evaluate("__exception__.args[0]", "repl")
    await stop.step_in_targets()


TEXTS = ["thing", "[thing, thing.parts]", "locals()", "vars()", "(lambda: thing)()", "[it for it in [thing]]"]
FAIL = ["thing.missing", "1 / 0 if thing else 0", "(lambda: thing.missing)()", "[it.no for it in [thing]]"]
STATEMENTS = [
    "thing.name = thing.name",
    "if thing.parts: pass",
    "x_ = 1; del x_",
    "import sys",
    "raise KeyError(thing)",
]
LOOKS: dict[str, Look] = {
    "watch": evaluates("watch", *TEXTS, *FAIL),
    "hover": evaluates("hover", *TEXTS, *FAIL),
    "clipboard": evaluates("clipboard", *TEXTS),
    "console": evaluates("repl", *TEXTS, *FAIL),
    "console: statements": evaluates("repl", *STATEMENTS),
    "variables": opens,
    "pages": pages,
    "set": sets,
    "completions": completes,
    "exception": asks_for_the_exception,
}
# Before Python 3.13 a frame whose locals were read keeps what they were until they are read again (PEP 667):
# at the next line of a step, or once it has ended. So there is no stop where such a frame drops things later.
IN_ONE = ['log.append("again")', 'log.append("caught")']
HOW = [  # exception filters, and how to go on from each stop in turn
    (["raised"], ("step_in", "next", "step_in", "step_out")),
    ([], ("continue_",)),
]


@pytest.fixture
def natively(python: pythons.Python, write: Write) -> list[str]:
    path = write("native.py", PROGRAM)
    return subprocess.run([python.path, path], capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("filters, how", HOW, ids=["steps", "continues"])
@pytest.mark.parametrize("look", LOOKS)
async def test_objects_die_where_they_die_natively(
    debugging: Debugging,
    write: Write,
    python: pythons.Python,
    natively: list[str],
    look: str,
    filters: list[str],
    how: tuple[str, ...],
) -> None:
    path = write("cells.py", PROGRAM)
    wanted = [it for it in LINES if len(how) > 1 or it not in IN_ONE or python.version >= (3, 13)]
    lines = [
        n for n, it in enumerate(path.read_text().splitlines(), 1) if it.strip().startswith(tuple(wanted))
    ]
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: lines}, exceptions=filters)
        ways = itertools.cycle(how)
        while (stop := await debug.stopped()).reason != "idle":
            for frame in (await stop.frames())[:2]:
                await LOOKS[look](debug, stop, frame)
            await getattr(stop, next(ways))()
        assert debug.printed("stdout").splitlines() == natively


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("way", ["step_in", "continue_"])
async def test_objects_die_after_a_pause_as_natively(
    debugging: Debugging, write: Write, natively: list[str], look: str, way: str
) -> None:
    path = write("cells.py", PROGRAM.replace("go = True", "go = False"))
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.pause()
        for frame in (await stop.frames())[:2]:
            await LOOKS[look](debug, stop, frame)
        await stop.evaluate("go = True", "repl", frame=1)
        while stop.reason != "idle":
            await getattr(stop, way)()
            stop = await debug.stopped()
        assert debug.printed("stdout").splitlines() == natively
