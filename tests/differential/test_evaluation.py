"""What is evaluated at a line gives what it would give if it were written there: Python is the oracle."""

from itertools import product

import pytest

from dap_kernel.agent.evaluate.bindings import Bindings
from dap_kernel.agent.evaluate.expressions import Evaluator
from tests.agent.watching import BACKENDS, watch

PROGRAMS = {
    "function": """
def f(x, y=2, *rest, key="k", **more):
    z = [1, 2, 3]
    HERE
    later = 1
    del later
f(1)
""",
    "closure": """
def outer(limit):
    count = 0
    def f(x, y=2):
        nonlocal count
        count += limit
        z = [lambda: x, y]
        z = [1, x, y]
        HERE
    return f
outer(2)(1)
""",
    "method": """
class Base:
    def name(self): return "base"
class Thing(Base):
    def __init__(self, x):
        self.__secret = 42
        y = 2
        z = [x, y]
        super().__init__()
        HERE
    def name(self): return "thing"
Thing(1)
""",
    "method without super": """
class Base:
    def name(self): return "base"
class Thing(Base):
    def f(self, x, y=2):
        self.__secret = 42
        z = [x, y]
        HERE
    def name(self): return "thing"
Thing().f(1)
""",
    "class method": """
class Base:
    @classmethod
    def name(cls): return "base"
class Thing(Base):
    __secret = 42
    @classmethod
    def f(self, x, y=2):
        z = [x, y]
        HERE
    @classmethod
    def name(cls): return "thing"
Thing.f(1)
""",
    "generator": """
def f(x, y=2):
    z = [x, y]
    HERE
    yield z
list(f(1))
""",
    "coroutine": """
async def f(x, y=2):
    z = [x, y]
    HERE
    return z
try:
    f(1).send(None)
except StopIteration:
    pass
""",
    "handler": """
def f(x, y=2):
    z = [x, y]
    try:
        1 / 0
    except ZeroDivisionError as error:
        HERE
f(1)
""",
    "after a comprehension": """
v = 100
def f(x, y=2):
    z = [v for v in (x, y)]
    w = {a: (lambda: a)() for a in z}
    HERE
f(1)
""",
    "cell": """
x, y, z = 1, 2, [1, 2, 3]
HERE
""",
    "class body": """
x, y = 1, 2
class Thing:
    z = [x, y]
    HERE
""",
    "one of several": """
def f(x, y):
    z = [x, y]
    if x < 2:
        never = 1
    HERE
    try:
        del x, y
    except NameError:
        pass
def g():
    f(1, 2)
g()
""",
    "global": """
counter = 1
def f(x, y=2):
    global counter
    z = [x, y]
    counter += 1
    HERE
f(1)
""",
}
EXPRESSIONS = [
    "x + y",
    "locals() is not None and sorted(it for it in locals() if it[:2] != '__')",
    "[it for it in locals() if it[:2] != '__']",
    "[it for it in vars() if it[:2] != '__']",
    "[it for it in dir() if it[:2] != '__']",
    "locals()['x'], vars()['y']",
    "'x' in locals()",
    "'nope' in locals()",
    "eval('x + y')",
    "eval('[x, y]')",
    "exec('x + y')",
    "{**globals()}['__name__']",
    "'_dapk' in repr([*locals(), *globals(), *dir()])",
    "[x + it for it in z]",
    "{it: y for it in z}",
    "{it + y for it in z}",
    "sum(it * x for it in z)",
    "list(map(lambda it: it + y, z))",
    "(lambda a: (lambda b: a + b + x)(1))(2)",
    "[[x + a + b for a in z] for b in z]",
    "[sum(a > b for b in z) for a in z]",
    "[(lambda: it)() for it in z]",
    "(w := 5) + w",
    "(w := 5, 'w' in locals())",
    "[(w := it) for it in z] and w",
    "any((hit := it) > 1 for it in z) and hit",
    "next(it for it in z if it > 1)",
    "(lambda g: [*g])(it + x for it in z)",
    "f'{x=} {y!r:>{x + 3}}'",
    "never",
    "nope",
    "v",
    "a",
    "z[9]",
    "1 / 0",
    "self.__secret",
    "super().name()",
    "__class__.__name__",
    "[*map(lambda it: __class__.__name__, z)]",
    "counter",
    "count",
    "limit",
    "error",
    "(lambda: nope)()",
    "[never for _ in z]",
    "sys._getframe().f_code.co_name",
    "sys._getframe().f_code.co_qualname",
    "sys._getframe().f_code.co_filename",
    "sys._getframe().f_lineno",
    "sys._getframe(1).f_code.co_name if sys._getframe(1) else None",
    "sys._getframe().f_back.f_code.co_name",
    "sys._getframe().f_locals['x']",
    "[*sys._getframe().f_locals] == [*locals()]",
    "inspect.currentframe().f_back.f_code.co_name",
    "inspect.stack()[0].function, inspect.stack()[1].function, inspect.stack()[0].lineno",
    "[it.name for it in traceback.extract_stack()][-2:]",
    "traceback.extract_stack()[-1].lineno, traceback.extract_stack()[-1].filename",
    "helper()",
    "[helper() for _ in (1, 2)]",
    "names_of_caller()",
    "warned(1)",
    "warned(2)",
    "warned(3)",
    "(lambda: sys._getframe(1).f_code.co_name)()",
    "(lambda: sys._getframe(0).f_code.co_qualname)()",
    "(lambda: [*locals()])()",
    "type(locals()).__name__",
]
# A class body's own lambdas and comprehensions do not see its names; what is typed there does.
KINDER = {
    ("class body", "[[x + a + b for a in z] for b in z]"),
    ("class body", "[sum(a > b for b in z) for a in z]"),
    ("class body", "[(w := it) for it in z] and w"),
    ("class body", "any((hit := it) > 1 for it in z) and hit"),
    ("class body", "[*map(lambda it: __class__.__name__, z)]"),
}
HELPERS = """
import inspect, sys, traceback, warnings
def helper():
    frame = sys._getframe(1)
    return frame.f_code.co_name, frame.f_lineno, frame.f_locals.get('x'), frame.f_globals is globals()
def names_of_caller():
    return sorted(it for it in inspect.currentframe().f_back.f_locals if it[:2] != '__')
def warned(level):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        warnings.warn("so", stacklevel=level)
    return found[0].filename, found[0].lineno
"""


