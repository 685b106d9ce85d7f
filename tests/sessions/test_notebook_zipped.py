"""Programs and modules in a zip: their breakpoints, and their text, which no editor can open by its path."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.client.fixtures import Debugging, Write
from tests.pythons import Python
from tests.sessions.notebooks import at

MODULE = """\
def twice(n):
    result = 2 * n
    return result
"""
MAIN = """\
import sys
from pkg.mod import twice

print(sys.argv[0], sys.path[0], __file__, __package__ or "no package", __loader__.archive)
print(twice(len(sys.argv)))
"""
RESULT, RETURNS = at(MODULE, "result = 2"), at(MODULE, "return result")
PRINTS, CALLS = at(MAIN, "print(sys.argv[0]"), at(MAIN, "print(twice(")
FILES = {"pkg/__init__.py": "", "pkg/mod.py": MODULE, "pkg/__main__.py": MAIN, "__main__.py": MAIN}


def packed(path: Path, files: dict[str, str] = FILES, before: bytes = b"") -> Path:
    path.write_bytes(before)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name, text)
    return path


@pytest.mark.parametrize("way", ["absolute", "relative", "a string that is no path yet"])
async def test_breakpoints_in_a_module_of_a_zip(
    debugging: Debugging, write: Write, tmp_path: Path, way: str
) -> None:
    archive = packed(tmp_path / "lib.zip")
    entry = {"absolute": str(archive), "relative": "lib.zip"}.get(way, str(tmp_path / "x" / ".." / "lib.zip"))
    (tmp_path / "x").mkdir()
    text = f"import sys\nsys.path.insert(0, {entry!r})\nfrom pkg.mod import twice\nprint(twice(4))\n"
    module = str(archive / "pkg" / "mod.py")
    async with debugging(write("program.py", text)) as debug:
        told = await debug.launch(cwd=str(tmp_path), breakpoints={module: [{"line": RESULT}]})
        assert told is not None
        stop = await debug.stopped("breakpoint", line=RESULT)
        (top, *_) = await stop.frames()
        assert top.path == module and "sourceReference" not in top.told["source"], "in the client's words"
        assert (await stop.locals())["n"] == "4"
        await stop.next()
        stop = await debug.stopped("step", line=RETURNS)
        source = await debug.request("source", source={"path": module}, sourceReference=0)
        assert source.body["content"] == MODULE
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout") == "8\n"


@pytest.mark.parametrize("built", ["build/egg/pkg/mod.py", "/build/egg/pkg/mod.py", None])
async def test_an_egg_whose_code_was_compiled_elsewhere(
    debugging: Debugging, write: Write, python: Python, tmp_path: Path, built: str | None
) -> None:
    compiling = "import py_compile, sys; py_compile.compile(*sys.argv[1:4], doraise=True)"
    source, compiled = write("mod.py", MODULE), tmp_path / "mod.pyc"
    told = built or str(source)
    subprocess.run([python.path, "-c", compiling, str(source), str(compiled), told], check=True)
    egg = packed(tmp_path / "pkg-1.0-py3.egg", {"pkg/__init__.py": ""})
    with zipfile.ZipFile(egg, "a") as file:  # Python asks whether both are of one time
        file.write(source, "pkg/mod.py")
        file.write(compiled, "pkg/mod.pyc")
    source.unlink()
    text = f"import sys\nsys.path.insert(0, {egg.name!r})\nfrom pkg.mod import twice\nprint(twice(4))\n"
    path, module = write("program.py", text), str(egg / "pkg" / "mod.py")
    async with debugging(path) as debug:
        await debug.launch(cwd=str(tmp_path), breakpoints={module: [{"line": RESULT}]})
        stop = await debug.stopped("breakpoint", line=RESULT)
        assert [(it.path, it.line) for it in await stop.frames()] == [
            (module, RESULT),
            (str(path), at(path, "print")),
        ]
        assert await stop.evaluate("twice.__code__.co_filename", frame=1) == repr(told)
        await stop.next()
        stop = await debug.stopped("step", line=RETURNS)
        await debug.disconnect()


async def test_a_step_into_a_zip_shows_its_text_where_breakpoints_can_be_set(
    debugging: Debugging, write: Write, tmp_path: Path
) -> None:
    archive = packed(tmp_path / "lib.zip")
    text = f"import sys\nsys.path.insert(0, {str(archive)!r})\nfrom pkg.mod import twice\n"
    path = write("program.py", f"{text}for n in range(3):\n    print(twice(n))\n")
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [{"line": at(path, "print")}]})
        stop = await debug.stopped("breakpoint", line=at(path, "print"))
        await stop.step_in()
        stop = await debug.stopped("step", line=RESULT)
        (top, *_) = await stop.frames()
        source = top.told["source"]
        assert source["sourceReference"] > 0 and source["path"] == str(archive / "pkg" / "mod.py")
        answer = await debug.request("source", source=source, sourceReference=source["sourceReference"])
        assert answer.body["content"] == MODULE
        answer = await debug.request("setBreakpoints", source=source, breakpoints=[{"line": RETURNS}])
        assert [(it["verified"], it["line"]) for it in answer.body["breakpoints"]] == [(True, RETURNS)]
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=RETURNS)
        assert (await stop.frames())[0].told["source"]["path"] == source["path"]
        await debug.disconnect()


@pytest.mark.parametrize("before", [b"", b"#!/usr/bin/env python3\n"], ids=["zip", "zipapp"])
async def test_a_program_in_a_zip(debugging: Debugging, tmp_path: Path, before: bytes) -> None:
    archive = packed(tmp_path / "app.pyz", before=before)
    module = str(archive / "pkg" / "mod.py")
    main = str(archive / "__main__.py")
    async with debugging(archive) as debug:
        await debug.launch(args=["one"], breakpoints={module: [{"line": RETURNS}], main: [{"line": PRINTS}]})
        stop = await debug.stopped("breakpoint", line=PRINTS)
        await stop.continue_()
        stop = await debug.stopped("breakpoint", line=RETURNS)
        assert [(it.path, it.line) for it in await stop.frames()] == [(module, RETURNS), (main, CALLS)]
        await stop.continue_()
        await debug.terminated()
        told = f"{archive} {archive} {main} no package {archive}\n4\n"
        assert debug.printed("stdout") == told


async def test_a_module_of_a_zip_as_program(debugging: Debugging, tmp_path: Path) -> None:
    archive = packed(tmp_path / "app.zip")
    main = str(archive / "pkg" / "__main__.py")
    async with debugging() as debug:
        await debug.launch(
            module="pkg",
            cwd=str(tmp_path),
            env={"PYTHONPATH": str(archive)},
            breakpoints={main: [{"line": CALLS}]},
        )
        stop = await debug.stopped("breakpoint", line=CALLS)
        assert (await stop.frames())[0].path == main
        await stop.continue_()
        await debug.terminated()
        assert debug.printed("stdout").endswith(f" {main} pkg {archive}\n2\n")


@pytest.mark.parametrize(
    "name, files, why",
    [
        ("app.pyz", {"pkg/mod.py": ""}, "app.pyz holds no such file"),
        ("app.zip", {"__main__.py": "x = '\\0'\nif\n"}, None),
    ],
)
async def test_a_zip_that_is_no_program(
    debugging: Debugging, tmp_path: Path, name: str, files: dict[str, str], why: str | None
) -> None:
    async with debugging(packed(tmp_path / name, files)) as debug:
        if why is None:
            await debug.launch()
            await debug.terminated()
            assert "SyntaxError" in debug.printed("stderr")
            return
        with pytest.raises(Exception, match=why):
            await debug.launch()
