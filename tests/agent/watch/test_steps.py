"""Steps, as tables: a program, what is done at each stop, and the lines that are visited."""

import sys
import textwrap
from _thread import get_ident
from pathlib import Path

import pytest

from dap_kernel.agent.stops.stop import Resumption
from dap_kernel.agent.wire.messages import Span

from ..watching import BACKENDS, NOTEBOOK, make, run, set_lines, watch

pytestmark = [
    pytest.mark.parametrize("backend", BACKENDS),
    pytest.mark.filterwarnings("ignore:assigning None"),  # 3.12 says so under any trace function
]

GENERATOR = """\
def count():
    x = 1
    yield x
    yield 2
def nested():
    yield from count()
    done = 1
for i in nested():
    y = i
end = 1
"""
CALLS = """\
def f(n):
    if n:
        return f(n - 1)
    return 0
def deco(g):
    def wrapper(*a):
        return g(*a)
    return wrapper
@deco
def h(a, b):
    return a + b
x = f(2)
y = h(
    f(0),
    2,
)
z = 1
"""
BLOCKS = """\
class C:
    def __enter__(self):
        return self
    def __exit__(self, *a):
        return True
def fail():
    raise KeyError
with C():
    fail()
    no = 1
try:
    try:
        fail()
    finally:
        a = 1
except KeyError:
    b = 1
def last():
    try:
        return 1
    finally:
        c = 1
last()
d = 1
"""
OBJECTS = """\
class V:
    a = 1
    def __init__(self, n):
        self.n = n
    @property
    def size(self):
        return self.n
    def __lt__(self, other):
        return self.n < other.n
v = V(2)
s = v.size
t = sorted([V(2), V(1)])
u = sorted([2, 1], key=lambda it: -it)
w = 1
"""
ROUNDS = """\
def f(n):
    return n
x = [f(i) for i in range(2)]
y = {i: f(i) for i in (1, 2)}
z = sum(f(i) for i in (1, 2))
for i in range(3): x = f(i)
while i: i -= 1
try: x = [1 / i for i in range(2)]
except ZeroDivisionError: i = 1
for i in (1, 2):
    x = 1
end = 1
"""
HANDLED = """\
class Quiet:
    def __enter__(self): return self
    def __exit__(self, *_): return True
with Quiet(): raise ValueError
a = 1
b = 1
"""
TABLE = {  # program, line of the first stop, steps, lines then
    "over a call": (CALLS, 12, ["over", "over"], [13, 14]),
    "in to a call and its recursion": (CALLS, 12, ["in"] * 5, [2, 3, 2, 3, 2]),
    "out of a recursion": (CALLS, 4, ["out", "out", "out", "over"], [3, 3, 12, 13]),
    "in through a decorator": (CALLS, 13, ["in"] * 6, [14, 2, 4, 14, 15, 13]),
    "over at the end of a function": (CALLS, 4, ["over"] * 4, [3, 3, 12, 13]),
    "over a generator's yield": (GENERATOR, 3, ["over", "over", "over"], [4, 6, 7]),
    "in at a generator's yield": (GENERATOR, 3, ["in"] * 4, [9, 8, 4, 9]),
    "out of a generator": (GENERATOR, 3, ["out"], [6]),
    "over yield from": (GENERATOR, 6, ["over", "over"], [7, 8]),
    "over a loop on a generator": (GENERATOR, 8, ["over"] * 6, [9, 8, 9, 8, 10]),
    "over an exception": (BLOCKS, 9, ["over", "over"], [8, 11]),
    "in to a context manager": (
        BLOCKS,
        8,
        ["in", "in", "in", "in", "in", "in", "in", "in"],
        [3, 8, 9, 7, 9, 8, 5, 8],
    ),
    "out by an exception": (BLOCKS, 7, ["out", "over", None], [9, 8]),
    "over finally": (BLOCKS, 13, ["over"] * 4, [15, 16, 17, 18]),
    "over a return with finally": (BLOCKS, 20, ["over", "over", "over"], [22, 23, 24]),
    "in to a class body": (OBJECTS, 1, ["in"] * 3, [1, 2, 3]),
    "in to a constructor": (OBJECTS, 10, ["in", "in"], [4, 10]),
    "in to a property": (OBJECTS, 11, ["in", "in", "in"], [7, 11, 12]),
    "in to an operator called by C": (OBJECTS, 12, ["in"] * 6, [4, 12, 4, 12, 9, 12]),
    "in to a lambda called by C": (OBJECTS, 13, ["in"] * 5, [13, 13, 13, 13, 14]),
    "over a key function": (OBJECTS, 13, ["over"], [14]),
    "over what goes round on one line": (ROUNDS, 3, ["over"] * 11, [4, 5, 6, 7, 8, 9, 10, 11, 10, 11, 10]),
    "in to what a loop on one line calls": (ROUNDS, 6, ["in"] * 7, [2, 6, 2, 6, 2, 6, 7]),
    "over what is handled on its own line": (HANDLED, 4, ["over"] * 2, [5, 6]),
    "in to what is handled on its own line": (HANDLED, 4, ["in"] * 6, [2, 4, 3, 4, 5, 6]),
}


