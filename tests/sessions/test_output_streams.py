"""What cells print: all of it, in order, and each piece with the line that printed it."""

from typing import Any

from tests.client.debug import Debug
from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of
from tests.sessions.notebooks import at

Json = dict[str, Any]

MIXED = r"""
    import ctypes, os, sys, threading

    def helper():
        print("helped")

    for n in range(50):
        print("out", n)
        print("err", n, file=sys.stderr)
    helper()
    sys.stdout.write("no newline")
    sys.stderr.write("nor here\n")
    print()
    os.write(1, b"raw bytes \xff\n")
    ctypes.CDLL(None).write(1, b"from C\n", 7)
    thread = threading.Thread(target=lambda: print("from a thread"))
    thread.start(); thread.join()
    print("\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b[2Jbell\x07 \x00nul")
    print("y" * 200_000)
    print("\ud800 lone")
    os.close(1)
    print("after close")
    print("the end", end="")
    """


def outputs(debug: Debug, *categories: str) -> list[Json]:
    told = [it["body"] for it in debug.connection.events if it["event"] == "output"]
    return [it for it in told if it.get("category", "console") in categories]


async def test_streams_keep_their_order_and_lines(debugging: Debugging, write: Write) -> None:
    program = write("program.py", MIXED)
    async with debugging(program) as debug:
        await debug.launch()
        await debug.terminated()
        both = "".join(it["output"] for it in outputs(debug, "stdout", "stderr"))
        pairs = "".join(f"out {n}\nerr {n}\n" for n in range(50))
        begins = both.partition("\x1b[31m")[0]
        assert begins == (f"{pairs}helped\nno newlinenor here\n\nraw bytes �\nfrom C\nfrom a thread\n")
        assert "\x1b[31mred\x1b[0m bell nul\n" in both
        assert "y" * 200_000 + "\n" in both
        assert both.endswith("\\ud800 lone\nafter close\nthe end")
        where = {it["output"]: it for it in outputs(debug, "stdout", "stderr")}
        for text, line in (
            ("helped\n", 4),
            ("from a thread\n", line_of(program, "thread =")),
            ("out 7\n", 7),
        ):
            assert where[text]["line"] == line, text
            assert where[text]["source"]["path"] == str(program)
        for it in outputs(debug, "stdout", "stderr"):
            assert it["source"]["path"] == str(program), it
            assert it["line"] > 0


CELLS = """
    # %% quiet
    n = 1
    # %% loud
    print("one")
    print("two")
    n + 1
    # %% fails
    def fail():
        raise ValueError(f"n is {n}")
    fail()
    """


async def test_output_is_grouped_by_cell(debugging: Debugging, write: Write) -> None:
    notebook = write("cells.py", CELLS)
    async with debugging(notebook, initialize={"clientID": "some-editor"}) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        told = outputs(debug, "stdout", "stderr", "console")
        groups = [(it["output"], it["group"]) for it in told if "group" in it]
        assert groups == [("loud\n", "start"), ("", "end"), ("fails\n", "start"), ("", "end")]
        inside = [it["output"] for it in told[told.index(next(it for it in told if "group" in it)) :]]
        assert "".join(inside[1:4]).startswith("one\ntwo\n2")
        errors = debug.printed("stderr")
        assert f'File "{notebook}", line {line_of(notebook, "raise")}, in fail' in errors
        assert errors.count("ValueError: n is 1") == 1
        assert all("source" in it and "line" in it for it in outputs(debug, "stdout", "stderr"))
        assert "#" not in errors


async def test_a_cell_is_a_heading_where_groups_lose_text(debugging: Debugging, write: Write) -> None:
    async with debugging(write("cells.py", CELLS), initialize={"clientID": "vscode"}) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        told = outputs(debug, "stdout", "console")
        assert not any("group" in it for it in told)
        printed = "".join(it["output"] for it in told)
        assert "loud\none\ntwo\n2\n" in printed


async def test_log_points_say_where_they_stand(debugging: Debugging, write: Write) -> None:
    text = "for n in range(3):\n    m = 2 * n\n    print('n', n)\nprint('done')\n"
    program = write("program.py", text)
    async with debugging(program) as debug:
        point = {"line": 3, "logMessage": "m is {m}, {[it for it in range(m)]} {{}} {nothing}"}
        await debug.launch(breakpoints={program: [point]})
        await debug.terminated()
        said = [it for it in outputs(debug, "console") if it["output"].startswith("m is")]
        assert [it["line"] for it in said] == [3, 3, 3]
        assert said[1]["output"] == "m is 2, [0, 1] {} <NameError: name 'nothing' is not defined>\n"
        order = [
            it["output"][:3] for it in outputs(debug, "stdout", "console") if it["output"][:2] in ("n ", "m ")
        ]
        assert order == ["m i", "n 0", "m i", "n 1", "m i", "n 2"]


async def test_unfinished_lines_are_seen_at_a_stop(debugging: Debugging, write: Write) -> None:
    program = write("program.py", "print('work', end='...')\nn = 1\nprint('done')\n")
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [at(program, "n = 1")]})
        stop = await debug.stopped("breakpoint", line=at(program, "n = 1"))
        assert debug.printed("stdout") == "work..."
        assert await stop.evaluate("print('in the console')", "repl") == ""
        await debug.output_until("in the console\n")
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout") == "work...in the console\ndone\n"
