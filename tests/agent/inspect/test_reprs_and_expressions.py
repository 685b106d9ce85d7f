"""What is shown is what is: `repr` and the expression for a child are the oracles."""

import builtins
import types

import pytest

from dap_kernel.agent.evaluate.bindings import InspectionError
from dap_kernel.agent.inspect.values import show

from ..inspecting import Look, at
from ..misleading import MISLEADING, Key
from ..things import THINGS


@pytest.mark.parametrize("value", THINGS, ids=[f"{n}-{type(it).__name__}" for n, it in enumerate(THINGS)])
def test_the_value_shown_is_the_objects_repr(value):
    assert show(value, 4_000) == repr(value)


def test_a_repr_that_raises_within_a_container_is_shown_as_such():
    class Bad:
        def __repr__(self):
            raise ValueError("no")

    assert "repr() raised ValueError: no" in show([Bad()], 400)


def opened(look, variable):
    """Return the children, of groups too."""
    found = []
    for it in look.children(variable):
        if it.kind == "virtual" and it.reference and not it.evaluate_name:
            found += opened(look, it)
        else:
            found.append(it)
    return found


@pytest.mark.parametrize(
    "value",
    [*THINGS, builtins, types, *MISLEADING],
    ids=lambda it: type(it).__name__,
)
def test_the_expression_for_a_child_gives_that_child(value):
    look = at(value)
    variable = look.evaluate("it")
    children = opened(look, variable) if variable.reference else []
    names = [it.name for it in children]
    assert len(names) == len(set(names))
    for it in children:
        if it.evaluate_name is not None and it.kind != "property":
            again = look.evaluate(it.evaluate_name)
            assert (again.value, again.type) == (it.value, it.type), (it.name, it.evaluate_name)


def test_keys_that_look_alike_are_told_apart_and_set_each():
    nan, other = float("nan"), float("nan")
    d = {nan: 1, other: 2, Key(): 3, Key(): 4, "a" * 300: 5, "a" * 301: 6}
    look = at(d)
    variable = look.evaluate("it")
    names = [it.name for it in look.children(variable) if it.name != "len()"]
    assert names[:4] == ["nan", "nan (2)", "key", "key (2)"]
    assert len(set(names)) == 6
    for number, name in enumerate(names):
        look.assign(variable, name, str(10 * number))
    assert list(d.values()) == [0, 10, 20, 30, 40, 50]


def test_names_that_mean_another_thing_there():
    space = {"__name__": "m", "x": "global", "here": here_in, "class": 5}
    exec("def f(x):\n  y = {1}\n  return here()", space)
    look = space["f"]("local")
    told = {it.name: it for it in look.children(look.scope(1))}
    assert told["x"].evaluate_name == "globals()['x']"
    assert look.value(told["x"].evaluate_name) == "'global'"
    assert look.value(told["class"].evaluate_name) == "5"
    space["list"] = 3
    look = space["f"]("local")
    inside, _ = look.children(look.child(look.scope(), "y"))
    assert inside.evaluate_name is None
    with pytest.raises(InspectionError):
        look.evaluate("list(y)")


def here_in():
    import sys

    return Look(sys._getframe(1))
