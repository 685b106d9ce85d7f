"""Two debuggers come to a process at once, on two threads: one is let in, the other one is told so."""

import os
import socket
import sys
import threading
from queue import SimpleQueue
from typing import NoReturn

from dap_kernel.agent.hosts.visit import begin_visit

ROUNDS = 200
SWITCH_S = 1e-6


def no_host(*_: object) -> NoReturn:
    raise AssertionError("nobody has asked for a debug session")


def come(gate: threading.Barrier, left: SimpleQueue[None], said: SimpleQueue[object]) -> None:
    ours, theirs = socket.socketpair()
    fd = os.dup(theirs.fileno())
    theirs.close()
    gate.wait()
    try:
        begin_visit(fd, no_host, lambda: left.put(None), ())
    except RuntimeError as refusal:
        os.close(fd)
        said.put(str(refusal))
    else:
        said.put(ours)
        return
    ours.close()


def test_of_two_that_come_at_once_one_is_let_in() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        for _ in range(ROUNDS):
            gate, left, said = threading.Barrier(2), SimpleQueue[None](), SimpleQueue[object]()
            both = [threading.Thread(target=come, args=(gate, left, said)) for _ in range(2)]
            for thread in both:
                thread.start()
            answers = [said.get(timeout=60), said.get(timeout=60)]
            inside = [it for it in answers if isinstance(it, socket.socket)]
            assert len(inside) == 1, answers
            inside[0].close()
            left.get(timeout=60)
            for thread in both:
                thread.join()
    finally:
        sys.setswitchinterval(before)
