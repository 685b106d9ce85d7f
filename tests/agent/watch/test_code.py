"""Breakpoints in code that comes and goes: other cells, the same source twice, generators, deep stacks."""

import sys
import textwrap

import pytest

from dap_kernel.agent.stops.stop import Stop
from dap_kernel.agent.watch.frame_watcher import FrameWatcher
from dap_kernel.agent.wire.messages import LineBreakpoint

from ..watching import BACKENDS, NOTEBOOK, make, run, set_lines, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

LOOP = """\
def f(n):
    a = n + 1
    return a

total = 0
for i in range(4):
    total += f(i)
"""


def test_breakpoints_in_functions_of_other_cells(backend: str) -> None:
    watcher, seen = make(backend, [])
    names: dict[str, object] = {}
    run(watcher, seen, "def g():\n    return 1\n", names, filename=f"{NOTEBOOK}#1@1.py")
    watcher.set_breakpoints(f"{NOTEBOOK}#1@1.py", 1, [LineBreakpoint(1, 2)])
    run(watcher, seen, "def h():\n    return g()\nh()\n", names, filename=f"{NOTEBOOK}#2@1.py")
    watcher.clear_watch_list()
    assert seen.places == [("g", 2)]


def test_the_same_source_compiled_twice_stops_in_both(backend: str) -> None:
    source = "def f():\n    return 1\n"
    watcher, seen = make(backend, [])
    first: dict[str, object] = {}
    second: dict[str, object] = {}
    set_lines(watcher, [2])
    run(watcher, seen, source, first)
    run(watcher, seen, source, second)
    exec("f()", first)
    exec("f()", second)
    set_lines(watcher, [], 2)
    set_lines(watcher, [2], 3)
    exec("f()", first)
    exec("f()", second)
    watcher.clear_watch_list()
    assert seen.lines == [2] * 4


def test_functions_that_are_deleted_and_defined_anew(backend: str) -> None:
    source = """\
    import gc
    for i in range(50):
        def f():
            return i
        f()
        del f
        gc.collect(0)
    """
    assert watch(backend, textwrap.dedent(source), [4]).lines == [4] * 50


def test_code_that_is_made_by_exec_under_the_notebooks_name(backend: str) -> None:
    source = "for i in range(3):\n    exec(compile('\\n' * 9 + 'x = 1', name, 'exec'))\n"
    assert watch(backend, source, [10], names={"name": NOTEBOOK}).lines == [10] * 3


def test_a_one_line_function_and_a_lambda(backend: str) -> None:
    source = "def one(n): return n + 1\nkey = lambda it: -it\none(1)\none(2)\nsorted([2, 1], key=key)\n"
    assert watch(backend, source, [1, 2]).lines == [1, 2, 1, 1, 2, 2]


def test_a_generator_that_was_suspended_when_its_breakpoint_was_set(backend: str) -> None:
    source = textwrap.dedent("""\
        def count():
            yield 1
            x = 2
            yield x
        it = count()
        next(it)
        set_lines(watcher, [3], 2)
        next(it)
        """)
    assert watch(backend, source, names={"set_lines": set_lines}).lines == [3]


def test_a_suspended_generator_that_is_thrown_into(backend: str) -> None:
    source = textwrap.dedent("""\
        def count():
            try:
                yield 1
            except KeyError:
                x = 1
                yield x
        it = count()
        next(it)
        set_lines(watcher, [5], 2)
        it.throw(KeyError)
        """)
    assert watch(backend, source, names={"set_lines": set_lines}).lines == [5]


def test_breakpoints_set_moved_and_removed_at_a_stop(backend: str) -> None:
    def move(watcher: FrameWatcher, stop: Stop) -> None:
        set_lines(watcher, [3], 2)

    def remove(watcher: FrameWatcher, stop: Stop) -> None:
        set_lines(watcher, [], 3)

    assert watch(backend, LOOP, [2], [move, None, remove]).lines == [2, 3, 3]


def test_a_breakpoint_set_further_up_the_stack_at_a_stop(backend: str) -> None:
    source = "def f():\n    return 1\ndef g():\n    f()\n    x = 1\n    return x\ng()\ny = 1\n"

    def outwards(watcher: FrameWatcher, stop: Stop) -> None:
        set_lines(watcher, [5, 8], 2)

    assert watch(backend, source, [2], [outwards]).lines == [2, 5, 8]


def test_recursion_to_the_limit(backend: str) -> None:
    source = """\
    def down(n):
        if n == 5:
            x = 1
        return down(n + 1)
    try:
        down(0)
    except RecursionError as error:
        caught = str(error)
    watcher.check()
    deep = 0
    def after():
        return 1
    after()
    """
    names: dict[str, object] = {}
    seen = watch(backend, textwrap.dedent(source), {3: {}, 4: {"condition": "n < 0"}, 12: {}}, names=names)
    assert seen.lines == [3, 12]
    assert "maximum recursion depth exceeded" in str(names["caught"])


def test_a_condition_that_cannot_be_asked_so_deep_does_not_stop(backend: str) -> None:
    source = "def down(n):\n    return down(n + 1)\ntry:\n    down(0)\nexcept RecursionError:\n    pass\n"
    assert watch(backend, source, {2: {"condition": "n < 0"}}).stops == []


def test_user_code_that_replaces_builtins(backend: str) -> None:
    source = "id = len = any = dict = list = range_ = None\ndef f():\n    return 1\nf()\n"
    assert watch(backend, source, [3], ["over"]).lines == [3, 4]