@pytest.mark.parametrize("case", TABLE)
def test_lines_that_steps_visit(backend: str, case: str) -> None:
    source, line, steps, lines = TABLE[case]
    seen = watch(backend, source, {line: {"hit_condition": "1"}}, steps)
    assert seen.lines[: len(lines) + 1] == [line, *lines]


def test_in_to_a_comprehension_reaches_the_function_it_calls(backend: str) -> None:
    assert ("f", 2) in watch(backend, ROUNDS, [3], ["in"] * 4).places


def test_a_step_that_ends_with_a_function_shows_what_it_returned(backend: str) -> None:
    seen = watch(backend, CALLS, [4], ["over", "out", "out"])
    assert seen.returned[:4] == [None, ("f", 0), ("f", 0), ("f", 0)]


def test_a_step_that_ends_by_an_exception_shows_no_value(backend: str) -> None:
    assert watch(backend, BLOCKS, [7], ["out"]).returned[:2] == [None, None]


def test_a_step_over_crosses_a_breakpoint(backend: str) -> None:
    seen = watch(backend, CALLS, [12, 4], ["over", "over"])
    assert seen.stops[:3] == [("breakpoint", "<module>", 12), ("breakpoint", "f", 4), ("step", "f", 3)]


def test_a_step_out_of_a_cells_frame_runs_to_the_cells_end(backend: str) -> None:
    watcher, seen = make(backend, ["out"])
    set_lines(watcher, [1])
    assert run(watcher, seen, "a = 1\nb = 2\n")
    watcher.clear_watch_list()
    assert seen.lines == [1]


@pytest.mark.parametrize("step", ["over", "in", "out"])
def test_a_step_at_a_cells_end_leads_to_the_next_cell(backend: str, step: str) -> None:
    watcher, seen = make(backend, [step, step])
    set_lines(watcher, [2])
    assert run(watcher, seen, "a = 1\nb = 2\n")
    watcher.cell_begins("step")
    exec(compile("c = 1\nd = 1\n", f"{NOTEBOOK}#2@1.py", "exec"), {})
    watcher.cell_ends()
    watcher.clear_watch_list()
    assert seen.lines[:2] == [2, 1]


def test_a_cell_that_runs_on_is_not_stepping_at_its_end(backend: str) -> None:
    watcher, seen = make(backend, ["over", None])
    set_lines(watcher, [1])
    assert not run(watcher, seen, "a = 1\nb = 2\nc = 3\n")
    watcher.clear_watch_list()
    assert seen.lines == [1, 2]


def test_step_in_targets(backend: str) -> None:
    source = "def a():\n    return 1\ndef b():\n    return 2\nmax(a(), b())\n"
    into_b = Resumption("in", Span(5, 10, 5, 13))
    seen = watch(backend, source, [5], [into_b, "over"])
    assert seen.places == [("<module>", 5), ("b", 4), ("<module>", 5)]


def test_a_step_in_that_meets_only_libraries_stays(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "site-packages"
    library.mkdir()
    (library / f"lib_{backend}.py").write_text(
        "def apply(f):\n    x = 1\n    return f()\ndef quiet():\n    return 1\n"
    )
    monkeypatch.syspath_prepend(library)
    source = textwrap.dedent(f"""\
        import lib_{backend} as lib
        def mine():
            return 2
        lib.quiet()
        lib.apply(mine)
        end = 1
        """)
    seen = watch(backend, source, [4], ["in"] * 4)
    assert seen.lines == [4, 5, 3, 5, 6]
    seen = watch(backend, source, [4], ["in"] * 4, just_my_code=False)
    assert seen.places[:4] == [("<module>", 4), ("quiet", 5), ("<module>", 4), ("<module>", 5)]
    seen = watch(backend, source, [3], ["out", "over"])
    assert seen.places == [("mine", 3), ("<module>", 5), ("<module>", 6)]
    seen = watch(backend, source, [3], ["over", "over"], just_my_code=False)
    assert seen.places == [("mine", 3), ("apply", 3), ("<module>", 5)]


def test_a_breakpoint_in_library_code_then_a_step_leads_back_to_mine(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "site-packages"
    library.mkdir()
    path = library / f"inner_{backend}.py"
    path.write_text("def apply():\n    x = 1\n    return x\n")
    monkeypatch.syspath_prepend(library)
    source = f"from inner_{backend} import apply\napply()\nend = 1\n"
    seen = watch(backend, source, files={str(path): [2]}, script=["over"])
    assert seen.places == [("apply", 2), ("<module>", 3)]


@pytest.mark.parametrize("last, why", [("y = 1", "step"), ("pause()", "pause")])
def test_what_is_under_way_at_a_cells_end_goes_on_in_the_next(backend: str, last: str, why: str) -> None:
    watcher, seen = make(backend, ["over"] if why == "step" else [])

    def pause() -> None:
        watcher.break_in(get_ident(), sys._getframe(1), "pause")

    set_lines(watcher, [2])
    assert run(watcher, seen, f"x = 1\n{last}\n", {"pause": pause}) == why
    assert run(watcher, seen, "z = 1\n") is None
    watcher.clear_watch_list()
    assert seen.lines == [2]
