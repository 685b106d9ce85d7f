"""A notebook that is saved for the first time, renamed or moved: its kernel stays, and has the new path."""

from pathlib import Path
from typing import Any

import pytest

from tests.client.connection import Refused
from tests.client.fixtures import Debugging, Write
from tests.processes import until
from tests.sessions.notebooks import MARIMO, PERCENT, at, code

UNSAVED = "untitled:Untitled-1.ipynb"
TEXTS = ("kept = 41", "def f(n):\n    return n + kept", "print('sum', f(1))")
RETURNS = at(TEXTS[1], "return")


def cells(name: str) -> list[dict[str, Any]]:
    """The cells as an editor for notebooks shows them."""
    uris = [f"vscode-notebook-cell:{name}#W{handle}sZmlsZQ%3D%3D" for handle in range(len(TEXTS))]
    return [{"uri": uri, "kind": "code", "text": text} for uri, text in zip(uris, TEXTS, strict=True)]


async def test_a_first_save_keeps_variables_breakpoints_and_the_kernel(
    debugging: Debugging, tmp_path: Path, runtime: Path
) -> None:
    saved = tmp_path / "saved.ipynb"
    async with debugging(launch={"program": UNSAVED, "cwd": str(tmp_path), "orphanTimeout": 600}) as debug:
        await debug.initialize()
        before = cells("Untitled-1.ipynb")
        await debug.ask("notebookSync", path=UNSAVED, cells=before)
        await debug.launch(breakpoints={before[1]["uri"]: [RETURNS]})
        stop = await debug.stopped("breakpoint", line=RETURNS)
        kernel = (await debug.event("process"))["systemProcessId"]
        saved.write_text(code(*TEXTS))
        ids = [it["id"] for it in (await debug.ask("notebookMove", path=str(saved)))["cells"]]
        after = cells(str(saved))
        early = {"source": {"path": after[1]["uri"]}, "breakpoints": [{"line": RETURNS}]}
        (early_one,) = (await debug.ask("setBreakpoints", **early))["breakpoints"]
        told = await debug.ask("notebookSync", path=str(saved), cells=after)
        assert [it["id"] for it in told["cells"]] == ids
        assert told["format"] == "jupyter"
        told = await debug.event("breakpoint", lambda it: it["breakpoint"].get("id") == early_one["id"])
        assert told["breakpoint"]["verified"], "it was set before its cell was known"
        assert [it.path for it in await stop.frames()] == [after[1]["uri"], after[2]["uri"]]
        await stop.continue_()
        await debug.idle()
        assert [it.get("state") for it in (await debug.ask("notebookCells"))["cells"]] == ["done"] * 3
        await debug.ask("setBreakpoints", source={"path": after[1]["uri"]}, breakpoints=[{"line": RETURNS}])
        await debug.run({"cells": [ids[2]]})
        stop = await debug.stopped(
            "breakpoint", line=RETURNS, name="f"
        )  # once: the old one is gone with its name
        await stop.continue_()
        await debug.idle()
        await debug.disconnect(terminateDebuggee=False)
    await until((runtime / f"kernel-{kernel}.json").exists, "the kernel waits")
    async with debugging(launch={"notebook": str(saved), "kernelId": str(kernel)}) as debug:
        await debug.attach(breakpoints={saved: [at(saved, "return n + kept")]})
        await debug.idle()
        assert await debug.evaluate("kept") == "41"
        await debug.run({"at": at(saved, "print('sum'")})
        await (await debug.stopped("breakpoint", name="f")).continue_()
        await debug.idle()
        await debug.restart()
        await (await debug.stopped("breakpoint", name="f")).continue_()
        stop = await debug.idle()
        assert (await stop.frame()).path == str(saved)
        await debug.disconnect(terminateDebuggee=True)


