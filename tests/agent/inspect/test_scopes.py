"""Scopes and their names; exceptions as exceptionInfo tells them; completions."""

import sys

import pytest

from dap_kernel.agent.evaluate.bindings import InspectionError
from dap_kernel.agent.wire import messages as wire

from ..inspecting import Look, here

MODULE_LEVEL = "m"


def test_locals_stand_in_the_order_of_the_code():
    def outer(zulu, alpha=1, *rest, **options):
        mike = 2
        bravo = 3

        def inner():
            yankee = zulu
            look = here()
            assert alpha
            return yankee, look

        return here(), inner()[1], mike, bravo

    look, inner, _, _ = outer(0)
    names = [it for it in look.locals() if it != "special variables"]
    assert names[:4] == ["zulu", "alpha", "rest", "options"]
    assert {"mike", "bravo", "inner"} == {*names[4:]}
    assert names.index("mike") < names.index("bravo")
    assert next(iter(inner.locals())) == "yankee"
    assert {"zulu", "alpha"} <= inner.locals().keys()


def test_a_comprehensions_own_names_are_hidden():
    (names,) = [here().locals() for v in [1]]
    assert all(it.isidentifier() or it == "special variables" for it in names)
    assert names["v"] == "1"


def test_a_comprehension_that_runs_in_a_cell():
    """From 3.12 on it runs in the cell's own frame, which then has a few names more."""
    names = {"n": 10, "here": here, "__name__": "__main__"}

    def cell(text):
        exec(compile(text, "c", "exec"), names)
        return names["got"]

    assert cell("got = [here().value('[v + n for _ in (1,)]') for v in (1, 2)]") == ["[11]", "[12]"]
    assert [it["v"] for it in cell("got = [here().locals() for v in (1, 2)]")] == ["1", "2"]
    assert cell("got = [here().run('global added; added = n + v; n') for v in (1,)]") == ["10"]
    assert names["added"] == 11
    if sys.version_info >= (3, 12):
        cell("got = [here().run('n += v; fresh = n') for v in (1,)]")
        assert (names["n"], names["fresh"]) == (11, 11)
        assert "v" not in names
        assert cell("got = [len(here().stop.frames) and here().scope(-1).name for v in (1,)]") == ["Locals"]
        with pytest.raises(InspectionError, match="v of a running comprehension cannot be set"):
            cell("got = [here().run('v = 3') for v in (1,)]")


def test_two_scopes_in_a_function_and_one_in_a_cell():
    scopes = here().answer(wire.Scopes(10))
    assert [(it.name, it.expensive, it.hint) for it in scopes] == [
        ("Locals", False, "locals"),
        ("Globals", True, "globals"),
    ]
    idle = Look(None, {"x": 1})
    assert [it.name for it in idle.answer(wire.Scopes(0))] == ["Locals"]
    cell = {"here": here}
    exec("look = here()", cell)
    assert [it.name for it in cell["look"].answer(wire.Scopes(10))] == ["Locals"]


def test_globals_of_a_module():
    look = here()
    names = {it.name: it for it in look.children(look.scope(1))}
    assert names["MODULE_LEVEL"].value == "'m'"
    assert "__name__" not in names
    assert "here" in {it.name for it in look.children(names["function variables"])}
    look.assign(look.scope(1), "MODULE_LEVEL", "'changed'")
    assert MODULE_LEVEL == "changed"


def test_the_notebooks_names_in_groups():
    class Model:
        pass

    namespace = {
        "__name__": "__main__",
        "In": [],
        "sys": sys,
        "n": 3,
        "f": lambda: 1,
        "Model": Model,
        "z": Model(),
    }
    look = Look(None, namespace, hidden={"In"})
    names = {it.name: it for it in look.children(look.scope())}
    assert list(names) == ["n", "z", "function variables", "class variables", "imported modules"]
    assert [it.name for it in look.children(names["imported modules"])] == ["sys"]
    look.assign(look.scope(), "n", "n + 1")
    look.assign(names["function variables"], "f", "5")
    assert (namespace["n"], namespace["f"]) == (4, 5)


def test_setting_locals_and_closure_variables():
    held = 1

    def inner():
        own = 2
        look = here()
        scope = look.scope()
        look.assign(scope, "held", "own * 10")
        look.assign(scope, "own", "[held]")
        return own, held

    assert inner() == ([20], 20)
    with pytest.raises(InspectionError, match="cannot be assigned to"):
        look = here(returned=("f", 1))
        look.assign(look.scope(), "(return) f", "2")


