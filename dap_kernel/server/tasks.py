"""What a session does at the same time: the requests under way, and work beside them. Knows no request."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)

GOODBYES = ("disconnect", "terminate")

Work = Coroutine[Any, Any, None]


class Tasks:
    """One asyncio task for each request, known by its `seq`, and one for each work beside them."""

    def __init__(self) -> None:
        self._requests: dict[int, asyncio.Task[None]] = {}
        self._begun: set[int] = set()
        self._cancelled: set[int] = set()
        self._background: set[asyncio.Task[None]] = set()

    def begin(self, seq: int, command: str, work: Work) -> None:
        """Begin to handle a request."""
        task = asyncio.get_running_loop().create_task(self._do(seq, work), name=command)
        self._requests[seq] = task
        task.add_done_callback(lambda _: self._requests.pop(seq, None))

    def cancel(self, seq: int) -> None:
        """Break off a request, if it is not answered yet. One that has not begun begins, to be answered."""
        task = self._requests.get(seq)
        if task is not None and task is not asyncio.current_task():
            self._cancelled.add(seq)
            if seq in self._begun:
                task.cancel()

    def was_cancelled(self, seq: int) -> bool:
        """Whether it was this request that `cancel` has broken off; asked once."""
        is_so = seq in self._cancelled
        self._cancelled.discard(seq)
        return is_so

    def spawn(self, work: Work) -> "asyncio.Task[None]":
        """Do `work` beside all else, until `end`."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._reap)
        return task

    async def break_off(self, within_s: float) -> None:
        """Break off all requests but those that say goodbye; return when they are answered, or too slow."""
        under_way = {seq: it for seq, it in self._requests.items() if it.get_name() not in GOODBYES}
        for seq in under_way:
            self.cancel(seq)
        if under_way:
            await asyncio.wait(under_way.values(), timeout=within_s)

    async def end(self) -> None:
        """Break off all but the requests that say goodbye; return when those are answered."""
        goodbyes = {it for it in self._requests.values() if it.get_name() in GOODBYES}
        for task in {*self._requests.values(), *self._background} - goodbyes:
            task.cancel()
        if goodbyes:
            await asyncio.wait(goodbyes)

    async def _do(self, seq: int, work: Work) -> None:
        self._begun.add(seq)
        try:
            await work
        finally:
            self._begun.discard(seq)
            self._cancelled.discard(seq)

    def _reap(self, task: "asyncio.Task[None]") -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_coro(), exc_info=error)
