"""Calls on the main thread between two of its bytecodes."""

import gc
import signal
import threading
import weakref

import pytest

from dap_kernel.agent.watch.backends.arming import MainThreadCall


class Late(Exception):
    pass


@pytest.mark.parametrize("raised", [Late("too late"), TimeoutError(), KeyboardInterrupt()], ids=repr)
def test_what_a_handler_raises_in_a_call_arrives(raised: BaseException) -> None:
    def handler(number: int, frame: object) -> None:
        raise raised

    before = signal.signal(signal.SIGALRM, handler)
    caught: list[BaseException] = []
    calls = []
    try:
        for _ in range(3):
            call = MainThreadCall(lambda: calls.append(signal.raise_signal(signal.SIGALRM)))
            try:
                call.ask()
                for _ in range(100_000):
                    pass
            except BaseException as error:
                caught.append(error)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert caught == [raised] * 3


def test_a_call_that_is_asked_for_lives_until_it_has_run() -> None:
    """The main thread waits in C code, and nobody keeps the call meanwhile: a debugger that has gone, say."""
    calls: list[int] = []
    kept: list[bool] = []
    waits = threading.Lock()
    waits.acquire()

    def ask() -> None:
        call = MainThreadCall(lambda: calls.append(1))
        call.ask()
        known = weakref.ref(call)
        del call
        gc.collect()
        kept.append(known() is not None)
        waits.release()

    thread = threading.Thread(target=ask)
    thread.start()
    waits.acquire()
    thread.join()
    assert kept == [True]
    assert calls == [1]
