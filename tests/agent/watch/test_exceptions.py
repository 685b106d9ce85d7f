"""Exception filters: where `raised`, `userUnhandled` and `uncaught` stop."""

import textwrap
from pathlib import Path

import pytest

from dap_kernel.agent.wire.messages import ExceptionFilter

from ..watching import BACKENDS, make, run, watch

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

CAUGHT = """\
def f():
    raise ValueError("no")
def g():
    f()
try:
    g()
except ValueError:
    x = 1
"""
REPEATED = """\
def f():
    try:
        {}["a"]
    except KeyError:
        raise
    finally:
        y = 1
try:
    f()
except KeyError as error:
    try:
        raise RuntimeError from error
    except RuntimeError:
        pass
"""
SILENT = """\
def count():
    yield 1
for i in count():
    pass
list(zip([1], [2, 3]))
it = count()
next(it)
it.close()
next(it, None)
hasattr(i, "nothing")
"""
RAISED = {  # program, filter, places
    "caught in a caller": (CAUGHT, ExceptionFilter("raised"), [("f", 2)]),
    "named": (CAUGHT, ExceptionFilter("raised", "KeyError, ValueError"), [("f", 2)]),
    "named by a base class": (CAUGHT, ExceptionFilter("raised", "Exception"), [("f", 2)]),
    "named in full": (CAUGHT, ExceptionFilter("raised", "builtins.ValueError"), [("f", 2)]),
    "another one named": (CAUGHT, ExceptionFilter("raised", "KeyError"), []),
    "raised again": (REPEATED, ExceptionFilter("raised"), [("f", 3), ("<module>", 12)]),
    "control flow": (SILENT, ExceptionFilter("raised"), []),
    "by C code": (
        "try:\n    int('x')\nexcept ValueError:\n    pass\n",
        ExceptionFilter("raised"),
        [("<module>", 2)],
    ),
}


@pytest.mark.parametrize("case", RAISED)
def test_where_a_raised_exception_stops(backend: str, case: str) -> None:
    source, filter, places = RAISED[case]
    seen = watch(backend, source, filters=[filter])
    assert (seen.places, seen.raised) == (places, None)
    assert all(reason == "exception" for reason, _, _ in seen.stops)


def test_a_stop_at_an_exception_says_what_it_is(backend: str) -> None:
    assert watch(backend, CAUGHT, filters=["raised"]).texts == ["ValueError: no"]


def test_a_step_from_an_exception_leads_to_its_handler(backend: str) -> None:
    seen = watch(backend, CAUGHT, filters=["raised"], script=["over", "over", "over", "over"])
    assert seen.lines == [2, 4, 6, 7, 8]


LIBRARY = """\
def quiet():
    try:
        raise KeyError("inside")
    except KeyError:
        return 1

def loud():
    raise KeyError("out")

def call(f):
    try:
        return f()
    except ZeroDivisionError:
        return 2

def swallow(f):
    return f()
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str) -> str:
    """Make a module that counts as a library, and return its name."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / f"library_{backend}.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(folder)
    return f"library_{backend}"


def in_library(name: str, text: str) -> str:
    return f"import {name} as lib\n{textwrap.dedent(text)}"


def test_what_a_library_handles_itself_is_not_mine(backend: str, library: str) -> None:
    source = in_library(library, "lib.quiet()\n")
    assert watch(backend, source, filters=["raised"]).stops == []
    seen = watch(backend, source, filters=[ExceptionFilter("raised", "KeyError")], just_my_code=False)
    assert seen.places == [("quiet", 3)]


def test_what_leaves_a_library_stops_where_it_reaches_my_code(backend: str, library: str) -> None:
    source = in_library(
        library,
        """\
        try:
            lib.loud()
        except KeyError:
            pass
        """,
    )
    assert watch(backend, source, filters=["raised"]).places == [("<module>", 3)]
    filter = ExceptionFilter("raised", "KeyError")  # pytest's threads raise others
    assert watch(backend, source, filters=[filter], just_my_code=False).places == [("loud", 8)]


