"""Conditions of breakpoints, compiled once and run on each hit.

A condition on a hot line is the price of the whole debugger, so one becomes a function of the frame
with the expression written into it. That has names of ours, and our frames call it: who calls code that
may look at that gets a slower one, which stands in the frame. Knows nothing of breakpoints.
"""

import ast
from collections import deque
from collections.abc import Callable, Mapping
from types import CodeType, FrameType, FunctionType
from weakref import WeakKeyDictionary

from ..common.frame_position import is_running
from .bindings import Bindings, has_slots
from .code_in_place import Nested, function_of, module_of
from .compiling import is_coroutine
from .expressions import FILENAME, Evaluator, in_cells, is_mapped, parse, pose_at, seen_at
from .frame_readers import may_look

Check = Callable[[FrameType], object]
_Last = tuple[CodeType | None, dict[str, object] | None, Check]
_forgetting: WeakKeyDictionary[Check, Callable[[bool], None]] = WeakKeyDictionary()  # by condition
_MOST_IDLE = 50  # sets of names: of a frame in which there are ever new ones, say


def compile_condition(text: str) -> Check:
    """Return what evaluates `text` in a frame, on the thread that runs it. Raises SyntaxError.

    What the expression raises, the caller gets. The answer remembers the last code it ran in: a breakpoint
    stands in one. That may hold the names of a module, until `forget_idle`.
    """
    _, code = parse(text, Bindings(None, {}))
    if is_coroutine(code):
        raise SyntaxError("a condition cannot await")
    nothing: _Last = (None, {}, _slow_check(text))
    last: _Last = nothing  # One tuple, which is replaced as a whole: threads share it.
    is_in_use = False

    def condition(frame: FrameType) -> object:
        nonlocal last, is_in_use
        code, names, check = last
        if frame.f_code is not code or (names is not None and frame.f_globals is not names):
            check, is_of_names = _check_in(frame, text)
            last = frame.f_code, frame.f_globals if is_of_names else None, check
        is_in_use = True
        return check(frame)

    def forget(is_over: bool) -> None:
        nonlocal last, is_in_use
        if is_over or not is_in_use:
            last = nothing
        is_in_use = False

    _forgetting[condition] = forget
    return condition


def forget_idle(is_over: bool) -> None:
    """Have conditions hold no names of a module, but those that a frame has asked since the last call.

    Called now and then while a cell runs, and when one `is_over`. On any thread.
    """
    for forget in list(_forgetting.values()):
        forget(is_over)


def _slow_check(text: str) -> Check:
    evaluator = Evaluator()
    return lambda frame: evaluator.evaluate(text, Bindings(frame, {}))


def _check_in(frame: FrameType, text: str) -> tuple[Check, bool]:
    """Return the quickest check that is right in all frames with the code and the globals of this one.

    With it comes whether it depends on the globals, and so holds them.
    """
    place = Bindings(frame, {})
    tree, code = parse(text, place)
    used = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name)}
    looks = may_look(tree, place)
    if not has_slots(frame.f_code):
        if not place.is_global or frame.f_code.co_varnames:  # its comprehensions have names
            return _slow_check(text), True
        return _StandingCheck(text).ask if looks else lambda frame: eval(code, frame.f_globals), True
    if used & {"super", "__class__"}:
        return _slow_check(text), True
    if looks:
        return _StandingCheck(text).ask, True
    local = [it for it in place.local_names() if it in used]
    holds = not used.issubset(local)
    names = frame.f_globals if holds else {"__builtins__": frame.f_builtins}
    made = _inlined(tree, local, frame.f_code.co_qualname)
    return FunctionType(made, names, None, (_slow_check(text),)), holds


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
            if len(self._idle) >= _MOST_IDLE:
                self._idle.clear()
            idle = self._idle[key] = deque()
        try:
            nested, function = idle.pop()
        except IndexError:
            nested, function = self._compiled(Bindings(frame, {}))
        standing = nested.standing
        standing.frame = frame if is_running(frame) else None
        try:
            call = function or nested.function(frame.f_globals, in_cells(local))
            call(*[local[it] for it in nested.seen.taken])
            return standing.result
        finally:
            standing.release_frame()
            idle.append((nested, function))

    def _compiled(self, place: Bindings) -> tuple[Nested, FunctionType | None]:
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
