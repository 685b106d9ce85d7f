"""Run a program under a FrameWatcher in this process, each stop answered by the next item of a script."""

import sys
from _thread import get_ident
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import FrameType

from dap_kernel.agent.debuggee.threads import UserThreads
from dap_kernel.agent.debuggee.user_code import UserCode
from dap_kernel.agent.stops.stop import Resumption, Stop
from dap_kernel.agent.watch.backends.settrace import SettraceBackend
from dap_kernel.agent.watch.contract import WatchBackend, WatchCallbacks
from dap_kernel.agent.watch.frame_watcher import FrameWatcher
from dap_kernel.agent.watch.watch_list import WatchList
from dap_kernel.agent.wire.messages import ExceptionFilter, FunctionBreakpoint, LineBreakpoint, StopAtEntry

NOTEBOOK = "/nowhere/notebook.py"
BACKENDS = ["settrace", *(["monitoring"] if hasattr(sys, "monitoring") else [])]


@dataclass
class Seen:
    """What a program's run came to: where it stopped, what log points said."""

    stops: list[tuple[str, str, int]] = field(default_factory=list)  # reason, function, line
    logs: list[str] = field(default_factory=list)
    returned: list[tuple[str, object] | None] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    locals: list[dict[str, str]] = field(default_factory=list)  # of functions
    ids: list[list[int]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    raised: BaseException | None = None  # what ended the program

    @property
    def lines(self) -> list[int]:
        return [line for _, _, line in self.stops]

    @property
    def places(self) -> list[tuple[str, int]]:
        return [(function, line) for _, function, line in self.stops]


class Code(UserCode):
    """What is user code where this file and pytest are the kernel."""

    def is_user(self, filename: str) -> bool:
        return filename != __file__ and super().is_user(filename)

    def is_kernel(self, filename: str) -> bool:
        return filename == __file__ or super().is_kernel(filename)


class Script:
    """A `Parking` that never waits: it does what the script says, then runs on."""

    def __init__(self, script: list[object]) -> None:
        self.seen = Seen()
        self._script = iter(script)
        self.watcher: FrameWatcher

    def park(self, stop: Stop, ids: list[int], text: str | None) -> Resumption:
        top = stop.frames[0]
        self.seen.stops.append((stop.reason, top.code.co_qualname, top.line))
        self.seen.returned.append(stop.returned)
        self.seen.texts.append(text)
        names = top.frame.f_locals if top.kind != "cell" else {}
        self.seen.locals.append({name: repr(value) for name, value in names.items()})
        self.seen.ids.append(ids)
        item = next(self._script, None)
        if callable(item):
            item = item(self.watcher, stop)
        return item if isinstance(item, Resumption) else Resumption(item)

    def log(self, text: str, frame: FrameType) -> None:
        self.seen.logs.append(text)

    def announce_once(self, text: str) -> None:
        self.seen.told.append(text)


def make(backend: str, script: list[object], just_my_code: bool = True) -> tuple[FrameWatcher, Seen]:
    threads, user_code, parking = UserThreads(), Code(NOTEBOOK), Script(script)
    watch_list = WatchList(user_code, lambda changed: None)
    watch_list.configure(just_my_code, True)

    def new_backend(watch_list: WatchList, callbacks: WatchCallbacks) -> WatchBackend:
        if backend == "settrace":
            return SettraceBackend(watch_list, callbacks, threads)
        from dap_kernel.agent.watch.backends.monitoring import MonitoringBackend

        return MonitoringBackend(watch_list, callbacks)

    parking.watcher = FrameWatcher(watch_list, threads, user_code, parking, new_backend)
    return parking.watcher, parking.seen


def watch(
    backend: str,
    source: str,
    breakpoints: dict[int, dict[str, str]] | Iterable[int] = (),
    script: Iterable[object] = (),
    *,
    functions: Iterable[FunctionBreakpoint | str] = (),
    filters: Iterable[ExceptionFilter | str] = (),
    files: Mapping[str, Iterable[int]] | None = None,
    entry: bool = False,
    just_my_code: bool = True,
    names: dict[str, object] | None = None,
) -> Seen:
    """Run `source` as a cell and return what was seen.

    The program knows the `watcher` and its own thread's `ident`. `files`: lines of breakpoints in other
    files. No failure of the watcher itself passes.
    """
    watcher, seen = make(backend, list(script), just_my_code)
    try:
        set_lines(watcher, breakpoints)
        for filename, lines in (files or {}).items():
            watcher.set_breakpoints(filename, 1, [LineBreakpoint(line, line) for line in lines])
        watcher.set_functions(
            1,
            [
                FunctionBreakpoint(100 + n, it) if isinstance(it, str) else it
                for n, it in enumerate(functions)
            ],
        )
        watcher.set_exception_filters(
            1, [ExceptionFilter(it) if isinstance(it, str) else it for it in filters]
        )
        run(watcher, seen, source, names, entry=entry)
    finally:
        watcher.clear_watch_list()
    assert not seen.told
    return seen


def set_lines(
    watcher: FrameWatcher, breakpoints: dict[int, dict[str, str]] | Iterable[int], version: int = 1
) -> None:
    """Set the notebook's breakpoints; the id of each is its line."""
    more = breakpoints if isinstance(breakpoints, dict) else {line: {} for line in breakpoints}
    watcher.set_breakpoints(
        NOTEBOOK, version, [LineBreakpoint(line, line, **it) for line, it in more.items()]
    )


def run(
    watcher: FrameWatcher,
    seen: Seen,
    source: str,
    names: dict[str, object] | None = None,
    *,
    filename: str = NOTEBOOK,
    entry: bool = False,
) -> StopAtEntry | None:
    """Run `source` as a cell of the notebook; return why the next is to stop at its first line."""
    code = compile(source, filename, "exec")
    namespace = {} if names is None else names
    for name, value in {"__name__": "__main__", "watcher": watcher, "ident": get_ident()}.items():
        namespace.setdefault(name, value)
    watcher.cell_begins("entry" if entry else None)
    try:
        exec(code, namespace)
    except BaseException as error:
        seen.raised = error
        watcher.uncaught(error)
        error.with_traceback(None)
    finally:
        goes_on = watcher.cell_ends()
    return goes_on
