"""`"console": "integratedTerminal"`: the program has the editor's terminal for its own."""

from tests.client.places import line_of
from tests.client.serving import Server
from tests.client.terminal import SIZE, EditorTerminal
from tests.processes import is_alive, until
from tests.sessions.notebooks import at

TERMINAL = {"console": "integratedTerminal"}
ASKS = """
    import getpass, os, sys
    print("tty", [os.isatty(it) for it in (0, 1, 2)], sys.stdin.isatty(), sys.stdout.isatty())
    print("size", os.get_terminal_size())
    name = input("name? ")
    secret = getpass.getpass("key? ")
    print("hello", name, len(secret), sys.stdin.readline().strip())
    os.system("echo from a child")
    print("to stderr", file=sys.stderr)
    """


async def test_input_getpass_size_and_children(debugging, write):
    program = write("program.py", ASKS)
    async with debugging(program, launch=TERMINAL) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch(breakpoints={program: [line_of(program, "name =")]})
        stop = await debug.stopped("breakpoint")
        await terminal.until("tty [True, True, True] True True\n")
        await terminal.until(f"size os.terminal_size(columns={SIZE[1]}, lines={SIZE[0]})\n")
        [asked] = terminal.asked
        assert (asked["kind"], asked["title"]) == ("integrated", "program.py")
        assert asked["cwd"] == str(program.parent)
        await stop.continue_()
        await terminal.until("name? ")
        terminal.type("Ada\n")
        await terminal.until("key? ")
        assert not terminal.is_echoing()
        terminal.type("xyzzy\n")
        shown = await terminal.until("\n")  # what was typed before is forgotten then
        terminal.type("more\n")
        shown += await terminal.until("hello Ada 5 more\n")
        assert "xyzzy" not in shown
        await terminal.until("from a child\n")
        await terminal.until("to stderr\n")
        assert await debug.terminated() == 0
        assert await terminal.left() == 0
        assert terminal.is_echoing()
        assert debug.printed("stdout") == debug.printed("stderr") == ""


async def test_ctrl_c_interrupts_the_run_and_end_of_file_ends_input(debugging, write):
    notebook = write(
        "cells.py",
        """
        # %% loop
        print("looping")
        while True:
            pass
        # %% ask
        try:
            input("more? ")
        except EOFError:
            print("no more")
        # %% wait
        input("wait? ")
        """,
    )
    async with debugging(notebook, order="nvim", launch=TERMINAL) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch(exceptions=[])
        await terminal.until("looping\n")
        terminal.type("\x03")
        await debug.idle()
        await terminal.until("KeyboardInterrupt\n")
        await debug.run({"cells": ["ask"]})
        await terminal.until("more? ")
        terminal.type("\x04")
        await terminal.until("no more\n")
        await debug.idle()
        await debug.run({"cells": ["wait"]})
        await terminal.until("wait? ")
        terminal.type("\x03")
        await terminal.until("KeyboardInterrupt\n")
        stop = await debug.idle()
        assert await stop.evaluate("1 + 1") == "2"
        assert len(terminal.asked) == 1
        await debug.disconnect()
        await debug.connection.ended()
        assert await terminal.left() == 0


async def test_a_pause_at_input_stops_there_and_the_answer_still_counts(debugging, write):
    notebook = write("cells.py", "# %%\nname = input('name? ')\nprint('hello', name)\n")
    async with debugging(notebook, launch=TERMINAL) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch()
        await terminal.until("name? ")
        stop = await debug.pause()
        assert await stop.line() == 2
        assert await stop.evaluate("1 + 1") == "2"
        await stop.continue_()
        terminal.type("Ada\n")
        await terminal.until("hello Ada\n")
        await debug.idle()
        await debug.disconnect()