def test_what_leaves_my_code_for_a_library(backend: str, library: str) -> None:
    source = in_library(
        library,
        """\
        def fail():
            return 1 / 0
        lib.call(fail)
        """,
    )
    seen = watch(backend, source, filters=["userUnhandled"])
    assert (seen.places, seen.texts) == ([("fail", 3)], ["ZeroDivisionError: division by zero"])
    assert watch(backend, source, filters=[ExceptionFilter("userUnhandled", "KeyError")]).stops == []


def test_what_my_callback_catches_itself_does_not_leave_it(backend: str, library: str) -> None:
    source = in_library(
        library,
        """\
        def careful():
            try:
                return 1 / 0
            except ZeroDivisionError:
                pass
        lib.swallow(careful)
        def still():
            yield 1
        lib.call(lambda: list(still()))
        """,
    )
    assert watch(backend, source, filters=["userUnhandled"]).stops == []


def test_an_exception_that_ends_the_cell_is_looked_at_afterwards(backend: str) -> None:
    seen = watch(backend, CAUGHT.replace("except ValueError", "except KeyError"), filters=["uncaught"])
    assert seen.stops == [("exception", "f", 2)]
    assert isinstance(seen.raised, ValueError)


@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "SystemExit(3)"])
def test_an_end_that_was_asked_for_is_no_post_mortem(backend: str, raised: str) -> None:
    assert watch(backend, f"raise {raised}\n", filters=["uncaught"]).stops == []


def test_the_next_cell_runs_untouched_after_a_post_mortem(backend: str) -> None:
    watcher, seen = make(backend, ["over"])
    watcher.set_exception_filters(1, [ExceptionFilter("uncaught")])
    run(watcher, seen, "1 / 0\n")
    assert not run(watcher, seen, "x = 1\ny = 2\n")
    watcher.clear_watch_list()
    assert seen.lines == [1]


def test_filters_that_are_set_while_a_function_runs_and_taken_away(backend: str) -> None:
    source = textwrap.dedent("""\
        def fail():
            try:
                raise KeyError
            except KeyError:
                pass
        def main():
            fail()
            set_filter(1)
            fail()
            try:
                raise ValueError
            except ValueError:
                pass
            set_filter(2)
            fail()
        main()
        """)
    names: dict[str, object] = {}

    def set_filter(version: int) -> None:
        names["watcher"].set_exception_filters(version * 10, [ExceptionFilter("raised")] * (version == 1))  # type: ignore[attr-defined]

    names["set_filter"] = set_filter
    assert watch(backend, source, names=names).places == [("fail", 3), ("main", 11)]


LYING = textwrap.dedent("""\
    class Meta(type):
        def __getattribute__(cls, name):
            if name in ("__name__", "__qualname__", "__module__", "__mro__"):
                raise RuntimeError("asked for " + name)
            return super().__getattribute__(name)
        def __instancecheck__(cls, other):
            raise RuntimeError("asked for an instance")
    class Odd(Exception, metaclass=Meta):
        @property
        def __class__(self):
            raise RuntimeError("asked for the class")
        def __str__(self):
            raise RuntimeError("asked for the text")
    class Group(ExceptionGroup):
        @property
        def exceptions(self):
            raise RuntimeError("asked for members")
        def __getattribute__(self, name):
            raise RuntimeError("asked for " + name)
    def fail():
        raise error()
    for error in (Odd, lambda: Group("group", [KeyError()])):
        for call in (fail, lambda: list(map(lambda _: fail(), [1]))):
            try:
                call()
            except BaseException as raised:
                caught.append(type(raised))
    """)


@pytest.mark.parametrize("condition", [None, "ValueError", "__main__.Odd", "Odd, Group", "KeyError"])
@pytest.mark.parametrize("filter", ["raised", "userUnhandled", "uncaught"])
def test_exceptions_whose_classes_lie(backend: str, filter: str, condition: str | None) -> None:
    caught: list[type] = []
    seen = watch(backend, LYING, filters=[ExceptionFilter(filter, condition)], names={"caught": caught})
    assert seen.raised is None
    assert [type.__dict__["__name__"].__get__(it) for it in caught] == ["Odd", "Odd", "Group", "Group"]
    if filter == "raised":
        names = {None: 4, "ValueError": 0, "KeyError": 2, "__main__.Odd": 2, "Odd, Group": 4}
        assert len(seen.stops) == names[condition]
