"""Conditions of breakpoints, compiled once and run on each hit.

A condition on a hot line is the price of the whole debugger, so one becomes a function of the frame
with the expression written into it. That has names of ours, and our frames call it: who calls code that
may look at that gets a slower one, which stands in the frame. Knows nothing of breakpoints.
"""

import ast
from collections import deque
from collections.abc import Callable, Mapping
from types import CodeType, FrameType, FunctionType

from .bindings import Place, has_slots
from .compiling import is_coroutine
from .expressions import FILENAME, Evaluator, in_cells, is_mapped, parse, pose_at, seen_at
from .looking import may_look
from .nesting import Nested, function_of, module_of
from .standing import is_running

Check = Callable[[FrameType], object]


def compile_condition(text: str) -> Check:
    """Return what evaluates `text` in a frame, on the thread that runs it. Raises SyntaxError.

    What the expression raises, the caller gets. The answer remembers the last code it ran in:
    a breakpoint stands in one.
    """
    _, code = parse(text, Place(None, {}))
    if is_coroutine(code):
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


def _slow_check(text: str) -> Check:
    evaluator = Evaluator()
    return lambda frame: evaluator.evaluate(text, Place(frame, {}))


def _check_in(frame: FrameType, text: str) -> Check:
    """Return the quickest check that is right in all frames with the code and the globals of this one."""
    place = Place(frame, {})
    tree, code = parse(text, place)
    used = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name)}
    looks = may_look(tree, place)
    if not has_slots(frame.f_code):
        if not place.is_global or frame.f_code.co_varnames:  # its comprehensions have names
            return _slow_check(text)
        return _StandingCheck(text).ask if looks else lambda frame: eval(code, frame.f_globals)
    if used & {"super", "__class__"}:
        return _slow_check(text)
    if looks:
        return _StandingCheck(text).ask
    local = [it for it in place.local_names() if it in used]
    made = _inlined(tree, local, frame.f_code.co_qualname)
    return FunctionType(made, frame.f_globals, None, (_slow_check(text),))


class _StandingCheck:
    """A condition that stands in its frame; compiled for each set of names that are bound there."""

    def __init__(self, text: str) -> None:
        self._text = text
        # By line and names, those that no thread runs: with the function, unless it differs with the frame.
        self._idle: dict[tuple[object, ...], deque[tuple[Nested, FunctionType | None]]] = {}

    def ask(self, frame: FrameType) -> object:
        """Return the condition's value in `frame`. This is a hot path."""
        local: Mapping[str, object] = frame.f_locals if has_slots(frame.f_code) else {}
        key = (frame.f_lineno, *local)
        idle = self._idle.get(key)
        if idle is None:
            idle = self._idle[key] = deque()
        try:
            nested, function = idle.pop()
        except IndexError:
            nested, function = self._compiled(Place(frame, {}))
        standing = nested.standing
        standing.frame = frame if is_running(frame) else None
        try:
            call = function or nested.function(frame.f_globals, in_cells(local))
            call(*[local[it] for it in nested.seen.taken])
            return standing.result
        finally:
            standing.forget()
            idle.append((nested, function))

    def _compiled(self, place: Place) -> tuple[Nested, FunctionType | None]:
        tree, _ = parse(self._text, place)
        body: list[ast.stmt] = [ast.Expr(tree.body)]
        if is_mapped(place, tree):
            nested = module_of(body, pose_at(place))
        else:
            nested = function_of(body, seen_at(place, place.own()), pose_at(place), False)
        return nested, None if nested.code.co_freevars else nested.function(place.globals, {})


def _inlined(tree: ast.Expression, local: list[str], qualname: str) -> CodeType:
    """Compile a function of a frame that fetches the locals it needs and then is the expression.

    What is defined in it is called as if it stood in the function `qualname`.
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
    return _renamed(next(it for it in code.co_consts if type(it) is CodeType), "check", qualname)


def _renamed(code: CodeType, ours: str, qualname: str) -> CodeType:
    """Return `code` with `qualname` instead of `ours` in front of the names of what is defined in it."""
    return code.replace(
        co_consts=tuple(
            _renamed(it, ours, qualname) if type(it) is CodeType else it for it in code.co_consts
        ),
        co_qualname=qualname + code.co_qualname.removeprefix(ours),
    )
