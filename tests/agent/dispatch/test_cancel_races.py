"""An evaluation is cancelled just when it ends: one answer, and no exception in the program."""

import sys
import threading
from queue import SimpleQueue
from random import random
from time import perf_counter

from dap_kernel.agent.common.raised import EvaluationCancelled
from dap_kernel.agent.debuggee.threads import UserThread
from dap_kernel.agent.debuggee.user_code import UserCode
from dap_kernel.agent.dispatch.inspections import Inspections
from dap_kernel.agent.inspect.inspector import Inspector
from dap_kernel.agent.stops.interrupts import Interrupts
from dap_kernel.agent.stops.stop import Stop, StoppedFrame
from dap_kernel.agent.wire.messages import Evaluate

ROUNDS = 500
COMMAND = Evaluate(10, "sum(range(300))", "repl")
SWITCH_S = 1e-5


def interrupts() -> Interrupts:
    """Return the interrupts of a main thread that signals do not reach, as the user's other threads."""
    return Interrupts(
        threading.main_thread().ident or 0,
        UserCode(""),
        lambda *_: None,
        asking=set(),
        is_stopped=lambda: False,
        on_pause=lambda _: False,
        on_parked=lambda: None,
        redirect=lambda *_: False,
    )


def test_cancellations_at_any_moment() -> None:
    answers: list[tuple[int, str | None]] = []
    inspections = Inspections(
        Inspector({}, set()),
        lambda id, result, error: answers.append((id, error)),
        interrupts(),
        lambda *_: None,
    )
    asked, done = SimpleQueue[int | None](), SimpleQueue[str]()

    def evaluate() -> None:
        stop = Stop(2, "step", [StoppedFrame(10, sys._getframe(), 1, "user")])
        while (id := asked.get()) is not None:
            while True:
                try:
                    inspections.run(stop, id, COMMAND)
                    break
                except EvaluationCancelled:  # as a stopped thread does: it asks once more
                    continue
            try:
                for _ in range(100):  # what comes late comes here, as it would into the program
                    pass
                done.put("in time")
            except EvaluationCancelled:
                done.put("too late")

    thread = threading.Thread(target=evaluate)
    thread.start()
    user = UserThread(2, thread.ident or 0, thread)
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    outcomes = []
    most = 4e-4  # seconds, at first; then as many cancellations come before the end as after
    try:
        for id in range(ROUNDS):
            inspections.expect(id, COMMAND, user)
            asked.put(id)
            until = perf_counter() + random() * most
            while perf_counter() < until:
                pass
            inspections.cancel(id)
            outcomes.append(done.get(timeout=60))
            most *= 1.1 if answers[-1][1] == "cancelled" else 1 / 1.1
    finally:
        sys.setswitchinterval(before)
        asked.put(None)
        thread.join()
    assert outcomes == ["in time"] * ROUNDS
    assert [id for id, _ in answers] == list(range(ROUNDS))
    assert len([it for _, it in answers if it is None]) > 20
    assert len([it for _, it in answers if it == "cancelled"]) > 20


def test_a_cancellation_that_comes_just_when_the_evaluation_ends() -> None:
    """The agent thread has found the thread at the evaluation; then that is over; then it would break in."""
    asked, begun, gate, left, sent = (threading.Event() for _ in range(5))
    outcomes = []

    def answer(id: int, result: object, error: str | None) -> None:
        gate.set()
        left.wait(60)

    inspections = Inspections(Inspector({}, set()), answer, interrupts(), lambda *_: None)
    command = Evaluate(10, "begun.set() or gate.wait(60)", "repl")

    def evaluate(begun: threading.Event, gate: threading.Event) -> None:
        asked.wait(60)
        inspections.run(Stop(2, "step", [StoppedFrame(10, sys._getframe(), 1, "user")]), 1, command)
        try:
            left.set()
            sent.wait(60)
            for _ in range(100):
                pass
            outcomes.append("undisturbed")
        except EvaluationCancelled:
            outcomes.append("broken into")

    thread = threading.Thread(target=evaluate, args=(begun, gate))
    thread.start()
    inspections.expect(1, command, UserThread(2, thread.ident or 0, thread))
    asked.set()
    begun.wait(60)
    inspections.cancel(1)
    sent.set()
    thread.join()
    assert outcomes == ["undisturbed"]
