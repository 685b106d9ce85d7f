"""Which thread calls what: as docstrings and the headings in a class have it, and as a kernel does it."""

import ast
import json
import re
from pathlib import Path

from dap_kernel.agent.wire import messages as wire
from tests.test_layers import PACKAGE

from ..kernel import Kernels

AGENT = PACKAGE / "agent"
HEADING = re.compile(r"    # (?:By|On) (.*)\.$")
SAID = re.compile(r"\b(?:By|On) (any thread|the (?:agent|main) thread)\b")

# Runs as a cell: has each of the functions note the thread that calls it, before it does what it does. It is
# its code that is replaced, since parts of the agent hold bound methods of one another.
NOTE = """
def note(lanes):
    import sys, threading, types
    called = {}
    def noting(key, function):
        def call(*given, **named):
            called.setdefault(key, set()).add(threading.get_ident())
            return as_it_was(*given, **named)
        def instead(*given, **named):
            call = "call"
            return call(*given, **named)
        as_it_was = types.FunctionType(function.__code__, function.__globals__, function.__name__,
                                       function.__defaults__, function.__closure__)
        as_it_was.__kwdefaults__ = function.__kwdefaults__
        consts = tuple(call if it == "call" else it for it in instead.__code__.co_consts)
        function.__defaults__ = function.__kwdefaults__ = None
        function.__code__ = instead.__code__.replace(co_consts=consts)
    for key in lanes:
        module, owner, name = key.split(":")
        [found] = [it for known, it in sys.modules.items() if known.endswith(module) and hasattr(it, owner)]
        noting(key, vars(getattr(found, owner))[name])
    return called
"""
CLEARED = [wire.SetExceptionBreakpoints(1, []), wire.SetFunctionBreakpoints(1, [])]
LOOP = """\
n = 0
while n < 3:
    n += 1
while n:
    pass
"""


def said_of(path: Path) -> dict[str, str]:
    """Return the threads of the methods of which a file says it, by "module:class:method"."""
    text = path.read_text("utf-8")
    lines, found = text.splitlines(), {}
    for owner in ast.parse(text).body:
        for node in owner.body if isinstance(owner, ast.ClassDef) else []:
            if isinstance(node, ast.FunctionDef) and not node.decorator_list:
                above = [it[1] for it in map(HEADING.match, lines[owner.lineno : node.lineno]) if it]
                own = SAID.search(ast.get_docstring(node) or "")
                said = own[1] if own else "".join(above[-1:])
                module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
                found[f"{module}:{owner.name}:{node.name}"] = said.partition(",")[0]
    return found


def lanes() -> dict[str, str]:
    every = {key: said for path in sorted(AGENT.rglob("*.py")) for key, said in said_of(path).items()}
    promised = {"WatchCallbacks", "WireUser", "ThreadHolder", "Host"}  # a Protocol runs nothing
    return {
        key: said
        for key, said in every.items()
        if said in ("the agent thread", "the main thread") and key.split(":")[1] not in promised
    }


def test_functions_are_called_on_the_thread_that_they_are_said_to_be(kernels: Kernels) -> None:
    expected = lanes()
    kernel = kernels.percent()
    kernel.run(f"exec(compile({NOTE!r}, 'note', 'exec'))\ncalled = note({list(expected)!r})")
    filename = f"{kernel.notebook}#c2@2.py"
    kernel.call(wire.SetBreakpoints(filename, 1, [wire.LineBreakpoint(1, 3)]))
    cell = kernel.begin(LOOP)
    for command in [wire.SetNoDebug(False), *CLEARED]:
        stop = kernel.notified("Stopped")
        kernel.call(command)
        kernel.call(wire.Resume(stop["thread"]))
    kernel.call(wire.Pause(wire.MAIN_THREAD))
    kernel.notified("Stopped")
    kernel.call(wire.Resume(wire.MAIN_THREAD))
    kernel.call(wire.Interrupt())
    kernel.reply(cell)
    kernel.call(wire.Evaluate(wire.IDLE_FRAME, "n + 1"))
    cell = kernel.begin("while True:\n    pass")
    kernel.notified("CellBegan")
    kernel.call(wire.Quit(wire.MAIN_THREAD))
    kernel.reply(cell)
    kernel.forget_output()
    kernel.run(
        "import json, threading\n"
        "told = {it: sorted(idents) for it, idents in called.items()}\n"
        "print(json.dumps([threading.main_thread().ident, told]))"
    )
    main, called = json.loads(kernel.text(0))
    by_main = {it: idents for it, idents in called.items() if expected[it] == "the main thread"}
    by_agent = {it: idents for it, idents in called.items() if expected[it] == "the agent thread"}
    assert {it: idents for it, idents in by_main.items() if idents != [main]} == {}
    [agent] = next(iter(by_agent.values()))
    assert {it: idents for it, idents in by_agent.items() if idents != [agent]} == {}
    assert agent != main
    assert len(by_main) >= 5 and len(by_agent) >= 15, sorted(called)
