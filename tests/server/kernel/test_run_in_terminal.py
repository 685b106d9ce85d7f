"""A kernel in a terminal that the client opens."""

from dap_kernel.server.kernel import run_in_terminal


async def test_an_editor_that_opens_no_terminal_is_waited_for_but_not_for_ever(client, tmp_path, monkeypatch):
    monkeypatch.setattr(run_in_terminal, "OPENED_S", 0.05)
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
