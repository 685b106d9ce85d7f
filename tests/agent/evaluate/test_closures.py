"""Functions made in the console share variables with the frame in which they were made, and with no other."""

# ruff: noqa: F841, B007  what the console uses looks unused

import sys
from types import FrameType

import pytest

from dap_kernel.agent.evaluate.bindings import Bindings
from dap_kernel.agent.evaluate.expressions import Evaluator


class Console:
    """Does at each call of `here(*texts)` what the texts say, in the frame of the caller; keeps values."""

    def __init__(self) -> None:
        self.values: list[object] = []

    def here(self, *texts: str) -> None:
        frame: FrameType | None = sys._getframe(1)
        for text in texts:
            place = Bindings(frame, {})  # as a new stop has it: no cells are known
            if text.startswith("look "):
                self.values.append(Evaluator().evaluate(text[5:], place))
            else:
                Evaluator().execute(text, place)


def recursive(here, n, cb=None):
    x = n * 10
    if cb is None:
        here("cb = lambda: x")
        return recursive(here, n - 1, cb)
    here("look x", "look cb()", "1 + 1")
    return cb()


def called_again(here):
    def made(n, cb=None):
        x = n * 10
        if cb is None:
            here("cb = lambda: x")
            return cb
        here("look x", "look cb()", "1 + 1")
        return cb()

    return made(2, made(1))


def after_a_look(here):
    x = 1
    cb = None
    here("cb = lambda: x")
    x = 2
    here("look cb()", "look x + 1")
    return cb()


def goes_on(here):
    x = 1
    cb = None
    here("cb = lambda: x")
    for x in (2, 3):
        here("look cb()")
    return cb()


def sets(here):
    x = 1
    set_x = get_x = None
    here("def set_x(v):\n    nonlocal x\n    x = v", "get_x = lambda: x")
    x = 2
    here("look set_x(7)", "look get_x()")
    return x, get_x()


def of_a_function_in_the_console(here):
    y = 1
    make = cb = None
    here("def make():\n    y = 5\n    return lambda: y", "cb = make()")
    here("look cb()", "y = 3", "look cb()")
    return y, cb()


def in_a_generator(here):
    def produce(n):
        x = n
        cb = None
        here("cb = lambda: x")
        yield cb
        x = n + 1
        here("look cb()", "x = x + 1")
        yield cb()

    first, second = produce(10), produce(20)
    next(first), next(second)
    return next(first), next(second)


@pytest.mark.parametrize(
    ("run", "values", "returned"),
    [
        (lambda here: recursive(here, 1), [0, 10], 10),
        (called_again, [20, 10], 10),
        (after_a_look, [2, 3], 1),
        (goes_on, [2, 3], 1),
        (sets, [None, 7], (7, 7)),
        (of_a_function_in_the_console, [5, 5], (3, 5)),
        (in_a_generator, [11, 21], (12, 22)),
    ],
)
def test_functions_made_in_the_console(run, values, returned):
    console = Console()
    assert run(console.here) == returned
    assert console.values == values


def test_many_frames_one_after_the_other():
    console, made = Console(), []

    def work(n):
        x = n
        cb = None
        console.here("cb = lambda: x", "look [it() for it in made]")
        made.append(cb)
        return x

    console.here.__self__.values.clear()
    work.__globals__["made"] = made
    for n in range(50):
        work(n)
        assert console.values[-1] == list(range(n))
    assert [it() for it in made] == list(range(50))
