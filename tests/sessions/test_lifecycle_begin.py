"""How a session begins: what is answered when, which arguments are taken, warned about and refused."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.client.connection import Refused
from tests.client.terminal import EditorTerminal
from tests.sessions.notebooks import at

NOTEBOOK = "# %%\nx = 1\n"


def names(debug):
    return [it["event"] for it in debug.connection.events]


async def test_initialize_is_answered_and_then_initialized_is_sent(debugging, write):
    async with debugging(write("nb.py", NOTEBOOK)) as debug:
        capabilities = await debug.initialize()
        await debug.event("initialized")
        for name in ("ConfigurationDoneRequest", "TerminateRequest", "RestartRequest", "CancelRequest"):
            assert capabilities[f"supports{name}"] is True
        for name in ("supportTerminateDebuggee", "supportsNotebookRequests", "supportsANSIStyling"):
            assert capabilities[name] is True
        again = await debug.request("initialize", adapterID="again")
        assert not again.success and "out of order" in (again.message or "")


async def test_what_comes_too_early_is_declined_in_a_sentence(debugging, write):
    async with debugging(write("nb.py", NOTEBOOK)) as debug:
        for command, arguments in [("launch", debug.told), ("threads", {}), ("configurationDone", {})]:
            early = await debug.request(command, **arguments)
            assert not early.success and "initialize must come first" in (early.message or "")
        await debug.launch()
        await debug.idle()
        again = await debug.request("launch", **debug.told)
        assert not again.success and "the session runs already" in (again.message or "")


async def test_launch_is_answered_after_configuration_done(debugging, write):
    async with debugging(write("nb.py", NOTEBOOK)) as debug:
        await debug.initialize()
        launched = debug.connection.send("launch", debug.told)
        await debug.ask("threads")
        assert not launched.done()
        await debug.ask("configurationDone")
        assert (await launched).success
        await debug.idle()
        order = [it["seq"] for it in debug.connection.events if it["event"] in ("initialized", "stopped")]
        assert order == sorted(order)


async def test_launch_is_answered_after_three_seconds_without_configuration(debugging, write):
    async with debugging(write("nb.py", NOTEBOOK)) as debug:
        await debug.initialize()
        began = asyncio.get_running_loop().time()
        assert (await debug.request("launch", **debug.told)).success
        assert 2.5 < asyncio.get_running_loop().time() - began < 4
        assert "stopped" not in names(debug)
        assert "process" not in names(debug)
        await debug.ask("configurationDone")
        stop = await debug.idle()
        assert await stop.evaluate("x") == "1"


async def test_configuration_done_may_come_before_launch(debugging, write):
    path = write("nb.py", NOTEBOOK)
    async with debugging(path) as debug:
        await debug.initialize()
        await debug.break_at(path, at(path, "x = 1"))
        await debug.ask("configurationDone")
        assert (await debug.request("launch", **debug.told)).success
        await debug.stopped("breakpoint", line=at(path, "x = 1"))


REFUSED = [
    ({"program": "/no/such/thing.py"}, "/no/such/thing.py does not exist"),
    ({"program": "FOLDER"}, "is a folder"),
    ({"program": "not-there.py"}, "/not-there.py)"),
    ({"program": "${workspaceFolder}/nb.py"}, "the editor has not replaced ${workspaceFolder}"),
    ({"cwd": "${workspaceFolder}"}, "the editor has not replaced ${workspaceFolder}"),
    ({"python": "${command:python.interpreterPath}"}, "the editor has not replaced ${command:"),
    ({"program": None}, 'give "program"'),
    ({"module": "both"}, 'give "program"'),
    ({"python": "/no/python"}, "/no/python does not exist"),
    ({"python": "no-such-python"}, "no-such-python is not on the path"),
    ({"cwd": "/no/folder"}, "/no/folder is no folder"),
    ({"envFile": "/no/file"}, "/no/file"),
    ({"args": "'open"}, "args"),
    ({"run": "some"}, '"run" must be'),
    ({"stopOnEntry": "maybe"}, "stopOnEntry"),
    ({"whenDone": "later"}, "whenDone"),
    ({"env": ["A=1"]}, "env"),
]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda path: path.write_text("A=1\n" * 20_000), "it has more than 64 KiB"),
        (lambda path: path.write_text("A=x\n" + "A=${A}${A}\n" * 99), "128 KiB"),
        (lambda path: path.symlink_to(path), "Too many levels"),
        (os.mkfifo, "it is no regular file"),
        (lambda path: (path.parent / "file").touch(), "Not a directory"),
        (Path.mkdir, None),
    ],
)
async def test_an_env_file_that_is_there_is_not_ignored_in_silence(debugging, write, tmp_path, made, told):
    """Editors name `.env` by default: it need not be there, or may be an environment."""
    path = write("s.py", "print('ran')\n")
    made(tmp_path / ".env")
    name = ".env" if os.path.lexists(tmp_path / ".env") else "file/.env"
    async with debugging(path) as debug:
        await debug.initialize()
        answer = await debug.request("launch", **debug.told | {"envFile": name})
        if told is None:
            await debug.request("configurationDone")
            assert await debug.terminated() == 0
            assert f"{tmp_path / name}: .env cannot be read: Is a directory" in debug.printed("stderr")
        else:
            assert not answer.success
            assert f"{tmp_path / name}: " in str(answer.message)
            assert told in str(answer.message)


async def test_arguments_that_are_wrong_are_launchs_error_and_it_can_be_tried_again(
    debugging, write, tmp_path
):
    async with debugging(write("nb.py", NOTEBOOK)) as debug:
        await debug.initialize()
        for wrong, told in REFUSED:
            arguments = debug.told | {
                it: str(tmp_path) if value == "FOLDER" else value for it, value in wrong.items()
            }
            refused = await debug.careless("launch", **arguments)
            assert not refused.success, wrong
            assert told in (refused.message or ""), refused.message
        await debug.launch()
        await debug.idle()


async def test_broken_notebooks_are_launchs_error(debugging, write):
    async with debugging(write("nb.ipynb", '{"nbformat": 3, "worksheets": []}')) as debug:
        await debug.initialize()
        refused = await debug.request("launch", **debug.told)
        assert not refused.success and "nbformat" in (refused.message or "")
    async with debugging(write("broken.ipynb", '{"cells": [')) as debug:
        await debug.initialize()
        refused = await debug.request("launch", **debug.told)
        assert not refused.success and "broken.ipynb" in (refused.message or "")


async def test_a_key_that_nobody_knows_is_warned_of_once_with_the_nearest(debugging, write):
    launch = {"stopOnEntri": True, "justmycode": False, "zzz": 1, "__private": 1}
    async with debugging(write("nb.py", NOTEBOOK), launch=launch) as debug:
        await debug.launch()
        await debug.idle()
        lines = [it for it in debug.printed().splitlines() if "nobody knows" in it]
        assert lines == [
            'nobody knows the setting "stopOnEntri": did you mean "stopOnEntry"?',
            'nobody knows the setting "justmycode": did you mean "justMyCode"?',
            'nobody knows the setting "zzz"',
        ]


async def test_a_debugpy_configuration_is_taken_and_what_cannot_be_is_refused_in_one_line(debugging, write):
    launch = {
        "type": "debugpy",
        "request": "launch",
        "console": "integratedTerminal",
        "django": True,
        "jinja": False,
        "gevent": True,
        "subProcess": True,
        "redirectOutput": True,
        "autoReload": {"enable": True},
        "purpose": ["debug-test"],
        "pathMappings": [{"localRoot": "/a", "remoteRoot": "/b"}],
        "envFile": "/nowhere/.env",
        "rules": [],
        "presentation": {"hidden": True},
        "cwd": None,
        "showReturnValue": True,
    }
    async with debugging(write("s.py", "print('ran')\n"), launch=launch) as debug:
        terminal = EditorTerminal(debug.connection)
        await debug.launch()
        assert await debug.terminated() == 0
        await terminal.until("ran\n")
        lines = debug.printed("console").splitlines()
        told = [it for it in lines if it.startswith("ignored:")]
        assert len(told) == 1
        for key in ("subProcess", "django", "gevent"):
            assert f'"{key}"' in told[0]
        assert "jinja" not in told[0]
        assert not any("nobody knows" in it for it in lines)


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape", "debugclient"])
async def test_stop_on_entry(debugging, write, order):
    path = write("s.py", '"""Says hello."""\n\nname = "you"\nprint("hello", name)\n')
    async with debugging(path, launch={"stopOnEntry": True}, order=order) as debug:
        await debug.launch()
        stop = await debug.stopped("entry")
        assert await stop.line() in (1, 3)
        await debug.break_at(path, at(path, 'print("hello",'))
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(path, 'print("hello",'))
        assert await stop.evaluate("name") == "'you'"
        await stop.continue_()
        assert await debug.terminated() == 0


async def test_no_debug_only_runs(debugging, write):
    path = write("nb.py", "# %%\nx = 1\nprint('x', x)\n# %%\nbreakpoint()\nprint(1 / 0)\n")
    async with debugging(path, launch={"noDebug": True, "whenDone": "end", "stopOnEntry": True}) as debug:
        await debug.launch(breakpoints={path: [at(path, "x = 1")]})
        assert await debug.terminated() == 1
        assert "stopped" not in names(debug)
        assert "x 1" in debug.printed("stdout") and "ZeroDivisionError" in debug.printed("stderr")


async def test_a_relative_program_and_home_are_found(debugging, write, tmp_path):
    write("deep/s.py", "import os\nprint(os.path.basename(__file__))\n")
    async with debugging("s.py", launch={"cwd": str(tmp_path / "deep")}) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
        assert debug.printed("stdout") == "s.py\n"
    async with debugging("~/deep/s.py", env={"HOME": str(tmp_path)}) as debug:
        await debug.launch()
        assert await debug.terminated() == 0


# A Python as it tells of itself, and what the launch is refused with.
UNFIT = {
    "too old": (
        'sys.version_info, sys.version = (3, 8, 10), "3.8.10 (default)"',
        " is Python 3.8.10, and notebooks need Python 3.11 or newer: choose another",
    ),
    "free-threaded": (
        'sys.version, sys._is_gil_enabled = "3.14.0 free", bool',
        " is Python 3.14.0 and runs without the global interpreter lock, which debugging needs",
    ),
}


@pytest.fixture(params=UNFIT)
def unfit(request, tmp_path) -> tuple[str, str]:
    """A Python that will not do, and what is told of it."""
    says, told = UNFIT[request.param]
    python = tmp_path / "old"
    python.write_text(
        f"#!{sys.executable}\nimport sys\nsys.executable = {str(python)!r}\n{says}\n"
        "sys.argv = sys.argv[1:]\nexec(sys.argv[1])\n"
    )
    python.chmod(0o700)
    return str(python), f"{python}{told}"


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape", "debugclient"])
async def test_a_python_that_will_not_do_refuses_the_launch(debugging, write, unfit, order):
    python, told = unfit
    async with debugging(write("nb.py", NOTEBOOK), order=order) as debug:
        with pytest.raises(Refused, match=re.escape(f"launch: {told}")):
            await debug.launch(python=python)
        assert told not in debug.printed()  # once is enough
        assert "stopped" not in names(debug)
        await debug.ask("launch", **debug.told)
        assert "x" in await (await debug.idle()).locals()


@pytest.mark.parametrize("order", ["vscode", "nvim", "dape", "debugclient"])
async def test_a_python_that_will_not_do_refuses_the_launch_that_runs_nothing_yet(
    debugging, write, unfit, order
):
    python, told = unfit
    async with debugging(write("nb.py", NOTEBOOK), order=order) as debug:
        with pytest.raises(Refused, match=re.escape(f"launch: {told}")):
            await debug.launch(python=python, run="none")
        assert told not in debug.printed()
        await debug.ask("launch", **debug.told)
        assert "x" in await (await debug.idle()).locals()


async def test_a_python_that_will_not_do_is_given_no_terminal(debugging, write, unfit):
    python, told = unfit
    async with debugging(write("nb.py", NOTEBOOK), launch={"console": "integratedTerminal"}) as debug:
        terminal = EditorTerminal(debug.connection)
        with pytest.raises(Refused, match=re.escape(f"launch: {told}")):
            await debug.launch(python=python)
        assert told not in debug.printed()
        assert terminal.asked == []
        await debug.ask("launch", **debug.told)
        assert "x" in await (await debug.idle()).locals()
        assert len(terminal.asked) == 1


async def test_a_restart_on_a_python_that_will_not_do_keeps_the_kernel(debugging, write, unfit):
    python, told = unfit
    async with debugging(write("nb.py", NOTEBOOK)) as debug:
        await debug.launch()
        stop = await debug.idle()
        await stop.evaluate("kept = 1", context="repl")
        refused = await debug.request("restart", arguments=debug.told | {"python": python})
        assert not refused.success and told in (refused.message or "")
        assert await debug.evaluate("kept") == "1"
        await debug.restart()
        assert "kept" not in await (await debug.idle()).locals()
