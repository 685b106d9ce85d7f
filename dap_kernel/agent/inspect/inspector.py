"""Inspection of a stopped thread: the one entry point, on that thread.

Turns commands into looks at values, and values into what travels. Knows neither threads nor the
channel; time limits are the caller's.
"""

from _thread import get_ident
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from ..common.errors import described
from ..common.object_access import type_name
from ..common.own_files import FOLDER
from ..common.private_names import plain
from ..common.raised import PASS_ON
from ..common.text import clean
from ..evaluate.bindings import Bindings, InspectionError
from ..evaluate.expressions import FILENAME, Evaluator, assign
from ..stops.stop import Stop
from ..wire import messages as wire
from .children import children_of
from .completions import complete
from .exception_info import details
from .items import Children, Item, page
from .objects import FUNCTIONS
from .scopes import Names, scopes
from .sizes import length_of, shape_of, sized
from .tables.array_likes import table_of
from .tables.plain_grids import grid_of, is_table
from .tables.table_pages import LEFT_OUT, table_page
from .tables.table_views import KeptTable, TableViews
from .tables.tsv import tab_separated
from .values import LINE, MOST, called_repr, show, slowness

_MOST_CHILDREN = 500  # when a client asks for all
_MOST_PAGE = 10_000
_MOST_NAMES = 1_000  # of the notebook
_ROOM = {"hover": 1_000, "repl": 10_000, "clipboard": MOST}  # characters of a value, by context
GONE = "notStopped"  # DAP's message: the agent thread answers the same for a handle that is of no stop


def is_ours(filename: str) -> bool:
    """Whether a file is the agent's own, or text that it evaluates."""
    return filename.startswith(FOLDER) or filename == FILENAME


