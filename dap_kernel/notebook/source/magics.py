"""IPython's syntax in a cell: which cells are not Python, and the Python that stands for the rest.

It knows the form of a magic, and of well-known ones what their bodies are.
"""

import re

from .text import without_strings

# Cell magics whose body is Python that runs in the notebook.
PYTHON_MAGICS = frozenset(
    [
        "capture",
        "debug",
        "heat",
        "ipytest",
        "lprun",
        "memit",
        "mprun",
        "notify",
        "prun",
        "pyinstrument",
        "scalene",
        "snakeviz",
        "time",
        "timeit",
    ]
)
# Cell magics whose body is anything else, or Python that runs elsewhere.
FOREIGN_MAGICS = frozenset(
    [
        "!",
        "HTML",
        "R",
        "SVG",
        "bash",
        "cmd",
        "cython",
        "file",
        "html",
        "javascript",
        "js",
        "latex",
        "markdown",
        "perl",
        "pypy",
        "python",
        "python2",
        "python3",
        "ruby",
        "script",
        "sh",
        "sql",
        "svg",
        "sx",
        "system",
        "writefile",
    ]
)
_CELL_MAGIC = re.compile(r"\s*+%%([\w!.]+)")
_LINE = re.compile(
    r"""(?P<indent>[ \t]*+)(?:
    (?P<assigned>[\w.,\[\]\ \t*()'"]++)(?<!\*)=[ \t]*+(?:!|%{1,2}(?=[A-Za-z_]))(?!=).*
    |(?:!|%{1,2}(?=[A-Za-z_])|\?).*
    |%?[A-Za-z_][\w.]*\?{1,2}[ \t]*
    )$""",
    re.VERBOSE,
)
_HINT = re.compile(r"^[ \t]*+(?:[!%?]|[^\n#]*(?:=[ \t]*[!%]|\?[ \t]*$))", re.MULTILINE)


def cell_magic(source: str) -> str | None:
    """Return the name of the magic that takes the whole cell: "bash" of `%%bash -e`."""
    match = _CELL_MAGIC.match(source)
    return match[1] if match else None


def has_magic(source: str) -> bool:
    """Whether a cell may have IPython's syntax; wrong only by saying yes."""
    return ("%" in source or "!" in source or "?" in source) and _HINT.search(source) is not None


def is_magic_line(line: str) -> bool:
    """Whether a line on its own is IPython's syntax: `%matplotlib inline`, `!ls`, `files = !ls`, `x?`."""
    return cell_magic(line) is not None or _LINE.match(line) is not None


def masked(source: str) -> str:
    """Return `source` with a plain statement for each magic, on the same line."""
    lines = source.split("\n")
    blank = without_strings(source).split("\n")
    depth, is_continued = 0, False
    for number, line in enumerate(lines):
        if is_continued:  # a magic's own line, continued by a backslash
            is_continued, lines[number] = line.endswith("\\"), ""
        elif depth <= 0 and (match := _LINE.match(line)):
            assigned = match["assigned"]
            lines[number] = match["indent"] + (f"{assigned.rstrip()} = None" if assigned else "pass")
            is_continued = line.endswith("\\")
        else:
            code = blank[number]
            depth += sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
    return "\n".join(lines)
