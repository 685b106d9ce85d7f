"""Breakpoints: where they stop a thread, on what condition, and that none is missed when they change."""

import sys
import textwrap
from pathlib import Path

import pytest

from dap_kernel.agent.stops import Stop
from dap_kernel.agent.watcher import FrameWatcher
from dap_kernel.agent.wire import FunctionBreakpoint, LineBreakpoint

from .watching import BACKENDS, NOTEBOOK, make, run, set_lines, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

LOOP = """\
def f(n):
    a = n + 1
    return a

total = 0
for i in range(4):
    total += f(i)
"""

TABLE = {  # breakpoints, lines of the stops
    "in a function": ([2], [2, 2, 2, 2]),
    "in a loop of the cell": ([7], [7, 7, 7, 7]),
    "on a def": ([1], [1]),
    "on two lines": ([2, 3], [2, 3] * 4),
    "condition": ({2: {"condition": "n == 2"}}, [2]),
    "condition of several names": ({3: {"condition": "a > n and n in (1, 3)"}}, [3, 3]),
    "condition with a comprehension": ({2: {"condition": "any(n == it for it in (0, 3))"}}, [2, 2]),
    "condition in the cell": ({7: {"condition": "total > 2"}}, [7, 7]),
    "condition that raises": ({2: {"condition": "nope"}}, [2] * 4),
    "condition that is no Python": ({2: {"condition": "n ="}}, [2] * 4),
    "condition of blanks": ({2: {"condition": "  "}}, [2] * 4),
    "hit count": ({2: {"hit_condition": "3"}}, [2]),
    "from a hit count on": ({2: {"hit_condition": ">= 3"}}, [2, 2]),
    "below a hit count": ({2: {"hit_condition": "<3"}}, [2, 2]),
    "every other hit": ({2: {"hit_condition": "% 2"}}, [2, 2]),
    "hits count where the condition holds": ({2: {"condition": "n > 0", "hit_condition": "2"}}, [2]),
    "log point": ({2: {"log_message": "n is {n}"}}, []),
}


@pytest.mark.parametrize("case", TABLE)
def test_where_breakpoints_stop(backend: str, case: str) -> None:
    breakpoints, lines = TABLE[case]
    assert watch(backend, LOOP, breakpoints).lines == lines


def test_a_stop_says_which_breakpoint_and_shows_the_names_there(backend: str) -> None:
    seen = watch(backend, LOOP, {2: {"condition": "n == 2"}})
    assert seen.stops == [("breakpoint", "f", 2)]
    assert (seen.ids, seen.locals) == ([[2]], [{"n": "2"}])


def test_a_condition_that_raises_says_why_once(backend: str) -> None:
    seen = watch(backend, LOOP, {2: {"condition": "nope"}})
    assert seen.texts == ["NameError: name 'nope' is not defined", None, None, None]


def test_log_points_print_on_each_hit(backend: str) -> None:
    odd = {"log_message": "{n} {{}}", "condition": "n % 2"}
    seen = watch(backend, LOOP, {2: odd, 7: {"log_message": "{i!r}"}})
    assert seen.logs == ["0", "1", "1 {}", "2", "3", "3 {}"]


def test_two_breakpoints_on_one_line_are_one_stop(backend: str) -> None:
    def both(watcher: FrameWatcher) -> None:
        watcher.set_breakpoints(
            NOTEBOOK, 2, [LineBreakpoint(1, 2, hit_condition="1"), LineBreakpoint(2, 2, log_message="{n}")]
        )

    watcher, seen = make(backend, [])
    both(watcher)
    run(watcher, seen, LOOP)
    watcher.forget()
    assert (seen.ids, seen.logs) == ([[1]], ["0", "1", "2", "3"])


def test_an_older_snapshot_is_ignored_and_unchanged_ones_keep_their_count(backend: str) -> None:
    watcher, seen = make(backend, [])
    third = LineBreakpoint(1, 2, hit_condition="3")
    watcher.set_breakpoints(NOTEBOOK, 5, [third])
    names: dict[str, object] = {}
    run(watcher, seen, LOOP.replace("range(4)", "range(2)"), names)
    watcher.set_breakpoints(NOTEBOOK, 4, [])
    watcher.set_breakpoints(NOTEBOOK, 6, [third, LineBreakpoint(2, 6)])
    exec("f(7)", names)
    watcher.forget()
    assert seen.stops == [("breakpoint", "f", 2)]


FUNCTIONS = """\
def plain(n):
    return n

class Model:
    def fit(self):
        x = 1
        return x

    @property
    def size(self): return 1

    @staticmethod
    def make():
        return Model()

def outer():
    def inner():
        return 2
    return inner()

def count():
    yield 1
    yield 2

def one(): return 1

plain(1)
Model.make().fit()
Model().size
outer()
sum(count())
one()
f = lambda: 0
"""
FUNCTION_TABLE = {
    "plain": [("plain", 2)],
    "fit": [("Model.fit", 6)],
    "Model.fit": [("Model.fit", 6)],
    "__main__.Model.fit": [("Model.fit", 6)],
    "Other.fit": [],
    "Model.size": [("Model.size", 10)],
    "make": [("Model.make", 14)],
    "inner": [("outer.<locals>.inner", 18)],
    "outer.inner": [("outer.<locals>.inner", 18)],
    "count": [("count", 22)],
    "one": [("one", 25)],
    "nothing": [],
}


