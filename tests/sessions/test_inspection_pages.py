"""Large containers are looked into by page, and what is shown can be typed again."""

from typing import Any

import pytest

from tests.client.debug import Debug
from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of
from tests.client.stop import Frame
from tests.pythons import Python

Json = dict[str, Any]

PLAIN = """
    from collections import OrderedDict, defaultdict, deque, namedtuple

    size = 1_000_000
    a_list = list(range(size))
    a_tuple = tuple(a_list)
    a_dict = dict.fromkeys(a_list, "v")
    a_set = set(a_list)
    a_deque = deque(a_list)
    a_range = range(size)
    words = {f"key {it}": it for it in range(30)}
    by_pair = {(1, "x"): [1], None: [2], 1.5: [3], b"b": [4], "it's": [5]}
    nested = {"rows": [{"cells": (1, [2, {3}])}]}
    Pair = namedtuple("Pair", "left right")
    pair = Pair([1], {"r": 2})
    groups = defaultdict(list, a=[1, 2])

    class Thing:
        kind = "class"
        __slots__ = ("slot",)
        def __init__(self):
            self.slot = [1, 2]
        @property
        def length(self):
            return len(self.slot)

    thing = Thing()
    print("made")
    """


async def page_of(debug: Debug, frame: Frame, name: str, start: int, count: int) -> list[Json]:
    told = await frame.evaluated(name)
    return await debug.variables(
        told["variablesReference"], filter="indexed", start=start, count=count, format={"hex": False}
    )


async def test_a_page_from_the_middle_of_a_million(debugging: Debugging, write: Write) -> None:
    program = write("program.py", PLAIN)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        frame = await (await debug.stopped("breakpoint")).frame()
        for name in ("a_list", "a_tuple", "a_deque", "a_range"):
            assert (await frame.evaluated(name))["indexedVariables"] == 1_000_000
            page = await page_of(debug, frame, name, 500_000, 100)
            assert [it["value"] for it in page] == [str(it) for it in range(500_000, 500_100)]
            assert page[7]["name"] == "500007"
            assert await frame.evaluate(page[7]["evaluateName"]) == "500007"
        page = await page_of(debug, frame, "a_dict", 999_990, 100)
        assert [it["name"] for it in page] == [str(it) for it in range(999_990, 1_000_000)]
        assert await frame.evaluate(page[0]["evaluateName"]) == "'v'"
        page = await page_of(debug, frame, "a_set", 500_000, 3)
        assert [it["value"] for it in page] == ["500000", "500001", "500002"]
        assert await frame.evaluate(page[0]["evaluateName"]) == "500000"
        assert await page_of(debug, frame, "a_list", 999_998, 100) != []
        assert await page_of(debug, frame, "a_list", 2_000_000, 100) == []
        everything = await debug.variables((await frame.evaluated("a_list"))["variablesReference"])
        assert len(everything) < 1_000
        assert everything[-1]["value"] == f"{1_000_000 - len(everything) + 2:,} more"
        await debug.terminate()


async def test_what_is_shown_can_be_typed_again(debugging: Debugging, write: Write) -> None:
    program = write("program.py", PLAIN)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        frame = await (await debug.stopped("breakpoint")).frame()
        seen = 0
        for name in ("words", "by_pair", "nested", "pair", "groups", "thing"):
            told = await frame.evaluated(name)
            todo = await debug.variables(told["variablesReference"])
            while todo:
                it = todo.pop()
                if "evaluateName" in it and it["value"] != "property":  # that runs when it is opened
                    assert await frame.evaluate(it["evaluateName"]) == it["value"], it
                    seen += 1
                if (
                    it["variablesReference"]
                    and it.get("evaluateName", ".").count(".") < 1
                    and "class" not in it["name"]
                ):
                    todo += await debug.variables(it["variablesReference"])
        assert seen > 50
        shown = {it["name"]: it for it in await debug.variables(told["variablesReference"])}
        assert shown["slot"]["value"] == "[1, 2]"
        await debug.terminate()


TABLES = """
    import numpy as np
    import pandas as pd
    import polars as pl

    grid = np.arange(2_000_000).reshape(1_000_000, 2)
    frame = pd.DataFrame({"n": range(100_000), "word": ["w"] * 100_000})
    column = frame["n"]
    polar = pl.DataFrame({"n": range(100_000), "word": ["w"] * 100_000})
    number = np.float64(1.5)
    print("made")
    """


async def test_tables_are_shown_by_shape_and_row(debugging: Debugging, write: Write, python: Python) -> None:
    if not all(python.can_import(it) for it in ("numpy", "pandas", "polars")):
        pytest.skip("the kernel's Python has no numpy, pandas and polars")
    program = write("program.py", TABLES)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]}, cwd=str(program.parent))
        frame = await (await debug.stopped("breakpoint")).frame()
        shown = await frame.locals()
        assert "1000000, 2" in shown["grid"]
        assert "100,000 rows × 2 columns" in shown["frame"] or "100000 rows × 2 columns" in shown["frame"]
        assert "rows × 2 columns" in shown["polar"]
        assert shown["number"] == "1.5"
        for name, size in (("grid", 1_000_000), ("frame", 100_000), ("column", 100_000), ("polar", 100_000)):
            assert (await frame.evaluated(name))["indexedVariables"] == size
            page = await page_of(debug, frame, name, 50_000, 100)
            assert len(page) == 100
            assert "50000" in page[0]["value"] or "100000" in page[0]["value"]
            if "evaluateName" in page[0]:
                await frame.evaluate(page[0]["evaluateName"])
        small = await frame.evaluate("frame.head(2)", "clipboard")
        assert small.splitlines() == ["\tn\tword", "0\t0\tw", "1\t1\tw"]
        assert (await frame.evaluate("polar.head(1)", "clipboard")).splitlines() == ["n\tword", "0\tw"]
        assert len(await frame.evaluate("frame", "clipboard")) <= 1_000_000
        assert "[100000 rows x 2 columns]" in await frame.evaluate("frame", "repl")
        await debug.terminate()


TORCH = """
    class Tensor:  # what inspection asks of one, without the library
        def __init__(self, values, shape):
            self.values, self.shape, self.ndim = values, shape, len(shape)
            self.dtype, self.device = "float32", "cpu"
        def __len__(self):
            return self.shape[0]
        def __getitem__(self, at):
            return self.values[at]
        def tolist(self):
            return list(self.values)
        def __bool__(self):
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        def __eq__(self, other):
            return self

    Tensor.__module__ = Tensor.__qualname__ and "torch"
    weights = Tensor([1.0, 2.0], (2,))
    losses = {"train": weights}
    print("made")
    """


async def test_objects_like_tensors_do_no_harm(debugging: Debugging, write: Write) -> None:
    program = write("program.py", TORCH)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "print")]})
        stop = await debug.stopped("breakpoint")
        frame = await stop.frame()
        shown = await frame.locals()
        assert set(shown) >= {"weights", "losses"}
        assert await frame.evaluate("weights.shape") == "(2,)"
        told = await frame.evaluated("losses")
        assert [it["name"] for it in await debug.variables(told["variablesReference"])] == [
            "'train'",
            "len()",
        ]
        weights = await frame.evaluated("weights")
        assert await debug.variables(weights["variablesReference"])
        await stop.continue_()
        await debug.terminated()
