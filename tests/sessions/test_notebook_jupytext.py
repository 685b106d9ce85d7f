"""`"ipynbLines"`: lines are those of the script as which jupytext has an editor show an `.ipynb`."""

import asyncio
import os
import subprocess
import sys

import pytest

from tests.sessions.notebooks import CELLS, at, jupyter

STAYS = {"whenDone": "stay"}


def jupytext(path, style):
    """What jupytext.nvim (hydrogen) and code-cells.el (percent) show."""
    return pytest.importorskip("jupytext").writes(pytest.importorskip("jupytext").read(path), f"py:{style}")


class Jupytext:
    """One on the path that does as it is told: works, waits before it works, or fails."""

    def __init__(self, write):
        real = pytest.importorskip("jupytext") and f"{sys.executable} -m jupytext"
        self._command = write(
            "bin/jupytext",
            f"""
            #!/bin/sh
            while test "$(cat "$0.how")" = wait; do sleep 0.02; done
            test "$(cat "$0.how")" = fail && exit 1
            exec {real} "$@"
            """,
        )
        self._command.chmod(0o755)
        self.environment = {"PATH": f"{self._command.parent}:{os.environ['PATH']}"}
        self.is_to("work")

    def is_to(self, how):
        fresh = self._command.with_name("fresh")
        fresh.write_text(how)
        fresh.replace(f"{self._command}.how")


@pytest.mark.parametrize("style", ["percent", "hydrogen"])
async def test_lines_are_those_of_the_script_that_jupytext_makes(debugging, write, style):
    path = write("shown.ipynb", jupyter(*CELLS))
    text = jupytext(path, style)
    line = at(text, "return n * limit")
    async with debugging(path, launch=STAYS | {"ipynbLines": style}) as debug:
        await debug.launch(breakpoints={path: [line, at(text, "limit = 3")]})
        stop = await debug.stopped("breakpoint", line=at(text, "limit = 3"), name="cell 1")
        assert (await stop.frame()).path == str(path)
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=line, name="scale")
        assert [it.line for it in await stop.frames()] == [line, at(text, "total += scale(n)")]
        found = await debug.ask("breakpointLocations", source={"path": str(path)}, line=line)
        assert found["breakpoints"] == [{"line": line, "column": 5}]
        await debug.disconnect()


async def test_lines_are_those_of_jupytexts_configuration_beside_the_notebook(debugging, write):
    pytest.importorskip("jupytext")
    path = write("shown.ipynb", jupyter(*CELLS))
    write("jupytext.toml", 'notebook_metadata_filter = "-all"\n')
    shown = path.with_name("by_editor.py")
    command = [sys.executable, "-m", "jupytext", "--quiet", "--to=py:hydrogen", f"--output={shown}", path]
    subprocess.run(command, check=True)
    assert at(shown, "# %%") == 1  # no header
    line = at(shown, "return n * limit")
    async with debugging(path, launch=STAYS | {"ipynbLines": "hydrogen"}) as debug:
        await debug.launch(breakpoints={path: [line]})
        await debug.stopped("breakpoint", line=line, name="scale")
        await debug.disconnect()


async def test_the_server_answers_while_jupytext_is_at_work(debugging, write):
    path = write("shown.ipynb", jupyter(*CELLS))
    text, slow = jupytext(path, "percent"), Jupytext(write)
    async with debugging(path, launch=STAYS | {"ipynbLines": "percent"}, env=slow.environment) as debug:
        await debug.launch(breakpoints={path: [at(text, "return n")]})
        stop = await debug.stopped("breakpoint", line=at(text, "return n"), name="scale")

        # An edit on the disk: until jupytext is done the lines are where they will most probably be.
        slow.is_to("wait")
        path.write_text(jupyter(CELLS[0], ("code", "new = 1"), *CELLS[1:]), "utf-8")
        text = jupytext(path, "percent")
        assert await stop.line() == at(text, "return n")
        lines = [at(text, it) for it in ("limit = 3", "total += ")]
        asked = asyncio.create_task(debug.break_at(path, *lines))
        assert await stop.evaluate("n + 1") == "2"
        assert not asked.done()
        slow.is_to("work")
        assert [(it["verified"], it["line"]) for it in await asked] == [(True, it) for it in lines]
        assert await stop.where() == [("scale", at(text, "return n")), ("cell 4", at(text, "total += "))]
        cells = (await debug.ask("notebookCells"))["cells"]
        assert [it["endLine"] for it in cells if it["name"] in ("cell 1", "cell 2")] == [
            at(text, "new = 1"),
            at(text, "limit = 3"),
        ]

        # The session can end meanwhile.
        slow.is_to("wait")
        path.write_text(jupyter(*CELLS), "utf-8")
        await stop.frame()
        await debug.disconnect()


