"""Who may ask, and what a message that cannot be read ends."""

from .direct_client import DirectClient


async def test_a_bad_message_ends_only_itself(client):
    await client.session.receive(b'{"seq": 7, "type": "request", "command": "threads", "arguments": ]')
    assert client.messages[0]["request_seq"] == 7 and not client.messages[0]["success"]
    assert (await client.ask("initialize", {"adapterID": "x"}))["success"]


async def test_who_is_not_trusted_can_but_introduce_itself():
    client = DirectClient(is_trusted=False)
    assert (await client.ask("initialize", {"adapterID": "x"}))["success"]
    response = await client.ask("setBreakpoints", {"source": {"path": "/etc/passwd"}})
    assert "not trusted" in response["message"]
    assert (await client.ask("launch", {"program": "x.py", "token": "no"}))["message"] == "the token is wrong"