def raised():
    try:
        try:
            raise KeyError("inner")
        except KeyError as error:
            error.add_note("look here")
            raise ExceptionGroup("both", [ValueError("one"), TypeError("two")]) from error
    except ExceptionGroup as group:
        return group


def test_exception_info():
    error = raised()
    look = here(exception=error)
    report = look.answer(wire.ExceptionInfo(1))
    details = report.details
    assert (details.message, details.type_name) == ("both (2 sub-exceptions)", "ExceptionGroup")
    assert [(it.type_name, it.message) for it in details.inner] == [
        ("KeyError", "'inner'\nlook here"),
        ("ValueError", "one"),
        ("TypeError", "two"),
    ]
    assert f'File "{__file__}", line' in details.stack_trace
    assert "in raised" in details.stack_trace
    assert report.break_mode == "always"
    assert look.value(details.inner[1].evaluate_name) == "ValueError('one')"
    assert look.value(details.inner[0].evaluate_name) == "KeyError('inner')"


def test_exception_info_of_hostile_exceptions():
    class Own(Exception):
        def __str__(self):
            raise ValueError

        __cause__ = property(lambda self: 1 / 0)

    error = Own()
    error.__context__ = error
    details = here(exception=error).answer(wire.ExceptionInfo(1)).details
    assert details.message == "<str() raised ValueError>"
    assert details.full_type_name.endswith("Own")
    with pytest.raises(InspectionError, match="not stopped at an exception"):
        here().answer(wire.ExceptionInfo(1))


class Machine:
    kind = "m"

    def __init__(self):
        self.wheels = 4
        self._hidden = 1

    @property
    def broken(self):
        raise AssertionError("ran")

    def move(self):
        pass


COMPLETIONS = [
    ("mach", {"machine": ("variable", 0, 4)}),
    ("x = mach", {"machine": ("variable", 4, 4)}),
    ("machine.", {"wheels": ("field", 8, 0), "move": ("method", 8, 0), "broken": ("property", 8, 0)}),
    ("machine.wh", {"wheels": ("field", 8, 2)}),
    ("machine._", {"_hidden": ("field", 8, 1), "__init__": ("method", 8, 1)}),
    ("a\nprint(machine.mo", {"move": ("method", 14, 2)}),
    ("len(table['ke", {"'key'": ("property", 10, 3)}),
    ('table["', {'"key"': ("property", 6, 1)}),
    ("table[", {"'key'": ("property", 6, 0), "7": ("property", 6, 0)}),
    ("table['key'].wh", {"wheels": ("field", 13, 2)}),
    ("Machine.ki", {"kind": ("field", 8, 2)}),
    ("import os.pa", {"os.path": ("module", 7, 5)}),
    ("from os import pat", {"path": ("module", 15, 3)}),
    ("sys.modu", {"modules": ("variable", 4, 4)}),
    ("whi", {"while": ("keyword", 0, 3)}),
    ("isinst", {"isinstance": ("function", 0, 6)}),
    ("'abc'.spl", {"split": ("method", 6, 3)}),
    ("[1].app", {"append": ("method", 4, 3)}),
    ("for q in mach", {"machine": ("variable", 9, 4)}),
    ("MODULE_L", {"MODULE_LEVEL": ("variable", 0, 8)}),
]


@pytest.mark.parametrize(("text", "expected"), COMPLETIONS, ids=[it[0] for it in COMPLETIONS])
def test_completions(text, expected):
    machine = Machine()
    table = {"key": machine, 7: 1}
    found = here().complete(text)
    for name, (kind, start, length) in expected.items():
        assert name in found
        assert (found[name].kind, found[name].start, found[name].length) == (kind, start, length)
    assert table


@pytest.mark.parametrize(
    "text", ["machine.broken.", "nothing.", "'in a str", "f().", "x = 3 # ma", "machine.zz", "f()[0].", "1."]
)
def test_no_completions(text):
    machine = Machine()
    assert here().complete(text) == {}
    assert machine


def test_completions_are_bounded():
    names: dict[str, object] = {f"name_{at}": at for at in range(5000)}
    assert len(Look(None, names).complete("name_")) == 500
    assert all(not it.startswith("_") for it in Look(None, {"_a": 1}).complete(""))
