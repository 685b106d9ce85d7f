"""Conditions and log messages of breakpoints, compiled once and run on each hit.

A condition on a hot line is the price of the whole debugger, so one becomes a function of the frame
with the expression written into it. Knows nothing of breakpoints.
"""

import ast
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType

from .bindings import Place, has_slots
from .expressions import FILENAME, Evaluator, parse
from .safely import described

Check = Callable[[FrameType], object]
_CONVERSIONS: dict[str, Callable[[object], str]] = {"r": repr, "s": str, "a": ascii}
_MOST_TEXT = 10_000  # characters of one value in a log message


def compile_condition(text: str) -> Check:
    """Return what evaluates `text` in a frame, on the thread that runs it. Raises SyntaxError.

    What the expression raises, the caller gets. The answer remembers the last code it ran in:
    a breakpoint stands in one.
    """
    _, code = parse(text, Place(None, {}))
    if code.co_flags & 0x80:  # inspect.CO_COROUTINE
        raise SyntaxError("a condition cannot await")
    slow = _slow_check(text)
    last: tuple[CodeType | None, dict[str, object], Check] = (None, {}, slow)  # as one: threads share it

    def condition(frame: FrameType) -> object:
        nonlocal last
        code, names, check = last
        if frame.f_code is not code or frame.f_globals is not names:
            check = _check_in(frame, text)
            last = (frame.f_code, frame.f_globals, check)
        return check(frame)

    return condition


def compile_log_message(text: str) -> Callable[[FrameType], str]:
    """Return what fills in the `{expression}` parts of `text` in a frame. Raises SyntaxError.

    Doubled braces are braces; `!r`, `:format` and `=` mean what they mean in an f-string.
    An expression that raises shows its error in its place.
    """
    pieces = [it if isinstance(it, str) else _Field(it[0]) for it in _split(text)]

    def message(frame: FrameType) -> str:
        return "".join(it if isinstance(it, str) else it.text(frame) for it in pieces)

    return message


def _slow_check(text: str) -> Check:
    evaluator = Evaluator()
    return lambda frame: evaluator.evaluate(text, Place(frame, {}))


def _check_in(frame: FrameType, text: str) -> Check:
    """Return the quickest check that is right in all frames with the code and the globals of this one."""
    place = Place(frame, {})
    tree, code = parse(text, place)
    if not has_slots(frame.f_code):
        if place.is_global and not frame.f_code.co_varnames:  # else its comprehensions have names
            return lambda frame: eval(code, frame.f_globals)
        return _slow_check(text)
    used = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name)}
    if "super" in used:
        return _slow_check(text)
    local = [it for it in place.local_names() if it in used]
    made = _inlined(tree, local)
    return FunctionType(made, frame.f_globals, None, (_slow_check(text),))


def _inlined(tree: ast.Expression, local: list[str]) -> CodeType:
    """Compile a function of a frame that fetches the locals it needs and then is the expression.

    An unbound local makes it ask the slow check, its other argument, which knows the right error.
    """
    fetch = "".join(f"  {it} = _dapk_local[{it!r}]\n" for it in local) or "  pass\n"
    module = ast.parse(
        "def check(_dapk_frame, _dapk_slow):\n"
        " _dapk_local = _dapk_frame.f_locals\n"
        f" try:\n{fetch}"
        " except KeyError:\n"
        "  return _dapk_slow(_dapk_frame)\n"
        " return 0"
    )
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body[-1] = ast.copy_location(ast.Return(tree.body), function.body[-1])
    code = compile(ast.fix_missing_locations(module), FILENAME, "exec", dont_inherit=True)
    return next(it for it in code.co_consts if type(it) is CodeType)


class _Field:
    """One `{expression}` of a log message."""

    def __init__(self, text: str) -> None:
        self._prefix, self._conversion, self._format = "", "", ""
        try:
            self._check = compile_condition(text)
        except SyntaxError:
            text = self._take_options(text)
            self._check = compile_condition(text)

    def text(self, frame: FrameType) -> str:
        """Return the value's text, or the error's."""
        try:
            value = self._check(frame)
            if self._conversion:
                value = _CONVERSIONS[self._conversion](value)
            text = format(value, self._format)
            return self._prefix + str.__str__(text)[:_MOST_TEXT]
        except Exception as error:
            return f"{self._prefix}<{described(error)}>"

    def _take_options(self, text: str) -> str:
        """Take `=`, `!r` and `:format` off the end of `text`, and return the expression."""
        for at, character in enumerate(text):
            if character == ":" and _parses(text[:at].rstrip("= ").removesuffix("!r")):
                text, self._format = text[:at], text[at + 1 :]
                break
        head, mark, conversion = text.rpartition("!")
        if mark and conversion.strip() in ("r", "s", "a"):
            text, self._conversion = head, conversion.strip()
        if text.rstrip().endswith("="):
            self._prefix, text = text, text.rstrip()[:-1]
            self._conversion = self._conversion or ("" if self._format else "r")
        return text


def _parses(text: str) -> bool:
    try:
        ast.parse(text.strip(), FILENAME, "eval")
    except SyntaxError:
        return False
    return True


def _split(text: str) -> list[str | tuple[str]]:
    """Split a log message into its literal texts and, as tuples, its expressions."""
    parts: list[str | tuple[str]] = []
    at = 0
    while at < len(text):
        brace = text[at]
        if brace in "{}" and text[at : at + 2] == brace * 2:
            parts.append(brace)
            at += 2
        elif brace == "{":
            end = _closing(text, at)
            inside = text[at + 1 : end]
            parts.append((inside,) if inside.strip() else "{}")
            at = end + 1
        else:
            parts.append(brace)
            at += 1
    return parts


def _closing(text: str, start: int) -> int:
    """Return where the brace opened at `start` is closed. Raises SyntaxError."""
    depth, quote = 0, ""
    for at in range(start, len(text)):
        character = text[at]
        if quote:
            quote = "" if character == quote and text[at - 1] != "\\" else quote
        elif character in "'\"":
            quote = character
        elif character in "{[(":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                return at
    raise SyntaxError("a brace of the log message is never closed")
