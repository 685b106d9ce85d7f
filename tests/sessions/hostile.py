"""What a hostile folder holds, and texts that are hard to read: for the fuzzers. Knows no session."""

import os
import random
import socket
from pathlib import Path

from tests.sessions.notebooks import code

ODD_FILES = ("folder", "fifo", "socket", "zero", "latin", "undefined", "null", "deep", "huge", "gone")

CELLS = (
    "import time\nn = 0\n\ndef f(x):\n    y = [x] * 3\n    return len(y)\n",
    "total = n\nfor i in range(25):\n    total += f(i)\n    time.sleep(0.01)\n",
    "values = {'a': [1, 2], 'b': {'c': None}}\nprint(total, values)\nvalues",
    "import helper\nhelper.g(2)\n1 / (n - n)\n",
)
HELPER = "def g(x):\n    x += 1\n    return x\n"

DEEP = {
    "brackets": "(" * 3000 + ")" * 3000,
    "minus": "-" * 50_000 + "1",
    "lambdas": "lambda: " * 3000 + "0",
    "attributes": "x" + ".y" * 20_000,
    "sums": "1" + "+1" * 20_000,
    "ifs": "\n".join(" " * n + "if x:" for n in range(150)) + "\n" + " " * 150 + "pass\n",
    "huge number": "n = " + "1" * 5000,
    "null": "x = 1\0\n",
    "surrogate": "x = '\ud800'",
    "f-strings": "f'{" * 200,
    "coding": "# coding: undefined\nx = 1\n",
}


def marimo(sources: tuple[str, ...]) -> str:
    cells = ["@app.cell\ndef _():\n" + "".join(f"    {line}\n" for line in it.splitlines()) for it in sources]
    return "import marimo\napp = marimo.App()\n\n" + "\n".join(cells)


FORMATS = {
    "percent.py": "".join(f"# %%\n{it}\n" for it in CELLS),
    "script.py": "\n".join(CELLS),
    "marimo.py": marimo(CELLS),
    "jupyter.ipynb": code(*CELLS),
}


def furnish(folder: Path) -> list[str]:
    """Fill a folder with notebooks and what is no notebook; return names for all of it, and of nothing."""
    for name, text in FORMATS.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "helper.py").write_text(HELPER, "utf-8")
    for name in ODD_FILES:
        make_odd(folder / f"{name}.py", name)
    names = [str(it) for it in folder.iterdir()]
    names += [f"{folder}/percent.py#cell-2@1.py", f"{folder}/jupyter.ipynb.cells.py", f"{folder}/none.py"]
    return names + ODD_NAMES + [it.replace("FOLDER", str(folder)) for it in URIS]


ODD_NAMES = [
    *("", "/", "~", "~nobody/x.py", "~\0", "\0", "a\0b.py", "\ud800.py", "x" * 5000, "../" * 2000 + "x.py"),
    *("/dev/zero", "/dev/stdin", "/dev/full", "/proc/self/mem", "/proc/self/fd/0", "/proc/kmsg", "<string>"),
    *("C:\\x.py", "\\\\host\\x.py", "untitled:Untitled-1", "con:", ":", "a:b", "1:/x", "x.py/", "./x.py"),
]
URIS = [
    *("file://[::1", "file://[x]/a.py", "file://FOLDER/percent.py", "file:FOLDER/percent.py", "file:///%00"),
    *("file:///%ff%fe.py", "file://host/x.py", "http://[", "http://x/y.py", "git:/x.py?ref=[", "x-y+z:/[a"),
    *("vscode-notebook-cell:FOLDER/jupyter.ipynb#W0sZmlsZQ%3D%3D", "vscode-notebook-cell://[/x#W1s"),
    *(
        "vscode-notebook-cell:FOLDER/percent.py#W1sZmlsZQ%3D%3D",
        "vscode-notebook-cell:x#X99999s",
        "cell:/a#1",
    ),
    *("untitled:%00", "untitled:[", "dap-src://1/2/x", "dap-src://1/٣/x", "dap-src://", "dap-src://1/²/x"),
    "dap-src://1/" + "9" * 5000 + "/x",
]


def make_odd(path: Path, kind: str) -> None:
    """Put at `path` what no text can be read from, or only a hard one."""
    remove(path)
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as it:
                here = os.getcwd()
                os.chdir(path.parent)  # an address has no room for a long path
                it.bind(path.name)
                os.chdir(here)
        case "zero":
            path.symlink_to("/dev/zero")
        case "latin":
            path.write_bytes(b"# %%\nx = '\xe4\xff'\n")
        case "undefined":
            path.write_text("# -*- coding: undefined -*-\n# %%\nx = 1\n")
        case "null":
            path.write_bytes(b"# %%\nx = 1\0\n# %%\n\0")
        case "deep":
            path.write_text("# %%\n" + "\n# %%\n".join([DEEP["brackets"], DEEP["minus"], DEEP["lambdas"]]))
        case "huge":
            path.touch()
            os.truncate(path, 2**36)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def edited(text: str, chance: random.Random) -> str:
    """Return a text as an editor or a merge may leave it: lines gone, doubled, cut, put in."""
    lines = text.split("\n")
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(lines))
        to = at + chance.randrange(1, 8)
        match chance.randrange(6):
            case 0 | 1:
                del lines[at:to]
            case 2:
                lines[at:at] = lines[at:to]
            case 3:
                lines[at] = lines[at][: chance.randrange(20)]
            case 4:
                lines.insert(at, chance.choice(["# %%", "'''", '"""', "@app.cell", "{", "<<<<<<< x", "\\"]))
            case 5:
                lines.insert(at, chance.choice(list(DEEP.values())[-6:]))
        lines = lines or [""]
    return "\n".join(lines)
