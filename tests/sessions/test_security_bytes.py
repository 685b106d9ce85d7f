"""What a broken or hostile client sends: a clear error or the end of the connection, never a hang."""

import asyncio
import copy
import json
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client import schema
from tests.client.fixtures import Debugging, Write
from tests.client.serving import Server
from tests.sessions.notebooks import at

Json = dict[str, Any]

SEED = 20240711
ROUNDS = 400  # requests
STREAMS = 200
INITIALIZE: Json = {"seq": 1, "type": "request", "command": "initialize", "arguments": {"adapterID": "x"}}
DISCONNECT: Json = {"seq": 99, "type": "request", "command": "disconnect"}


def framed(message: object) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


async def answers(server: Server, data: bytes, is_over: bool = False) -> list[Json]:
    """Send bytes, and the end of the stream if `is_over`; return all messages up to the connection's end."""
    stream = await server.connect()
    stream.send_bytes(data)
    if is_over:
        await stream.close()
    found = []
    async with asyncio.timeout(20):
        while (message := await stream.receive()) is not None:
            found.append(message)
    return found


@pytest.fixture
async def listening(tmp_path: Path) -> AsyncIterator[Server]:
    """A server for many clients, one after another. It must survive them all."""
    server = await Server.start("pipe", folder=tmp_path)
    yield server
    assert await server.stop() == 0
    assert "Traceback" not in server.errors


NO_DAP = [
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
    b"Content-Length: -1\r\n\r\n",
    b"Content-Length: 99999999999\r\n\r\n",
    b"Content-Length: 67108865\r\n\r\n",
    b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    b"Content-Length: 2\nX: y\r\n\r\n{}",
    b"C" * 5000,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\r\n\r\n",
    bytes(range(256)),
]


async def test_bytes_that_are_no_dap_end_the_connection(listening: Server) -> None:
    for data in NO_DAP:
        found = await answers(listening, framed(INITIALIZE) + data)
        assert [it["type"] for it in found] in ([], ["response", "event"]), data
    server = await Server.start()
    await answers(server, NO_DAP[0])
    assert await server.exit_status() == 0


async def test_messages_that_make_no_sense_are_answered_where_they_can_be() -> None:
    deep = b"[" * 100_000
    bad: list[tuple[object, bool]] = [
        (b"", False),
        (b"nonsense", False),
        (b"\xff\xfe{}", False),
        (b"[]", False),
        (b"null", False),
        (b"{}", False),
        (deep, False),
        ({"seq": 10, "type": "request"}, True),
        ({"seq": 11, "type": "request", "command": 5}, True),
        ({"seq": 12, "type": "request", "command": "no such"}, True),
        ({"seq": 13, "type": "request", "command": ""}, True),
        ({"seq": 14, "type": "request", "command": "evaluate", "arguments": []}, True),
        ({"seq": 15, "type": "nothing", "command": "source"}, True),
        ({"seq": "16", "type": "request", "command": "threads"}, False),
        ({"seq": 1e300, "type": "request", "command": "threads"}, False),
        ({"seq": -17, "type": "request", "command": "threads"}, True),
        ({"seq": 18, "type": "event", "event": "stopped"}, False),
        ({"seq": 19, "type": "response", "request_seq": 1, "success": True, "command": "x"}, False),
        (b'{"seq":20,"type":"request","command":"source","arguments":' + deep + b"}", True),
        (b'{"seq":21,"type":"request","command":"setBreakpoints","arguments":{"source":{"path":NaN}}}', True),
        (b'{"seq":22,"type":"request","command":"\\ud800"}', True),
        ({"seq": 23, "type": "request", "command": "launch", "arguments": {"program": "\0"}}, True),
        ({"seq": 24, "type": "request", "command": "initialize", "arguments": {}}, True),
        ({"seq": 24, "type": "request", "command": "threads"}, True),
        ({"seq": 2, "type": "request", "command": "threads"}, True),
        (INITIALIZE | {"seq": 25}, True),
        (b'{"seq":26,"type":"request","command":"x","arguments":"' + b"a" * (2**20) + b'"}', True),
    ]
    server = await Server.start()
    data = framed(INITIALIZE) + b"".join(framed(it) for it, _ in bad) + framed(DISCONNECT)
    found = await answers(server, data)
    responses = [it for it in found if it["type"] == "response"]
    expected = [1, *(_seq(it) for it, is_answered in bad if is_answered), 99]
    assert sorted(it["request_seq"] for it in responses) == sorted(expected)
    for it in responses:
        assert it["success"] == (it["command"] == "threads" or it["request_seq"] in (1, 99)), it
        assert it["success"] or it["message"]
        assert "Traceback" not in str(it) and "internal error" not in str(it)
    assert await server.exit_status() == 0
    assert "Traceback" not in server.errors


async def test_a_body_of_64_mib_is_read() -> None:
    server = await Server.start()
    padding = 64 * 2**20 - len(json.dumps(INITIALIZE | {"x": ""}))
    data = framed(INITIALIZE | {"x": "a" * padding}) + framed(DISCONNECT)
    found = await answers(server, data)
    assert [it["request_seq"] for it in found if it["type"] == "response"] == [1, 99]
    assert await server.exit_status() == 0


OUT_OF_PHASE = [it for it in schema.commands() if it not in ("disconnect", "terminate", "initialize")]


