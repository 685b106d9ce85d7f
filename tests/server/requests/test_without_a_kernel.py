"""Requests that need no kernel: what is answered before there is one, and what is declined."""

import asyncio

import pytest


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
    response = await (await client.initialized()).ask(command, arguments)
    assert not response["success"]
    assert message is None or response["message"] == message


async def test_nothing_comes_before_initialize(client):
    response = await client.ask("threads")
    assert response["message"] == "threads is out of order: initialize must come first"


async def test_a_wrong_launch_may_be_followed_by_a_right_one(client, tmp_path):
    await client.initialized()
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


async def test_goodbyes_are_answered_in_every_phase_and_twice(client):
    for command in ("disconnect", "terminate", "disconnect"):
        assert (await client.ask(command))["success"]
    await asyncio.wait_for(client.is_closed.wait(), 5)
    assert "terminated" not in client.events()


async def test_cells_can_be_run_by_name_only_after_launch(client):
    response = await (await client.initialized()).ask("notebookRun", {"run": "all"})
    assert response["message"] == "nothing can run: launch or attach must come first"
    await client.ask("disconnect")
    response = await client.ask("notebookRun", {"run": "all"})
    assert response["message"] == "nothing can run: the session has ended"
