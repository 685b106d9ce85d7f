"""Objects that do not want to be looked at: each is shown as something, none ends the session."""

from typing import Any

import pytest

from tests.client.connection import Refused
from tests.client.debug import Debug
from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of

OBJECTS = r"""
    class Meta(type):
        def __getattribute__(cls, name):
            raise RuntimeError("meta")
        def __instancecheck__(cls, it):
            raise RuntimeError("instance")
        def __repr__(cls):
            raise RuntimeError("meta repr")
        def __eq__(cls, other):
            raise RuntimeError("meta eq")
        __hash__ = None

    class Raises:
        def __repr__(self): raise ValueError("no")
    class RaisesBase:
        def __repr__(self): raise BaseException("no base")
    class Exits:
        def __repr__(self): raise SystemExit(3)
    class Recurses:
        def __repr__(self): return repr(self)
    class NoString:
        def __repr__(self): return 5
    class Long:
        def __repr__(self): return "x" * 100_000_000
    class Surrogates:
        def __repr__(self): return "\ud800 and \udfff"
    class Subtle(str):
        def __getitem__(self, at): raise ValueError("item")
        def __len__(self): return -1
    class Words:
        def __repr__(self): return Subtle("subtle")
    class Liar:
        def __getattr__(self, name): return self
        def __call__(self, *a, **k): return self
        def __iter__(self): return self
        def __next__(self): return self
    class Denier:
        def __getattribute__(self, name): raise RuntimeError("denied")
    class Masked:
        @property
        def __class__(self): return dict
    class Angry:
        __slots__ = ()
        def __class__(self): raise RuntimeError("class")
        __class__ = property(__class__)
    class Rude(list):
        def __len__(self): raise RuntimeError("len")
        def __iter__(self): raise RuntimeError("iter")
        def __getitem__(self, at): raise RuntimeError("item")
        def __eq__(self, other): raise RuntimeError("eq")
        def __bool__(self): raise RuntimeError("bool")
        def __hash__(self): raise RuntimeError("hash")
        def __repr__(self): raise RuntimeError("repr")
    class RudeDict(dict):
        def items(self): raise RuntimeError("items")
        def __len__(self): return -5
        def __iter__(self): raise RuntimeError("iter")
        def __getitem__(self, at): raise RuntimeError("item")
    class Key:
        def __init__(self): self.is_good = True
        def __hash__(self):
            if not self.is_good: raise RuntimeError("hash")
            return 1
        def __eq__(self, other): raise RuntimeError("eq")
        def __repr__(self): raise RuntimeError("key")
    class Odd(metaclass=Meta):
        pass
    class Props:
        @property
        def bad(self): raise ValueError("bad property")
        @property
        def quits(self): raise SystemExit
        fine = 1
    class Dir:
        def __dir__(self): return [1, None, "\udc80", "x" * 10_000]
        __dict__ = 5

    key = Key()
    by_key = {key: 1}
    key.is_good = False
    cycle = [1]
    cycle.append(cycle)
    looped = {}
    looped["self"] = looped
    deep = []
    for _ in range(100_000):
        deep = [deep]
    raises, raises_base, exits, recurses, no_string, long = (
        Raises(), RaisesBase(), Exits(), Recurses(), NoString(), Long())
    surrogates, words, liar, denier, masked, angry = (
        Surrogates(), Words(), Liar(), Denier(), Masked(), Angry())
    rude, rude_dict, odd, odd_class, props, directory = (
        Rude([1]), RudeDict(a=1), Odd(), Odd, Props(), Dir())
    lone, huge, nan, endless = "\ud800", 10 ** 100_000, float("nan"), iter(int, 1)
    by_huge = {10 ** 5_000: 1, float("nan"): 2, "\udcff": 3}
    print("made")
    """


async def opened(debug: Debug, variable: dict[str, Any], depth: int) -> int:
    """Open all that can be opened; return how much was seen."""
    seen = 1
    if variable["variablesReference"] and depth:
        for it in await debug.variables(variable["variablesReference"], start=0, count=20):
            seen += await opened(debug, it, depth - 1)
    return seen


