"""However a kernel ends, its end is told, its last words arrive, and nothing of it is left."""

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from dap_kernel.agent.wire import messages as wire
from dap_kernel.kernels.errors import CommandFailed, InterpreterError, KernelDied
from dap_kernel.kernels.printed import Ending, Piece
from dap_kernel.kernels.runtime import process
from tests.processes import until

from .conftest import Start

GRANDCHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", '''
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
'''])
"""


@pytest.mark.parametrize(
    ("how", "ending"),
    [
        ("os._exit(3)", Ending(3, None, "ended with exit code 3")),
        ("os._exit(0)", Ending(0, None, "ended with exit code 0")),
        ("os.kill(os.getpid(), 9)", Ending(None, 9, "was killed by SIGKILL")),
        ("os.kill(os.getpid(), 11)", Ending(None, 11, "was killed by SIGSEGV")),
    ],
)
async def test_death_is_told_after_the_last_words(start: Start, how: str, ending: Ending) -> None:
    it = await start()
    with pytest.raises(KernelDied, match=ending.text):
        await it.run(f"import os; agent.mark('last words'); {how}")
    assert it.heard.all == [Piece("last words", "stdout", "f.py", 1), ending]
    with pytest.raises(KernelDied, match=ending.text):
        await it.run("")


async def test_death_without_pidfd(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    it = await start()
    with pytest.raises(KernelDied):
        await it.run("import os; os._exit(3)")
    assert it.heard.ending.code == 3


async def test_a_grandchild_that_holds_the_output_does_not_hold_up_the_end(start: Start) -> None:
    it = await start()
    with pytest.raises(KernelDied):
        await it.run(GRANDCHILD + "import os, time\nos.write(1, b'bye\\n')\nos._exit(0)")
    assert "bye\n" in it.heard.text()
    assert it.heard.ending.code == 0
    await it.kernel.end(grace_s=0.1)
    assert not process.is_group_alive(it.kernel.pid)


async def test_a_kernel_that_dies_takes_its_group_with_it_and_is_no_zombie(start: Start) -> None:
    it = await start()
    await it.run(GRANDCHILD)
    await it.heard.until(lambda: "up" in it.heard.text())
    with pytest.raises(KernelDied):
        await it.run("import os; os._exit(3)")
    await until(lambda: not process.is_group_alive(it.kernel.pid), "the grandchild, which ignores SIGTERM")
    with pytest.raises(ChildProcessError):
        os.waitpid(it.kernel.pid, 0)


async def test_what_a_script_leaves_in_the_background_goes_on(start: Start) -> None:
    it = await start()
    await it.run(GRANDCHILD)
    await it.heard.until(lambda: "up" in it.heard.text())
    with suppress(KernelDied):
        await it.kernel.call(wire.Exit(0), type(None))
    await it.heard.until(lambda: it.heard.of(Ending))
    with pytest.raises(ChildProcessError):
        os.waitpid(it.kernel.pid, 0)
    await it.kernel.end()
    assert process.is_group_alive(it.kernel.pid)
    os.killpg(it.kernel.pid, signal.SIGKILL)


async def test_end_leaves_nothing_of_the_group(start: Start) -> None:
    it = await start()
    await it.run(GRANDCHILD)
    await it.heard.until(lambda: "up" in it.heard.text())
    began = time.monotonic()
    await it.kernel.end(grace_s=0.3)
    assert time.monotonic() - began >= 0.3  # the grandchild ignores SIGTERM
    assert not process.is_group_alive(it.kernel.pid)
    assert it.heard.ending.text == "was killed by SIGTERM"


async def test_end_does_not_wait_for_a_consumer_that_never_takes(start: Start) -> None:
    it = await start()
    it.heard.busy = asyncio.get_running_loop().create_future()
    run = asyncio.create_task(it.run("agent.mark('x'); agent.stopped()"))
    await it.heard.until(lambda: it.heard.text() == "x")
    await it.kernel.end()
    assert it.heard.ending.text == "was killed by SIGTERM"
    with pytest.raises(KernelDied):
        await run


async def test_end_twice_tells_once(start: Start) -> None:
    it = await start()
    await asyncio.gather(it.kernel.end(), it.kernel.end())
    await it.kernel.end()
    assert len(it.heard.of(Ending)) == 1
    await it.kernel.drained()


async def test_nothing_of_a_stopped_cell_runs_on_when_the_kernel_ends(start: Start, tmp_path: Path) -> None:
    """With its wire ended first, the agent would let a stopped cell run on."""
    it = await start()
    run = asyncio.create_task(
        it.run(f"agent.stopped(); agent.receive(); open({str(tmp_path / 'ran')!r}, 'w')")
    )
    await it.heard.until(lambda: it.heard.of(wire.Stopped))
    await it.kernel.end()
    with pytest.raises(KernelDied):
        await run
    assert not (tmp_path / "ran").exists()


async def test_a_left_kernel_lives(start: Start) -> None:
    it = await start()
    pid = it.kernel.pid
    await it.run("agent.serve = None")
    await it.kernel.detach()
    with pytest.raises(KernelDied, match="left"):
        await it.run("")
    await asyncio.to_thread(_wait_gone, pid)  # the fake ends by itself
    assert not it.heard.of(Ending)


def _wait_gone(pid: int) -> None:
    while process.is_alive(pid):
        time.sleep(0.01)


async def test_a_kernel_that_loses_its_wire_is_ended(start: Start) -> None:
    it = await start()
    with pytest.raises(KernelDied):
        await it.run("agent.wire.close()\nimport time; time.sleep(60)")
    assert it.heard.ending.text == "was killed by SIGTERM"


async def test_death_before_hello_says_what_was_printed(start: Start) -> None:
    with pytest.raises(KernelDied, match=r"exit code 5 before it was ready; it printed:\nno such license$"):
        await start("import os; os.write(2, b'no such license\\n'); os._exit(5)")


async def test_a_kernel_that_does_not_come_up(start: Start) -> None:
    with pytest.raises(KernelDied, match=r"did not start within 0\.5 s; it printed:\nwaiting"):
        await start("import os, time; os.write(1, b'waiting'); time.sleep(60)", timeout_s=0.5)


async def test_a_start_that_is_given_up_leaves_no_process(start: Start, tmp_path: Path) -> None:
    before = """
        import os, time
        open("pid~", "w").write(str(os.getpid()))
        os.rename("pid~", "pid")
        time.sleep(60)
    """
    task = asyncio.create_task(start("if 1:" + before))
    while not (tmp_path / "pid").exists():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not process.is_alive(int((tmp_path / "pid").read_text()))


async def test_a_program_that_is_not_there(start: Start) -> None:
    with pytest.raises(
        KernelDied, match=r"/no/python cannot be started: No such file or directory; choose another Python"
    ):
        await start(python=["/no/python"])
    with pytest.raises(KernelDied, match=r"cannot start in /no/where: there is no such folder"):
        await start(cwd="/no/where")


# What another Python says of itself, and what is told of it.
UNFIT = {
    "too old": (
        'sys.version_info, sys.version, sys.executable = (3, 9, 2), "3.9.2 (default)", "/usr/bin/python3.9"',
        r"^/usr/bin/python3.9 is Python 3.9.2, and notebooks need Python 3.11 or newer: choose another",
    ),
    "free-threaded": (
        'sys.version, sys.executable, sys._is_gil_enabled = "3.14.0 free", "/usr/bin/python3.14t", bool',
        r'^/usr/bin/python3.14t is Python 3.14.0 and runs without the global .* \["-X", "gil=1"\]',
    ),
}


@pytest.mark.parametrize("name", UNFIT)
async def test_a_python_that_will_not_do(start: Start, tmp_path: Path, name: str) -> None:
    says, told = UNFIT[name]
    python = tmp_path / "python"
    python.write_text(f"#!{sys.executable}\nimport sys\n{says}\nsys.argv = sys.argv[1:]\nexec(sys.argv[1])\n")
    python.chmod(0o700)
    with pytest.raises(InterpreterError, match=told):
        await start(python=[str(python)])


async def test_a_command_that_is_declined(start: Start) -> None:
    it = await start()
    with pytest.raises(CommandFailed, match="nothing to describe"):
        await it.kernel.call(wire.Describe(), wire.KernelState)


async def test_an_answer_of_the_wrong_form(start: Start) -> None:
    it = await start()
    with pytest.raises(CommandFailed, match="makes no sense"):
        await it.kernel.call(wire.Threads(), wire.Stack)


async def test_an_evaluation_that_is_given_up_is_cancelled(start: Start) -> None:
    it = await start()
    question = asyncio.create_task(it.kernel.call(wire.Evaluate(0, "forever()"), wire.Variable))
    await it.heard.until(lambda: it.heard.of(wire.Note))
    [begun] = it.heard.of(wire.Note)
    question.cancel()
    await it.heard.until(lambda: len(it.heard.of(wire.Note)) == 2)
    assert [note.text for note in it.heard.of(wire.Note)] == [
        begun.text,
        begun.text.replace("begun", "cancelled"),
    ]


BAD_FRAMES = [
    b"",
    b"{",
    b'{"kind": "Nonsense"}',
    b'{"kind": "Stopped"}',
    b'{"kind": "Pause", "thread": 1}',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"kind": "Note", "text": "\\ud800"}',
    b'{"kind": "Reply", "id": 10000, "result": null}',
]


@pytest.mark.parametrize("body", BAD_FRAMES, ids=lambda it: repr(it[:30]))
async def test_a_frame_that_is_no_message_ends_only_itself(start: Start, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "body").write_bytes(body)
    it = await start()
    await it.run("agent.send_body(open('body', 'rb').read()); agent.send(kind='Note', text='next')")
    assert [note.text for note in it.heard.of(wire.Note)] == ["next"]


async def test_a_frame_that_is_too_long_ends_the_kernel(start: Start) -> None:
    it = await start()
    with pytest.raises(KernelDied):
        await it.run("agent.wire.sendall(b'\\xff' * 100)\nimport time; time.sleep(60)")
