"""Look at a frame as a client would: commands in, what travels out. No kernel, no threads."""

import sys
from types import FrameType

from dap_kernel.agent.inspect.inspector import Inspector
from dap_kernel.agent.stops.stop import Stop, StoppedFrame
from dap_kernel.agent.wire import messages as wire


class Look:
    """An inspector at one frame (frame id 10), and at the idle notebook (frame id 0) without one."""

    def __init__(
        self,
        frame: FrameType | None,
        namespace: dict[str, object] | None = None,
        hidden: set[str] | None = None,
        returned: tuple[str, object] | None = None,
        exception: BaseException | None = None,
    ) -> None:
        self.id = 0 if frame is None else 10
        stopped = StoppedFrame(self.id, frame, 1, "cell" if frame is None else "user")
        self.stop = Stop(1, "step", [stopped], returned=returned, exception=exception)
        self.inspector = Inspector({} if namespace is None else namespace, hidden or set())

    def answer(self, command):
        return self.inspector.answer(self.stop, command)

    def evaluate(self, text: str, context: str = "watch", hex: bool = False) -> wire.Variable:
        return self.answer(wire.Evaluate(self.id, text, context, hex))

    def value(self, text: str, context: str = "watch", hex: bool = False) -> str:
        return self.evaluate(text, context, hex).value

    def run(self, text: str) -> str:
        return self.value(text, "repl")

    def scope(self, at: int = 0) -> wire.Scope:
        return self.answer(wire.Scopes(self.id))[at]

    def locals(self) -> dict[str, str]:
        return {it.name: it.value for it in self.children(self.scope())}

    def children(self, of: wire.Variable | wire.Scope, **how) -> list[wire.Variable]:
        assert of.reference
        return self.answer(wire.Variables(of.reference, **how))

    def child(self, of: wire.Variable | wire.Scope, name: str) -> wire.Variable:
        found = {it.name: it for it in self.children(of)}
        return found[name]

    def assign(self, of: wire.Variable | wire.Scope, name: str, value: str) -> wire.Variable:
        return self.answer(wire.SetVariable(of.reference, name, value))

    def set(self, target: str, value: str) -> wire.Variable:
        return self.answer(wire.SetExpression(self.id, target, value))

    def complete(self, text: str) -> dict[str, wire.Completion]:
        return {it.text: it for it in self.answer(wire.Completions(self.id, text))}


def here(**about) -> Look:
    """Look at the caller's frame."""
    return Look(sys._getframe(1), **about)


def at(value: object, name: str = "it") -> Look:
    """Look at an idle notebook in which `name` is `value`."""
    return Look(None, {name: value})
