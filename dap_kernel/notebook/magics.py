"""IPython's syntax in a cell: which cells are not Python, and the Python that stands for the rest.

It knows the form of a magic, not what one does.
"""

import re

# Cell magics whose body is Python that runs in the notebook.
PYTHON_MAGICS = frozenset(
    [
        "capture",
        "debug",
        "heat",
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
_CELL_MAGIC = re.compile(r"\s*%%([\w!.]+)")
_LINE = re.compile(
    r"""(?P<indent>[ \t]*)(?:
    (?P<assigned>[\w.,\[\]\ \t*()'"]+?)\s*(?<![=!<>+*/%&|^@:-])=\s*(?:!|%{1,2}(?=[A-Za-z_]))(?!=).*
    |(?:!|%{1,2}(?=[A-Za-z_])|\?).*
    |%?[A-Za-z_][\w.]*\?{1,2}[ \t]*
    )$""",
    re.VERBOSE,
)
_HINT = re.compile(r"^[ \t]*(?:[!%?]|[^\n#]*(?:=[ \t]*[!%]|\?[ \t]*$))", re.MULTILINE)


def cell_magic(source: str) -> str | None:
    """Return the name of the magic that takes the whole cell: "bash" of `%%bash -e`."""
    match = _CELL_MAGIC.match(source)
    return match[1] if match else None


def is_foreign(source: str) -> bool:
    """Whether a cell's body is not Python of this notebook."""
    magic = cell_magic(source)
    return magic is not None and magic not in PYTHON_MAGICS


def uses_ipython(source: str) -> bool:
    """Whether a cell needs IPython to run."""
    return plain(source) != source


def plain(source: str) -> str:
    """Return `source` as Python: each magic as a statement that does nothing, on the same lines."""
    if ("%" not in source and "!" not in source and "?" not in source) or not _HINT.search(source):
        return source
    from .text import string_lines

    lines = source.split("\n")
    inside, continued = string_lines(source), False
    for number, line in enumerate(lines, 1):
        if number in inside:
            continue
        if continued:  # a magic's own line, continued by a backslash
            continued, lines[number - 1] = line.endswith("\\"), ""
        elif match := _LINE.match(line):
            assigned = match["assigned"]
            lines[number - 1] = match["indent"] + (f"{assigned} = None" if assigned else "pass")
            continued = line.endswith("\\")
    return "\n".join(lines)
