"""Threads as the client knows them: what a stop says of them, and when a stop may be told."""

import asyncio
from types import SimpleNamespace

from dap_kernel.agent.wire import messages as wire
from dap_kernel.server.flows.stopping import tell_stop
from dap_kernel.server.stops.threads import ClientThreads, ThreadStop
from dap_kernel.server.tasks import Tasks

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


async def test_a_list_that_is_older_than_a_threads_end_does_not_bring_it_back():
    threads, events = made()
    threads.refresh([MAIN, WORKER])
    threads.ended(WORKER.id)
    threads.refresh([MAIN, WORKER])
    assert list(threads.known) == [1]
    assert [(it.reason, it.thread_id) for it in events] == [("started", 1), ("started", 2), ("exited", 2)]
    threads.end_all()
    threads.refresh([MAIN, WORKER])  # of another kernel, which counts from 1 again
    assert list(threads.known) == [1, 2]


async def test_what_the_kernel_says_while_a_stop_waits_for_its_cause_is_newer_than_the_stop():
    threads, events = made()
    stop = threads.stops[1] = ThreadStop(1, "step")
    session = SimpleNamespace(
        tasks=Tasks(),
        threads=threads,
        lifecycle=SimpleNamespace(is_live=True),
        port=SimpleNamespace(emit=events.append),
        kernel_state_events=SimpleNamespace(tell_state=asyncio.Event().set),
    )
    threads.can_be_told.set()
    answered = threads.hold_stops()
    tell_stop(session, stop, running=[MAIN])
    threads.refresh([MAIN, WORKER], by_stop=True)  # of another thread's stop
    answered()
    while events[-1].event != "stopped":
        await asyncio.sleep(0)
    assert list(threads.known) == [1, 2]
    assert [it.event for it in events] == ["thread", "thread", "stopped"]
