"""Text stands in its frame: nobody sees our frames or names, and the stack stays whole whatever happens."""

import gc
import signal
import sys
import threading
import time
import weakref
from _thread import get_ident
from ctypes import c_ulong, py_object, pythonapi

import pytest

from dap_kernel.agent.evaluate.bindings import Bindings, InspectionError
from dap_kernel.agent.evaluate.conditions import compile_condition
from dap_kernel.agent.evaluate.expressions import Evaluator
from tests.agent.watching import BACKENDS, watch

from ..inspecting import Look, here

CONSOLE = [  # lines typed one after the other, and what the last shows
    (["x: int = 5", "x"], "5"),
    (["from math import *", "floor(pi)"], "3"),
    (["from math import *\nfloor(x + 0.5)"], "1"),
    (["y = 7", "locals()['y']"], "7"),
    (["y = 7\nlocals()['y']"], "7"),
    (["y = 7\neval('x + y')"], "8"),
    (["exec('z = 1')", "x"], "1"),
    (["[sum(a > b for b in xs) for a in xs]"], "[0, 1, 2]"),
    (["rs = [sum(a > b for b in xs) for a in xs]", "rs"], "[0, 1, 2]"),
    (["f = lambda: x", "x = 5", "f()"], "5"),
    (["def f(): return [x + a for a in xs]", "x = 5; xs = [1]", "f()"], "[6]"),
    (["def bump():\n  global total\n  total = 9", "bump()", "total"], "9"),
    (["def bump():\n  nonlocal x\n  x += 10", "bump(); bump()", "x"], "21"),
    (["n = 0\ndef bump():\n  nonlocal n\n  n += 1", "bump(); bump()", "n"], "2"),
    (["class C:\n  a = x\n  def get(self): return x + self.a", "x = 3", "C().get()"], "4"),
    (["class C: pass", "C.__qualname__"], "'f.<locals>.C'"),
    (["f = lambda: 1", "f.__qualname__"], "'f.<locals>.<lambda>'"),
    (["[(w := a) for a in xs]", "w"], "3"),
    (["for x in xs: pass", "x"], "3"),
    (["import os.path as p, sys", "p.basename('a/b'), sys.maxsize > 1"], "('b', True)"),
    (["with open('/dev/null') as file: pass", "file.closed"], "True"),
    (["try: 1 / 0\nexcept ZeroDivisionError as error: kept = error", "str(kept)"], "'division by zero'"),
    (["match xs:\n  case [head, *rest]: pass", "head, rest"], "(1, [2, 3])"),
    (["del xs[0]", "xs"], "[2, 3]"),
    (["x, (y, *zs) = 7, xs", "x, y, zs"], "(7, 1, [2, 3])"),
    (["x += 1", "x += 1", "x"], "3"),
    (["counter = 5", "counter"], "5"),
    (["import traceback; traceback.extract_stack()[-2].name"], "'caller'"),
]


@pytest.mark.parametrize(("lines", "shown"), CONSOLE, ids=["; ".join(it[0])[:50] for it in CONSOLE])
def test_lines_typed_in_a_function(lines, shown):
    found = []

    def type_them(watcher, stop):
        look = Look(stop.frames[0].frame)
        found.extend([look.run(it) for it in lines])

    source = "def f(x, xs):\n    pass\n    return x, xs\ndef caller(): return f(1, [1, 2, 3])\ncaller()"
    for backend in BACKENDS:
        seen = watch(backend, source, [2], [type_them])
        assert seen.raised is None
    assert found[len(lines) - 1 :: len(lines)] == [shown] * len(BACKENDS)


def test_names_that_a_function_declares_global_are_bound_there():
    names = {"here": here}
    exec("def f():\n  global n\n  n = 1\n  look = here()\n  look.run('n = 5; m = 6')\n  return look", names)
    look = names["f"]()
    assert names["n"] == 5
    assert "m" not in names
    assert look.value("n") == "5"


def test_functions_made_at_an_earlier_stop_see_the_values_of_today():
    found = []

    def make(watcher, stop):
        Look(stop.frames[0].frame).run("get = lambda: n")

    def call(watcher, stop):
        found.append(Look(stop.frames[0].frame).value("get()"))

    source = "def f():\n    n = 1\n    pass\n    n = 2\n    n = 3\n    return n\nf()"
    for backend in BACKENDS:
        watch(backend, source, [3, 5, 6], [make, call, call])
    assert found == ["2", "3"] * len(BACKENDS)


def test_any_frame_of_the_stack_is_stood_in():
    found = {}

    def outer(limit):
        return inner(limit + 1)

    def inner(depth):
        for at in range(3):
            look = Look(frames()[at])
            found[at] = look.value(
                "sys._getframe().f_code.co_name, [*locals()], sys._getframe(1).f_code.co_name"
            )
        return depth

    def frames():
        frame = sys._getframe(1)
        return [frame, frame.f_back, frame.f_back.f_back]

    outer(1)
    assert found[0].startswith("('inner', ['depth', 'at', 'look'")
    assert found[1] == "('outer', ['limit', 'inner'], 'test_any_frame_of_the_stack_is_stood_in')"
    assert found[2].startswith("('test_any_frame_of_the_stack_is_stood_in', ['")