async def test_requests_out_of_phase_are_refused_in_a_sentence(debugging: Debugging, write: Write) -> None:
    path = write("cells.py", "# %%\nn = 1\n")
    async with debugging(path, launch={"run": "none"}) as debug:
        debug.connection.is_judged = False
        for command in OUT_OF_PHASE:
            response = await debug.careless(command)
            assert not response.success and response.message, command
        await debug.initialize()
        assert not (await debug.careless("initialize", adapterID="x")).success
        await debug.launch()
        await debug.idle()
        for command in ("launch", "attach", "initialize", "configurationDone"):
            response = await debug.careless(command, program=str(path), adapterID="x")
            assert not response.success and "out of order" in str(response.message), command
        assert await debug.evaluate("6 * 7") == "42"
        assert "Traceback" not in debug.server.errors


async def test_noise_never_stops_the_server(listening: Server) -> None:
    """Each client's stream is good frames, a little of it changed."""
    chance = random.Random(SEED)
    good = [framed(INITIALIZE), framed({"seq": 2, "type": "request", "command": "threads"})]
    for _ in range(STREAMS):
        data = bytearray(b"".join(chance.choices(good, k=5)))
        for _ in range(chance.randrange(8)):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        for response in await answers(listening, bytes(data) + framed(DISCONNECT) + b"X"):
            assert "internal error" not in str(response), bytes(data)


ODD = [
    None,
    True,
    -1,
    0,
    1,
    2**31,
    2**63,
    1.5,
    "",
    "x",
    "\0",
    "\ud800",
    "/",
    "1 +",
    [],
    [None],
    {},
    {"a": []},
]
NOT_FUZZED = (
    "initialize",
    "launch",
    "attach",
    "disconnect",
    "terminate",
    "restart",
    "runInTerminal",
    "startDebugging",
)


def arguments_of(command: str, chance: random.Random, known: Json) -> Json:
    """Arguments that the schema allows, or nearly."""
    name = f"{command[0].upper()}{command[1:]}Arguments"
    definition = schema.definitions().get(name, {})
    made = value_of(definition, chance, known, "")
    made = made if isinstance(made, dict) else {}
    if chance.random() < 0.3 and made:
        made[chance.choice(sorted(made))] = copy.deepcopy(chance.choice(ODD))
    return made


def value_of(part: Json, chance: random.Random, known: Json, key: str) -> Any:
    if "$ref" in part:
        part = schema.definitions()[part["$ref"].rpartition("/")[2]]
    if key in known and chance.random() < 0.8:
        return copy.deepcopy(chance.choice(known[key]))
    if "allOf" in part:
        return value_of(part["allOf"][-1], chance, known, key)
    kind = part.get("type")
    if isinstance(kind, list):
        kind = chance.choice(kind)
    if kind == "object" or "properties" in part:
        required = part.get("required", [])
        chosen = [it for it in part.get("properties", {}) if it in required or chance.random() < 0.5]
        return {it: value_of(part["properties"][it], chance, known, it) for it in chosen}
    match kind:
        case "array":
            return [value_of(part.get("items", {}), chance, known, key) for _ in range(chance.randrange(3))]
        case "string":
            return chance.choice(part.get("enum") or part.get("_enum") or ["x", "", "1 + 1", "x.y", "a\nb"])
        case "integer" | "number":
            return chance.choice([0, 1, 2, 3, 10, -1, 10**9])
        case "boolean":
            return chance.random() < 0.5
    return copy.deepcopy(chance.choice(ODD))


def requests(chance: random.Random, path: Path) -> Iterator[tuple[str, Json]]:
    known = {
        "path": [str(path), str(path), "/nowhere.py", "", "~"],
        "threadId": [1, 1, 2, -1],
        "frameId": [1, 2, 2**30, 2**30 + 1],
        "variablesReference": [1, 2, 3, 4, 5, 99999],
        "expression": ["n", "[n] * 3", "1 +", "raise SystemExit", ":cells", ":help", ":where", "{}", "x\0"],
        "context": ["repl", "watch", "hover", "clipboard", "variables"],
        "condition": ["n > 3", "1 +", "False", ""],
        "hitCondition": ["2", "% 2", "nonsense", "-1"],
        "logMessage": ["n={n}", "{", "{1/0}", ""],
        "run": ["none", "stale", {"cells": ["no such"]}, {"above": 3}, {"at": -1}],
        "cells": [[], None, [{"uri": "x:y", "kind": "code", "text": "n = 1"}]],
    }
    commands = [it for it in (*schema.commands(), *schema.OURS) if it not in NOT_FUZZED]
    for _ in range(ROUNDS):
        command = chance.choice(commands)
        yield command, arguments_of(command, chance, known)


async def test_any_arguments_get_one_answer(debugging: Debugging, write: Write) -> None:
    path = write("cells.py", "# %%\ndef f(n):\n    return n + 1\n\n# %%\nfor i in range(3):\n    f(i)\n")
    chance = random.Random(SEED)
    async with debugging(path, is_judged=False) as debug:
        await debug.launch(breakpoints={path: [at(path, "return n")]})
        await debug.stopped("breakpoint")
        for command, arguments in requests(chance, path):
            response = await debug.careless(command, **arguments)
            assert response.success or response.message
            assert "internal error" not in str(response.message), (command, arguments)
        assert "Traceback" not in debug.server.errors
        await debug.restart()
        await debug.event("process")
        await debug.disconnect()
        told = [it for it in debug.connection.breaches if "no response" in it or "second" in it]
        assert not told


def _seq(message: object) -> int:
    if isinstance(message, bytes):
        return int(message.partition(b'"seq":')[2].partition(b",")[0])
    assert isinstance(message, dict)
    return abs(int(message["seq"])) if message["seq"] == -1 else int(message["seq"])
