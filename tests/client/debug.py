"""A user at an editor, debugging: what the stories are told with.

    async with Debug(program=path) as debug:
        await debug.launch(breakpoints={path: [3]})
        stop = await debug.stopped("breakpoint", line=3)
        assert await stop.locals() == {"n": "1"}
        await stop.continue_()
        await debug.terminated()

A failure inside the block shows all messages and what the server wrote to stderr.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from .connection import Connection, Response, answer
from .orders import ORDERS, Name
from .serving import TIMEOUT_S, Server, Transport
from .stop import Stop

Json = dict[str, Any]
Path_ = str | Path
Line = int | Json  # a line, or a whole SourceBreakpoint
Backend = Literal["monitoring", "settrace"]
PARTS = ("breakpoints", "functions", "exceptions")


class Debug:
    """One debug session, from the editor's side."""

    connection: Connection
    server: Server

    def __init__(
        self,
        program: Path_ | None = None,
        *,
        launch: Json | None = None,
        order: Name = "vscode",
        transport: Transport = "stdio",
        backend: Backend | None = None,
        python: str | None = None,
        server: Server | None = None,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        initialize: Json | None = None,
        folder: Path | None = None,
        is_judged: bool = True,
        may_fork: bool = True,
    ) -> None:
        """`server`: one that runs already and stays; `env`: the server's; `folder`: where a pipe goes.

        `may_fork`: the server need not be started by this very process, see `Server.start`.
        """
        self.order = ORDERS[order]
        self.told: Json = {"program": str(program)} if program is not None else {}
        self.told |= {"python": python} if python else {}
        self.told |= self.order.launch_extras | (launch or {})
        self.capabilities: Json = {}
        self._initialize = self.order.initialize | (initialize or {})
        self._given_server = server
        self._has_disconnected = False
        self._is_judged = is_judged
        self._env = {**({"DAP_KERNEL_BACKEND": backend} if backend else {}), **(env or {})}
        self._start = {
            "transport": transport,
            "options": options,
            "folder": folder,
            "may_fork": may_fork,
        }

    async def __aenter__(self) -> Self:
        self.server = self._given_server or await Server.start(env=self._env, **self._start)  # type: ignore[arg-type]
        self.told |= {"token": self.server.token} if self.server.token else {}
        self.connection = Connection(await self.server.connect(), self._is_judged)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            status = await self._end(is_hurried=error is not None)
            self.connection.breaches += list(self.connection.rules.at_end())
            if error is None or self.connection.breaches:
                self.connection.check()
            if error is None:
                assert status in (0, None), f"the server left with status {status}"
        except Exception as late:
            if error is None:
                self._explain(late)
                raise
            error.add_note(f"and at the end: {late}")
        if error is not None:
            self._explain(error)

    # How a session begins.

    async def initialize(self) -> Json:
        """Ask for the capabilities, as this client does."""
        self.capabilities = await self.ask("initialize", **self._initialize)
        return self.capabilities

    async def launch(self, **configured: Any) -> Json:
        """Begin a session by `launch`, in the client's order; return what `launch` was answered.

        Takes `breakpoints`, `functions`, `exceptions` as `configure` does; all else are launch arguments.
        """
        return await self._begin("launch", configured)

    async def attach(self, **configured: Any) -> Json:
        """The same by `attach`; `program` is not sent."""
        self.told.pop("program", None)
        return await self._begin("attach", configured)

    async def configure(
        self,
        breakpoints: Mapping[Any, Sequence[Line]] | None = None,
        functions: Sequence[str] = (),
        exceptions: Sequence[str] | None = None,
    ) -> None:
        """Send what comes between `initialized` and `configurationDone`, and that, in the client's order.

        `exceptions` None: the filters that the server has on by default.
        """
        if exceptions is None:
            offered = self.capabilities.get("exceptionBreakpointFilters", [])
            exceptions = [it["filter"] for it in offered if it.get("default")]
        for part in self.order.parts:
            if part == "breakpoints":
                for path, lines in (breakpoints or {}).items():
                    await self.break_at(path, *lines)
            elif part == "functions" and self.capabilities.get("supportsFunctionBreakpoints"):
                await self.break_on_functions(*functions)
            elif part == "exceptions" and self.capabilities.get("exceptionBreakpointFilters"):
                await self.break_on_exceptions(*exceptions)
            elif part in ("configurationDone", "threads"):
                await self.ask(part)

    async def _begin(self, command: str, configured: Json) -> Json:
        parts = {it: configured.pop(it) for it in PARTS if it in configured}
        if not self.capabilities:
            await self.initialize()
        arguments = {**self.told, **({"request": command} if "request" in self.told else {}), **configured}
        begun = self.connection.send(command, arguments)
        await self.connection.event("initialized")
        await self.configure(**parts)  # also where the start is refused: a second one goes on from there
        return answer(command, await asyncio.wait_for(begun, TIMEOUT_S))

    # Breakpoints.

    async def break_at(self, path: Path_ | Json, *lines: Line, **each: Any) -> list[Json]:
        """Replace the breakpoints of a source; `each` (condition, hitCondition...) holds for every line."""
        source = path if isinstance(path, dict) else {"path": str(path), "name": Path(path).name}
        wanted = [{**(it if isinstance(it, dict) else {"line": it}), **each} for it in lines]
        body = await self.ask("setBreakpoints", source=source, breakpoints=wanted, sourceModified=False)
        breakpoints: list[Json] = body["breakpoints"]
        assert len(breakpoints) == len(lines), f"{len(breakpoints)} answers to {len(lines)} breakpoints"
        return breakpoints

    async def break_on_functions(self, *names: str | Json) -> list[Json]:
        wanted = [it if isinstance(it, dict) else {"name": it} for it in names]
        breakpoints: list[Json] = (await self.ask("setFunctionBreakpoints", breakpoints=wanted))[
            "breakpoints"
        ]
        return breakpoints

    async def break_on_exceptions(self, *filters: str, **conditions: str) -> None:
        """`conditions`: filter=condition, for those that have one."""
        options = [{"filterId": it, "condition": condition} for it, condition in conditions.items()]
        extras = {"filterOptions": options} if options else {}
        await self.ask("setExceptionBreakpoints", filters=list(filters), **extras)

    # While it runs.

    async def stopped(
        self,
        reason: str | None = None,
        *,
        line: int | None = None,
        thread: int | None = None,
        name: str | None = None,
    ) -> Stop:
        """Wait for the next stop (of `thread`); it must be for this reason, at this line, in frame `name`."""

        def fits(body: Json) -> bool:
            return thread in (None, body["threadId"])

        body = await self.connection.event("stopped", fits, until="terminated")
        stop = Stop(self, body)
        assert reason in (None, stop.reason), f"stopped for {stop.reason!r} ({stop.text}), not {reason!r}"
        await self._look(stop)
        if line is not None or name is not None:
            frame = await stop.frame()
            assert line in (None, frame.line), f"stopped at line {frame.line}, not {line}"
            assert name in (None, frame.name), f"stopped in {frame.name!r}, not {name!r}"
        return stop

    async def _look(self, stop: Stop) -> None:
        """Ask what the client asks on its own at a stop."""
        start = 0
        frames = []
        for levels in self.order.stop_levels:
            if start == 0:
                await self.ask("threads")
            frames += await stop.frames(start, levels)
            start += levels
        if frames:
            await frames[0].scopes()

    async def idle(self) -> Stop:
        """Wait until everything that was to run has run, and the kernel is idle."""
        return await self.stopped("idle")

    async def event(self, event: str, fits: Callable[[Json], bool] = lambda body: True) -> Json:
        return await self.connection.event(event, fits)

    async def output_until(self, text: str, category: str | None = None) -> str:
        """Wait for `text` in the output; return all that came since the last call."""
        return await self.connection.output_until(text, category)

    def printed(self, category: str | None = None) -> str:
        """All output so far: "stdout", "stderr", "console"; None: all."""
        return self.connection.printed(category)

    async def threads(self) -> dict[int, str]:
        return {it["id"]: it["name"] for it in (await self.ask("threads"))["threads"]}

    async def pause(self, thread: int = 1) -> Stop:
        await self.ask("pause", threadId=thread)
        return await self.stopped("pause", thread=thread)

    async def evaluate(self, expression: str, context: str = "repl", **arguments: Any) -> str:
        """Type `expression` into the console; return what it shows."""
        return str(
            (await self.ask("evaluate", expression=expression, context=context, **arguments))["result"]
        )

    async def variables(self, reference: int, **arguments: Any) -> list[Json]:
        body = await self.ask("variables", variablesReference=reference, **arguments)
        variables: list[Json] = body["variables"]
        return variables

    async def run(self, which: object = "stale") -> list[str]:
        """Run cells by our own request; return the ids of those that will run."""
        cells: list[str] = (await self.ask("notebookRun", run=which))["cells"]
        return cells

    # How it ends.

    async def terminated(self) -> int | None:
        """Wait for the end of the session; return the kernel's exit code, if it was told."""
        await self.connection.event("terminated")
        told = [it["body"]["exitCode"] for it in self.connection.events if it["event"] == "exited"]
        return told[-1] if told else None

    async def terminate(self) -> None:
        await self.ask("terminate")

    async def disconnect(self, **arguments: Any) -> None:
        await self.ask("disconnect", **arguments)
        self._has_disconnected = True

    async def restart(self, **arguments: Any) -> None:
        """Restart with the newest configuration, as editors do; `arguments` differ from the launch's."""
        await self.ask("restart", arguments=self.told | arguments)

    # Requests as they are.

    async def request(self, command: str, /, **arguments: Any) -> Response:
        """Send any request and return its response, successful or not."""
        return await self.connection.request(command, arguments or None)

    async def careless(self, command: str, /, **arguments: Any) -> Response:
        """The same for arguments that break the schema."""
        return await self.connection.request(command, arguments, is_checked=False)

    async def ask(self, command: str, /, **arguments: Any) -> Json:
        """Return the body of a response that must be a success. Raises Refused."""
        return await self.connection.ask(command, arguments or None)

    async def _end(self, is_hurried: bool) -> int | None:
        """Leave as the client does; return the server's exit status, None for one that stays."""
        if self.connection.is_open and not is_hurried and self.order.at_end != "close" and self.capabilities:
            command = self.order.at_end if self.capabilities.get("supportsTerminateRequest") else "disconnect"
            try:
                await self.connection.request(command)
            except AssertionError:  # The server waits a moment for what comes after a disconnect, no longer.
                if not self._has_disconnected or self.connection.is_open:
                    raise
        if self._given_server is not None:
            await self.connection.close()
            return None
        status = await self.server.stop()
        await self.connection.ended()
        return status

    def _explain(self, error: BaseException) -> None:
        error.add_note(f"messages:\n{self.connection.transcript}")
        if self.server.errors:
            error.add_note(f"stderr of the server:\n{self.server.errors[-20000:]}")