class Inspector:
    """Answers what clients ask about stopped threads and the idle notebook."""

    def __init__(
        self,
        namespace: dict[str, object],
        hidden: set[str],
        is_hidden: Callable[[str], bool] = is_ours,
        draw_plots: Callable[[], int] = lambda: 0,
    ) -> None:
        """`hidden` are the kernel's own names in the notebook's `namespace`; `draw_plots` shows open plots.

        Frames of files that are `is_hidden` are left out of tracebacks.
        """
        self._namespace = namespace
        self._hidden = hidden
        self._is_hidden = is_hidden
        self._evaluator = Evaluator()
        self._draw_plots = draw_plots
        self._so_far: dict[int, Callable[[], object]] = {}  # by ident of the thread that is at it
        self._views: dict[int, TableViews] = {}  # by thread, those of its last stop

    def answer(self, stop: Stop, command: wire.Inspection) -> object:
        """Return the result of any inspection but Goto. On the thread that it concerns.

        Raises InspectionError for everything that user code raises; a cancellation is one too.
        """
        try:
            return self._answer(stop, command)
        except InspectionError:
            raise
        except PASS_ON:
            raise InspectionError("cancelled") from None
        except BaseException as error:
            raise InspectionError(described(error)) from None

    def release_objects(self) -> None:
        """Hold nothing of the user's."""
        self._namespace = {}
        self._views.clear()
        self._evaluator.close_loops()

    def forget_tables(self, with_paths: bool = True) -> None:
        """Code has run or is about to: tables may be others, `with_paths` names, too. On any thread."""
        for it in self._views.copy().values():
            it.forget_tables(with_paths)

    def so_far(self, ident: int) -> object:
        """Return what a thread that is at variables or at a table's cells can show already, else None.

        What it has not come to, or does not get beyond, is shown as such. On any thread.
        """
        parts = self._so_far.get(ident)
        return None if parts is None else parts()

    def _answer(self, stop: Stop, command: wire.Inspection) -> object:
        if _may_change(command):
            # `del` is to let go of a table that was looked at, whoever has typed it.
            self.forget_tables(with_paths=_is_run(command))
        match command:
            case wire.Scopes(frame=frame):
                return self._scopes(stop, frame)
            case wire.Variables():
                return self._variables(stop, command)
            case wire.NotebookVariables(all=is_all):
                return self._notebook_variables(stop, is_all)
            case wire.Table():
                return self._table(stop, command)
            case wire.Evaluate():
                return self._evaluate(stop, command)
            case wire.SetVariable():
                return self._set_variable(stop, command)
            case wire.SetExpression(frame=frame, expression=target, value=text, hex=hex):
                value = assign(self._evaluator, self._place(stop, frame), target, text)
                return self._shown(stop, Item(target, value, target), self._place(stop, frame), hex)
            case wire.Completions(frame=frame, text=text):
                return complete(text, self._place(stop, frame), self._hidden)
            case wire.DrawPlots():
                return self._draw_plots()
            case wire.ExceptionInfo():
                return self._exception_info(stop)
            case _:
                raise InspectionError(f"{type(command).__name__} is no inspection")

    def _place(self, stop: Stop, frame_id: int) -> Bindings:
        try:
            stopped = stop.frame(frame_id)
        except KeyError:
            raise InspectionError("this frame is no longer there: its thread has run on") from None
        extras: dict[str, object] = {}
        if stop.returned is not None:
            extras["__return__"] = stop.returned[1]
        if stop.exception is not None:
            extras["__exception__"] = stop.exception
        return Bindings(stopped.frame, self._namespace, extras, stop.cells(frame_id))

    def _scopes(self, stop: Stop, frame_id: int) -> list[wire.Scope]:
        place = self._place(stop, frame_id)
        first = []
        is_top = stop.frame(frame_id) is stop.frames[0]
        if is_top and stop.returned is not None:
            name, value = stop.returned
            first.append(Item(f"(return) {plain(name)}", value, "__return__", attributes=("readOnly",)))
        if is_top and stop.exception is not None:
            first.append(Item("(exception)", stop.exception, "__exception__", attributes=("readOnly",)))
        hidden = self._hidden if place.globals is self._namespace else ()
        return [
            wire.Scope(name, stop.hold(children), is_expensive, None, hint)
            for name, children, is_expensive, hint in scopes(place, hidden, first)
        ]

    def _held(self, stop: Stop, reference: int) -> Children:
        try:
            held = stop.held(reference)
        except KeyError:
            held = None
        if not isinstance(held, Children):
            raise InspectionError("this value is no longer there: its thread has run on")
        return held

    def _variables(self, stop: Stop, command: wire.Variables) -> list[wire.Variable]:
        children = self._held(stop, command.reference)
        count = min(max(command.count, 0), _MOST_PAGE)
        items, more = page(children, command.filter, max(command.start, 0), count, _MOST_CHILDREN)
        shown = [_unshown(it) for it in items]
        if more:
            shown.append(wire.Variable("…", f"{more:,} more", "", attributes=["readOnly"]))

        def look(at: int) -> None:
            if command.tables:
                shown[at].is_table = items[at].children is None and is_table(items[at].value)

        self._show(stop, items, children.place, shown, lambda: list(shown), look, command.hex)
        return shown

    def _show(
        self,
        stop: Stop,
        items: list[Item],
        place: Bindings,
        shown: list[wire.Variable],
        so_far: Callable[[], object],
        look: Callable[[int], None],
        hex: bool = False,
    ) -> None:
        """Put items in the place of the first of `shown`; `so_far` is the answer if one takes too long.

        `look` finds what else is told of an item, before any has its text.
        """
        with self._in_parts(so_far):  # What can be opened is, whatever its text does.
            in_turn = sorted(range(len(items)), key=lambda it: slowness(items[it].value))
            for at in in_turn:  # Texts come first that cannot take long.
                shown[at] = self._opened(stop, items[at], place)
            for at in in_turn:
                look(at)
            for at in in_turn:
                shown[at].value = f"<{shown[at].type}: repr() takes too long>"
                shown[at].value = _text(items[at], hex)

    @contextmanager
    def _in_parts(self, so_far: Callable[[], object]) -> Iterator[None]:
        """Meanwhile `so_far` is the answer if it takes too long."""
        ident = get_ident()
        self._so_far[ident] = so_far
        try:
            yield
        finally:
            self._so_far.pop(ident, None)

    def _notebook_variables(self, stop: Stop, is_all: bool) -> wire.NotebookNames:
        place = Bindings(None, self._namespace)
        items = [it for it in Names(place, True, self._hidden).items() if is_all or not _is_code(it.value)]
        more, items = max(len(items) - _MOST_NAMES, 0), items[:_MOST_NAMES]
        shown = [_unshown(it) for it in items]
        sizes: list[tuple[str | None, int | None, bool]] = [(None, None, False)] * len(items)

        def names() -> wire.NotebookNames:
            told = zip(list(shown), sizes, strict=True)
            return wire.NotebookNames([wire.NotebookVariable(it, *size) for it, size in told], more)

        def look(at: int) -> None:
            value = items[at].value
            sizes[at] = shape_of(value), length_of(value), is_table(value)

        self._show(stop, items, place, shown, names, look)
        return names()

    def _table(self, stop: Stop, command: wire.Table) -> wire.TablePage:
        views = self._views[stop.thread] = stop.kept(TableViews)
        handle = command.table if command.expression is None else 0
        kept = views.used(handle) if handle else self._found(stop, command)
        if kept is None:
            raise InspectionError(GONE)
        filling = table_page(views.table(kept.value), command, kept.path)
        if not handle:
            views.release_view(command.table)
            handle = stop.new_handle()
            views.keep(handle, kept)
        filling.kept_as(handle)
        with self._in_parts(filling.so_far):
            return filling.whole()

    def _found(self, stop: Stop, command: wire.Table) -> KeptTable:
        """Return the value that a table is asked for the first time of: its expression is evaluated now."""
        text = command.expression
        if text is not None:
            value = self._evaluator.evaluate(text, self._place(stop, command.frame))
            return KeptTable(value, text, command.is_path)
        item = self._held(stop, command.reference).item(command.name)
        return KeptTable(item.value, item.path, True)

    def _evaluate(self, stop: Stop, command: wire.Evaluate) -> wire.Variable:
        place, text = self._place(stop, command.frame), command.expression
        if command.context != "repl":
            value = self._evaluator.evaluate(text, place)
        else:
            has_value, value = self._evaluator.execute(text, place)
            if not has_value or value is None:
                return wire.Variable(clean(text), "", type_name(value) if has_value else "")
        item = Item(text, value, None if "await" in text or "\n" in text else text)
        shown = _full_text(value, command.context, command.hex)
        return self._shown(stop, item._replace(text=shown), place, command.hex)

    def _set_variable(self, stop: Stop, command: wire.SetVariable) -> wire.Variable:
        children = self._held(stop, command.reference)
        value = self._evaluator.evaluate(command.value, children.place)
        children.assign(command.name, value)
        return self._shown(stop, Item(command.name, value), children.place, command.hex)

    def _exception_info(self, stop: Stop) -> wire.ExceptionReport:
        if stop.exception is None:
            raise InspectionError("this thread is not stopped at an exception")
        told = details(stop.exception, self._is_hidden, "__exception__", stop.traceback)
        return wire.ExceptionReport(told, stop.break_mode)

    def _shown(self, stop: Stop, item: Item, place: Bindings, hex: bool) -> wire.Variable:
        """Return an item as it travels, with a handle for its children if it has any."""
        variable = self._opened(stop, item, place)
        variable.value = _text(item, hex)
        return variable

    def _opened(self, stop: Stop, item: Item, place: Bindings) -> wire.Variable:
        """Return an item with its handle, still without its text."""
        value = item.value
        children = item.children
        if (children is None and item.text is None) or item.type is None:
            children = children_of(value, item.path, place)
        reference = named = indexed = None
        if children is not None:
            reference, named, indexed = stop.hold(children), children.names(), children.size() or None
        return wire.Variable(
            clean(item.name),
            LEFT_OUT,
            type_name(value) if item.type is None else item.type,
            reference or 0,
            named,
            indexed,
            item.path if item.path is None else clean(item.path),
            item.kind,
            list(item.attributes),
        )