async def test_objects_that_lie_and_raise_are_shown(debugging: Debugging, write: Write) -> None:
    program = write("program.py", OBJECTS)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        stop = await debug.stopped("breakpoint")
        frame = await stop.frame()
        shown = await frame.locals()
        assert shown["raises"] == "<Raises: repr() raised ValueError: no>"
        assert shown["raises_base"] == "<RaisesBase: repr() raised BaseException: no base>"
        assert "SystemExit" in shown["exits"]
        assert "RecursionError" in shown["recurses"]
        assert "TypeError" in shown["no_string"]
        assert shown["long"].startswith("xxx")
        assert len(shown["long"]) < 1_000
        assert shown["cycle"] == "[1, [...]]"
        assert "subtle" in shown["words"]
        assert shown["lone"] == "'\\ud800'"
        assert shown["nan"] == "nan"
        wanted = "liar denier masked angry rude rude_dict odd props directory by_key by_huge deep huge"
        assert set(shown) >= set(wanted.split())
        for it in await frame.variables():
            assert await opened(debug, it, 3) > 0
        for name in shown:
            if not name.startswith("__"):
                for context in ("hover", "watch", "repl"):
                    await frame.evaluated(name, context)
                await frame.completions(f"{name}.")
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout") == "made\n"


SLOW = """
    import time

    class Sleeps:
        def __repr__(self):
            time.sleep(60)
    class Spins:
        def __repr__(self):
            while True:
                try:
                    while True: pass
                except Exception:
                    pass

    def work():
        thing = SLOW()
        other = 1
        print("on", other)

    work()
    """


@pytest.mark.parametrize("kind", ["Sleeps", "Spins"])
async def test_a_repr_that_never_ends_ends(debugging: Debugging, write: Write, kind: str) -> None:
    program = write("program.py", SLOW.replace("SLOW", kind))
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        stop = await debug.stopped("breakpoint")
        frame = await stop.frame()
        assert await frame.locals() == {"thing": f"<{kind}: repr() takes too long>", "other": "1"}
        assert await frame.evaluate("other") == "1"
        with pytest.raises(Refused, match=r"within 0\.5 s"):
            await frame.evaluate("thing", "hover")
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout") == "on 1\n"


SLOW_AMONG_OTHERS = """
    import time

    class Sleeps:
        def __repr__(self):
            time.sleep(60)

    def work():
        held = [1, Sleeps(), 3]
        slow, later = Sleeps(), Sleeps()
        later.inside = 7
        nothing, yes, text, number = None, True, "text", 1
        print("on", number)

    work()
    """


async def test_one_repr_that_hangs_hides_no_other_value(debugging: Debugging, write: Write) -> None:
    program = write("program.py", SLOW_AMONG_OTHERS)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        frame = await (await debug.stopped("breakpoint")).frame()
        shown = {it["name"]: it for it in await frame.variables()}
        plain = {name: shown[name]["value"] for name in ("nothing", "yes", "text", "number")}
        assert plain == {"nothing": "None", "yes": "True", "text": "'text'", "number": "1"}
        assert shown["held"]["value"] == "<list: repr() takes too long>"
        assert shown["later"]["value"] == "<not shown: another value's repr() takes too long>"
        held = await debug.variables(shown["held"]["variablesReference"])
        assert [it["value"] for it in held] == ["1", "<Sleeps: repr() takes too long>", "3", "3"]
        later = await debug.variables(shown["later"]["variablesReference"])
        assert ("inside", "7") in [(it["name"], it["value"]) for it in later]


WAYS = (
    "{}",
    "[{}, 1, None]",
    "{{'c': [{}, 'x']}}",
    "[{{'c': {}, 'n': 1}}, {{'c': 2}}]",
    "{{'k': {}}}",
    "[[{}, 1]]",
)


DECLINED = ("is no table", "cannot be filtered so", "there is no column 0")


async def test_tables_of_objects_that_lie_and_raise(debugging: Debugging, write: Write) -> None:
    program = write("program.py", OBJECTS)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        stop = await debug.stopped("breakpoint")
        frame = await stop.frame()
        names = [it for it in await frame.locals() if not it.startswith("__")]
        for name in names:
            for way in WAYS:
                asked = {"expression": way.format(name), "frameId": frame.id, "statistics": True}
                shown = await debug.request("notebookTable", **asked)
                assert shown.success or any(it in str(shown.message) for it in DECLINED), shown.message
                unlike = {"position": 0, "operator": "!=", "value": "y"}
                for more in (
                    {"sort": [{"position": 0}], "filters": [unlike]},
                    {"filters": [{"position": 0, "value": "x"}]},
                    {"raw": True},
                ):
                    shown = await debug.request("notebookTable", **asked, **more)
                    assert shown.success or any(it in str(shown.message) for it in DECLINED), shown.message
        found = (await debug.ask("notebookVariables"))["variables"]
        assert {it["name"] for it in found} >= set(names) - {"key", "odd_class"}
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout") == "made\n"
