"""Breakpoints: where they stop a thread, on what condition, and that none is missed when they change."""

from pathlib import Path

import pytest

from dap_kernel.agent.watch.frame_watcher import FrameWatcher
from dap_kernel.agent.wire.messages import LineBreakpoint

from ..watching import BACKENDS, NOTEBOOK, make, run, watch

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
    "condition that exits": ({2: {"condition": "exit()"}}, [2] * 4),
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
    assert seen.texts == ["condition 'nope': NameError: name 'nope' is not defined", None, None, None]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"condition": "n =="}, "condition 'n ==': SyntaxError: "),
        ({"condition": "n", "hit_condition": "often"}, "ValueError: hit condition 'often' is not"),
    ],
)
def test_what_cannot_be_compiled_is_named(backend: str, asked: dict[str, str], text: str) -> None:
    told = watch(backend, LOOP, {2: asked}).texts[0]
    assert told is not None and told.startswith(text), told


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
    watcher.clear_watch_list()
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
    watcher.clear_watch_list()
    assert seen.stops == [("breakpoint", "f", 2)]


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
    watcher.clear_watch_list()
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
