"""The debugger in a process that nobody of ours started: it comes out of a zip, and leaves nothing behind."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dap_kernel.agent.wire import messages as wire
from tests import pythons

from .bare import LOOP, ROUND, BareProcess
from .wire_end import PATIENCE_S

RUNS = [
    pytest.param(python.path, backend, id=f"{'.'.join(map(str, python.version))}-{backend}")
    for python in (pythons.look(sys.executable), *pythons.others())
    if python is not None
    for backend in python.backends
]


@pytest.fixture(params=RUNS)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    started: list[BareProcess] = []

    def start(python: str) -> BareProcess:
        started.append(BareProcess(python, tmp_path))
        return started[-1]

    yield start
    for it in started:
        it.close()


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_a_process_is_debugged_and_left_as_it_was(start: Any, python: str, backend: str) -> None:
    bare = start(python)
    before = bare.do("state")
    bare.attach(backend)

    during = bare.do("state")
    assert during["threads"] == before["threads"] + 2  # the agent's, and the writer
    for it in ("known threads", "streams", "signals", "wake-up", "hooks", "builtins", "path", "import hooks"):
        assert during[it] == before[it], it
    assert during["at exit"] == before["at exit"]
    assert not any(during["tools"])
    assert during["tracers"] == before["tracers"]  # nothing is watched yet

    debug_work(bare)

    bare.detach()
    after = ends(bare, before["threads"])
    modules, known = set(after.pop("modules")), set(before.pop("modules"))
    tops = {it.partition(".")[0] for it in modules - known}
    assert {it for it in tops if not it.startswith("_sysconfigdata_")} <= {
        "debugger",
        *after["standard"],
    }
    assert after["main"] == before["main"]
    assert after == before
    assert bare.do("work", 4) == 6
    assert bare.do("fork", 4) == 6


def debug_work(bare: BareProcess) -> None:
    """Break, look, evaluate, step, pause, let a child fork and a thread fail."""
    bare.break_at(ROUND)
    bare.begin("work", 3)
    stop = bare.told("Stopped")
    assert (stop["reason"], stop["line"], stop["thread"]) == ("breakpoint", ROUND, 1)
    frames = bare.call(wire.StackTrace(1, 0, 0))["frames"]
    assert [it["name"] for it in frames] == ["work", "<module>"]
    scope = bare.call(wire.Scopes(frames[0]["id"]))[0]
    variables = bare.call(wire.Variables(scope["reference"], 0, 0))
    assert {it["name"]: it["value"] for it in variables} == {"n": "3", "total": "0", "number": "0"}
    assert bare.call(wire.Evaluate(frames[0]["id"], "total + n", "watch"))["value"] == "3"
    assert bare.call(wire.Evaluate(frames[0]["id"], "[n] * 2", "repl"))["value"] == "[3, 3]"
    bare.call(wire.Resume(1, "over"))
    bare.told("Resumed")
    assert bare.told("Stopped")["line"] == LOOP
    bare.break_at()
    bare.call(wire.Resume(1))
    assert bare.result() == 3
    bare.break_at(ROUND)
    assert bare.do("fork", 4) == 6  # the child stops nowhere
    bare.break_at()
    bare.begin("spin")
    bare.call(wire.Pause(1))
    assert bare.told("Stopped")["reason"] == "pause"
    frame = bare.call(wire.StackTrace(1, 0, 0))["frames"][0]
    bare.call(wire.Evaluate(frame["id"], "done.append(1)", "repl"))
    bare.call(wire.Resume(1))
    assert bare.result() == 1
    bare.call(wire.SetExceptionBreakpoints(1, [wire.ExceptionFilter("uncaught")]))
    bare.begin("thread")
    stop = bare.told("Stopped")
    assert (stop["text"], stop["is_post_mortem"]) == ("ValueError: of a thread", True)
    bare.call(wire.Resume(stop["thread"]))
    assert bare.result() is None


def ends(bare: BareProcess, threads: int) -> dict[str, Any]:
    """Wait until our threads have ended; return the state then."""
    patience = time.monotonic() + PATIENCE_S
    while True:
        state: dict[str, Any] = bare.do("state")
        if state["threads"] == threads:  # Once more: what was looked at before them may have been theirs yet.
            return dict(bare.do("state"))
        assert time.monotonic() < patience, "our threads do not end"


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_a_stopped_process_runs_on_once_nobody_debugs_it(start: Any, python: str, backend: str) -> None:
    bare = start(python)
    before = bare.do("state")
    bare.attach(backend)
    bare.break_at(ROUND)
    bare.begin("work", 3)
    bare.told("Stopped")
    bare.detach()
    assert bare.result() == 3
    after = ends(bare, before["threads"])
    assert after["tools"] == before["tools"]
    assert after["tracers"] == before["tracers"]
    assert after["limits"] == before["limits"]


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_a_step_that_begins_just_when_nobody_debugs_any_more(start: Any, python: str, backend: str) -> None:
    bare = start(python)
    before = bare.do("state")
    for _ in range(20):
        bare.attach(backend)
        bare.break_at(ROUND)
        bare.begin("work", 3)
        bare.told("Stopped")
        bare.send(wire.Resume(1, "over"))
        bare.detach()
        assert bare.result() == 3
        after = ends(bare, before["threads"])
        for it in ("tools", "callbacks", "tracers", "frames traced", "descriptors"):
            assert after[it] == before[it], it


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_what_hangs_is_broken_off_without_a_signal(start: Any, python: str, backend: str) -> None:
    bare = start(python)
    bare.attach(backend)
    bare.break_at(ROUND)
    bare.begin("work", 1)
    bare.told("Stopped")
    frame = bare.call(wire.StackTrace(1, 0, 0))["frames"][0]["id"]
    with pytest.raises(AssertionError, match="no answer within 2 s"):
        bare.call(wire.Evaluate(frame, "[it for it in iter(int, 1)]", "watch"))
    assert bare.call(wire.Evaluate(frame, "n", "watch"))["value"] == "1"
    bare.call(wire.Resume(1))
    assert bare.result() == 0


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_a_forked_child_is_as_if_nobody_debugged(start: Any, python: str, backend: str) -> None:
    """It runs by breakpoints, and holds nothing of the wire: that ends with its parent."""
    bare = start(python)
    before = bare.do("state")
    bare.attach(backend)
    bare.break_at(ROUND)
    child, told = bare.do("fork_and_tell")
    try:
        assert told["result"] == 3
        assert told["threads"] == 1
        assert set(told["frames traced"]) == {"None"}
        assert told["descriptors"] == before["descriptors"] + 2  # the pipe that tells
        for it in (
            "tools",
            "callbacks",
            "tracers",
            "hooks",
            "exception hook",
            "breakpoint hook",
            "thread hook",
            "limits",
        ):
            assert told[it] == before[it], it
        bare.break_at()
        assert bare.do("work", 3) == 3  # the parent is debugged yet
        bare.process.kill()
        bare.wire_ends()
    finally:
        os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize(("python", "backend"), RUNS)
def test_breakpoint_stops_in_the_editor_as_long_as_there_is_one(
    start: Any, python: str, backend: str
) -> None:
    bare = start(python)
    before = bare.do("state")
    bare.attach(backend)
    bare.begin("stop_here", 5)
    stop = bare.told("Stopped")
    assert stop["reason"] == "breakpoint"
    assert bare.call(wire.StackTrace(1, 0, 0))["frames"][0]["name"] == "stop_here"
    bare.call(wire.Resume(1))
    assert bare.result() == 5
    bare.detach()
    assert ends(bare, before["threads"])["breakpoint hook"] == before["breakpoint hook"]


def test_a_second_debugger_is_refused_in_a_sentence(start: Any) -> None:
    bare = start(sys.executable)
    before = bare.do("state")
    bare.attach("settrace")
    refusal = bare.do("attach_again")
    assert refusal == "this process is being debugged already: end that debug session first"
    bare.call(wire.Threads())  # the first one is there yet
    bare.detach()
    ends(bare, before["threads"])
    bare.attach("settrace")


def test_a_wire_that_says_nothing_of_use_leaves_no_thread_behind(start: Any) -> None:
    bare = start(sys.executable)
    before = bare.do("state")
    bare.connect()
    bare.send_bytes(b"\0\0\0\2{}")
    assert "could not read" in bare.told("Note")["text"]
    with pytest.raises(AssertionError, match="has not begun"):
        bare.call(wire.Threads())
    bare.detach()
    after = ends(bare, before["threads"])
    assert after["descriptors"] == before["descriptors"]


def test_what_a_bare_process_cannot_do_is_declined(start: Any) -> None:
    bare = start(sys.executable)
    bare.attach("settrace")
    for command in (wire.RunCell("a", 1, "a.py", "1", "a"), wire.Interrupt()):
        with pytest.raises(AssertionError, match="this process"):
            bare.call(command)
