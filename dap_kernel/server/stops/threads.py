"""The threads that the client knows, and those of them that are stopped.

Knows no kernel: it is told. A thread is announced before its first stop, never after.
"""

import asyncio
import itertools
import math
import time
from collections import deque
from collections.abc import Callable, Iterable

import msgspec

from ...agent.wire import messages as wire
from ...protocol.execution import ContinuedEvent, ThreadEvent
from ...protocol.messages import EventBody
from ..port.quirks import Quirks

IDLE = "idle"
FIRST_IDLE_FRAME = 2**30  # the kernel counts its own frames from 1
MOST_ENDED = 1000  # threads: more than end while a list of them is on its way
FRESH_S = 0.1  # in which a client that was told of a stop asks which threads there are

_idle_frames = itertools.count(FIRST_IDLE_FRAME)


class ThreadStop(msgspec.Struct, eq=False):
    """One thread's stop, from the kernel's word to its resume. Of the idle notebook there is one too."""

    thread: int
    reason: str
    filename: str = ""
    line: int = 0
    is_post_mortem: bool = False  # what the thread ran has ended
    frames: list[wire.Frame] | None = None  # all of them, once somebody asked
    targets: dict[int, wire.Span] = msgspec.field(default_factory=dict)  # of stepIn, by id
    idle_frame: int = msgspec.field(default_factory=lambda: next(_idle_frames))
    began: float = msgspec.field(default_factory=time.monotonic)

    @property
    def is_idle(self) -> bool:
        """Whether it is made up: nothing runs in the thread."""
        return self.reason == IDLE


class ClientThreads:
    """Keeps the stop of each stopped thread until the thread resumes. Thread 1 is always the main one."""

    def __init__(self, emit: Callable[[EventBody], None]) -> None:
        self.known: dict[int, str] = {}
        self.stops: dict[int, ThreadStop] = {}
        self.can_be_told = asyncio.Event()  # launch or attach is answered: the client is ready for stops
        self._are_told_to_run = False  # see `Quirks.hears_of_running`
        self.released_at = -math.inf  # when a stop ended last
        self.stopped_s = 0.0  # how long the main thread was stopped in what ran, all in all
        self._emit = emit
        self._ended: deque[int] = deque(maxlen=MOST_ENDED)  # ids; they are never used again
        self._listed_at = -math.inf  # when the kernel said last, with a stop, which threads there are
        self._causes = 0  # requests under way that cause stops
        self._no_cause = asyncio.Event()
        self._no_cause.set()

    def adapt_to(self, quirks: Quirks) -> None:
        """Tell the client of threads as it needs it."""
        self._are_told_to_run = quirks.hears_of_running

    @property
    def is_idle(self) -> bool:
        """Whether the main thread is at an idle stop."""
        return (stop := self.stops.get(wire.MAIN_THREAD)) is not None and stop.is_idle

    @property
    def is_at_exception(self) -> bool:
        """Whether the main thread is stopped at one."""
        return (stop := self.stops.get(wire.MAIN_THREAD)) is not None and stop.reason == "exception"

    @property
    def is_post_mortem(self) -> bool:
        """Whether the main thread is stopped where what it ran has ended."""
        return (stop := self.stops.get(wire.MAIN_THREAD)) is not None and stop.is_post_mortem

    def announce(self, id: int, name: str = "") -> None:
        """Tell the client of a thread that it does not know."""
        if id not in self.known:
            self.known[id] = name
            self.tell_started(id)

    def tell_started(self, id: int) -> None:
        """Tell the client of a thread, though it may know it."""
        self._emit(ThreadEvent("started", id))
        if self._are_told_to_run:
            self._emit(ContinuedEvent(id, all_threads_continued=False))

    def ended(self, id: int) -> None:
        """Take that a thread has ended, its stop with it, and tell the client if that knew it."""
        self._ended.append(id)
        self._drop(id)

    def _drop(self, id: int) -> None:
        self._end_stop(id)
        if self.known.pop(id, None) is not None:
            self._emit(ThreadEvent("exited", id))

    def refresh(self, running: Iterable[wire.Thread], *, by_stop: bool = False) -> None:
        """Take what the kernel says runs now; `by_stop`: it has said so with a stop.

        One that is stopped is there, though another thread that stops may not have seen it yet. One that has
        ended is not: the list may be older than the word of that.
        """
        names = {it.id: it.name for it in running if it.id not in self._ended}
        gone = self.known.keys() - names.keys() - self.stops.keys() - {wire.MAIN_THREAD}
        for id in sorted(gone):
            self._drop(id)
        if by_stop:
            self._listed_at = time.monotonic()
        for id, name in names.items():
            self.announce(id, name)
            self.known[id] = name

    def listed_lately(self) -> list[wire.Thread]:
        """Return the threads as a stop just now has listed them; none: ask the kernel."""
        is_fresh = time.monotonic() - self._listed_at < FRESH_S
        return [wire.Thread(*it) for it in self.known.items()] if is_fresh else []

    def hold_stops(self) -> Callable[[], None]:
        """Have stops wait for the response to what causes one; call what is returned once it is sent."""
        self._causes += 1
        self._no_cause.clear()

        def release() -> None:
            self._causes -= 1
            if not self._causes:
                self._no_cause.set()

        return release

    async def causes_answered(self) -> None:
        """Wait until every request that causes a stop is answered."""
        await self._no_cause.wait()

    def all_stopped(self) -> bool:
        """Whether every thread that the client knows is stopped."""
        return self.known.keys() <= self.stops.keys()

    def release(self, id: int | None = None) -> list[ThreadStop]:
        """End the stop of one thread, or of all; return what was ended. Its handles are void."""
        self.released_at = time.monotonic()
        self._listed_at = -math.inf
        ended = [self._end_stop(it) for it in list(self.stops) if id in (None, it)]
        return [it for it in ended if it is not None]

    def end_all(self) -> None:
        """The kernel is gone, and all threads with it; the client is told of those but the main one."""
        for id in list(self.stops):
            self._end_stop(id)
        for id in [it for it in self.known if it != wire.MAIN_THREAD]:
            self._drop(id)
        self._ended.clear()

    def idle_stop_of(self, frame_id: int) -> ThreadStop | None:
        """Return the idle stop that a frame id is of."""
        return next((it for it in self.stops.values() if it.is_idle and it.idle_frame == frame_id), None)

    def _end_stop(self, id: int) -> ThreadStop | None:
        stop = self.stops.pop(id, None)
        if stop is not None and id == wire.MAIN_THREAD and not stop.is_idle:
            self.stopped_s += time.monotonic() - stop.began
        return stop
