"""Expressions and statements typed by the user, run as if they stood at a place in the user's code.

Where names are in slots, the text becomes a function whose parameters are the names that are bound, in
their order: so `locals()`, and what asks for the names of its caller, finds them, and generator expressions
and lambdas see them. Statements run on copies of the locals, and only names that changed are bound
afterwards. Elsewhere the text runs on the names themselves, as a module or the body of a class does.
Knows neither how values are shown nor who asks.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from types import CellType, CodeType
from typing import Any

from ..common.frame_position import is_running, is_told
from ..common.private_names import mangle_for_class, prefix_of, stored
from ..wire.filenames import TYPED
from .awaiting import Awaiter
from .bindings import Bindings, InspectionError
from .closures import Closures
from .code_in_place import Nested, Pose, Seen, function_of, module_of, usable
from .compiling import UNPARSABLE, is_coroutine
from .marimo_names import bound_names, find_private, mangle_typed

FILENAME = TYPED
_TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_SCOPES = (
    *(ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)


def parse(text: str, place: Bindings) -> tuple[ast.Expression, CodeType]:
    """Return the expression's tree, and its code as it runs where locals are globals. Raises SyntaxError."""
    tree = ast.parse(text.strip(), FILENAME, "eval")
    renamed(tree, text, place)
    return tree, compile(tree, FILENAME, "eval", _TOP_LEVEL_AWAIT, dont_inherit=True)


def renamed(tree: ast.Module | ast.Expression, text: str, place: Bindings) -> None:
    """Give the names in `tree` the form in which they are stored."""
    if "_" not in text:
        return
    if place.frame is None:
        find_private(tree, place.globals)
        return
    mangle_for_class(tree, place.qualname)
    prefix = prefix_of(place.filename)
    if prefix is not None:
        mangle_typed(tree, prefix, place.globals, None if place.is_global else place.local_names())


def is_mapped(place: Bindings, tree: ast.AST) -> bool:
    """Whether `tree` can run on the names of a place: they are in a dictionary, and all of it sees that."""
    if place.is_function or place.inner:
        return False
    if place.is_global:
        return True
    nodes = list(ast.walk(tree))
    is_within = any(isinstance(it, ast.Name) and it.id in place.free_names for it in nodes)
    return not is_within and not any(isinstance(it, _SCOPES) for it in nodes)


def pose_at(place: Bindings, is_whole: bool = True) -> Pose:
    """Return what a text shows itself as that runs at a place, on the calling thread.

    `is_whole`: no function that it makes outlives it, so that those may pass for the place's own, too.
    """
    code, frame = place.code, place.frame
    if code is None or frame is None:
        return Pose()
    inside = "" if place.is_global else f"{code.co_qualname}{'.<locals>.' if place.is_function else '.'}"
    if is_told(frame) and is_running(frame):
        return Pose(code.co_name, code.co_qualname, inside, code.co_filename, frame.f_lineno or 1, is_whole)
    return Pose(code.co_name, code.co_qualname, inside)


def in_cells(values: Mapping[str, object]) -> dict[str, CellType]:
    """Return the cells that a function has from the class that it belongs to."""
    return {"__class__": CellType(values["__class__"])} if "__class__" in values else {}


def seen_at(place: Bindings, values: dict[str, object]) -> Seen:
    """Return the names of a place that binds `values`, as a function knows them."""
    free = [it for it in ("__class__",) if it in values]
    taken = [it for it in usable(values) if it not in free]
    seen = Seen(taken, free, list(place.stored_globally()))
    for name in usable(place.unbound(values)):
        (seen.free if name in place.free_names else seen.unbound).append(name)
    return seen


