"""What is asked at a stop beside variables: frames, sources, modules, targets, threads, exceptions."""

import pytest

from tests.client.connection import Refused
from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of

DEEP = """
    import json

    def double(n):
        return 2 * n

    def down(n):
        if n:
            return down(n - 1)
        return json.loads("[1]", object_hook=None, parse_int=hook)

    def hook(text):
        value = double(int(text)) + double(3)
        return value

    print(down(30))
    """


async def test_frames_come_by_page_and_as_the_client_wants_them(debugging: Debugging, write: Write) -> None:
    program = write("program.py", DEEP)
    async with debugging(program) as debug:
        line = line_of(program, "value =")
        await debug.launch(breakpoints={program: [line]})
        stop = await debug.stopped("breakpoint", line=line, name="hook")
        frames = await stop.frames()
        assert [it.name for it in frames] == ["hook", *["down"] * 31, "<module>"]
        [absent] = await debug.break_at(program.with_name("none.py"), 1)
        assert absent["message"] == "none.py cannot be read: No such file or directory"
        odd = await debug.ask("stackTrace", threadId=stop.thread, startFrame=-3, levels=-2)
        assert len(odd["stackFrames"]) == 33
        page = await debug.ask("stackTrace", threadId=stop.thread, startFrame=30, levels=10)
        assert [it["name"] for it in page["stackFrames"]] == ["down", "down", "<module>"]
        assert page["totalFrames"] == 33
        whole = await stop.frames(format={"includeAll": True, "line": True, "module": True})
        assert any("json" in (it.path or "") for it in whole)
        assert [it.name for it in (whole[0], whole[-1])] == [
            f"__main__.hook : {line}",
            f"__main__ : {whole[-1].line}",
        ]
        library = next(it for it in whole if "json" in (it.path or ""))
        text = await debug.ask("source", source=library.told["source"], sourceReference=0)
        assert "def " in text["content"]
        own = await debug.ask("source", source={"path": str(program)}, sourceReference=0)
        assert own["content"] == program.read_text()
        sources = (await debug.ask("loadedSources"))["sources"]
        assert [it["path"] for it in sources] == [str(program)]
        modules = (await debug.ask("modules", startModule=0, moduleCount=1000))["modules"]
        assert "__main__" in [it["name"] for it in modules]
        places = await debug.ask("breakpointLocations", source={"path": str(program)}, line=1, endLine=20)
        assert line in [it["line"] for it in places["breakpoints"]]
        await stop.continue_()
        await debug.terminated()


async def test_steps_and_targets(debugging: Debugging, write: Write) -> None:
    program = write("program.py", DEEP)
    async with debugging(program) as debug:
        line = line_of(program, "value =")
        await debug.launch(breakpoints={program: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        await stop.goto(line + 1)
        stop = await debug.stopped("goto", line=line + 1)
        await stop.goto(line)
        stop = await debug.stopped("goto", line=line)
        targets = await stop.step_in_targets()
        assert sum("double" in it for it in targets) == 2
        await stop.step_in(targetId=[id for name, id in targets.items() if "double" in name][-1])
        stop = await debug.stopped("step", name="double")
        assert await stop.locals() == {"n": "3"}
        await stop.step_out()
        stop = await debug.stopped("step", line=line, name="hook")
        assert await stop.returned() == {"(return) double": "6"}
        await stop.next()
        stop = await debug.stopped("step", line=line + 1)
        assert (await stop.locals())["value"] == "8"
        await stop.continue_()
        await debug.terminated()


THREADS = """
    import threading

    go = threading.Event()

    def work(name):
        number = len(name)
        go.wait()
        print("bye", name)

    threads = [threading.Thread(target=work, args=(it,), name=it) for it in ("a", "b")]
    for it in threads: it.start()
    for it in threads: it.join()
    print("end")
    """


async def test_threads_go_on_one_by_one(debugging: Debugging, write: Write) -> None:
    program = write("program.py", THREADS)
    async with debugging(program) as debug:
        await debug.launch(breakpoints={program: [line_of(program, "go.wait")]})
        first = await debug.stopped("breakpoint")
        second = await debug.stopped("breakpoint")
        assert first.thread != second.thread
        assert set((await debug.threads()).values()) >= {"a", "b"}
        answer = await debug.ask("continue", threadId=first.thread, singleThread=True)
        assert answer["allThreadsContinued"] is False
        await second.evaluate("go.set()", "repl")
        gone = await debug.event("thread", lambda it: it["reason"] == "exited")
        assert gone["threadId"] == first.thread
        assert await second.evaluate("number") == "1"
        main = await debug.pause(1)
        assert main.thread == 1
        await debug.ask("terminateThreads", threadIds=[second.thread])
        await debug.event("thread", lambda it: it["reason"] == "exited" and it["threadId"] == second.thread)
        await main.continue_()
        await debug.terminated()
        assert debug.printed("stdout").count("bye") == 1


async def test_exceptions_by_name(debugging: Debugging, write: Write) -> None:
    text = """
        def fail(kind):
            raise kind("no") from OSError("first")
        for kind in (KeyError, ValueError):
            try:
                fail(kind)
            except Exception:
                pass
        """
    program = write("program.py", text)
    async with debugging(program) as debug:
        await debug.launch(exceptions=[])
        await debug.terminated()
    async with debugging(program, launch={"stopOnEntry": True}) as debug:
        await debug.launch()
        stop = await debug.stopped("entry")
        await debug.break_on_exceptions(raised="ValueError, ZeroDivisionError")
        await stop.continue_()
        stop = await debug.stopped("exception", name="fail")
        condition = [{"filterId": "raised", "condition": "ValueError, no such!"}]
        told = await debug.ask("setExceptionBreakpoints", filters=[], filterOptions=condition)
        assert told["breakpoints"][0]["message"].startswith("'no such!' is no exception's name")
        await debug.break_on_exceptions(raised="ValueError, ZeroDivisionError")
        info = await stop.exception()
        assert info["exceptionId"] == "ValueError"
        assert info["breakMode"] == "always"
        assert info["details"]["innerException"][0]["typeName"] == "OSError"
        with pytest.raises(Refused):
            await debug.ask("exceptionInfo", threadId=999)
        options = [{"breakMode": "never"}]
        await debug.ask("setExceptionBreakpoints", filters=[], exceptionOptions=options)
        await stop.continue_()
        await debug.terminated()
