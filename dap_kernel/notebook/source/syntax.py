"""Python text to trees and code, quietly: top-level await and magics allowed, no warnings printed.

It knows the Python that runs the server; a kernel of another version may see a cell differently.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType

from ..files import MOST_CODE_BYTES
from .magics import FOREIGN_MAGICS, PYTHON_MAGICS, cell_magic, has_magic, masked
from .newer import older

SOON_PARSED = 500_000  # characters; the most hostile take a second
MOST_TOKENS = (
    1_000_000  # about, of a longer text: long are lists of data and strings, which have few for their length
)
_TOKEN = re.compile(r"""'[^'\n]*+'|"[^"\n]*+"|\w++|[^\w \t]""")


def tree(source: str) -> ast.Module:
    """Return the syntax tree of Python text. Raises SyntaxError."""
    _check_size(source)
    with _errors_of_syntax():
        try:
            return ast.parse(source)
        except SyntaxError as wrong:
            return _parsed_as_older(source, wrong)


def check_expression(text: str) -> None:
    """Raise SyntaxError when a text is no expression."""
    _check_size(text)
    with _errors_of_syntax():
        ast.parse(text.strip(), mode="eval")


@lru_cache
def is_path(text: str) -> bool:
    """Whether an expression is a name, or attributes and items of one: to look these up has no effects.

    Keys are constants and paths, and lists and slices of these. What a property does is not known.
    """
    try:
        check_expression(text)
        return _is_path(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, RecursionError):
        return False


def _is_path(node: ast.expr) -> bool:
    match node:
        case ast.Name():
            return True
        case ast.Attribute(value=owner):
            return _is_path(owner)
        case ast.Subscript(value=owner, slice=key):
            return _is_path(owner) and _is_key(key)
    return False


def _is_key(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(map(_is_key, parts))
        case ast.Slice(lower=first, upper=last, step=step):
            return all(it is None or _is_key(it) for it in (first, last, step))
    return _is_path(node)


def _parsed_as_older(source: str, wrong: SyntaxError) -> ast.Module:
    """Return the tree of a text that has newer syntax. Raises `wrong`, which is of the text as it stands."""
    text = older(source)
    if text is None:
        raise wrong
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise wrong from None


def plain(source: str) -> str:
    """Return a cell as Python: where it has IPython's syntax, plain statements stand on the same lines."""
    if not has_magic(source) or parses(source):
        return source
    return masked(source)


def parses(source: str) -> bool:
    """Whether a text is Python as it stands."""
    try:
        tree(source)
    except SyntaxError:
        return False
    return True


def is_foreign(source: str) -> bool:
    """Whether a cell's body is not Python of this notebook.

    Of a magic that nobody has told us of, a body that parses is taken for Python: the kernel finds out.
    """
    magic = cell_magic(source)
    if magic is None or magic in PYTHON_MAGICS:
        return False
    return magic in FOREIGN_MAGICS or not parses(masked(source))


def code(source: str) -> CodeType:
    """Return what a cell compiles to. Raises SyntaxError."""
    _check_size(source)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    text = plain(source)
    with _errors_of_syntax():
        try:
            compiled = compile(text, "<cell>", "exec", flags, dont_inherit=True)
        except SyntaxError as wrong:
            tree = _parsed_as_older(text, wrong)
            compiled = compile(tree, "<cell>", "exec", flags, dont_inherit=True)
    assert isinstance(compiled, CodeType)
    return compiled


def is_too_big(source: str) -> bool:
    """Whether only the kernel parses a text: while Python parses, this process does nothing else."""
    if len(source) <= SOON_PARSED:
        return False
    return len(source) > MOST_CODE_BYTES or _TOKEN.subn("", source)[1] > MOST_TOKENS


def _check_size(source: str) -> None:
    if is_too_big(source):
        raise SyntaxError("it is too long to be looked at; only the kernel parses it")


@contextmanager
def _errors_of_syntax() -> Iterator[None]:
    """Have all that the parser raises for a text be SyntaxError: null bytes, endless digits, deep nesting."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except (ValueError, OverflowError) as error:
            raise SyntaxError(str(error)) from None
        except (RecursionError, MemoryError):
            raise SyntaxError("too deeply nested") from None


@lru_cache(maxsize=8192)  # a text is read again at each key, and all of its cells but one are the same
def error(source: str) -> str | None:
    """Return why a cell does not compile ("line 2: '(' was never closed"), or None."""
    try:
        code(source)
    except SyntaxError as wrong:
        return f"line {wrong.lineno}: {wrong.msg}" if wrong.lineno else wrong.msg
    return None
