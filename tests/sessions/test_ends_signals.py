"""SIGINT to a program that is stopped does what it does to one that runs, once it goes on."""

import os
import signal
import subprocess

import pytest

from tests.sessions.notebooks import at
from tests.sessions.test_lifecycle_end import pid_of

SAID = "KeyboardInterrupt is raised when it goes on"
BEGINS = """
import atexit, signal, sys
kept = open("kept.txt", "w")
kept.write("kept")
atexit.register(print, "atexit")

def here():
    return 1

"""
PROGRAMS = {
    "uncaught": "here()\nprint('not reached')\n",
    "caught": "try:\n    here()\nexcept KeyboardInterrupt:\n    print('caught')\nprint('on')\n",
    "finally": "try:\n    here()\nfinally:\n    print('finally')\n",
    "exit": "try:\n    here()\nexcept KeyboardInterrupt:\n    sys.exit(7)\n",
    "a handler": "signal.signal(signal.SIGINT, lambda *_: print('handled'))\nhere()\nprint('on')\n",
    "a handler that raises": "def no(*_):\n    print('handled')\n    raise ValueError\n"
    "signal.signal(signal.SIGINT, no)\ntry:\n    here()\nexcept ValueError:\n    print('caught')\n",
    "ignored": "signal.signal(signal.SIGINT, signal.SIG_IGN)\nhere()\nprint('on')\n",
    "an excepthook": "sys.excepthook = lambda kind, *_: print('hook', kind.__name__)\nhere()\n",
}


def natively(python, folder, text):
    """Return exit code, as a shell says it, and output of Python itself, which gets the signal there."""
    text = text.replace("    return 1", "    import os; os.kill(os.getpid(), signal.SIGINT)\n    return 1")
    (folder / "its.py").write_text(text)
    done = subprocess.run([python.path, "its.py"], cwd=folder, capture_output=True, text=True, timeout=30)
    code = done.returncode
    return 128 - code if code < 0 else code, done.stdout


@pytest.mark.parametrize(
    ("program", "resume"),
    [
        *((it, "continue_") for it in PROGRAMS),
        ("uncaught", "next"),
        ("uncaught", "step_out"),
    ],
)
async def test_a_stopped_script_is_interrupted_when_it_goes_on(
    debugging, write, tmp_path, python, program, resume
):
    path = write("script.py", f"{BEGINS}{PROGRAMS[program]}")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [7]}, exceptions=[])
        stop = await debug.stopped("breakpoint", line=7)
        os.kill(await pid_of(debug), signal.SIGINT)
        if program != "ignored":
            await debug.output_until("handled\n" if "handler" in program else SAID)
        assert await stop.evaluate("kept.closed") == "False"  # it is still stopped, and can be looked at
        await debug.break_at(path)
        await getattr(stop, resume)()
        code = await debug.terminated()
        assert (code, debug.printed("stdout")) == natively(python, tmp_path, path.read_text())
        assert (tmp_path / "kept.txt").read_text() == "kept"


AT_THE_END = """
import atexit, os, signal, sys, threading, time
kept = open("kept.txt", "w")
kept.write("kept")
atexit.register(print, "atexit")

def thread():
    while threading.main_thread().is_alive():
        time.sleep(0.01)
    time.sleep(0.2)  # it waits for this thread
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(LONG)
    print("thread")

threading.Thread(target=thread).start()
print("main")
"""


@pytest.mark.parametrize("no_debug", [False, True])
async def test_the_wait_for_threads_at_the_end_is_interrupted(debugging, write, tmp_path, python, no_debug):
    path = write("script.py", AT_THE_END.replace("LONG", "20"))
    async with debugging(path, launch={"noDebug": no_debug}) as debug:
        await debug.launch(breakpoints={} if no_debug else {path: [at(path, 'print("thread")')]})
        code = await debug.terminated()
        kept = (tmp_path / "kept.txt").read_text()
        assert (code, debug.printed("stdout")) == natively(python, tmp_path, path.read_text())
        assert kept == (tmp_path / "kept.txt").read_text()  # the thread holds the file, or not


async def test_a_stopped_cell_is_interrupted_when_it_goes_on(debugging, write):
    path = write("nb.py", "# %% a\nx = 1\ny = 2\n# %% b\nz = 3\n")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "y = 2")]}, exceptions=[])
        stop = await debug.stopped("breakpoint", line=at(path, "y = 2"))
        os.kill(await pid_of(debug), signal.SIGINT)
        await debug.output_until(SAID)
        await stop.continue_()
        stop = await debug.idle()
        assert "interrupted" in stop.text
        listed = await debug.evaluate(":cells")
        assert [it.split()[1] for it in listed.splitlines()] == ["interrupted", "not"]  # run yet


async def test_an_evaluation_is_broken_off_and_the_program_goes_on(debugging, write):
    path = write("script.py", "x = 1\ny = 2\nprint('on')\n")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "y = 2")]}, exceptions=[])
        stop = await debug.stopped("breakpoint", line=at(path, "y = 2"))
        asked = debug.connection.send(
            "evaluate",
            {
                "expression": "print('in'); [0 for _ in iter(int, 1)]",
                "context": "repl",
                "frameId": (await stop.frame()).id,
            },
        )
        await debug.output_until("in\n")
        os.kill(await pid_of(debug), signal.SIGINT)
        assert not (await asked).success
        await stop.continue_()
        assert await debug.terminated() == 0
