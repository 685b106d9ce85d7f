"""Whatever a client sends, in whatever order, at whatever time: an answer that is DAP, and no bug of ours.

Each session has a seed of its own, which is its test's name. `DAP_KERNEL_FUZZ=2000` runs as many sessions,
`DAP_KERNEL_FUZZ_SEED` chooses the first.
"""

import asyncio
import os
import random
import signal
from pathlib import Path

import pytest

from tests import pythons
from tests.client.careless import BROKEN, Careless
from tests.client.serving import Server
from tests.sessions.fuzzed import Fuzzed

SESSIONS = int(os.environ.get("DAP_KERNEL_FUZZ", "40"))
SEED = int(os.environ.get("DAP_KERNEL_FUZZ_SEED", "20240711"))
STEPS = 45
SOON_S = 0.15  # a client waits so long for a stop, or sends on


@pytest.mark.parametrize("seed", range(SEED, SEED + SESSIONS))
async def test_whatever_a_client_sends(seed: int, tmp_path: Path, python: pythons.Python) -> None:
    chance = random.Random(seed)
    server = await Server.start(env={"XDG_RUNTIME_DIR": str(tmp_path), "PYTHONFAULTHANDLER": "1"})
    client = Careless(await server.connect())
    try:
        folder = tmp_path / "ä b"
        folder.mkdir()
        await a_session(Fuzzed(chance, folder, client, python.path))
        assert await server.stop() == 0
        await client.ended()
        log = server.errors
        assert not [it for it in BROKEN if it in log] and "ERROR" not in log, log[-8000:]
        assert not client.faults, "\n".join(client.faults)
    except BaseException as error:
        if server.process.returncode is None:
            server.process.send_signal(signal.SIGABRT)  # it says where it is
            await asyncio.wait([asyncio.create_task(server.process.wait())], timeout=5)
        error.add_note(f"seed {seed}; messages:\n" + "\n".join(client.transcript))
        error.add_note(f"stderr of the server:\n{server.errors[-8000:]}")
        raise
    finally:
        if server.process.returncode is None:
            server.process.kill()


async def a_session(fuzzed: Fuzzed) -> None:
    chance, client = fuzzed.chance, fuzzed.client
    for _ in range(chance.choice([0, 0, 0, 3])):
        fuzzed.any_request()
    await client.answered(fuzzed.initialize())
    for _ in range(chance.choice([0, 3, 6])):
        fuzzed.any_request()
    fuzzed.break_at_lines()
    if chance.random() < 0.1:
        client.send("configurationDone")
    fuzzed.launch()
    for _ in range(chance.choice([0, 3, 6])):
        fuzzed.any_request()
    client.send("configurationDone")
    for _ in range(STEPS):
        seq = fuzzed.step()
        match chance.randrange(5):
            case 0:
                await client.stopped(SOON_S)
            case 1 | 2 if seq is not None:
                assert await client.answered(seq), f"{seq} is not answered"
            case 3:
                await asyncio.sleep(0)
    if chance.random() < 0.7:
        assert await client.answered(), f"not answered: {client.unanswered}"
    end = client.send(chance.choice(["disconnect", "disconnect", "terminate"]))
    assert await client.answered(end), "the end is not answered"
