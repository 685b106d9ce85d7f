"""Run a program under a FrameWatcher in this process, each stop answered by the next item of a script."""

import sys
from _thread import get_ident
from dataclasses import dataclass, field
from types import FrameType

from dap_kernel.agent.settrace import SettraceBackend
from dap_kernel.agent.stops import Stop
from dap_kernel.agent.threads import Threads
from dap_kernel.agent.user_code import UserCode
from dap_kernel.agent.watcher import FrameWatcher
from dap_kernel.agent.watching import Resumption, WatchBackend, WatchHost
from dap_kernel.agent.wire import ExceptionFilter, FunctionBreakpoint, LineBreakpoint

NOTEBOOK = "/nowhere/notebook.py"
BACKENDS = ["settrace", *(["monitoring"] if hasattr(sys, "monitoring") else [])]


@dataclass
class Seen:
    """What a program's run came to: where it stopped, what log points said."""

    stops: list[tuple[str, str, int]] = field(default_factory=list)  # reason, function, line
    logs: list[str] = field(default_factory=list)
    returned: list[tuple[str, object] | None] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    locals: list[dict[str, object]] = field(default_factory=list)

    @property
    def places(self) -> list[tuple[str, int]]:
        return [(function, line) for _, function, line in self.stops]


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
        self.seen.locals.append(dict(top.frame.f_locals))
        item = next(self._script, None)
        if callable(item):
            item = item(self.watcher, stop)
        return item if isinstance(item, Resumption) else Resumption(item)

    def tell(self, text: str) -> None:
        self.seen.texts.append(text)

    def log(self, text: str, frame: FrameType) -> None:
        self.seen.logs.append(text)


def make(backend: str, script: list[object]) -> tuple[FrameWatcher, Seen]:
    threads, user_code, parking = Threads(), UserCode(), Script(script)
    user_code.notebook_is(NOTEBOOK)

    def new_backend(host: WatchHost) -> WatchBackend:
        if backend == "settrace":
            return SettraceBackend(host, threads)
        from dap_kernel.agent.monitoring import MonitoringBackend

        return MonitoringBackend(host)

    parking.watcher = FrameWatcher(threads, user_code, parking, new_backend)
    return parking.watcher, parking.seen


def watch(
    backend: str,
    source: str,
    breakpoints: dict[int, dict[str, str]] | list[int] = (),
    script: list[object] = (),
    *,
    functions: list[str] = (),
    filters: list[str] = (),
    entry: bool = False,
    just_my_code: bool = True,
    names: dict[str, object] | None = None,
) -> Seen:
    """Run `source` as a cell; the exception that ends it, if any, is raised once the watcher is off."""
    watcher, seen = make(backend, list(script))
    watcher.just_my_code = just_my_code
    more = breakpoints if isinstance(breakpoints, dict) else dict.fromkeys(breakpoints, {})
    asked = [LineBreakpoint(line, line, **it) for line, it in more.items()]
    try:
        watcher.set_breakpoints(NOTEBOOK, 1, asked)
        watcher.set_functions(1, [FunctionBreakpoint(100 + n, name) for n, name in enumerate(functions)])
        watcher.set_exception_filters(1, [ExceptionFilter(it) for it in filters])
        code = compile(source, NOTEBOOK, "exec")
        namespace = {"__name__": "__main__", "watcher": watcher, "ident": get_ident(), **(names or {})}
        watcher.cell_begins(code, "entry" if entry else None)
        try:
            exec(code, namespace)
        except Exception as error:
            seen.texts.append(repr(error))
        finally:
            watcher.cell_ends()
    finally:
        watcher.forget()
    return seen
