"""What a schema cannot say about a session: order, pairs, lifetimes. It knows no transport.

Each rule yields a sentence for each breach. Source: DAP overview and specification; the design's
own promises (a `thread` event before the thread's `stopped`, no stop that overtakes a response).
"""

import re
from collections.abc import Iterator
from typing import Any

from .handles import HandleRules
from .schema import OUR_EVENTS, OURS, problems

Json = dict[str, Any]

STEPS = ("next", "stepIn", "stepOut", "stepBack", "reverseContinue")
SETS_BREAKPOINTS = ("setBreakpoints", "setFunctionBreakpoints", "setExceptionBreakpoints")
CATEGORIES = ("console", "important", "stdout", "stderr", "telemetry")
MAKES_STOPS = {"launch", "attach", "configurationDone", "restart", "notebookRun"}
NO_TEXT = re.compile(r"\x1b(?!\[[0-9;:]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]")  # all but SGR, tab and newline


class Rules:
    """One session as its client sees it."""

    def __init__(self) -> None:
        self.handles = HandleRules()
        self.pending: dict[int, Json] = {}
        self.answered: set[int] = set()
        self.threads: set[int] = set()
        self.stopped: set[int] = set()
        self.breakpoints: set[int] = set()
        self.progress: dict[str, bool] = {}  # by id: whether it goes on
        self.capabilities: Json = {}
        self._client: Json = {}
        self._seen: set[str] = set()  # events, and commands with success
        self._knows_notebooks = False
        self._last_seq = 0
        self._groups = 0

    def sent(self, request: Json) -> None:
        self.pending[request["seq"]] = request
        arguments = request.get("arguments", {})
        dead = self.handles.uses_dead(arguments)
        if dead:
            request["_dead"] = dead
        if request["command"] == "initialize":
            self._client = arguments
        if request["command"] in OURS or arguments.get("notebookEvents"):
            self._knows_notebooks = True

    def received(self, message: Json) -> Iterator[str]:
        """Yield what is wrong with `message` after all that came before it."""
        found = problems(message, is_received=True)
        yield from found
        if found:
            self.pending.pop(message.get("request_seq", -1), None)
            return
        if message["seq"] <= self._last_seq:
            yield f"seq {message['seq']} after {self._last_seq}"
        self._last_seq = message["seq"]
        if message["type"] == "response":
            yield from self._response(message)
        elif message["type"] == "event":
            if "initialize" not in self._seen:
                yield f"{message['event']} before the response to initialize"
            if "terminated" in self._seen and message["event"] in ("stopped", "terminated"):
                yield f"{message['event']} after terminated"
            self._seen.add(message["event"])
            yield from self._event(message["event"], message.get("body") or {})
        elif not self._client.get(f"supports{message['command'][0].upper()}{message['command'][1:]}Request"):
            yield f"the client does not know {message['command']}"

    def at_end(self) -> Iterator[str]:
        """Yield what is missing when the connection has ended."""
        for request in self.pending.values():
            if request["command"] not in ("disconnect", "terminate"):
                yield f"no response to {request['command']} (seq {request['seq']})"

    def _response(self, message: Json) -> Iterator[str]:
        seq, command = message["request_seq"], message["command"]
        request = self.pending.pop(seq, None)
        if request is None:
            yield f"a second response to {seq}" if seq in self.answered else f"a response to nothing: {seq}"
            return
        self.answered.add(seq)
        if command != request["command"]:
            yield f"response {command} to request {request['command']}"
        dead = request.pop("_dead", None)
        if not message["success"]:
            return
        if dead:
            yield f"{command} with the void {dead} succeeded"
        self._seen.add(command)
        body, arguments = message.get("body") or {}, request.get("arguments") or {}
        yield from self.handles.answered(command, arguments, body)
        self._learn(command, arguments, body)

    def _learn(self, command: str, arguments: Json, body: Json) -> None:
        if command == "initialize":
            self.capabilities = body
        elif command == "threads":
            self.threads |= {it["id"] for it in body["threads"]}
        elif command in SETS_BREAKPOINTS:
            self.breakpoints |= {it["id"] for it in body.get("breakpoints", []) if "id" in it}
        elif command == "continue":
            is_everyone = body.get("allThreadsContinued", True)
            self._resumed(None if is_everyone else arguments["threadId"])
        elif command in STEPS:
            self._resumed(arguments["threadId"] if arguments.get("singleThread") else None)
        elif command == "goto":
            self._resumed(arguments["threadId"])
        elif command in ("disconnect", "terminate", "restart"):
            self._resumed(None)

    def _resumed(self, thread: int | None) -> None:
        """End the stop of `thread`, or of every one, and its handles."""
        self.handles.end(None if thread is None else [thread])
        self.stopped = set() if thread is None else self.stopped - {thread}

    def _event(self, event: str, body: Json) -> Iterator[str]:
        match event:
            case "stopped":
                yield from self._stopped(body)
            case "continued":
                self._resumed(None if body.get("allThreadsContinued", True) else body["threadId"])
            case "thread":
                yield from self._thread(body["reason"], body["threadId"])
            case "breakpoint":
                yield from self._breakpoint(body["reason"], body["breakpoint"].get("id"))
            case "output":
                yield from self._output(body)
            case "exited":
                self._resumed(None)
            case "capabilities":
                self.capabilities |= body["capabilities"]
            case "progressStart" | "progressUpdate" | "progressEnd":
                yield from self._progress(event, body["progressId"])
            case "invalidated" if not self._client.get("supportsInvalidatedEvent"):
                yield "the client does not know invalidated"
            case _ if event in OUR_EVENTS and not self._knows_notebooks:
                yield f"{event} to a client that did not ask for it"

    def _stopped(self, body: Json) -> Iterator[str]:
        thread, reason = body.get("threadId"), body["reason"]
        if thread is None or "allThreadsStopped" not in body:
            yield "stopped without threadId or allThreadsStopped"
            return
        if thread not in self.threads:
            yield f"thread {thread} stopped and was never announced"
        if thread in self.stopped:
            yield f"thread {thread} stopped, and it had not resumed since it stopped before"
        causes = MAKES_STOPS | ({"pause"} if reason == "pause" else set())
        waiting = sorted({it["command"] for it in self.pending.values()} & causes)
        if waiting:
            yield f"stopped before the response to {', '.join(waiting)}"
        unknown = set(body.get("hitBreakpointIds", [])) - self.breakpoints
        if unknown:
            yield f"hitBreakpointIds {sorted(unknown)} were never given"
        self.stopped |= self.threads if body["allThreadsStopped"] else {thread}

    def _thread(self, reason: str, thread: int) -> Iterator[str]:
        if reason == "started":
            self.threads.add(thread)
            return
        if thread not in self.threads:
            yield f"thread {thread} exited and was never announced"
        self._resumed(thread)
        self.threads.discard(thread)

    def _breakpoint(self, reason: str, id: int | None) -> Iterator[str]:
        if id is None:
            yield "a breakpoint event without an id"
        elif reason == "new":
            self.breakpoints.add(id)
        elif id not in self.breakpoints:
            yield f"breakpoint {id} {reason} and was never given"

    def _output(self, body: Json) -> Iterator[str]:
        group = body.get("group")
        if body.get("category") not in CATEGORIES:  # dape shows none that has no category
            yield f"output category {body.get('category')!r}"
        if not body["output"] and not group:
            yield "empty output"
        if body.get("category") != "telemetry" and NO_TEXT.search(body["output"]):
            yield f"output with control characters: {body['output'][:200]!r}"
        if "line" in body and not body.get("source"):
            yield "output with a line and no source"
        if "data" in body and not self._knows_notebooks:  # vimspector prints it
            yield "output with data to a client that did not ask for it"
        self._groups += {"end": -1, None: 0}.get(group, 1)
        if self._groups < 0:
            yield "output ends a group that none began"
        yield from self.handles.printed(body)

    def _progress(self, event: str, id: str) -> Iterator[str]:
        if not self._client.get("supportsProgressReporting"):
            yield f"the client does not know {event}"
        if event == "progressStart":
            if id in self.progress:
                yield f"progress {id!r} starts twice"
            self.progress[id] = True
        elif not self.progress.get(id):
            yield f"{event} of {id!r}, which is not under way"
        elif event == "progressEnd":
            self.progress[id] = False
