"""Who may use a server on a socket, what it leaves behind, and the folders that it will not trust."""

import asyncio
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.fixtures import Debugging, Write
from tests.client.serving import Server
from tests.processes import group_of, until
from tests.sessions.notebooks import at

NOBODY = 65534
CELLS = "# %%\nprint('begun', flush=True)\nimport time\ntime.sleep(100)\n"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A private folder with a short path, for sockets; the runtime folder is in it."""
    folder = Path(tempfile.mkdtemp(prefix="dapk"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)


async def cli(*arguments: str) -> tuple[int | None, str]:
    """Return the exit status of `dap-kernel`, and what it says."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "dap_kernel", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    said, _ = await asyncio.wait_for(process.communicate(), 20)
    return process.returncode, said.decode()


def request(seq: int, command: str, **arguments: object) -> bytes:
    body = json.dumps({"seq": seq, "type": "request", "command": command, "arguments": arguments}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def reset(address: str, data: bytes, awaited: bytes = b"") -> None:
    """Send `data`, read up to `awaited`, and reset the connection, as a client that crashes does."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(data)
        read = b""
        while awaited not in read:
            read = read[-len(awaited) :] + client.recv(65536)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def test_a_connection_that_is_reset_at_any_point_leaves_a_server_for_the_next(
    debugging: Debugging, write: Write, short: Path
) -> None:
    path = write(
        "prints.py", "# %%\nprint('pid', __import__('os').getpid())\nwhile True: print('x' * 1000)\n"
    )
    server = await Server.start("tcp", folder=short)
    assert server.address is not None
    begun = request(1, "initialize", adapterID="x")
    launch = {"program": str(path), "orphanTimeout": 0} | ({"token": server.token} if server.token else {})
    running = begun + request(2, "launch", **launch) + request(3, "configurationDone")
    for data, awaited in (
        (b"", b""),
        (begun[:7], b""),
        (begun[:-5], b""),
        (begun, b'"initialized"'),
        (begun + running[len(begun) : -5], b'"initialized"'),
        (running, b"xxxxx"),
        (running + begun[:30], b"xxxxx"),
    ):
        await asyncio.to_thread(reset, server.address, data, awaited)
    async with debugging(path, server=server) as debug:
        await debug.launch(breakpoints={path: [at(path, "print('pid',")]})
        await debug.stopped("breakpoint", line=at(path, "print('pid',"))
        assert await debug.evaluate("6 * 7") == "42"
        await debug.disconnect()
    assert await server.stop() == 0
    assert "Traceback" not in server.errors


async def test_tokens_and_clients_one_after_another(debugging: Debugging, write: Write, short: Path) -> None:
    path = write("cells.py", "# %%\nn = 1\n")
    token = "correct-horse-battery-staple"
    (short / "secret").touch(0o600)
    (short / "secret").write_text(token)
    log = short / "log"
    options = ["--listen", "127.0.0.1:0", "--token-file", str(short / "secret"), "--log", str(log)]
    server = await Server.start(options=options)
    assert server.process.stdout is not None
    server.address = (await server.process.stdout.readline()).decode().split()[-1]
    for number in range(2):
        launch = {"token": token, "run": "none", "env": {"PASSWORD": "hunter2"}, "orphanTimeout": 0}
        async with debugging(path, server=server, launch=launch) as debug:
            await debug.initialize()
            refused = await debug.request("threads")
            assert not refused.success and "not trusted" in str(refused.message)
            if os.geteuid() == 0:
                debug.told.pop("token")
                for wrong in ({}, {"token": ""}, {"token": "wrong"}, {"token": "wrong again"}):
                    said = await debug.request("launch", **debug.told, **wrong)
                    assert not said.success and "token" in str(said.message)
                    assert "staple" not in str(said.message)
                # The third wrong one was the last try of this connection.
                assert "too many" in str((await debug.request("launch", **debug.told, token=token)).message)
        async with debugging(path, server=server, launch=launch) as debug:
            await debug.launch()
            await debug.idle()
            assert await debug.evaluate(f"{number} + 1") == str(number + 1)
            await debug.disconnect()
    assert await server.stop() == 0
    written = log.read_text() + server.errors
    assert "launch" in written
    for secret in (token, "hunter2"):
        assert secret not in written


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, None])
async def test_the_server_leaves_with_status_0_and_no_kernel(
    end: signal.Signals | None, debugging: Debugging, write: Write, short: Path
) -> None:
    path = write("cells.py", CELLS)
    server = await Server.start()
    async with debugging(path, server=server, launch={"orphanTimeout": 0}) as debug:
        await debug.launch()
        kernel = int((await debug.event("process"))["systemProcessId"])
        await debug.output_until("begun")
        if end is not None:
            server.process.send_signal(end)
            assert await server.exit_status() == 0
        assert await server.stop() == 0
        assert not group_of(kernel)
        await debug.connection.ended()


async def test_a_socket_that_breaks_ends_the_kernel_and_not_the_server(
    debugging: Debugging, write: Write, short: Path
) -> None:
    path = write("cells.py", CELLS)
    server = await Server.start("tcp", folder=short)
    async with debugging(path, server=server, launch={"orphanTimeout": 0}) as debug:
        await debug.launch()
        kernel = int((await debug.event("process"))["systemProcessId"])
        await debug.output_until("begun")
        await debug.connection.close()
        await debug.connection.ended()
    await until(lambda: not group_of(kernel), "the kernel has ended")
    async with debugging(path, server=server, launch={"run": "none", "orphanTimeout": 0}) as debug:
        await debug.launch()
        await debug.idle()
        await debug.disconnect()
    assert await server.stop() == 0


AS_NOBODY = """
import os, socket, sys
os.setgroups([])
os.setgid({nobody})
os.setuid({nobody})
host, _, port = sys.argv[1].rpartition(":")
there = socket.socket(socket.AF_INET if host else socket.AF_UNIX)
try:
    there.connect((host, int(port)) if host else sys.argv[1])
except PermissionError:
    sys.exit("not let in")
for body in sys.argv[2:]:
    there.sendall(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(body), body.encode()))
