"""What a typed line is: a command, a command of the server's console, or Python. Pure.

A name that is a command is taken for one, as in pdb; but where there is more in the line, and the line is
Python as a whole (`n = 3`, `c.close()`, `l[0]`), it is Python. `!` before it says so where in doubt.
"""

import ast
import codeop
import re
import warnings
from collections.abc import Container
from typing import Literal

import msgspec

_WORD = re.compile(r"([^\W\d]\w*|\?)(?:\s+|\Z)(.*)", re.DOTALL)
_CALL = re.compile(r"(p|pp)(\(.*)", re.DOTALL)


class Typed(msgspec.Struct, frozen=True):
    """`word` is the command's name; "" for Python and for what the server's console shall take."""

    kind: Literal["nothing", "command", "colon", "python"]
    word: str
    rest: str


def read(line: str, commands: Container[str], with_expression: Container[str]) -> Typed:
    """Return what `line` is. `with_expression`: the commands whose argument is Python."""
    text = line.strip()
    if not text:
        return Typed("nothing", "", "")
    if text.startswith(":"):
        return Typed("colon", "", text)
    if text.startswith("!"):
        return Typed("python", "", text[1:].lstrip())
    if found := _CALL.fullmatch(text):
        return Typed("command", found[1], found[2])
    found = _WORD.fullmatch(text)
    if found is None or found[1] not in commands:
        return Typed("python", "", line.rstrip())
    word, rest = found[1], found[2].strip()
    is_argument = not rest or (word in with_expression and is_python(rest, "eval"))
    if not is_argument and is_python(text):
        return Typed("python", "", line.rstrip())
    return Typed("command", word, rest)


def is_python(text: str, mode: Literal["exec", "eval"] = "exec") -> bool:
    """Whether `text` is statements, or in mode "eval" an expression; `await` may stand anywhere."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<console>", mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def needs_more(text: str) -> bool:
    """Whether `text` is the beginning of a statement; what is wrong for good needs no more."""
    compiler = codeop.CommandCompiler()
    compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compiler(text, "<console>", "single") is None
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return False