def _is_code(value: object) -> bool:
    return issubclass(type(value), (ModuleType, type, *FUNCTIONS))


def _may_change(command: wire.Inspection) -> bool:
    """Whether a command can run code that changes a table: to name a value, or a part of it, hardly does."""
    if isinstance(command, wire.Evaluate):
        return _is_run(command) or "(" in command.expression or ":=" in command.expression
    return _is_run(command)


def _is_run(command: wire.Inspection) -> bool:
    """Whether the user has set something, or typed it into the console."""
    is_typed = isinstance(command, wire.Evaluate) and command.context == "repl"
    return is_typed or isinstance(command, wire.SetVariable | wire.SetExpression)


def _unshown(item: Item) -> wire.Variable:
    return wire.Variable(clean(item.name), LEFT_OUT, type_name(item.value))


def _text(item: Item, hex: bool) -> str:
    return sized(show(item.value, LINE, hex), item.value, LINE) if item.text is None else item.text


def _full_text(value: Any, context: str, hex: bool) -> str:
    """Return the text of a value that was asked for by itself: there is more room than in a list."""
    room = _ROOM.get(context, LINE)
    if context in ("repl", "clipboard"):
        try:
            table = table_of(value)
            if table is not None:
                if context == "clipboard" and (table.is_copied or len(table.shape()) == 2):
                    return tab_separated(grid_of(value), room, is_bare=table.is_bare)
                return clean(called_repr(value, room)[:room])
        except PASS_ON:
            raise
        except Exception:  # a subclass that is no table after all
            return show(value, room, hex)
    text = show(value, room, hex)
    return text if context in ("repl", "clipboard") else sized(text, value, room)