@pytest.mark.parametrize("name", FUNCTION_TABLE)
def test_function_breakpoints(backend: str, name: str) -> None:
    seen = watch(backend, FUNCTIONS, functions=[name])
    assert seen.places == FUNCTION_TABLE[name]
    assert all(reason == "function breakpoint" for reason, _, _ in seen.stops)
    assert all(ids == [100] for ids in seen.ids)


def test_a_function_breakpoint_in_code_that_ran_before(backend: str) -> None:
    watcher, seen = make(backend, [])
    set_lines(watcher, [2])  # so that the code is met
    names: dict[str, object] = {}
    run(watcher, seen, FUNCTIONS, names)
    watcher.set_functions(1, [FunctionBreakpoint(1, "Model.fit"), FunctionBreakpoint(2, "plain", "n == 3")])
    exec("Model().fit(); plain(1); plain(3)", names)
    watcher.set_functions(2, [])
    exec("Model().fit()", names)
    watcher.forget()
    assert seen.stops == [
        ("breakpoint", "plain", 2),
        ("function breakpoint", "Model.fit", 6),
        ("breakpoint", "plain", 2),
        ("breakpoint", "plain", 2),
    ]
    assert seen.ids == [[2], [1], [2], [2, 2]]


def test_a_function_breakpoint_counts_each_call_once_while_stepping_in(backend: str) -> None:
    source = "def g(n):\n    return n\ng(1)\ng(2)\ng(3)\n"
    third = FunctionBreakpoint(9, "g", hit_condition="3")
    seen = watch(backend, source, functions=[third], script=["in"] * 5, entry=True)
    assert seen.lines[:4] == [1, 3, 2, 3]
    assert seen.stops[1][0] == seen.stops[2][0] == seen.stops[3][0] == "step"
    assert ("function breakpoint", "g", 2) in seen.stops


def test_a_step_after_a_function_breakpoint_is_just_a_step(backend: str) -> None:
    source = "def g(n):\n    a = n\n    return a\ng(1)\n"
    seen = watch(backend, source, [2], functions=["g"], script=["over", "over"])
    assert [reason for reason, _, _ in seen.stops] == ["breakpoint", "step", "step"]
    assert seen.ids == [[2, 100], [], []]


def test_breakpoints_in_modules_before_and_after_their_import(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    paths = {}
    for name in (f"early_{backend}", f"late_{backend}"):
        paths[name] = tmp_path / f"{name}.py"
        paths[name].write_text("x = 1\ndef f():\n    return x\n")
    (early, late), (early_path, late_path) = paths, paths.values()
    watcher, seen = make(backend, [])
    watcher.set_breakpoints(str(early_path), 1, [LineBreakpoint(1, 3), LineBreakpoint(2, 1)])
    names: dict[str, object] = {}
    run(watcher, seen, f"import {early}, {late}\n{early}.f()\n{late}.f()\n", names)
    watcher.set_breakpoints(str(late_path), 1, [LineBreakpoint(3, 3)])
    run(watcher, seen, f"{late}.f()\n", names)
    watcher.set_breakpoints(str(early_path), 2, [])
    run(watcher, seen, f"{early}.f()\n{late}.f()\n", names)
    watcher.forget()
    assert seen.ids == [[2], [1], [3], [3]]


def test_breakpoints_in_a_module_imported_by_a_symlink(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    (real / f"linked_{backend}.py").write_text("def f():\n    return 1\n")
    monkeypatch.syspath_prepend(link)
    seen = watch(
        backend,
        f"import linked_{backend} as it\nit.f()\nprint(it.__file__)\n",
        files={str((real / f"linked_{backend}.py").resolve()): [2]},
    )
    assert seen.places == [("f", 2)]


def test_breakpoints_in_functions_of_other_cells(backend: str) -> None:
    watcher, seen = make(backend, [])
    names: dict[str, object] = {}
    run(watcher, seen, "def g():\n    return 1\n", names, filename=f"{NOTEBOOK}#1@1.py")
    watcher.set_breakpoints(f"{NOTEBOOK}#1@1.py", 1, [LineBreakpoint(1, 2)])
    run(watcher, seen, "def h():\n    return g()\nh()\n", names, filename=f"{NOTEBOOK}#2@1.py")
    watcher.forget()
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
    watcher.forget()
    assert seen.lines == [2] * 4


def test_functions_that_are_deleted_and_defined_anew(backend: str) -> None:
    source = """\
    import gc
    for i in range(50):
        def f():
            return i
        f()
        del f
        gc.collect()
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
