"""Edits under a stopped cell: the arrow stands on today's line, and the client is told to look again."""

from tests.sessions.notebooks import at, code

BODY = "total = 0\nfor n in [1, 2]:\n    total += n\nprint(total)"
ADDS = at(BODY, "total += n")


def uri(path, handle):
    return f"vscode-notebook-cell:{path}#W{handle}sZmlsZQ=="


async def sync(debug, path, *texts):
    cells = [{"uri": uri(path, at), "kind": "code", "text": text} for at, text in enumerate(texts)]
    return await debug.ask("notebookSync", path=str(path), cells=cells)


def invalidated(debug):
    return [it["body"]["areas"] for it in debug.connection.events if it["event"] == "invalidated"]


async def test_a_sync_of_cells_moves_the_arrow(debugging, write):
    path = write("nb.ipynb", code("first = 1", BODY))
    async with debugging(path, initialize={"clientID": "another"}) as debug:
        await debug.initialize()
        await sync(debug, path, "first = 1", BODY)
        await debug.launch(breakpoints={uri(path, 1): [ADDS]})
        stop = await debug.stopped("breakpoint", line=ADDS)
        before = len(invalidated(debug))
        below = f"# one\n# two\n{BODY}"
        adds, loops = at(below, "total += n"), at(below, "for n")

        await sync(debug, path, "first = 1", below)
        assert "stacks" in (await debug.event("invalidated"))["areas"]
        frame = await stop.frame()
        assert (frame.path, frame.line) == (uri(path, 1), adds)
        assert len(invalidated(debug)) == before + 1

        # The same text again says nothing; a cell above moves nothing, for lines are the cell's own.
        await sync(debug, path, "first = 1", below)
        assert len(invalidated(debug)) == before + 1
        await sync(debug, path, "first = 1\nmore = 2", below)
        assert (await stop.frame()).line == adds

        # The next stop is on today's line as well, by a step and by the breakpoint that has moved.
        await stop.next()
        stop = await debug.stopped("step", line=loops)
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=adds)
        await debug.disconnect()


async def test_cells_that_change_places_keep_the_arrow_in_theirs(debugging, write):
    path = write("nb.ipynb", code("first = 1", BODY))
    async with debugging(path) as debug:
        await debug.initialize()
        await sync(debug, path, "first = 1", BODY)
        await debug.launch(breakpoints={uri(path, 1): [ADDS]})
        stop = await debug.stopped("breakpoint", line=ADDS)
        cells = [{"uri": uri(path, 1), "text": BODY}, {"uri": uri(path, 0), "text": "first = 1"}]
        await debug.ask("notebookSync", path=str(path), cells=cells)
        await debug.event("invalidated")
        frame = await stop.frame()
        assert (frame.path, frame.line) == (uri(path, 1), ADDS)
        await debug.disconnect()


async def test_a_line_that_is_gone_is_shown_as_it_ran(debugging, write):
    path = write("nb.ipynb", code("first = 1", BODY))
    async with debugging(path) as debug:
        await debug.initialize()
        await sync(debug, path, "first = 1", BODY)
        await debug.launch(breakpoints={uri(path, 1): [ADDS]})
        stop = await debug.stopped("breakpoint", line=ADDS)
        await sync(debug, path, "first = 1", BODY.replace("total += n", "pass"))
        frame = await stop.frame()
        assert frame.told["source"]["sourceReference"] > 0
        source = frame.told["source"]
        body = await debug.ask("source", source=source, sourceReference=source["sourceReference"])
        assert body["content"] == BODY
        # It is put back.
        await sync(debug, path, "first = 1", BODY)
        frame = await stop.frame()
        assert (frame.path, frame.line) == (uri(path, 1), ADDS)
        await debug.disconnect()


async def test_a_sync_of_text_at_an_idle_stop_and_in_a_function(debugging, write):
    text = "# %% one\ndef f(n):\n    return n\n\n# %% two\nf(1)\n"
    path = write("cells.py", text)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "return n")]})
        stop = await debug.stopped("breakpoint", name="f")
        newer = text.replace("def f", "# why\ndef f")
        await debug.ask("notebookSync", path=str(path), text=newer)
        await debug.event("invalidated")
        assert [it.line for it in await stop.frames()] == [at(newer, "return n"), at(newer, "f(1)")]
        await stop.continue_()
        stop = await debug.idle()
        assert (await stop.frame()).line == at(newer, "f(1)")
        newest = f"# top\n{newer}"
        await debug.ask("notebookSync", path=str(path), text=newest)
        await debug.event("invalidated")
        assert (await stop.frame()).line == at(newest, "f(1)")
        await debug.disconnect()


async def test_a_script_that_is_edited_at_a_stop(debugging, write):
    text = "def f(n):\n    return n\n\nfor n in range(3):\n    f(n)\n    last = n\n"
    path = write("script.py", text)
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [at(path, "f(n)", 2)]})
        stop = await debug.stopped("breakpoint", line=at(path, "f(n)", 2))
        path.write_text(f"# one\n# two\n{text}")
        assert (await stop.frame()).line == at(path, "f(n)", 2)
        [answer] = await debug.break_at(path, at(path, "last = n"))
        assert (answer["verified"], answer["line"]) == (True, at(path, "last = n"))
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=at(path, "last = n"))
        assert (await stop.locals())["n"] == "0"
        await stop.next()
        stop = await debug.stopped("step", line=at(path, "for n in"))

        path.write_text(text.replace("last = n", "other = n").replace("range(3)", "range(4)"))
        frame = await stop.frame()
        source = frame.told["source"]
        assert source["sourceReference"] > 0
        body = await debug.ask("source", source=source, sourceReference=source["sourceReference"])
        assert body["content"].split("\n")[frame.line - 1] == "for n in range(3):"
        await debug.break_at(path)
        await stop.continue_()
        await debug.terminated()


async def test_the_cursor_of_vs_code_stays_where_is_typed(debugging, write):
    """VS Code takes it to the stop at an `invalidated` of stacks."""
    path = write("nb.ipynb", code("first = 1", BODY))
    async with debugging(path, order="vscode") as debug:
        await debug.initialize()
        await sync(debug, path, "first = 1", BODY)
        await debug.launch(breakpoints={uri(path, 1): [ADDS]})
        stop = await debug.stopped("breakpoint", line=ADDS)
        lower = f"# one\n{BODY}"
        await sync(debug, path, "first = 1", lower)
        assert (await debug.event("invalidated"))["areas"] == ["variables"]
        assert (await stop.frame()).line == at(lower, "total += n")
        await debug.disconnect()
