"""What breaks into the main thread: each pause is heard, whatever the thread is at."""

import sys
import threading
from queue import SimpleQueue
from time import monotonic
from types import FrameType

from dap_kernel.agent.debuggee.user_code import UserCode
from dap_kernel.agent.stops.interrupts import Interrupts

PAUSES = 1000
SWITCH_S = 1e-5


def test_pauses_that_come_just_when_the_main_thread_stops_or_goes_on() -> None:
    """Each is asked for once the one before was heard, and no signal is sent a second time by a timer."""
    heard, count = SimpleQueue[None](), 0

    def on_pause(_: FrameType | None) -> bool:
        nonlocal count
        count += 1
        heard.put(None)
        return True

    interrupts = Interrupts(
        threading.main_thread().ident or 0,
        UserCode(""),
        lambda *_: None,
        asking=set(),
        is_stopped=lambda: False,
        on_pause=on_pause,
        on_parked=lambda: None,
        redirect=lambda *_: False,
    )

    def pause() -> None:
        for _ in range(PAUSES):
            interrupts.pause()
            heard.get(timeout=60)

    interrupts.cell_comes(1)
    interrupts.cell_begins()
    thread = threading.Thread(target=pause)
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    interrupts.borrow_urgent()
    until = monotonic() + 60
    try:
        thread.start()
        while count < PAUSES and monotonic() < until:
            interrupts.parks()
            interrupts.unparked()
    finally:
        sys.setswitchinterval(before)
        interrupts.restore_signal_handlers()
        thread.join()
    assert count == PAUSES
