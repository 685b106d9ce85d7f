"""Objects die where they die natively: no frame of the user's is held while a thread steps."""

import textwrap

import pytest

from .watching import BACKENDS, watch

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
