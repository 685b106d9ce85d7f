"""Threads as the client knows them: what a stop says of them, and when a stop may be told."""

import asyncio

from dap_kernel.agent.wire import messages as wire
from dap_kernel.server.stops.threads import ClientThreads, ThreadStop

MAIN, WORKER = wire.Thread(1, "MainThread"), wire.Thread(2, "worker")


def made():
    events = []
    threads = ClientThreads(events.append)
    threads.announce(MAIN.id, MAIN.name)
    return threads, events


async def test_threads_are_those_of_a_stop_until_one_goes_on():
    threads, _ = made()
    assert threads.listed_lately() == []
    threads.refresh([MAIN, WORKER], by_stop=True)
    assert [(it.id, it.name) for it in threads.listed_lately()] == [(1, "MainThread"), (2, "worker")]
    threads.ended(WORKER.id)
    assert [it.id for it in threads.listed_lately()] == [1]
    threads.release()
    assert threads.listed_lately() == []


async def test_a_thread_that_is_stopped_is_there_whoever_has_not_seen_it():
    threads, events = made()
    threads.refresh([MAIN, WORKER], by_stop=True)
    threads.stops[WORKER.id] = ThreadStop(WORKER.id, "breakpoint")
    threads.refresh([MAIN], by_stop=True)
    assert list(threads.known) == [1, 2]
    assert [it.reason for it in events] == ["started", "started"]


async def test_a_stop_waits_for_all_that_may_cause_it():
    threads, _ = made()
    first, second = threads.hold_stops(), threads.hold_stops()
    waiting = asyncio.ensure_future(threads.causes_answered())
    first()
    await asyncio.sleep(0)
    assert not waiting.done()
    second()
    await asyncio.wait_for(waiting, 10)