@pytest.mark.parametrize("ended", ["a frame that has ended", "a generator that waits"])
def test_frames_that_do_not_run_have_their_names(ended):
    def f(x):
        y = 2
        yield sys._getframe()
        return y

    generator = f(1)
    frame = next(generator)
    if ended == "a frame that has ended":
        list(generator)
    look = Look(frame)
    assert look.value("[*locals()], eval('x + 1') if 'x' in locals() else 2") in (
        "(['x', 'y'], 2)",
        "([], 2)",
    )


def test_an_evaluation_within_an_evaluation():
    def f(x):
        return here().value("nested(x + 1)")

    assert f(1) == repr("(2, 'f', 'test_an_evaluation_within_an_evaluation')")


def nested(y):
    return here().value("(y, sys._getframe(1).f_code.co_name, sys._getframe(2).f_code.co_name)")


def test_nothing_outlives_an_evaluation():
    class Thing:
        pass

    def f(thing):
        condition = compile_condition("keep(thing) or [*locals()] == 1")
        frame = sys._getframe()
        condition(frame)
        Evaluator().evaluate("[it for it in [thing]]", Bindings(frame, {}))

    globals()["keep"] = lambda it: None
    thing = Thing()
    gone = weakref.ref(thing)
    f(thing)
    del thing
    gc.collect()
    assert gone() is None


def test_an_exception_at_any_moment_leaves_the_stack_whole():
    """Exceptions of a signal handler and of another thread, at many moments of evaluations."""

    class Broken(BaseException):
        pass

    counts = {"broken": 0, "done": 0}
    is_open = False

    def interrupt(number, frame):
        if is_open:
            raise Broken

    def program(x, rounds):
        nonlocal is_open
        condition = compile_condition("helper(x) == 1 and any(helper(it) for it in (x, x))")
        own = sys._getframe()
        evaluator = Evaluator()
        for at in range(rounds):
            try:
                is_open = True
                if at % 4:
                    condition(own)
                else:
                    evaluator.evaluate("helper(x) + sum(it for it in range(x))", Bindings(own, {}))
                is_open = False
                counts["done"] += 1
            except Broken:
                is_open = False
                counts["broken"] += 1
            assert sys._getframe() is own
            assert own.f_back.f_code.co_name == "test_an_exception_at_any_moment_leaves_the_stack_whole"

    before = signal.signal(signal.SIGALRM, interrupt)
    main, ended = get_ident(), threading.Event()

    def disturb():
        while not ended.wait(0.0007):
            if is_open:
                signal.pthread_kill(main, signal.SIGALRM)

    disturber = threading.Thread(target=disturb)
    disturber.start()
    try:
        program(1, 6_000)
    finally:
        ended.set()
        disturber.join()
        signal.signal(signal.SIGALRM, before)
    assert counts["broken"] > 20
    assert counts["done"] > 20


def helper(x):
    return x


def test_a_cancellation_from_another_thread_leaves_the_stack_whole():
    ends = []

    def program(x):
        own = sys._getframe()
        for _ in range(100):
            told = threading.Event()
            globals()["tell"] = told.set
            ident = get_ident()

            def cancel(told=told, ident=ident):
                told.wait()
                pythonapi.PyThreadState_SetAsyncExc(c_ulong(ident), py_object(TimeoutError))

            other = threading.Thread(target=cancel)
            other.start()
            try:
                Evaluator().evaluate("(tell(), [x for _ in forever()])", Bindings(own, {}))
            except TimeoutError:
                ends.append(sys._getframe() is own and own.f_back is not None)
            other.join()

    program(1)
    assert ends == [True] * 100


def forever():
    while True:
        yield 1


def test_threads_that_evaluate_at_once():
    condition = compile_condition("here_is(x) == (x, 'program')")
    results = []

    def program(x):
        own = sys._getframe()
        for _ in range(300):
            results.append(condition(own))

    threads = [threading.Thread(target=program, args=(it,)) for it in range(6)]
    for it in threads:
        it.start()
    for it in threads:
        it.join()
    assert results == [True] * 1800


def here_is(x):
    time.sleep(0)
    frame = sys._getframe(1)
    return frame.f_locals["x"], frame.f_code.co_name


ERRORS = [
    ("return 3", "SyntaxError"),
    ("yield 3", "SyntaxError"),
    ("nonlocal nope2\nnope2 = 1", None),
    ("from nope_at_all import *", "ModuleNotFoundError"),
    ("if x:\n  from math import *", "SyntaxError"),
]


@pytest.mark.parametrize(("text", "error"), ERRORS)
def test_what_cannot_be_run(text, error):
    x = 1
    look = here()
    if error is None:
        look.run(text)
        return
    with pytest.raises(InspectionError, match=error):
        look.run(text)
    assert x == 1
