"""Streams, sockets and ends, with a session that only repeats what it hears."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from dap_kernel.protocol.framing import Framer, frame
from dap_kernel.server.serve import clients, security
from dap_kernel.server.serve.listen import SIGNALS
from dap_kernel.server.serve.security import Guard, bind_pipe
from tests.server import echo_server as echo_session

ECHO_SERVER = str(Path(__file__).parents[1] / "echo_server.py")
TOKEN = "a-token-of-some-length"
TIMEOUT_S = 30
EVENT = b'{"type":"event","seq":1,"event":"terminated"}'


class EchoServer:
    """The process, and what can be seen of it."""

    def __init__(self, process):
        self.process = process
        self.address = None

    async def connect(self):
        if self.address is None:
            return Talk(self.process.stdout, self.process.stdin)
        if self.address.startswith("/"):
            return Talk(*await asyncio.open_unix_connection(self.address))
        host, _, port = self.address.rpartition(":")
        return Talk(*await asyncio.open_connection(host.strip("[]"), int(port)))

    async def end(self):
        """Wait for the end; return exit status and stderr."""
        stderr = await asyncio.wait_for(self.process.stderr.read(), TIMEOUT_S)
        return await asyncio.wait_for(self.process.wait(), TIMEOUT_S), stderr.decode()


class Talk:
    def __init__(self, reader, writer):
        self._reader, self.writer = reader, writer
        self._framer, self._bodies = Framer(), []

    def say(self, *bodies):
        self.writer.write(b"".join(frame(it.encode()) for it in bodies))

    async def hear(self):
        """The next body; None at the end of the stream."""
        while not self._bodies:
            data = await asyncio.wait_for(self._reader.read(65536), TIMEOUT_S)
            if not data:
                return None
            self._bodies += self._framer.feed(data)
        return self._bodies.pop(0).decode()

    async def ask(self, body):
        self.say(body)
        return await self.hear()


@pytest.fixture
async def echo_server(tmp_path):
    started = []

    async def start(*options):
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, ECHO_SERVER, *options, stdin=pipe, stdout=pipe, stderr=pipe
        )
        started.append(process)
        found = EchoServer(process)
        if options:
            line = (await asyncio.wait_for(process.stdout.readline(), TIMEOUT_S)).decode()
            found.address = line.rpartition(" ")[2].strip() or None
        return found

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN)
    path.chmod(0o600)
    return ["--token-file", str(path)]


@pytest.fixture(params=["pipe", "tcp", "tcp6"])
def place(request, tmp_path):
    """Options for a socket of each kind."""
    pipe = ["--pipe", str(tmp_path / "s")]
    return {"pipe": pipe, "tcp": ["--listen", "127.0.0.1:0"], "tcp6": ["--listen", "[::1]:0"]}[request.param]


async def test_stdio_is_trusted_and_its_end_is_the_servers(echo_server):
    server = await echo_server()
    talk = await server.connect()
    talk.say("one", "two")
    assert [await talk.hear(), await talk.hear()] == ["True one", "True two"]
    talk.writer.close()
    assert await server.end() == (0, "gone\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_the_session_and_the_server_with_status_0(echo_server, number):
    server = await echo_server()
    assert await (await server.connect()).ask("one") == "True one"
    server.process.send_signal(number)
    assert await server.end() == (0, "gone\n")


async def test_the_server_leaves_by_itself_after_terminated(echo_server):
    server = await echo_server()
    talk = await server.connect()
    assert await talk.ask("bye") == EVENT.decode()
    assert await talk.hear() == "True bye"
    assert await talk.hear() is None
    assert await server.end() == (0, "gone\n")


async def test_what_prints_does_not_get_between_the_messages(echo_server):
    server = await echo_server()
    talk = await server.connect()
    assert await talk.ask("print") == "True print"
    talk.writer.close()
    assert await server.end() == (0, "this goes to stderr\ngone\n")


async def test_an_error_of_ours_costs_one_message(echo_server):
    server = await echo_server()
    talk = await server.connect()
    talk.say("break", "one")
    assert await talk.hear() == "True one"


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"{}", b"Content-Length: x\r\n\r\n"])
async def test_bytes_that_are_no_dap_end_the_connection(echo_server, data):
    server = await echo_server()
    talk = await server.connect()
    talk.writer.write(data)
    assert await talk.hear() is None
    status, stderr = await server.end()
    assert (status, "the connection ends: " in stderr) == (0, True)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_slow_client_gets_everything_in_order_and_costs_bounded_memory(echo_server):
    server = await echo_server()
    talk = await server.connect()
    talk.say("flood 60000000", "one")
    count = 0
    while (body := await talk.hear()) != "True flood":
        assert body == "x" * 1000
        count += 1
    assert (count, await talk.hear()) == (60000, "True one")
    text = Path(f"/proc/{server.process.pid}/status").read_text()
    status = dict(line.split(":", 1) for line in text.splitlines())
    assert int(status["VmHWM"].split()[0]) < 50_000  # KiB


async def test_on_a_socket_the_token_is_asked_for(echo_server, place, token_file):
    server = await echo_server(*place, *token_file)
    talk = await server.connect()
    first = await talk.ask("one")
    if os.geteuid() == 0:
        assert first == "False one"
        assert "need" in await talk.ask("token")
        assert await talk.ask("token x") == "the token is wrong"
    assert await talk.ask(f"token {TOKEN}") == "True token"
    assert await talk.ask("one") == "True one"


@pytest.mark.skipif(os.geteuid() != 0, reason="the system vouches for the same user")
async def test_three_wrong_tokens_and_the_connection_is_deaf(echo_server, place, token_file):
    server = await echo_server(*place, *token_file)
    talk = await server.connect()
    for _ in range(3):
        assert await talk.ask("token x") == "the token is wrong"
    assert "too many" in await talk.ask(f"token {TOKEN}")
    talk.writer.close()
    assert await (await server.connect()).ask(f"token {TOKEN}") == "True token"


@pytest.mark.skipif(os.geteuid() == 0, reason="root always needs the token")
async def test_the_same_user_needs_no_token(echo_server, place):
    server = await echo_server(*place)
    talk = await server.connect()
    assert await talk.ask("token") == "True token"


@pytest.mark.skipif(os.geteuid() != 0, reason="others may go without")
async def test_root_must_have_a_token(echo_server, place):
    server = await echo_server(*place)
    assert await server.end() == (1, "refused: a server that runs as root needs a token: --token-file\n")


async def test_beyond_this_machine_a_token_is_needed(echo_server):
    status, stderr = await (await echo_server("--listen", "0.0.0.0:0")).end()
    assert (status, "--token-file" in stderr) == (1, True)


async def test_clients_are_served_one_after_another(echo_server, place, token_file):
    server = await echo_server(*place, *token_file)
    first, second = await server.connect(), await server.connect()
    assert await first.ask(f"token {TOKEN}") == "True token"
    second.say(f"token {TOKEN}", "second")
    assert await first.ask("first") == "True first"
    first.writer.close()
    assert [await second.hear(), await second.hear()] == ["True token", "True second"]
    assert await second.ask("close") == "True close"
    assert await second.hear() is None
    server.process.send_signal(signal.SIGTERM)
    assert await server.end() == (0, "gone\ngone\n")
    assert not (server.address or "").startswith("/") or not Path(server.address).exists()


@pytest.mark.parametrize("order", ["close first", "signal first"])
async def test_a_client_and_the_server_may_end_at_the_same_time(echo_server, place, token_file, order):
    server = await echo_server(*place, *token_file)
    talk = await server.connect()
    assert await talk.ask(f"token {TOKEN}") == "True token"
    if order == "close first":
        talk.writer.close()
        await talk.writer.wait_closed()
    server.process.send_signal(signal.SIGTERM)
    talk.writer.close()
    assert await server.end() == (0, "gone\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="the system vouches for the same user")
@pytest.mark.parametrize("said", [b"", b"Content-", frame(b"one"), frame(b"token x")])
async def test_strangers_keep_nobody_waiting(echo_server, place, token_file, said):
    server = await echo_server(*place, *token_file)
    strangers = [await server.connect() for _ in range(20)]
    for it in strangers[:3]:
        it.writer.write(said)
    talk = await server.connect()
    assert await talk.ask(f"token {TOKEN}") == "True token"
    later = [await server.connect() for _ in range(20)]
    assert await talk.ask("one") == "True one"
    assert await strangers[5].hear() is None  # there are too many of them
    talk.writer.close()
    for it in strangers + later:
        it.writer.close()
    talk = await server.connect()
    assert await talk.ask(f"token {TOKEN}") == "True token"
    server.process.send_signal(signal.SIGTERM)
    assert (await server.end())[0] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="the system vouches for the same user")
async def test_a_client_with_the_token_waits_for_its_turn_whoever_else_connects(
    echo_server, place, token_file
):
    """It is no stranger, whose number is bounded, however many of them come and go."""
    server = await echo_server(*place, *token_file)
    first, second = await server.connect(), await server.connect()
    assert await first.ask(f"token {TOKEN}") == "True token"
    second.say(f"token {TOKEN}", "second")
    silent = [await server.connect() for _ in range(12)]
    for it in silent[:4]:
        assert await it.hear() is None  # All that the server was told before it has been read.
    first.writer.close()
    assert [await second.hear(), await second.hear()] == ["True token", "True second"]
    assert await second.ask("more") == "True more"
    server.process.send_signal(signal.SIGTERM)
    assert (await server.end())[0] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="the system vouches for the same user")
async def test_a_client_that_leaves_while_it_waits_for_its_turn_is_let_go(echo_server, place, token_file):
    server = await echo_server(*place, *token_file)
    first, second = await server.connect(), await server.connect()
    assert await first.ask(f"token {TOKEN}") == "True token"
    second.say(f"token {TOKEN}")
    second.writer.write_eof()
    while await second.hear() is not None:  # The first is still served.
        pass
    third = await server.connect()
    third.say(f"token {TOKEN}", "third")
    assert await first.ask("first") == "True first"
    first.writer.close()
    assert [await third.hear(), await third.hear()] == ["True token", "True third"]
    server.process.send_signal(signal.SIGTERM)
    assert (await server.end())[0] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="the system vouches for the same user")
@pytest.mark.parametrize("are_open", [True, False])
async def test_ten_wrong_tokens_a_minute_however_many_connections(echo_server, place, token_file, are_open):
    server = await echo_server(*place, *token_file)
    said, talks = [], []
    for number in range(13):
        talks.append(await server.connect())
        said.append(await talks[-1].ask(f"token {number}"))
        if not are_open:
            talks[-1].writer.close()
    assert [it == "the token is wrong" for it in said] == [True] * 10 + [False] * 3
    assert "too many" in await (await server.connect()).ask(f"token {TOKEN}")


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("is_served", [True, False])
async def test_the_pipe_is_gone_after_every_signal(echo_server, tmp_path, token_file, number, is_served):
    server = await echo_server("--pipe", str(tmp_path / "s"), *token_file)
    if is_served:
        assert await (await server.connect()).ask(f"token {TOKEN}") == "True token"
    server.process.send_signal(number)
    assert (await server.end())[0] == 0
    assert not (tmp_path / "s").exists()


async def test_the_pipe_is_gone_when_nobody_hears_where_it_is(tmp_path, token_file):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, ECHO_SERVER, "--pipe", str(tmp_path / "s"), *token_file]
    process = await asyncio.create_subprocess_exec(*command, stdout=writing, stderr=asyncio.subprocess.PIPE)
    os.close(writing)
    await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    assert process.returncode != 0
    assert not (tmp_path / "s").exists()


async def test_a_pipe_that_is_another_servers_by_now_stays(echo_server, tmp_path, token_file):
    server = await echo_server("--pipe", str(tmp_path / "s"), *token_file)
    (tmp_path / "s").unlink()
    with bind_pipe(str(tmp_path / "s")):
        server.process.send_signal(signal.SIGTERM)
        assert (await server.end())[0] == 0
        assert (tmp_path / "s").exists()


async def test_with_once_the_server_leaves_after_its_client(echo_server, place, token_file):
    server = await echo_server(*place, *token_file, "--once")
    talk = await server.connect()
    assert await talk.ask(f"token {TOKEN}") == "True token"
    talk.writer.close()
    assert await server.end() == (0, "gone\n")


async def begin(monkeypatch, tmp_path, **seconds):
    """Serve in this process, with these limits; return a connection."""
    for name, value in seconds.items():
        monkeypatch.setattr(clients, name, value)
    stop = asyncio.Event()
    listener = bind_pipe(str(tmp_path / "s"))
    serving = clients.serve_sockets(echo_session.EchoSession, stop, listener, Guard(TOKEN), False)
    serving = asyncio.create_task(serving)
    return (serving, stop), Talk(*await asyncio.open_unix_connection(str(tmp_path / "s")))


async def end(serving, stop):
    stop.set()
    await asyncio.wait_for(serving, TIMEOUT_S)


@pytest.mark.parametrize("data", [b"C", b"Content-Length: 2\r\n", frame(b"one") + b"Content-"])
async def test_half_a_header_and_silence_end_the_connection(monkeypatch, tmp_path, data):
    serving, talk = await begin(monkeypatch, tmp_path, HEADER_S=0.1)
    talk.writer.write(data)
    while await talk.hear() is not None:
        pass
    await end(*serving)


async def test_a_client_that_does_not_say_who_it_is_has_to_go(monkeypatch, tmp_path):
    monkeypatch.setattr(security, "is_same_user", lambda connected: False)
    serving, talk = await begin(monkeypatch, tmp_path, TRUST_S=0.1)
    assert await talk.hear() is None
    await end(*serving)


async def test_a_client_that_said_who_it_is_may_be_silent(monkeypatch, tmp_path):
    serving, talk = await begin(monkeypatch, tmp_path, TRUST_S=1.0, HEADER_S=0.1)
    assert await talk.ask(f"token {TOKEN}") == "True token"
    silence = asyncio.create_task(talk.hear())
    await asyncio.wait([silence], timeout=1.2)
    assert not silence.done()
    talk.say("one")
    assert await silence == "True one"
    await end(*serving)
