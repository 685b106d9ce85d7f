"""How long frame ids and variables references hold: from the answer that gives them to their thread's resume.

Source: DAP overview, "Lifetime of Objects References".
"""

from collections.abc import Collection, Iterator
from typing import Any

Json = dict[str, Any]
Thread = int | None  # None: of no thread that is known, as for a value printed


class Handles:
    """The handles of one kind: which hold, whose they are, which are void for ever."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.alive: dict[int, Thread] = {}
        self.dead: set[int] = set()

    def learn(self, handle: int, thread: Thread) -> Iterator[str]:
        if handle in self.dead:
            yield f"{self.kind} {handle} was handed out again after its thread resumed"
        if self.alive.setdefault(handle, thread) not in (thread, None) and thread is not None:
            yield f"{self.kind} {handle} belongs to threads {self.alive[handle]} and {thread}"

    def end(self, threads: Collection[int] | None) -> None:
        """Forget the handles of `threads`; None: of all."""
        wanted = set(threads or ())
        ended = {it for it, thread in self.alive.items() if threads is None or thread in wanted}
        self.dead |= ended
        for handle in ended:
            del self.alive[handle]


class HandleRules:
    """Follow the handles through requests and responses."""

    def __init__(self) -> None:
        self.frames = Handles("frame id")
        self.references = Handles("variablesReference")

    def end(self, threads: Collection[int] | None) -> None:
        self.frames.end(threads)
        self.references.end(threads)

    def uses_dead(self, arguments: Json) -> str | None:
        """Name the void handle that a request uses, if it does."""
        for key, handles in (("frameId", self.frames), ("variablesReference", self.references)):
            if isinstance(arguments.get(key), int) and arguments[key] in handles.dead:
                return f"{handles.kind} {arguments[key]}"
        return None

    def answered(self, command: str, arguments: Json, body: Json) -> Iterator[str]:
        """Learn from a successful response; `body` fits the schema."""
        if command == "stackTrace":
            for frame in body["stackFrames"]:
                yield from self.frames.learn(frame["id"], arguments["threadId"])
                if frame["line"] < 1 or frame["column"] < 1:
                    yield f"frame {frame['name']!r} is at line {frame['line']}, column {frame['column']}"
        elif command == "scopes":
            yield from self._learn(body["scopes"], self.frames.alive.get(arguments["frameId"]))
        elif command == "variables":
            thread = self.references.alive.get(arguments["variablesReference"])
            yield from self._learn(body["variables"], thread)
        elif command == "setVariable":
            thread = self.references.alive.get(arguments["variablesReference"])
            yield from self._learn([body], thread)
        elif command in ("evaluate", "setExpression"):
            yield from self._learn([body], self.frames.alive.get(arguments.get("frameId", -1)))

    def printed(self, body: Json) -> Iterator[str]:
        yield from self._learn([body], None)

    def _learn(self, values: list[Json], thread: Thread) -> Iterator[str]:
        for value in values:
            reference = value.get("variablesReference", 0)
            if reference:
                yield from self.references.learn(reference, thread)
            if reference < 0:
                yield f"variablesReference {reference}"