def test_profilers_are_left_alone(backend: str) -> None:
    calls: list[str] = []
    source = "import sys\nsys.setprofile(profile)\nf = lambda: 1\nf()\nsys.setprofile(None)\n"
    seen = watch(
        backend, source, [3], names={"profile": lambda frame, event, arg: calls.append(frame.f_code.co_name)}
    )
    assert seen.lines == [3, 3]
    assert "<lambda>" in calls
    assert sys.getprofile() is None


def test_a_generator_that_began_under_a_filter_gets_its_breakpoint(backend: str) -> None:
    source = textwrap.dedent("""\
        def count():
            yield 1
            x = 2
            yield x
        first, second = count(), count()
        next(first)
        set_lines(watcher, [3], 2)
        next(second)
        next(second)
        next(first)
        """)
    seen = watch(backend, source, filters=["raised"], names={"set_lines": set_lines})
    assert seen.lines == [3, 3]


def test_code_under_a_made_up_file_name_is_run_over(backend: str) -> None:
    """A template, say: there is no text to show."""
    source = """\
        ns = {}
        exec(compile("def made():\\n    return 1\\nmade()\\n", "made_up.py", "exec"), ns)
        ns["made"]()
        """
    seen = watch(backend, textwrap.dedent(source), [1], ["in"] * 3)
    assert seen.places == [("<module>", 1), ("<module>", 2), ("<module>", 3)]


ANNOTATIONS = """\
from dataclasses import dataclass
def kind():
    return int
@dataclass
class Fields:
    a: int = 1
    b: str = (
        2
    )
def __annotate__(format, /):
    return format
asked = Fields.__annotations__, Fields
__annotate__(1)
class Called:
    c: kind() = 1
asked = Called.__annotations__
end = 1
"""


@pytest.mark.parametrize(
    ("line", "place"),
    [(6, "Fields"), (7, "Fields"), (8, "Fields"), (11, "__annotate__"), (15, "Called")],
)
def test_a_line_with_an_annotation_is_hit_once(backend: str, line: int, place: str) -> None:
    """From Python 3.14 on it is in a function, too, which the compiler makes: `dataclass` asks for it."""
    assert watch(backend, ANNOTATIONS, [line]).places == [(place, line)]


@pytest.mark.parametrize(
    ("line", "places"),
    [
        (12, [("<module>", 13), ("__annotate__", 11)]),
        (16, [("kind", 3)] if sys.version_info >= (3, 14) else [("<module>", 17)]),
    ],
)
def test_a_step_goes_into_what_an_annotation_calls_not_into_it(
    backend: str, line: int, places: list[tuple[str, int]]
) -> None:
    steps = ["in"] * len(places)
    assert watch(backend, ANNOTATIONS, [line], steps).places[1 : 1 + len(places)] == places


FIRST_LINES = {  # source, line, how often it is run
    "a function on one line": ("def f(): return 1\nfor i in range(4):\n    f()\n", 1, 5),
    "a body that goes on below": (
        "def f(a=1): x = (a +\n    a); return x\nfor i in range(4):\n    f()\n",
        1,
        9,
    ),
    "a lambda that goes on below": ("f = lambda a=1: (a +\n    a)\nfor i in range(4):\n    f()\n", 1, 9),
    "a docstring before it": ("def f():\n    'text'\n    return 1\nfor i in range(4):\n    f()\n", 3, 4),
    "a decorated one": ("def d(f): return f\n@d\ndef f(): return 1\nfor i in range(4):\n    f()\n", 3, 6),
    "a generator": ("def f(): yield 1\nfor i in range(4):\n    list(f())\n", 1, 5),
    "a coroutine": (
        "async def f(): return 1\nfor i in range(4):\n    try: f().send(None)\n    except StopIteration: i\n",
        1,
        5,
    ),
    "an asynchronous generator": (
        "async def f(): yield 1\nfor i in range(4):\n    try: f().asend(None).send(None)\n"
        "    except StopIteration: i\n",
        1,
        5,
    ),
    "a recursion": ("def f(n=3): return f(n - 1) if n else 0\nfor i in range(2):\n    f()\n", 1, 9),
    "a class body": ("def f():\n    class A: x = 1\nfor i in range(3):\n    f()\n", 2, 6),
    "a closure": ("def f(x): return lambda: x\nfor i in range(3):\n    f(i)()\n", 1, 7),
    "a method": ("class A:\n    def f(self): return 1\nfor i in range(4):\n    A().f()\n", 2, 5),
    "many values": (
        f"def f(): return [{', '.join(map(str, range(300)))}]\nfor i in range(3):\n    f()\n",
        1,
        4,
    ),
}


@pytest.mark.parametrize("case", FIRST_LINES)
def test_the_line_where_a_body_begins_stops_in_each_call(backend: str, case: str) -> None:
    """From 3.13 on Python itself loses it where the body begins on the line of `def`."""
    source, line, hits = FIRST_LINES[case]
    assert watch(backend, source, [line]).lines == [line] * hits


def test_the_line_where_a_body_begins_once_it_has_run_often(backend: str) -> None:
    source = textwrap.dedent("""\
        def f(): return 1
        for version, lines in enumerate([[99], [1], [99], [1, 99], []], 2):
            set_lines(watcher, lines, version)
            for i in range(20):
                f()
        """)
    assert watch(backend, source, names={"set_lines": set_lines}).lines == [1] * 40


def test_the_line_where_a_body_begins_after_steps(backend: str) -> None:
    source = "def f(): return 1\nx = 1\nfor i in range(3):\n    f()\n"
    for step in ("in", "over", "out"):
        seen = watch(backend, source, [1, 2], [None, step, step, step])
        assert [it for it in seen.stops if it[0] == "breakpoint" and it[2] == 1] == [
            ("breakpoint", "<module>", 1),
            *[("breakpoint", "f", 1)] * 3,
        ]
