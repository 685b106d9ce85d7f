"""What becomes of a session whose terminal does not come, or is none."""

import subprocess
import sys

from tests.client.terminal import EditorTerminal

TERMINAL = {"console": "integratedTerminal"}


async def test_a_client_without_terminals_is_told(debugging, write):
    program = write("program.py", "print('name', input('name? '))\n")
    async with debugging(program, order="debugclient", launch=TERMINAL) as debug:
        await debug.launch()
        await debug.output_until("name? ")
        await debug.evaluate("Ada")
        await debug.terminated()
        assert 'ignored: "console": "integratedTerminal" (this editor does not' in debug.printed("console")
        assert "name Ada\n" in debug.printed("stdout")


async def test_a_client_that_fails_to_run_one_is_told_and_may_try_again(debugging, write):
    notebook = write("cells.py", "# %%\nx = 1\n")
    async with debugging(notebook, launch=TERMINAL) as debug:
        await debug.launch()  # this client answers that it does not support it
        await debug.output_until("the editor could not run a terminal: not supported", "stderr")
        stop = await debug.idle()
        terminal = EditorTerminal(debug.connection)
        await stop.continue_()
        stop = await debug.idle()
        assert await stop.evaluate("x") == "1"
        assert len(terminal.asked) == 1
        await debug.disconnect()


async def test_one_that_is_no_terminal_is_told(debugging, write):
    notebook = write("cells.py", "# %%\nx = 1\n")
    async with debugging(notebook, launch=TERMINAL) as debug:

        def run(arguments):
            process = subprocess.Popen(arguments["args"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
            return {"processId": process.pid}

        debug.connection.on_request("runInTerminal", run)
        await debug.launch()
        await debug.output_until("could not run a terminal: what it ran in was no terminal", "stderr")
        await debug.idle()
        await debug.disconnect()


NO_TERMINAL = """\
import os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect(sys.argv[1])
socket.send_fds(server, [b"T"], [os.open("/dev/null", os.O_RDWR)])
server.recv(1)
"""


async def test_what_is_given_for_a_terminal_and_is_none_is_told_and_the_next_one_counts(debugging, write):
    notebook = write("cells.py", "# %%\nx = 1\n")
    async with debugging(notebook, launch=TERMINAL) as debug:

        def run(arguments):
            subprocess.Popen([sys.executable, "-c", NO_TERMINAL, arguments["args"][-1]])
            return {}

        debug.connection.on_request("runInTerminal", run)
        await debug.launch()
        await debug.output_until("could not run a terminal: what it ran in was no terminal", "stderr")
        await debug.idle()
        terminal = EditorTerminal(debug.connection)
        await debug.run("all")
        stop = await debug.idle()
        assert await stop.evaluate("x") == "1"
        assert len(terminal.asked) == 1
        await debug.disconnect()


async def test_a_terminal_that_does_not_come_up_holds_nothing_up(debugging, write):
    program = write("program.py", "print('ran')\n")
    async with debugging(program, launch=TERMINAL) as debug:
        debug.connection.on_request("runInTerminal", lambda arguments: {})
        await debug.launch()
        await debug.output_until("program.py: script")
        await debug.disconnect()
        await debug.connection.ended()
