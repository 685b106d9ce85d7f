"""What a client is sent, and what its companions hear of it."""

import asyncio
import json

import pytest

from dap_kernel.protocol.capabilities import InitializeRequestArguments
from dap_kernel.protocol.execution import ContinuedEvent, ThreadsArguments
from dap_kernel.protocol.messages import Request, Response
from dap_kernel.protocol.notebook import NotebookChangedEvent
from dap_kernel.protocol.output import OutputEvent
from dap_kernel.server.errors import DapError
from dap_kernel.server.port.audience import Audience
from dap_kernel.server.port.client_port import ClientPort
from dap_kernel.server.registry import Answer


class Ends:
    """The client and one hearer, which keep what they get."""

    def __init__(self):
        self.sent = []
        self.heard = []
        self.audience = Audience()
        self.port = ClientPort(self, self.audience)

    def send(self, body):
        self.sent.append(json.loads(body))

    def close(self):
        pass

    async def drain(self):
        pass

    def send_event(self, event):
        self.heard.append(event.event)

    def breakpoints_changed(self):
        pass

    def events(self):
        return [(it["event"], it.get("body")) for it in self.sent if it["type"] == "event"]


@pytest.fixture
def ends():
    return Ends()


def test_our_own_events_are_for_those_who_know_them(ends):
    ends.port.emit(NotebookChangedEvent())
    assert not ends.sent and not ends.port.has_notebook_hearers
    ends.audience.join(ends)
    assert ends.port.has_notebook_hearers and not ends.port.wants_notebook_events
    ends.port.emit(NotebookChangedEvent())
    assert not ends.sent and ends.heard == ["notebookChanged"]
    ends.audience.leave(ends)
    ends.port.want_notebook_events()
    ends.port.emit(NotebookChangedEvent())
    assert ends.events() == [("notebookChanged", {})] and ends.heard == ["notebookChanged"]


@pytest.mark.parametrize(
    "client, areas",
    [
        ({"client_id": "x", "supports_invalidated_event": True}, ["stacks", "variables"]),
        ({"client_id": "vscode", "supports_invalidated_event": True}, ["variables"]),
        ({"client_id": "vscode"}, None),
    ],
)
def test_what_is_out_of_date_is_said_to_who_wants_to_know(ends, client, areas):
    ends.audience.join(ends)
    ends.port.introduce(InitializeRequestArguments(adapter_id="x", **client))
    ends.port.invalidate()
    assert ends.events() == ([("invalidated", {"areas": areas})] if areas else [])
    assert ends.heard == ["invalidated"]


def test_everything_is_numbered_and_counted_as_the_client_does(ends):
    ends.port.introduce(InitializeRequestArguments(adapter_id="x", lines_start_at_1=False))
    ends.port.respond(Request(7, "threads"), Answer(OutputEvent("x", "console", line=3)))
    ends.port.respond(Request(8, "threads"), Answer(error="no"))
    ends.port.emit(ContinuedEvent(1, True))
    ends.port.emit(OutputEvent("\udcff", "console"))
    assert [it["seq"] for it in ends.sent] == [1, 2, 3, 4]
    assert ends.sent[0]["body"]["line"] == 2 and ends.sent[0]["request_seq"] == 7
    assert (ends.sent[1]["success"], ends.sent[1]["message"]) == (False, "no")
    assert ends.sent[3]["body"]["output"] == "\\udcff"


async def test_the_client_answers_or_declines(ends):
    for success in (True, False):
        asking = asyncio.ensure_future(ends.port.ask("runInTerminal", ThreadsArguments()))
        await asyncio.sleep(0)
        seq = ends.sent[-1]["seq"]
        ends.port.take_response(Response(1, seq + 100, True, "runInTerminal"))  # to nothing that was asked
        ends.port.take_response(Response(1, seq, success, "runInTerminal", message="not here"))
        if success:
            assert (await asking).success
        else:
            with pytest.raises(DapError, match="not here"):
                await asking
