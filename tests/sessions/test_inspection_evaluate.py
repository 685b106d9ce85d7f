"""What is typed at a stop: expressions, statements, assignments, completions."""

import pytest

from tests.client.connection import Refused
from tests.client.fixtures import Debugging, Write
from tests.sessions.notebooks import at

FUNCTION = """
    import dataclasses

    @dataclasses.dataclass
    class Point:
        x: int = 1

    def outer():
        count = 0
        point, values, table = Point(), [1, 2, 3], {"a": 1}
        def inner(limit):
            nonlocal count
            count += 1
            shown = limit
            return count, shown
        result = inner(2)
        return result, count

    print(*outer())
    """


async def test_expressions_see_the_names_around_them(debugging: Debugging, write: Write) -> None:
    program = write("program.py", FUNCTION)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [at(program, "shown = limit")]})
        stop = await debug.stopped("breakpoint", line=at(program, "shown = limit"))
        outer = await stop.frame(1)
        assert await outer.evaluate("[it for it in values if it > len(table)]") == "[2, 3]"
        assert await outer.evaluate("any(it > len(values) - 1 for it in values)") == "True"
        assert await outer.evaluate("(lambda n: n + point.x + len(values))(1)") == "5"
        assert (
            await outer.evaluate("{a: b for a in values for b in values if a == b}") == "{1: 1, 2: 2, 3: 3}"
        )
        assert await stop.evaluate("[(limit, count) for _ in range(2)]") == "[(2, 1), (2, 1)]"
        assert await outer.evaluate("(twice := 2 * len(values))") == "6"
        with pytest.raises(Refused, match="NameError: name 'nothing' is not defined"):
            await stop.evaluate("nothing")
        with pytest.raises(Refused, match="SyntaxError"):
            await stop.evaluate("1 +")
        with pytest.raises(Refused, match="ZeroDivisionError"):
            await stop.evaluate("limit / 0", "hover")
        await stop.continue_()
        await debug.terminated()


async def test_statements_change_locals_and_variables_of_enclosing_functions(
    debugging: Debugging, write: Write
) -> None:
    program = write("program.py", FUNCTION)
    async with debugging(program) as debug:
        await debug.launch(
            breakpoints={program: [at(program, "shown = limit"), at(program, "return count,")]}
        )
        stop = await debug.stopped("breakpoint", line=at(program, "shown = limit"))
        assert await stop.evaluate("for it in range(3):\n    count += 10", "repl") == ""
        assert await stop.evaluate("limit = 70; fresh = limit + 1", "repl") == ""
        assert await stop.evaluate("fresh") == "71"
        assert await stop.evaluate("def twice(n):\n    return 2 * n + limit", "repl") == ""
        assert await stop.evaluate("twice(1)", "repl") == "72"
        assert (await stop.locals())["count"] == "31"
        await stop.next()
        stop = await debug.stopped("breakpoint", line=at(program, "return count,"))
        assert await stop.evaluate("(count, shown, fresh)") == "(31, 70, 71)"
        assert await stop.set("shown", "shown + 1") == "71"
        assert await stop.set_expression("count", "5") == "5"
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout") == "(5, 71) 5\n"


async def test_variables_are_set_where_they_stand(debugging: Debugging, write: Write) -> None:
    program = write("program.py", FUNCTION)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [at(program, "return result,")]})
        stop = await debug.stopped("breakpoint", line=at(program, "return result,"))
        for name, child, value, expected in (
            ("values", "1", "20", "values == [1, 20, 3]"),
            ("table", "'a'", "values[0] + 8", "table == {'a': 9}"),
            ("point", "x", "[7]", "point.x == [7]"),
        ):
            frame = await stop.frame()
            reference = (await frame.variable(name))["variablesReference"]
            await debug.ask("setVariable", variablesReference=reference, name=child, value=value)
            assert await stop.evaluate(expected) == "True"
        assert await stop.set_expression("values[2]", "'three'") == "'three'"
        assert await stop.set_expression("point.x", "(1,\n2)") == "(1, 2)"
        for target, value in (("f()", "1"), ("values[9]", "1"), ("point.x", "1 +"), ("point.x", "1; x = 2")):
            with pytest.raises(Refused):
                await stop.set_expression(target, value)
        with pytest.raises(Refused):
            await stop.set("no_such_name_(", "1")
        await stop.continue_()
        await debug.terminated()


async def test_values_are_shown_as_the_context_wants_them(debugging: Debugging, write: Write) -> None:
    program = write(
        "program.py", "text = 'x' * 30_000\nnumbers = [255, -16]\nnote = 'a\\nb'\nprint(numbers)\n"
    )
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [at(program, "print(numbers)")]})
        stop = await debug.stopped("breakpoint", line=at(program, "print(numbers)"))
        frame = await stop.frame()
        assert len(await frame.evaluate("text")) < 1_000
        assert len(await frame.evaluate("text", "hover")) <= 1_000
        assert len(await frame.evaluate("text", "repl")) == 10_000
        assert len(await frame.evaluate("text", "clipboard")) == 30_002
        assert await frame.evaluate("numbers", format={"hex": True}) == "[0xff, -0x10]"
        assert await frame.evaluate("'half of a pair: \ud83d'[-1]") == "'\ufffd'"
        told = await frame.evaluated("numbers", format={"hex": True})
        inside = await debug.variables(told["variablesReference"], format={"hex": True})
        assert inside[0]["value"] == "0xff"
        assert told["type"] == "list"
        assert told["indexedVariables"] == 2
        assert await frame.evaluate("None", "repl") == ""
        assert await frame.evaluate("None") == "None"
        await stop.continue_()
        await debug.terminated()


async def test_completions_know_names_attributes_and_keys(debugging: Debugging, write: Write) -> None:
    program = write("program.py", FUNCTION)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [at(program, "return result,")]})
        stop = await debug.stopped("breakpoint", line=at(program, "return result,"))
        assert "values" in await stop.completions("val")
        assert "x" in await stop.completions("point.")
        assert "append" in await stop.completions("values.app")
        assert "outer" in await stop.completions("x = ou")
        assert any("a" in it for it in await stop.completions("table["))
        assert "isinstance" in await stop.completions("isins")
        assert await stop.completions("no_such.") == []
        assert "values" in await stop.completions("é = '😀'; val")
        frame = await stop.frame()
        text = "é = '😀'; val"
        units = len(text.encode("utf-16-le")) // 2
        asked = {"text": text, "column": units + 1, "frameId": frame.id}
        found = {it["label"]: it for it in (await debug.ask("completions", **asked))["targets"]}
        assert (found["values"]["start"], found["values"]["length"]) == (units - 3 + 1, 3)
        lines = await debug.ask("completions", text="if 1:\n    val", column=8, line=2, frameId=frame.id)
        assert "values" in [it["label"] for it in lines["targets"]]
        await stop.continue_()
        await debug.terminated()