async def test_a_restart_keeps_the_terminal(debugging, write):
    notebook = write(
        "cells.py", "# %%\nimport getpass\nprint('started')\nsecret = getpass.getpass('key? ')\n"
    )
    async with debugging(notebook, launch=TERMINAL) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch()
        await terminal.until("key? ")
        assert not terminal.is_echoing()
        await debug.restart()
        await terminal.until("started\n")
        await terminal.until("key? ")
        terminal.type("abc\n")
        stop = await debug.idle()
        assert await stop.evaluate("secret") == "'abc'"
        assert len(terminal.asked) == 1
        await debug.disconnect()
        await debug.connection.ended()
        assert await terminal.left() == 0
        assert terminal.is_echoing()


async def test_a_terminal_that_is_closed_ends_input_and_prints_go_to_the_editor(debugging, write):
    notebook = write(
        "cells.py",
        """
        # %% ask
        try:
            input("name? ")
        except EOFError:
            print("nobody")
        # %% print
        print("one")
        import os
        _ = os.system("echo two")
        """,
    )
    async with debugging(notebook, launch=TERMINAL) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch()
        await terminal.until("name? ")
        terminal.close()
        await debug.output_until("the terminal was closed", "stderr")
        await debug.idle()
        shown = debug.printed("stdout")
        assert shown == "nobody\none\ntwo\n"
        [printed] = [
            it["body"]
            for it in debug.connection.events
            if it["event"] == "output" and it["body"]["output"] == "nobody\n"
        ]
        assert printed["line"] == line_of(notebook, 'print("nobody")')
        # A fresh kernel asks for another one.
        await debug.restart()
        await terminal.until("name? ")
        assert len(terminal.asked) == 2
        await debug.disconnect()


async def test_its_size_may_change(debugging, write):
    program = write(
        "program.py",
        """
        import os, signal, time
        sizes = []
        signal.signal(signal.SIGWINCH, lambda *_: sizes.append(os.get_terminal_size().columns))
        print("ready")
        while not sizes:
            time.sleep(0.01)
        print("now", sizes)
        """,
    )
    async with debugging(program, launch={"console": "externalTerminal"}) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch()
        await terminal.until("ready\n")
        assert terminal.asked[0]["kind"] == "external"
        terminal.resize(30, 77)
        await terminal.until("now [77]\n")
        await debug.terminated()


async def test_log_points_and_what_we_say_stay_in_the_debug_console(debugging, write):
    program = write("program.py", "for n in range(3):\n    print('line', n)\n")
    async with debugging(program, launch=TERMINAL) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch(
            breakpoints={program: [{"line": at(program, "print('line',"), "logMessage": "n is {n}"}]}
        )
        await debug.terminated()
        await terminal.until("line 0\nline 1\nline 2\n")
        assert "n is 0\nn is 1\nn is 2\n" in debug.printed("console")
        assert "program.py: script" in debug.printed("console")


async def test_bars_are_the_terminals_own(debugging, write):
    program = write(
        "program.py", "import sys\nfor n in range(3):\n    print(f'\\rstep {n}', end='')\nprint()\n"
    )
    async with debugging(program, launch=TERMINAL) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch()
        await terminal.until("\rstep 0\rstep 1\rstep 2\n")
        await debug.terminated()


async def test_a_server_that_is_killed_gives_the_terminal_back_and_leaves_no_kernel(debugging, write):
    notebook = write("cells.py", "# %%\nimport os\nprint('pid', os.getpid(), flush=True)\ninput('name? ')\n")
    server = await Server.start()  # one that will not end as it should
    async with debugging(notebook, server=server, launch=TERMINAL | {"orphanTimeout": 600}) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch()
        shown = await terminal.until("name? ")
        pid = int(shown.partition("pid ")[2].split()[0])
        server.process.kill()
        await debug.connection.ended()
        await server.process.wait()
        assert await terminal.left() == 0
        await until(lambda: not is_alive(pid), "the end of the kernel")


async def test_values_are_shown_by_the_editor(debugging, write):
    notebook = write("cells.py", "# %%\nprint('printed')\n6 * 7\n")
    async with debugging(notebook, launch=TERMINAL) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch()
        await debug.idle()
        await terminal.until("printed\n")
        assert debug.printed("stdout") == "42\n"
        await debug.disconnect()
