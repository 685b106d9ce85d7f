"""Run a coroutine to its end on the thread that is stopped, in that thread's own event loop.

A second loop would be no use: what is awaited belongs to the first. The loop is entered once more
instead, as if it had never called us. Source: asyncio's `base_events.py` and `tasks.py`.
Knows nothing of expressions.
"""

import sys
from _thread import get_ident
from collections.abc import Coroutine
from typing import Any

from .bindings import InspectionError

_TICK_S = 0.05  # how long the loop may sleep: an asynchronous exception waits for it to wake
_FAREWELL_ROUNDS = 100  # of the loop, for a cancelled coroutine to end


class Awaiter:
    """Runs coroutines; keeps a loop for each thread that had none of its own."""

    def __init__(self) -> None:
        self._own: dict[int, Any] = {}  # event loops of ours, by the thread's ident

    def close_loops(self) -> None:
        """Close the loops: nothing awaits any more."""
        loops, self._own = self._own, {}
        for loop in loops.values():
            loop.close()

    def run(self, coroutine: Coroutine[Any, Any, object]) -> object:
        """Return the coroutine's result. Other tasks of the loop run meanwhile."""
        asyncio: Any = sys.modules.get("asyncio") or _import_asyncio()
        loop = asyncio._get_running_loop()
        if loop is not None:
            return _run_inside(asyncio, loop, coroutine)
        loop = self._own.get(get_ident())
        if loop is None or loop.is_closed():
            loop = self._own[get_ident()] = asyncio.new_event_loop()
        asyncio._set_running_loop(loop)
        try:
            return _run_inside(asyncio, loop, coroutine)
        finally:
            asyncio._set_running_loop(None)


def _import_asyncio() -> Any:
    # Only an awaiting expression comes here, on the user's own thread: as if the user imported it.
    return __import__("asyncio")


def _run_inside(asyncio: Any, loop: Any, coroutine: Coroutine[Any, Any, object]) -> object:
    if not hasattr(loop, "_run_once"):
        coroutine.close()
        raise InspectionError(f"await is not possible inside a {type(loop).__name__}")
    outer = asyncio.current_task(loop)
    if outer is not None:
        asyncio.tasks._leave_task(loop, outer)
    waiting = len(loop._ready)
    try:
        return _drive(loop, asyncio.tasks.Task(coroutine, loop=loop))
    finally:
        # The round of the loop that called us counted its handles before: give it as many.
        while len(loop._ready) < waiting:
            spent = asyncio.Handle(_nothing, (), loop)
            spent.cancel()
            loop._ready.append(spent)
        if outer is not None:
            asyncio.tasks._enter_task(loop, outer)


def _drive(loop: Any, task: Any) -> object:
    alarm = None

    def tick() -> None:
        nonlocal alarm
        alarm = loop.call_later(_TICK_S, tick)

    tick()
    try:
        while not task.done():
            loop._run_once()
    except BaseException:
        task.cancel()
        for _ in range(_FAREWELL_ROUNDS):
            if task.done():
                break
            loop._run_once()
        raise
    finally:
        if alarm is not None:
            alarm.cancel()
    return task.result()


def _nothing() -> None:
    pass
