"""A stopped thread, as the user at the editor meets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .debug import Debug

Json = dict[str, Any]
GROUPS = ("special variables", "function variables", "class variables")


@dataclass
class Frame:
    """A frame of a stop; its id is void once the thread resumes."""

    debug: Debug
    told: Json

    @property
    def id(self) -> int:
        return int(self.told["id"])

    @property
    def line(self) -> int:
        return int(self.told["line"])

    @property
    def name(self) -> str:
        return str(self.told["name"])

    @property
    def path(self) -> str | None:
        path = (self.told.get("source") or {}).get("path")
        return None if path is None else str(path)

    async def scopes(self) -> list[Json]:
        scopes: list[Json] = (await self.debug.ask("scopes", frameId=self.id))["scopes"]
        return scopes

    async def scope(self, hint: str) -> Json:
        """The scope with this presentation hint or name, else the first."""
        scopes = await self.scopes()
        wanted = [it for it in scopes if hint in (it.get("presentationHint"), it["name"].lower())]
        return (wanted or scopes)[0]

    async def variables(self, hint: str = "locals") -> list[Json]:
        return await self.debug.variables((await self.scope(hint))["variablesReference"])

    async def variable(self, name: str, hint: str = "locals") -> Json:
        found = {it["name"]: it for it in await self.variables(hint)}
        assert name in found, f"no variable {name!r} among {sorted(found)}"
        return found[name]

    async def locals(self, hint: str = "locals") -> dict[str, str]:
        """The frame's own names and what they show, without groups and returned values."""
        return {
            it["name"]: it["value"]
            for it in await self.variables(hint)
            if it["name"] not in GROUPS and not it["name"].startswith("(return)")
        }

    async def evaluate(self, expression: str, context: str = "watch", **arguments: Any) -> str:
        return str((await self.evaluated(expression, context, **arguments))["result"])

    async def evaluated(self, expression: str, context: str = "watch", **arguments: Any) -> Json:
        """The whole answer, with type and reference."""
        asked = {"expression": expression, "frameId": self.id, "context": context, **arguments}
        return await self.debug.ask("evaluate", **asked)

    async def set(self, name: str, value: str, hint: str = "locals") -> str:
        reference = (await self.scope(hint))["variablesReference"]
        asked = {"variablesReference": reference, "name": name, "value": value}
        return str((await self.debug.ask("setVariable", **asked))["value"])

    async def set_expression(self, expression: str, value: str) -> str:
        asked = {"expression": expression, "value": value, "frameId": self.id}
        return str((await self.debug.ask("setExpression", **asked))["value"])

    async def completions(self, text: str) -> list[str]:
        """The labels offered at the end of `text`."""
        asked = {"text": text, "column": len(text) + 1, "frameId": self.id}
        return [it["label"] for it in (await self.debug.ask("completions", **asked))["targets"]]


@dataclass
class Stop:
    """One `stopped` event, and what can be done until the thread resumes."""

    debug: Debug
    event: Json

    @property
    def thread(self) -> int:
        return int(self.event["threadId"])

    @property
    def reason(self) -> str:
        return str(self.event["reason"])

    @property
    def text(self) -> str:
        """What the editor shows of it: description and text."""
        return "\n".join(self.event[it] for it in ("description", "text") if self.event.get(it))

    @property
    def hit_breakpoint_ids(self) -> list[int]:
        return list(self.event.get("hitBreakpointIds", []))

    async def frames(self, start: int = 0, levels: int = 0, **arguments: Any) -> list[Frame]:
        asked = {"threadId": self.thread, "startFrame": start, "levels": levels, **arguments}
        return [Frame(self.debug, it) for it in (await self.debug.ask("stackTrace", **asked))["stackFrames"]]

    async def frame(self, index: int = 0) -> Frame:
        frames = await self.frames(index, 1)
        assert frames, f"thread {self.thread} has no frame {index}"
        return frames[0]

    async def where(self) -> list[tuple[str, int]]:
        """Name and line of every frame, top first."""
        return [(it.name, it.line) for it in await self.frames()]

    async def line(self) -> int:
        return (await self.frame()).line

    async def locals(self, frame: int = 0) -> dict[str, str]:
        return await (await self.frame(frame)).locals()

    async def globals(self, frame: int = 0) -> dict[str, str]:
        return await (await self.frame(frame)).locals("globals")

    async def returned(self) -> dict[str, str]:
        """The values that the last step returned with, by the name they are shown under."""
        frame = await self.frame()
        shown: dict[str, str] = {}
        for scope in await frame.scopes():
            if not scope["expensive"]:
                values = await self.debug.variables(scope["variablesReference"])
                shown |= {it["name"]: it["value"] for it in values if it["name"].startswith("(return)")}
        return shown

    async def evaluate(self, expression: str, context: str = "watch", frame: int = 0) -> str:
        return await (await self.frame(frame)).evaluate(expression, context)

    async def set(self, name: str, value: str) -> str:
        return await (await self.frame()).set(name, value)

    async def set_expression(self, expression: str, value: str) -> str:
        return await (await self.frame()).set_expression(expression, value)

    async def completions(self, text: str) -> list[str]:
        return await (await self.frame()).completions(text)

    async def exception(self) -> Json:
        return await self.debug.ask("exceptionInfo", threadId=self.thread)

    async def continue_(self, **arguments: Any) -> None:
        await self.debug.ask("continue", threadId=self.thread, **arguments)

    async def next(self, **arguments: Any) -> None:
        await self.debug.ask("next", threadId=self.thread, **arguments)

    async def step_in(self, **arguments: Any) -> None:
        await self.debug.ask("stepIn", threadId=self.thread, **arguments)

    async def step_out(self, **arguments: Any) -> None:
        await self.debug.ask("stepOut", threadId=self.thread, **arguments)

    async def step_in_targets(self) -> dict[str, int]:
        """The calls on this line that `step_in(targetId=...)` can go to, by label."""
        targets = (await self.debug.ask("stepInTargets", frameId=(await self.frame()).id))["targets"]
        return {it["label"]: it["id"] for it in targets}

    async def goto(self, line: int) -> None:
        """Move the top frame to `line` of its source."""
        source = (await self.frame()).told["source"]
        targets = (await self.debug.ask("gotoTargets", source=source, line=line))["targets"]
        assert targets, f"no target at line {line}"
        await self.debug.ask("goto", threadId=self.thread, targetId=targets[0]["id"])

    async def quit(self) -> None:
        """End what the thread runs, and only that."""
        await self.debug.ask("terminateThreads", threadIds=[self.thread])