there.shutdown(socket.SHUT_WR)
data = b""
while more := there.recv(65536):
    data += more
sys.stdout.write(data.decode())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("transport", ["pipe", "tcp"])
async def test_another_user_is_refused(transport: str, write: Write, short: Path) -> None:
    short.chmod(0o755)
    server = await Server.start(transport, folder=short)  # type: ignore[arg-type]
    assert server.address is not None
    code = AS_NOBODY.format(nobody=NOBODY)
    bodies = [
        '{"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"x"}}',
        '{"seq":2,"type":"request","command":"launch","arguments":{"program":"/etc/passwd"}}',
        '{"seq":3,"type":"request","command":"evaluate","arguments":{"expression":"1"}}',
    ]
    command = ["/usr/bin/env", "-i", sys.executable, "-I", "-c", code, server.address, *bodies]
    tried = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=20)
    if transport == "pipe":
        assert "not let in" in tried.stderr
    else:
        assert '"request_seq":1,"success":true' in tried.stdout
        assert '"request_seq":2,"success":false' in tried.stdout
        assert '"request_seq":3,"success":false' in tried.stdout
        assert "passwd" not in tried.stdout
    assert await server.stop() == 0


def a_link(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(folder.parent / "elsewhere")


def open_to_others(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)


def another_users(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    os.chown(folder, NOBODY, NOBODY)


TRAPS = [a_link, open_to_others, another_users, Path.touch]


async def test_a_runtime_folder_that_somebody_else_made_is_not_used(
    debugging: Debugging, write: Write, short: Path
) -> None:
    path = write("cells.py", "# %%\nn = 41\n")
    for trap in TRAPS:
        if trap is another_users and os.geteuid() != 0:
            continue
        folder = short / trap.__name__ / "dap_kernel"
        folder.parent.mkdir()
        trap(folder)
        os.environ["XDG_RUNTIME_DIR"] = str(folder.parent)  # put back by the fixture
        status, said = await cli("kernels", "--stop", "all")
        assert status == 2 and str(folder) in said and "Traceback" not in said
    async with debugging(path, launch={"orphanTimeout": 600}) as debug:
        await debug.launch()
        assert await (await debug.idle()).evaluate("n + 1") == "42"
        kernel = int((await debug.event("process"))["systemProcessId"])
        assert not (await debug.request("terminateThreads", threadIds=[99])).success
        assert await debug.server.stop() == 0  # nowhere to wait: the kernel ends
        await until(lambda: not group_of(kernel), "the kernel has ended")


async def test_where_a_pipe_cannot_be(short: Path) -> None:
    secret = short / "secret"
    secret.touch(0o600)
    secret.write_text("correct-horse-battery-staple")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(short / "old"))  # what a server that was killed leaves
    (short / "file").touch()
    (short / "shared").mkdir()
    (short / "shared").chmod(0o777)
    for path in (short / ("x" * 104), short / "file", short / "none" / "x", short / "shared" / "x"):
        status, said = await cli("dap", "--token-file", str(secret), "--pipe", str(path))
        assert status == 2 and said.startswith("dap-kernel: ") and "Traceback" not in said
        assert said.count("\n") == 1
    options = ["--token-file", str(secret), "--pipe", str(short / "old")]
    server = await Server.start(options=options)
    assert server.process.stdout is not None
    assert str(short / "old").encode() in await server.process.stdout.readline()
    status, said = await cli("dap", *options)
    assert status == 2 and "another server listens" in said
    server.process.send_signal(signal.SIGTERM)
    assert await server.exit_status() == 0
    assert not (short / "old").exists()


TCP_TABLE = Path("/proc/net/tcp")
PROBES_SILENCE = "02"  # the timer of a connection, as proc_pid_net(5) numbers them: keepalive


@pytest.mark.skipif(not TCP_TABLE.exists(), reason="the system does not tell the timers of connections")
async def test_a_client_that_is_gone_without_a_word_is_noticed(short: Path) -> None:
    server = await Server.start("tcp", folder=short)
    assert server.address is not None
    host, _, port = server.address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(request(1, "initialize", adapterID="x"))
        assert client.recv(65536)
        ends = f"{int(port):04X}", f"{client.getsockname()[1]:04X}"

        def timer() -> str:
            rows = [it.split() for it in TCP_TABLE.read_text().splitlines()[1:]]
            timers = {(row[1].rpartition(":")[2], row[2].rpartition(":")[2]): row[5] for row in rows}
            return timers[ends].partition(":")[0]

        await until(lambda: timer() == PROBES_SILENCE, "the client is asked now and then whether it is there")
    await server.stop()
