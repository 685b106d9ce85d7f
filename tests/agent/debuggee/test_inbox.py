"""A thread's inbox: nothing is lost that is put in just when a signal handler raises in the taker."""

import signal
import sys
import threading
from time import sleep
from types import FrameType

from dap_kernel.agent.debuggee.inbox import Inbox, Item
from dap_kernel.agent.wire.messages import Describe

ITEMS = 3000
SWITCH_S = 1e-5


class Broken(Exception):
    pass


def test_commands_that_come_while_a_signal_handler_raises() -> None:
    inbox, command, main = Inbox(), Describe(), threading.main_thread().ident or 0
    taken: list[list[Item]] = [[]]  # one list for each command
    breakable: list[bool] = []  # whether the handler is to raise: it does so once, and within `try`
    broken_off = 0

    def break_in(number: int, frame: FrameType | None) -> None:
        if breakable:
            breakable.clear()
            raise Broken

    def put() -> None:
        for id in range(ITEMS):
            while len(taken) + broken_off + 3 < id:  # else all is there before the first is taken
                sleep(0)
            if id % 3:
                signal.pthread_kill(main, signal.SIGUSR1)
            inbox.put((id, command))
            if id % 3 == 1:
                signal.pthread_kill(main, signal.SIGUSR1)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    before = signal.signal(signal.SIGUSR1, break_in)
    thread = threading.Thread(target=put)
    thread.start()
    try:
        while not taken[-1] or taken[-1][0][0] < ITEMS - 1:
            if taken[-1]:
                taken.append([])
            try:
                breakable.append(True)
                inbox.wait_for_next(taken[-1])
                breakable.clear()
            except Broken:
                broken_off += 1
    finally:
        thread.join()
        sys.setswitchinterval(interval)
        signal.signal(signal.SIGUSR1, before)
    assert [id for one in taken for id, _ in one] == list(range(ITEMS))
    assert broken_off > 20
