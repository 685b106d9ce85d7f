"""What is typed into `getpass` is in no log, on whatever way it comes back."""

from pathlib import Path

from tests.client.fixtures import Debugging, Write
from tests.client.serving import Server
from tests.sessions.notebooks import at

SECRET = "hunter2-correct-horse"


async def test_what_is_typed_into_getpass_is_in_no_log(
    debugging: Debugging, write: Write, tmp_path: Path
) -> None:
    path = write(
        "asks.py",
        """
        # %%
        import getpass
        word = getpass.getpass("Password: ")
        words = {word: [word]}
        print(word)
        # %%
        raise ValueError(word)
        """,
    )
    log = tmp_path / "log"
    server = await Server.start(options=["--log", str(log)])
    async with debugging(path, server=server) as debug:
        await debug.launch(breakpoints={path: [at(path, "print(word)")]})
        await debug.output_until("Password: ")
        await debug.evaluate(SECRET)
        stop = await debug.stopped("breakpoint", line=at(path, "print(word)"))
        assert SECRET in (await stop.locals())["word"]
        assert SECRET in await stop.evaluate("word")
        assert SECRET in await stop.evaluate(f"{SECRET!r} + word", context="watch")
        await debug.request("evaluate", expression=SECRET.replace("-", "_"), context="repl")
        frame = (await stop.frame()).id
        await debug.request("completions", text=f"'{SECRET}'.", column=len(SECRET) + 4, frameId=frame)
        await debug.request("setExpression", expression="other", value=repr(SECRET), frameId=frame)
        await stop.continue_()
        failed = await debug.stopped("exception")
        await debug.request("exceptionInfo", threadId=1)
        await failed.continue_()
        await debug.idle()
        assert SECRET in debug.printed()
        await debug.disconnect()
    assert await server.stop() == 0
    written = log.read_text() + server.errors
    assert '"command":"evaluate"' in written and "hunter2" not in written
