"""Questions to the user, and ways into the debugger from the code: `input()`, `getpass`, `breakpoint()`."""

import pytest

from tests.sessions.notebooks import at


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape"])
async def test_the_next_console_line_answers_input(debugging, write, order):
    path = write(
        "nb.py",
        """
        # %%
        import sys
        name = input("name? ")
        line = sys.stdin.readline()
        rest = input()
        """,
    )
    async with debugging(path, order=order) as debug:
        await debug.launch()
        await debug.output_until("name? ")
        listed = await debug.evaluate(":cells")  # a colon line is a command even then
        assert "running" in listed
        assert await debug.evaluate("Ada") == ""
        await debug.output_until("input: ")
        assert await debug.evaluate("::vars") == ""
        await debug.output_until("input: ")
        assert await debug.evaluate("1 + 1") == ""
        stop = await debug.idle()
        assert await stop.evaluate("name, line, rest") == r"('Ada', ':vars\n', '1 + 1')"


async def test_input_works_on_after_exit(debugging, write):
    path = write("nb.py", "# %% leave\nexit()\n# %% ask\nname = input('name? ')\n")
    async with debugging(path, launch={"run": "none"}) as debug:
        await debug.launch()
        await debug.idle()
        for which in ("leave", "ask"):
            await debug.run({"cells": [which]})
            if which == "ask":
                await debug.output_until("name? ")
                await debug.evaluate("Ada")
            stop = await debug.idle()
        assert await stop.evaluate("name") == "'Ada'"


async def test_getpass_is_neither_echoed_nor_logged(debugging, write):
    path = write("s.py", "from getpass import getpass\nsecret = getpass('key: ')\nprint(len(secret))\n")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("key: ")
        assert await debug.evaluate("xyzzy-secret") == ""
        assert await debug.terminated() == 0
        assert "12\n" in debug.printed("stdout")
        assert "xyzzy" not in debug.printed() and "xyzzy" not in debug.server.errors


async def test_at_a_stop_the_console_evaluates_and_children_read_nothing(debugging, write):
    path = write(
        "nb.py",
        """
        # %%
        import subprocess, sys, threading
        def ask():
            answers.append(input("thread? "))
        answers = []
        child = subprocess.run([sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"],
                               capture_output=True, text=True).stdout
        thread = threading.Thread(target=ask, name="asker")
        thread.start()
        x = 1
        thread.join()
        """,
    )
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "x = 1")]})
        stop = await debug.stopped("breakpoint", line=at(path, "x = 1"))
        await debug.output_until("thread? ")
        assert await stop.evaluate("child", "repl") == r'''"''\n"'''
        await stop.continue_()
        assert await debug.evaluate("yes") == ""
        stop = await debug.idle()
        assert await stop.evaluate("answers") == "['yes']"


ASKS = {
    "input": ("name = input('? ')", "Ada"),
    "readline": ("import sys; name = sys.stdin.readline()", "Ada\\n"),
    "lines": ("import sys; name = next(iter(sys.stdin))", "Ada\\n"),
    "getpass": ("from getpass import getpass; name = getpass('? ')", "Ada"),
    "lambda": ("name = max([1], key=lambda it: input('? ')) and 'Ada'", "Ada"),
}


@pytest.mark.parametrize("ask", ASKS)
async def test_a_pause_while_input_waits_stops_at_the_line_that_asks(debugging, write, ask):
    """The answer comes after the stop; a line of the console is evaluated meanwhile."""
    line, name = ASKS[ask]
    path = write("nb.py", f"# %%\nn = 41\ndef ask():\n    {line}\n    return name\nname = ask()\nlast = 1\n")
    asks = at(path, line)
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("input: " if "stdin" in line else "? ")
        for _ in range(2):
            await debug.request("pause", threadId=1)
            stop = await debug.stopped("pause", line=asks)
            assert (await stop.frames())[-1].line == at(path, "name = ask()")
            assert await stop.evaluate("n + 1", "repl") == "42"
            await stop.continue_()
        await debug.request("pause", threadId=1)
        stop = await debug.stopped("pause", line=asks)
        await stop.next()
        assert await debug.evaluate("Ada") == ""
        stop = await debug.stopped("step", line=asks if ask == "lambda" else at(path, "return name"))
        await stop.continue_()
        stop = await debug.idle()
        assert await stop.evaluate("name, last") == f"('{name}', 1)"


async def test_end_of_file_is_what_ctrl_d_sends(debugging, write):
    path = write("s.py", "try:\n    input('? ')\nexcept EOFError:\n    print('none')\n")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.output_until("? ")
        await debug.evaluate("\x04")
        assert await debug.terminated() == 0
        assert "none\n" in debug.printed("stdout")


@pytest.mark.parametrize(
    "call", ["breakpoint()", "import pdb; pdb.set_trace()", "__import__('pdb').Pdb().set_trace()"]
)
@pytest.mark.parametrize("order", ["vscode", "nvim"])
async def test_breakpoint_in_the_code_stops_in_the_editor(debugging, write, call, order):
    path = write("s.py", f"def work(n):\n    {call}\n    return n + 1\n\nwork(1)\nprint('over')\n")
    async with debugging(path, order=order) as debug:
        await debug.launch()
        stop = await debug.stopped()
        assert stop.reason in ("breakpoint", "pause", "step")
        frame = await stop.frame()
        assert frame.name == "work" and frame.line in (2, 3)
        assert await stop.evaluate("n") == "1"
        await stop.step_out()
        stop = await debug.stopped("step")
        assert await stop.line() in (5, 6)
        await stop.continue_()
        assert await debug.terminated() == 0
        assert debug.printed("stdout") == "over\n"


async def test_breakpoint_is_off_when_python_is_told_so(debugging, write):
    path = write("s.py", "breakpoint()\nprint('over')\n")
    async with debugging(path, launch={"env": {"PYTHONBREAKPOINT": "0"}}) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
