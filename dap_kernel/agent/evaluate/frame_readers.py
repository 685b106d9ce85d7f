"""Whether an expression may look at the frame that has called it, as far as can be seen without running it.

Most conditions do not, and are asked in the quickest way for that. Knows nothing of how they are asked.
"""

import ast
import builtins
import os
import sys
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

from ..common.object_access import NOTHING, attribute, lookup, module
from .bindings import Bindings

_LOOKING = (locals, vars, dir, eval, exec, breakpoint, sys._getframe, sys._current_frames)
_FRAME_NAMES = {
    *("_getframe", "_getframemodulename", "_current_frames", "currentframe", "f_back", "f_locals"),
    *("inspect", "traceback", "stack", "extract_stack", "walk_stack", "getouterframes", "warn", "warnings"),
    *("logging", "findCaller", "pandas", "query", "sql", "breakpoint", "__import__"),
}
_PLAIN_METHODS = {
    name
    for cls in (str, bytes, list, tuple, dict, set, frozenset, int, float, complex)
    for name in vars(cls)
    if name[:1] != "_"
}
_CALLERS = ("map", "filter", "iter")  # of their first argument
_KNOWN = (ast.Name, ast.Attribute, ast.Constant, ast.Lambda, ast.Tuple, ast.List)
_LIBRARY = os.__file__.rpartition("/")[0] + "/"
_PACKAGES = "-packages/"
_MOST_CODES = 100


def may_look(tree: ast.AST, place: Bindings) -> bool:
    """Whether an expression calls what may look at the frame that has called it.

    That is a library's code, C code that we do not know, and the user's own code that names what gives
    frames. Not operators and conversions, nor methods that are called as those of Python's own classes
    are: nobody writes them so. What a name or an attribute is, is looked up once, without running code; of
    what is passed, stored or chosen from, each function counts as called. The answer is that of the first
    hit: a function that is given another body later, to look at its caller, still finds our frame there.
    """
    local = place.own() if place.is_function else {}
    names = {**dict.fromkeys(place.local_names(), NOTHING), **local}
    nodes = list(ast.walk(tree))
    calls = [it for it in nodes if isinstance(it, ast.Call)]
    if any(not _is_plain(it.func, names, place.globals) for it in calls):
        return True
    owners = {id(it.value) for it in nodes if isinstance(it, ast.Attribute)}
    given = [it for it in nodes if isinstance(it, ast.Name | ast.Attribute) and id(it) not in owners]
    return bool(calls) and (
        any(_may_call_unknown(it) for it in calls) or any(_is_given(it, names, place.globals) for it in given)
    )


def _may_call_unknown(call: ast.Call) -> bool:
    """Whether what is called is itself to call what takes code to find out: `map(functions[0], xs)`."""
    is_caller = isinstance(call.func, ast.Name) and call.func.id in _CALLERS
    given = [*(call.args[:1] if is_caller else ()), *(it.value for it in call.keywords if it.arg == "key")]
    return any(not isinstance(it, _KNOWN) for it in given)


def _is_given(node: ast.expr, local: dict[str, object], names: dict[str, object]) -> bool:
    """Whether what a name stands for is a function that may look at its caller: whoever gets it may call it.

    What is no function is not called by whoever gets it, but for an object that has been made to be.
    """
    value = _found(node, local, names)
    kind = type(value)
    if value is NOTHING:
        return False
    if issubclass(kind, type):
        return False if isinstance(node, ast.Attribute) else not _is_blind(value, seen=set())
    return lookup(kind, "__call__") is not NOTHING and not _is_blind(value, seen=set())


def _is_plain(called: ast.expr, local: dict[str, object], names: dict[str, object]) -> bool:
    if isinstance(called, ast.Lambda):
        return True
    if isinstance(called, ast.Attribute):
        owner = _found(called.value, local, names)
        if type(owner) is not ModuleType and called.attr in _PLAIN_METHODS:
            return True
        return owner is not NOTHING and _is_blind(attribute(owner, called.attr), seen=set())
    return _is_blind(_found(called, local, names), seen=set())


def _found(node: ast.expr, local: dict[str, object], names: dict[str, object]) -> object:
    """Return what a name with attributes stands for, NOTHING where that takes code to find out."""
    match node:
        case ast.Name(id=name):
            return local[name] if name in local else names.get(name, vars(builtins).get(name, NOTHING))
        case ast.Attribute(value=inner, attr=name):
            owner = _found(inner, local, names)
            return owner if owner is NOTHING else attribute(owner, name)
    return NOTHING


def _is_blind(value: Any, seen: set[int]) -> bool:
    """Whether to call `value` asks for no frame: a C function or class of Python's own, or the user's."""
    kind = type(value)
    if kind in (classmethod, staticmethod, MethodType):
        return _is_blind(value.__func__, seen)
    if kind is FunctionType:
        return _is_blind_code(value.__code__, value.__globals__, seen)
    if kind is type:
        return module(value) == "builtins" or _is_blind(lookup(value, "__init__"), seen)
    if kind is BuiltinFunctionType:
        where = value.__module__ or module(type(value.__self__))
        return value not in _LOOKING and where != "_warnings" and where in sys.stdlib_module_names
    return kind in (WrapperDescriptorType, MethodDescriptorType)


def _is_blind_code(code: CodeType, names: dict[str, object], seen: set[int]) -> bool:
    """Whether user code names nothing that gives frames, nor calls what does."""
    if id(code) in seen:
        return True
    seen.add(id(code))
    if code.co_filename.startswith(_LIBRARY) or _PACKAGES in code.co_filename or len(seen) > _MOST_CODES:
        return False
    inner = [it for it in code.co_consts if type(it) is CodeType]
    called = [names[it] for it in code.co_names if type(names.get(it)) is FunctionType]
    return (
        _FRAME_NAMES.isdisjoint(code.co_names)
        and all(_is_blind_code(it, names, seen) for it in inner)
        and all(_is_blind(it, seen) for it in called)
    )