async def test_an_edit_that_jupytext_cannot_convert_is_said_and_the_next_one_counts(debugging, write):
    path = write("shown.ipynb", jupyter(*CELLS))
    other = Jupytext(write)

    async def breaks(lines_of):
        [answer] = await debug.break_at(path, at(lines_of, "limit = 3"))
        return answer["verified"]

    async with debugging(path, launch=STAYS | {"ipynbLines": "percent"}, env=other.environment) as debug:
        await debug.launch()
        await debug.idle()
        assert debug.printed("stderr") == ""
        other.is_to("fail")
        path.write_text(jupyter(*CELLS[:3]), "utf-8")
        assert await breaks(path)
        assert debug.printed("stderr").count("cannot convert it") == 1
        other.is_to("work")
        path.write_text(jupyter(*CELLS), "utf-8")
        assert await breaks(jupytext(path, "percent"))
        # At a restart it is tried again.
        other.is_to("fail")
        path.write_text(jupyter(*CELLS[:3]), "utf-8")
        assert await breaks(path)
        assert debug.printed("stderr").count("cannot convert it") == 2
        other.is_to("work")
        await debug.restart(run="none")
        await debug.idle()
        assert await breaks(jupytext(path, "percent"))
        await debug.disconnect()


async def test_a_run_that_ends_while_a_restart_waits_for_jupytext_and_is_refused_is_told(debugging, write):
    path = write(
        "shown.ipynb", jupyter(("code", "from pathlib import Path\nwhile not Path('go').exists(): pass"))
    )
    slow = Jupytext(write)
    async with debugging(path, launch=STAYS | {"ipynbLines": "percent"}, env=slow.environment) as debug:
        await debug.launch(notebookEvents=True)
        await debug.event("notebookKernel", lambda it: it["state"] == "busy")
        slow.is_to("wait")
        path.write_text(path.read_text("utf-8").replace("pass", "1"), "utf-8")
        asked = asyncio.create_task(debug.request("restart", arguments=debug.told | {"python": "/no/python"}))
        path.with_name("go").touch()
        await debug.event("notebookCell", lambda it: it["cell"].get("state") in ("done", "stale"))
        slow.is_to("work")
        assert "/no/python" in (await asked).message
        await debug.idle()
        await debug.disconnect()


async def test_an_attached_notebook_has_jupytexts_lines_too(debugging, write, runtime):
    path = write("shown.ipynb", jupyter(*CELLS))
    text = jupytext(path, "percent")
    line = at(text, "return n * limit")
    async with debugging(path, launch=STAYS | {"orphanTimeout": 600}) as debug:
        await debug.launch()
        await debug.idle()
        await debug.disconnect(terminateDebuggee=False)
    how = {"notebook": str(path), "ipynbLines": "percent"}
    async with debugging(launch=how) as debug:
        await debug.attach(breakpoints={path: [line]})
        await debug.idle()
        await debug.run({"at": at(text, "total = 0")})
        stop = await debug.stopped("breakpoint", line=line, name="scale")
        await stop.continue_()
        await debug.stopped("breakpoint", line=line, name="scale")
        await debug.break_at(path)
        await debug.restart(run="none")
        await debug.idle()
        await debug.disconnect()


async def test_without_jupytext_it_is_said_whose_lines_count(debugging, write):
    path = write("shown.ipynb", jupyter(*CELLS))
    broken = Jupytext(write)
    broken.is_to("fail")
    async with debugging(path, launch=STAYS | {"ipynbLines": "percent"}, env=broken.environment) as debug:
        await debug.launch(breakpoints={path: [at(path, "limit = 3")]})
        await debug.stopped("breakpoint", line=at(path, "limit = 3"))
        assert "jupytext, which would show it as a script, cannot convert it" in debug.printed("stderr")
        await debug.disconnect()
