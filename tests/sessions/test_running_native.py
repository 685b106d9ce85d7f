"""What a program sees of the process it runs in: as if it had been started by `python file.py`."""

import json
import subprocess

import pytest

PROBE = """\
import inspect, json, linecache, sys, traceback
from dataclasses import dataclass

number: int = 1

@dataclass
class Point:
    x: int
    def __post_init__(self):
        raise ValueError(self.x)

scope = {}
exec("def made():\\n    raise KeyError(1)\\n", scope)

def source_of(it):
    try:
        return inspect.getsource(it)
    except OSError as error:
        return str(error)

def shown(call):
    try:
        call()
    except Exception:
        lines = traceback.format_exc().splitlines()
        return lines[next(at for at, it in enumerate(lines) if "in shown" in it):]

def raised_by_exec():
    exec("1 / 0")

main = sys.modules["__main__"]
print("SEEN " + json.dumps({
    "names": {
        name: None if value is None else type(value).__name__
        for name, value in sorted(vars(main).items()) if name.startswith("__")
    },
    "annotations": {name: it.__name__ for name, it in main.__annotations__.items()},
    "file": __file__,
    "argv": sys.argv,
    "orig_argv": sys.orig_argv,
    "flags": str(sys.flags),
    "options": [sys._xoptions, sys.warnoptions],
    "path": sys.path,
    "bytecode": [sys.dont_write_bytecode, sys.pycache_prefix],
    "texts": [it for it in linecache.cache if "<" in str(it)],
    "interactive": [str(it) for it in getattr(linecache, "_interactive_cache", ())],
    "sources": [source_of(scope["made"]), source_of(Point.__init__)],
    "tracebacks": [shown(lambda: Point(3)), shown(scope["made"]), shown(raised_by_exec)],
    "encodings": [sys.stdout.encoding, sys.getfilesystemencoding()],
    "hooks": [sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__],
    "recursion": sys.getrecursionlimit(),
}))
"""


def seen(printed):
    line = next(it for it in printed.splitlines() if it.startswith("SEEN "))
    return json.loads(line.removeprefix("SEEN "))


@pytest.mark.parametrize("options", [[], ["-O", "-W", "ignore", "-X", "utf8", "-B"], ["-P"], ["-I"]], ids=str)
@pytest.mark.parametrize("how", ["file", "module"])
async def test_what_a_script_sees_of_its_process(debugging, write, python, options, how):
    """The oracle is the same Python without us."""
    path = write("probe_of_story.py", PROBE)
    if how == "module" and options in (["-P"], ["-I"]):
        options = []  # else it is not found
    program = [str(path)] if how == "file" else ["-m", path.stem]
    natively = subprocess.run(
        [python.path, *options, *program, "--fast", "x y"],
        cwd=path.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    launch = {"args": ["--fast", "x y"], "whenDone": "end", "pythonArgs": options}
    if how == "module":
        launch |= {"module": path.stem, "cwd": str(path.parent)}
    async with debugging(path if how == "file" else None, launch=launch) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
        assert seen(debug.printed("stdout")) == seen(natively.stdout)
