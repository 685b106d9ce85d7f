"""Objects die where they die natively: no frame of the user's is held while a thread steps."""

import gc
import textwrap
from typing import Any

import pytest

from dap_kernel.agent.wire.messages import LineBreakpoint

from ..watching import BACKENDS, make, run, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

PROGRAM = textwrap.dedent("""\
    import weakref
    class Thing:
        def __init__(self, name):
            self.name = name
        def __del__(self):
            log.append("dies " + self.name)
    def inner(name):
        thing = Thing(name)
        refs.append(weakref.ref(thing))
        return name
    def outer(name):
        own = Thing("of outer " + name)
        got = inner(name)
        log.append("alive" if refs[-1]() else "gone")
        return got
    def fail(name):
        thing = Thing(name)
        raise ValueError(name)
    def caught(name):
        try:
            fail(name)
        except ValueError:
            log.append("caught")
        log.append("after")
    def count(name):
        thing = Thing(name)
        yield 1
        yield 2
    refs = []
    for n in range(3):
        outer(f"a{n}")
        log.append("called")
        caught(f"b{n}")
        log.append("called")
        for it in count(f"c{n}"):
            log.append(str(it))
        log.append("looped")
        [inner(f"d{n}{m}") for m in range(2)]
        log.append("ended")
    """)


@pytest.mark.parametrize("step", ["in", "over", "out", None])
@pytest.mark.parametrize("lines", [[29], [9], [14], [18], [25], [10, 20]])
@pytest.mark.parametrize("filters", [[], ["raised"]])
def test_objects_die_where_they_die_natively(
    backend: str, step: str | None, lines: list[int], filters: list[str]
) -> None:
    natively: list[str] = []
    exec(compile(PROGRAM, "<native>", "exec"), {"log": natively})
    log: list[str] = []
    watch(backend, PROGRAM, lines, [step] * 500, filters=filters, names={"log": log})
    assert log == natively


PAUSED = textwrap.dedent("""\
    import sys, weakref
    class Thing:
        def __del__(self):
            log.append("dies")
    def job(thing):
        return pause(sys._getframe())
    def count(thing):
        yield pause(sys._getframe())
        yield 2
    def caught(thing):
        raise pause(sys._getframe()) or KeyError
    def tried():
        try:
            caught(Thing())
        except KeyError: log.append("caught")
    job(Thing()), log.append("after"), [*map(job, [Thing()])], log.append("later")
    [*count(Thing())], log.append("counted")
    tried(), log.append("tried")
    log.append("end")
    """)


@pytest.mark.parametrize("step", ["in", "over", "out", None])
def test_objects_die_while_a_pause_waits_for_its_line(backend: str, step: str | None) -> None:
    natively: list[str] = []
    exec(compile(PAUSED, "<native>", "exec"), {"log": natively, "pause": lambda frame: None})
    log: list[str] = []
    pauses = "def pause(frame): watcher.break_in(ident, frame, 'pause')\n"
    names: dict[str, object] = {"log": log}
    seen = watch(backend, PAUSED.replace("import sys", f"{pauses}import sys"), [], [step] * 100, names=names)
    assert log == natively
    assert seen.stops


MODULES = textwrap.dedent("""\
    import gc, weakref
    class Held: pass
    text = '''def f(a):
        b = a
        return b
    f(1)
    '''
    def run(n):
        names = {"__name__": f"module{n}", "held": Held(), "limit": 7}
        exec(compile(text, "/nowhere/module.py", "exec"), names)
        return weakref.ref(names["held"])
    refs = [run(n) for n in range(3)]
    for _ in range(2):
        watcher.check()
    gc.collect()
    alive.append(sum(it() is not None for it in refs))
    """)


@pytest.mark.parametrize("condition", ["a == 7", "a == limit", "a == 7 and vars()", "held == str(locals())"])
def test_a_module_that_is_gone_is_not_held_by_conditions(backend: str, condition: str) -> None:
    alive: list[int] = []
    watcher, seen = make(backend, [])
    points = [LineBreakpoint(1, 2, condition), LineBreakpoint(2, 3, log_message=f"{{{condition}}}")]
    watcher.set_breakpoints("/nowhere/module.py", 1, points)
    try:
        run(watcher, seen, MODULES, {"alive": alive})
        assert (seen.raised, alive) == (None, [0])
        assert seen.stops == [] and len(seen.logs) == 3
    finally:
        watcher.clear_watch_list()


def test_the_last_module_is_not_held_after_its_cell(backend: str) -> None:
    watcher, seen = make(backend, [])
    watcher.set_breakpoints("/nowhere/module.py", 1, [LineBreakpoint(1, 2, "a == limit")])
    names: dict[str, Any] = {"alive": []}
    try:
        run(watcher, seen, MODULES.partition("for _")[0], names)
        gc.collect()
        assert [it() for it in names["refs"]] == [None, None, None]
    finally:
        watcher.clear_watch_list()