class Evaluator:
    """Evaluates at places; `await` runs in the thread's own loop."""

    def __init__(self) -> None:
        self._awaiter = Awaiter()
        self.close_loops = self._awaiter.close_loops

    def evaluate(self, text: str, place: Bindings) -> object:
        """Return the value of an expression. Raises what it raises, and SyntaxError."""
        tree, code = parse(text, place)
        with _Extras(place, text):
            return self._run([ast.Expr(tree.body)], text, place, is_coroutine(code), keeps=False)

    def execute(self, text: str, place: Bindings) -> tuple[bool, object]:
        """Run statements; return whether the last is an expression, and its value."""
        tree = _statements(text)
        renamed(tree, text, place)
        tree.body = [it for it in tree.body if not isinstance(it, ast.Nonlocal)]  # all locals are
        whole = _WithoutNonlocal().visit(_statements(text))
        code = compile(whole, FILENAME, "exec", _TOP_LEVEL_AWAIT, dont_inherit=True)
        value = None
        with _Extras(place, text):
            for part in _parts(tree.body):
                value = self._run(part, text, place, is_coroutine(code), keeps=True)
        return bool(tree.body) and isinstance(tree.body[-1], ast.Expr), value

    def _run(
        self, body: list[ast.stmt], text: str, place: Bindings, is_async: bool, *, keeps: bool
    ) -> object:
        """Run statements; return the value of the last. `keeps`: what they bind is bound at the place."""
        if is_mapped(place, ast.Module(body, [])):
            nested = module_of(body, pose_at(place, not keeps))
            try:
                return self._call(nested, place, is_async, lambda: eval(nested.code, *place.namespaces))
            finally:
                nested.standing.release_frame()
        if _is_star(body):
            self._import_all(body, place)
            return None
        values = place.own()
        if "__class__" not in values and ("super" in text or "__class__" in text):
            found = place.class_of_method()
            values = values if found is None else values | {"__class__": found}
        closures = Closures(place, values)
        nested = self._function(body, text, place, values, is_async, closures if keeps else None)
        function = nested.function(place.globals, closures.cells | in_cells(values))
        try:
            arguments = [values[it] for it in nested.seen.taken]
            return self._call(nested, place, is_async, lambda: function(*arguments))
        except NameError as error:
            raise closures.as_local(error) from None
        finally:
            try:
                self._bind(nested, place, values, closures, keeps)
            finally:
                nested.standing.release_frame()

    def _function(
        self,
        body: list[ast.stmt],
        text: str,
        place: Bindings,
        values: dict[str, object],
        is_async: bool,
        closures: Closures | None,
    ) -> Nested:
        """Compile statements; with `closures`, functions in it share the place's names with later ones."""
        seen, pose = seen_at(place, values), pose_at(place, closures is None)
        nested = function_of(body, seen, pose, is_async)
        known = {*seen.taken, *seen.unbound}
        new = sorted(bound_names(body) - known - {*seen.free, *seen.stored_globally})
        if place.is_global:
            seen.declare_global(new)
        elif closures is not None and "super" not in text:  # which takes the first parameter
            captured = [it for it in nested.code.co_cellvars if it in known or it in new]
            seen.share(captured)
            closures.share(captured)
        else:
            return nested
        return function_of(body, seen, pose, is_async)

    def _call(self, nested: Nested, place: Bindings, is_async: bool, call: Callable[[], Any]) -> object:
        standing = nested.standing
        if is_async:
            self._awaiter.run(call())
            return standing.result
        standing.frame = place.frame if is_running(place.frame) else None
        try:
            call()
        finally:
            standing.frame = None
        return standing.result

    def _import_all(self, body: list[ast.stmt], place: Bindings) -> None:
        """Import into a function, which Python itself does not let its text do."""
        found: dict[str, object] = {}
        eval(module_of(body, Pose()).code, place.globals, found)
        place.bind(found)

    def _bind(
        self, nested: Nested, place: Bindings, before: dict[str, object], closures: Closures, keeps: bool
    ) -> None:
        """Bind at the place what has changed, of itself or by functions that share its names."""
        changes, unbound = closures.changes(), []
        if not keeps:
            closures.put_back(changes)
        after = nested.standing.names
        if keeps and after is not None:
            changes |= {
                it: value for it, value in after.items() if it not in before or before[it] is not value
            }
            unbound = [it for it in nested.seen.taken if it not in after]
        closures.put(changes)
        if changes or unbound:
            place.bind(changes, unbound)


def _parts(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Split statements where all names of a module are imported, which stands alone."""
    part: list[ast.stmt] = []
    for it in body:
        if _is_star([it]):
            if part:
                yield part
            yield [it]
            part = []
        else:
            part.append(it)
    if part:
        yield part


def _is_star(body: list[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.ImportFrom) and body[0].names[0].name == "*"


def _statements(text: str) -> ast.Module:
    """Return the statements in `text`, which may be indented as a whole."""
    text = text.strip("\n")
    if text[:1] not in (" ", "\t") or not text.strip():
        return ast.parse(text.strip(), FILENAME, "exec")
    around, *rest = ast.parse("if 1:\n" + text, FILENAME, "exec").body
    if rest or not isinstance(around, ast.If) or around.orelse:
        raise IndentationError("unindent does not match")
    return ast.Module(around.body, [])


class _WithoutNonlocal(ast.NodeTransformer):
    """Lets what is to run in a function be compiled as a module: which says whether it may, and awaits."""

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        return ast.copy_location(ast.Pass(), node)


class _Extras:
    """The names that only evaluation knows, in the globals for as long as it takes."""

    def __init__(self, place: Bindings, text: str) -> None:
        self._globals = place.globals
        self._added = {
            it: value for it, value in place.extras.items() if it in text and it not in place.globals
        }

    def __enter__(self) -> None:
        self._globals.update(self._added)

    def __exit__(self, *_: object) -> None:
        for name in self._added:
            self._globals.pop(name, None)


def assign(evaluator: Evaluator, place: Bindings, target: str, value: str) -> object:
    """Evaluate `value`, assign it to `target`, and return what `target` then is.

    Raises InspectionError when `target` cannot be assigned to, and what the evaluation raises.
    """
    try:
        tree = ast.parse(target.strip(), mode="eval").body
    except UNPARSABLE:
        tree = None
    if not isinstance(tree, ast.Name | ast.Attribute | ast.Subscript):
        raise InspectionError(f"{target} cannot be assigned to")
    ast.parse(value.strip(), mode="eval")  # an expression: nothing can be smuggled in behind it
    text = f"{target.strip()} = (\n{value.strip()}\n)"
    if isinstance(tree, ast.Name) and _is_global(place, tree.id):
        text = f"global {tree.id}\n{text}"  # else it would be a new local, which no code reads
    evaluator.execute(text, place)
    return evaluator.evaluate(target, place)


def _is_global(place: Bindings, name: str) -> bool:
    name = stored(name, prefix_of(place.filename), place.globals)
    return not place.is_global and name in place.globals and name not in place.local_names()