@pytest.mark.parametrize(
    "order",
    [
        "set take move sync",
        "set move take sync",
        "set move sync take",
        "move set take sync",
        "move sync set take",
    ],
)
async def test_breakpoints_that_an_editor_moves_hold_in_whatever_order_it_tells(
    order: str, debugging: Debugging, write: Write
) -> None:
    path = write("old.ipynb", code(*TEXTS))
    new = path.with_name("new.ipynb")
    before, after = cells(str(path)), cells(str(new))
    async with debugging(path) as debug:
        await debug.initialize()
        await debug.ask("notebookSync", path=str(path), cells=before)
        await debug.launch(breakpoints={before[1]["uri"]: [RETURNS]})
        stop = await debug.stopped("breakpoint", line=RETURNS)
        path.rename(new)
        for step in order.split():
            if step == "set":
                wanted = {"source": {"path": after[1]["uri"]}, "breakpoints": [{"line": RETURNS}]}
                (one,) = (await debug.ask("setBreakpoints", **wanted))["breakpoints"]
            elif step == "take":
                await debug.ask("setBreakpoints", source={"path": before[1]["uri"]}, breakpoints=[])
            elif step == "move":
                await debug.ask("notebookMove", path=str(new))
            else:
                told = (await debug.ask("notebookSync", path=str(new), cells=after))["cells"]
        if not one["verified"]:
            is_it = {"id": one["id"], "verified": True}.items()
            await debug.event("breakpoint", lambda it: is_it <= it["breakpoint"].items())
        await stop.continue_()
        await debug.idle()
        await debug.run({"cells": [told[2]["id"]]})
        await (await debug.stopped("breakpoint", line=RETURNS, name="f")).continue_()
        await debug.idle()
        await debug.disconnect()


@pytest.mark.parametrize("name", ["marimo", "percent", "script"])
async def test_a_file_that_is_renamed_at_a_stop(name: str, debugging: Debugging, write: Write) -> None:
    text = {"marimo": MARIMO, "percent": PERCENT}.get(name, "total = 0\nfor n in [1, 2]:\n    total += n\n")
    path = write("old.py", text)
    line = at(path, "total += ")
    async with debugging(path, launch={"whenDone": "stay"}) as debug:
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        new = path.with_name("new.py")
        path.rename(new)
        await debug.ask("notebookMove", path=str(new))
        assert (await stop.frame()).path == str(new)
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=line)  # nobody has set it anew
        assert (await stop.frame()).path == str(new)
        await debug.break_at(new)  # of the new name, which takes the place of the old one
        await stop.continue_()
        await debug.idle()
        if name == "percent":
            new.write_text(text.replace("total = 0", "total = 100"))
            await debug.run()
            stop = await debug.idle()
            assert (await stop.locals())["total"] == "109"
        await debug.break_at(new, at(new, "total += "))
        await debug.restart()  # by the arguments of launch, which name the old one
        stop = await debug.stopped("breakpoint")
        assert (await stop.frame()).path == str(new)
        await debug.disconnect()


async def test_an_error_is_told_by_the_new_name(debugging: Debugging, write: Write) -> None:
    path = write("old.ipynb", code("def f():\n    1 / 0", "f()"))
    async with debugging(path, launch={"run": {"cells": [1]}}) as debug:
        await debug.launch()
        await debug.idle()
        new = path.rename(path.with_name("new.ipynb"))
        await debug.ask("notebookMove", path=str(new))
        await debug.run({"cells": [RETURNS]})
        stop = await debug.stopped("exception")
        await stop.continue_()
        await debug.idle()
        printed = debug.printed("stderr")
        assert f'File "{new}", line {at(new, "1 / 0")}' in printed
        assert "old.ipynb" not in printed
        await debug.disconnect()


async def test_only_a_notebook_that_is_debugged_can_move(debugging: Debugging, tmp_path: Path) -> None:
    async with debugging() as debug:
        await debug.initialize()
        with pytest.raises(Refused, match="launch or attach must come first"):
            await debug.ask("notebookMove", path=str(tmp_path / "nb.ipynb"))
