"""Commands of the debug console that begin with a colon."""


async def test_colon_commands_are_completed(client):
    await client.initialized()
    told = await client.ask("completions", {"text": ":re", "column": 4})
    labels = [it["label"] for it in told["body"]["targets"]]
    assert labels == [":retry", ":restart", ":reload"]
    assert told["body"]["targets"][0]["start"] == 1 and told["body"]["targets"][0]["length"] == 3
    told = await client.ask("completions", {"text": ":set just", "column": 10})
    assert [(it["label"], it["start"]) for it in told["body"]["targets"]] == [("justMyCode", 6)]