def prepared(program, here):
    head = HELPERS.strip().split("\n")
    lines = [*head, *PROGRAMS[program].strip().split("\n")]
    at = next(number for number, it in enumerate(lines) if it.strip() == "HERE")
    lines[at] = lines[at].replace("HERE", here)
    return "\n".join(lines), at + 1


def outcome(get):
    try:
        return repr(get())
    except Exception as error:
        return f"<{type(error).__name__}: {error}>"


def natively(program, text):
    """Return what Python gives for `text`, written into the program."""
    found = []
    source, _ = prepared(program, f"hold.append(({text}))")
    try:
        seen = watch(BACKENDS[0], source, names={"hold": found})
        if seen.raised is not None:
            raise seen.raised
    except Exception as error:
        return f"<{type(error).__name__}: {error}>"
    return repr(found[0])


@pytest.mark.parametrize(
    ("program", "text"), [it for it in product(PROGRAMS, EXPRESSIONS) if it not in KINDER]
)
def test_as_if_written_there(program, text):
    expected = natively(program, text)
    source, line = prepared(program, "pass")
    told = {}
    for backend in BACKENDS:
        told[backend, "stop"] = at_stop(backend, source, line, text)
        seen = watch(backend, source, {line: {"log_message": f"{{ ({text}) !r}}"}}, names={"hold": []})
        told[backend, "log"] = seen.logs[0]
        condition = f"hold.append(({text})) is not None"
        found = []
        seen = watch(backend, source, {line: {"condition": condition}}, names={"hold": found})
        told[backend, "condition"] = repr(found[0]) if found else problem(seen, condition)
    assert {it: text for it, text in told.items() if text != expected} == {}, expected


def at_stop(backend, source, line, text):
    """Return what is shown of `text` at a stop."""
    found = []

    def look(watcher, stop):
        place = Bindings(stop.frames[0].frame, {})
        found.append(outcome(lambda: Evaluator().evaluate(text, place)))

    watch(backend, source, [line], [look], names={"hold": []})
    return found[0]


def problem(seen, condition):
    return f"<{seen.texts[0].removeprefix(f'condition {condition!r}: ')}>"
