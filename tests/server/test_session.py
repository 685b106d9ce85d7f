"""Requests that need no kernel, told to a session directly."""

import asyncio
import json

import pytest

from dap_kernel.server.assembly import assemble
from dap_kernel.server.errors import DapError
from dap_kernel.server.kernel import run_in_terminal as terminal


class Client:
    """Sends requests and keeps what comes back: a `ServedClient`."""

    def __init__(self, is_trusted=True):
        self.messages = []
        self.is_closed = asyncio.Event()
        self._said = asyncio.Event()
        self.is_trusted = is_trusted
        self.session = assemble(self)
        self._seq = 0

    async def ask(self, command, arguments=None):
        """Return the response, of however many messages. Raises TimeoutError after 10 s without one."""
        self._seq = seq = self._seq + 1
        request = {"seq": seq, "type": "request", "command": command, "arguments": arguments or {}}
        await self.session.receive(json.dumps(request).encode())
        async with asyncio.timeout(10):
            while True:
                self._said.clear()
                for it in self.messages:
                    if it["type"] == "response" and it["request_seq"] == seq:
                        return it
                await self._said.wait()

    async def check_token(self, token):
        raise DapError("the token is wrong")

    async def drain(self):
        pass

    def close(self):
        self.is_closed.set()

    def send(self, body):
        self.messages.append(json.loads(body))
        self._said.set()

    async def heard(self):
        """Wait for a message."""
        self._said.clear()
        await asyncio.wait_for(self._said.wait(), 10)

    def events(self):
        return [it["event"] for it in self.messages if it["type"] == "event"]


@pytest.fixture
async def client():
    return Client()


async def initialized(client):
    await client.ask("initialize", {"adapterID": "x"})
    return client


async def test_initialize_is_answered_before_initialized_is_sent(client):
    response = await client.ask("initialize", {"adapterID": "x"})
    assert {"supportsNotebookRequests", "supportsCancelRequest"} <= response["body"].keys()
    assert [it.get("event") for it in client.messages] == [None, "initialized"]


@pytest.mark.parametrize(
    "command, arguments, message",
    [
        ("stackTrace", {"threadId": 1}, "notStopped"),
        ("variables", {"variablesReference": 1}, "notStopped"),
        ("initialize", {"adapterID": "x"}, "initialize is out of order: launch or attach must come first"),
        ("readMemory", {}, "unsupported request 'readMemory'"),
        ("evaluate", {"expression": 3}, "evaluate: Expected `str`, got `int` - at `$.expression`"),
        (
            "setBreakpoints",
            {"source": {"path": "x"}, "breakpoints": [{"line": "3"}]},
            "setBreakpoints: Expected `int`, got `str` - at `$.breakpoints[0].line`",
        ),
        ("launch", {"program": "/no/such/file.py"}, 'launch: "program": /no/such/file.py does not exist'),
        ("launch", {}, 'launch: give "program", the path of a notebook or script, or "module"'),
        ("notebookCells", {}, "there is no notebook yet: launch comes first"),
        ("restart", {}, "there is nothing to restart: the session has not begun, or has ended"),
        ("setExceptionBreakpoints", {"filters": ["some"]}, None),
        ("evaluate", {"expression": ":fly"}, "there is no command :fly; :help lists them"),
    ],
)
async def test_what_cannot_be_is_declined_in_a_sentence(client, command, arguments, message):
    response = await (await initialized(client)).ask(command, arguments)
    assert not response["success"]
    assert message is None or response["message"] == message


async def test_nothing_comes_before_initialize(client):
    response = await client.ask("threads")
    assert response["message"] == "threads is out of order: initialize must come first"


async def test_a_wrong_launch_may_be_followed_by_a_right_one(client, tmp_path):
    await initialized(client)
    assert not (await client.ask("launch", {"program": str(tmp_path)}))["success"]
    path = tmp_path / "x.py"
    path.write_text("# %% a\nx = 1\n")
    launching = asyncio.create_task(client.ask("launch", {"program": str(path), "run": "none"}))
    await asyncio.sleep(0)
    assert (await client.ask("configurationDone"))["success"]
    assert (await launching)["success"]
    again = await client.ask("launch", {"program": str(path)})
    assert again["message"] == "launch is out of order: the session runs already"
    await client.session.gone()


async def test_an_editor_that_opens_no_terminal_is_waited_for_but_not_for_ever(client, tmp_path, monkeypatch):
    monkeypatch.setattr(terminal, "OPENED_S", 0.05)
    await client.ask("initialize", {"adapterID": "x", "supportsRunInTerminalRequest": True})
    path = tmp_path / "x.py"
    path.write_text("# %% a\nx = 1\n")
    await client.ask("configurationDone")
    for asked in (1, 2):  # the next run asks anew
        if asked == 1:
            await client.ask("launch", {"program": str(path), "console": "integratedTerminal"})
        else:
            await client.ask("notebookRun")
        while client.events().count("stopped") < asked:
            await client.heard()
        assert [it.get("command") for it in client.messages if it["type"] == "request"] == (
            ["runInTerminal"] * asked
        )
        stop = [it["body"] for it in client.messages if it.get("event") == "stopped"][-1]
        assert "the editor's terminal did not come up within 0.05 s" in stop["description"]
    await client.session.gone()


async def test_goodbyes_are_answered_in_every_phase_and_twice(client):
    for command in ("disconnect", "terminate", "disconnect"):
        assert (await client.ask(command))["success"]
    await asyncio.wait_for(client.is_closed.wait(), 5)
    assert "terminated" not in client.events()


async def test_a_bad_message_ends_only_itself(client):
    await client.session.receive(b'{"seq": 7, "type": "request", "command": "threads", "arguments": ]')
    assert client.messages[0]["request_seq"] == 7 and not client.messages[0]["success"]
    assert (await client.ask("initialize", {"adapterID": "x"}))["success"]


async def test_who_is_not_trusted_can_but_introduce_itself():
    client = Client(is_trusted=False)
    assert (await client.ask("initialize", {"adapterID": "x"}))["success"]
    response = await client.ask("setBreakpoints", {"source": {"path": "/etc/passwd"}})
    assert "not trusted" in response["message"]
    assert (await client.ask("launch", {"program": "x.py", "token": "no"}))["message"] == "the token is wrong"


async def test_cells_can_be_run_by_name_only_after_launch(client):
    response = await (await initialized(client)).ask("notebookRun", {"run": "all"})
    assert response["message"] == "nothing can run: launch or attach must come first"
    await client.ask("disconnect")
    response = await client.ask("notebookRun", {"run": "all"})
    assert response["message"] == "nothing can run: the session has ended"


async def test_colon_commands_are_completed(client):
    await initialized(client)
    told = await client.ask("completions", {"text": ":re", "column": 4})
    labels = [it["label"] for it in told["body"]["targets"]]
    assert labels == [":retry", ":restart", ":reload"]
    assert told["body"]["targets"][0]["start"] == 1 and told["body"]["targets"][0]["length"] == 3
    told = await client.ask("completions", {"text": ":set just", "column": 10})
    assert [(it["label"], it["start"]) for it in told["body"]["targets"]] == [("justMyCode", 6)]
