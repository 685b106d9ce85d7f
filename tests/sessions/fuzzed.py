"""One fuzzed session: its folder, its client, and what the client may say and do at each time.

Everything follows from one `random.Random`. Knows no server process.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.client import schema
from tests.client.careless import Careless
from tests.client.mutating import Mutator
from tests.client.orders import ORDERS
from tests.sessions.hostile import CELLS, DEEP, FORMATS, ODD_FILES, edited, furnish, make_odd

ENDS = ("disconnect", "terminate", "restart", "attach", "initialize", "launch", "configurationDone")
COMMANDS = [it for it in (*schema.commands(), *schema.OURS) if it not in ENDS]
HUGE = "9" * 5000
EXPRESSIONS = [
    *("n", "values", "[n] * 3", "1 +", "raise SystemExit", "print(n)", "n = 3", "del n", "{}", "x\0", "f(2)"),
    *("import os", "1 / 0", "'\ud800'", "1" * 5000, "lambda: 0", "locals()", "values['a']", "values."),
    *(":cells", ":help", ":where", ":run", ":run at 3", f":run at {HUGE}", ":run x", ":retry", ":quit"),
    *(":interrupt", ":set justMyCode false", ":set liveLine", ":restart", ":", "::x", ":stale", ":nonsense"),
    *DEEP.values(),
]


class Fuzzed:
    """See the module."""

    def __init__(self, chance: random.Random, folder: Path, client: Careless, python: str) -> None:
        self.chance = chance
        self.folder = folder
        self.client = client
        self.python = python
        self.names = furnish(folder)
        self.main = folder / chance.choice(list(FORMATS))
        self.known = self._known()
        self.mutator = Mutator(chance, self.known)

    def any_request(self) -> int:
        """Send a request of any kind with any arguments."""
        learnt = {name: it + self.known.get(name, []) for name, it in self.client.learnt.items()}
        self.mutator.known = self.known | learnt
        return self.mutated(self.chance.choice(COMMANDS))

    def mutated(self, command: str) -> int:
        return self.client.send(command, self.mutator.arguments(command))

    def initialize(self) -> int:
        order = self.chance.choice(list(ORDERS.values()))
        from_0 = {"linesStartAt1": False, "columnsStartAt1": False} if self.chance.random() < 0.2 else {}
        return self.client.send("initialize", order.initialize | from_0)

    def launch(self) -> int:
        """Begin well, after a try or two that may go wrong."""
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            self.client.send("launch", self.launch_arguments(is_good=False))
        return self.client.send("launch", self.launch_arguments(is_good=True))

    def launch_arguments(self, is_good: bool) -> dict[str, Any]:
        chance, known = self.chance, self.known
        arguments: dict[str, Any] = {"program": str(self.main), "python": self.python, "orphanTimeout": 0}
        arguments["run"] = chance.choice(["all", "all", "none", {"cells": ["cell-1"]}])
        if chance.random() < 0.2:
            arguments |= {"notebookEvents": True, "whenDone": chance.choice(["stay", "end"])}
        if not is_good:
            names = ("program", "python", "envFile", "cwd", "module", "run", "path", "name")
            for name in chance.sample(names, chance.choice([1, 1, 2, 3])):
                arguments[name] = chance.choice(known[name])
            if chance.random() < 0.3:
                arguments[chance.choice(["env", "args", "format", "pathMappings"])] = chance.choice(
                    ODD_VALUES
                )
        return arguments

    def step(self) -> int | None:
        """Do one thing: a request of any kind, one that makes sense, or a change on the disk."""
        if self.chance.random() < 0.6:
            return self.any_request()
        return self.chance.choice(MOVES)(self)

    # What makes sense.

    def break_at_lines(self) -> int:
        lines = self.chance.sample(range(1, 30), self.chance.randrange(6))
        source = {"path": str(self.chance.choice([self.main, self.folder / "helper.py"]))}
        return self.client.send(
            "setBreakpoints", {"source": source, "breakpoints": [{"line": it} for it in lines]}
        )

    def run_cells(self) -> int:
        return self.client.send(
            "notebookRun", {"run": self.chance.choice(["all", "stale", {"cells": ["cell-2"]}])}
        )

    def go_on(self) -> int:
        command = self.chance.choice(["continue", "next", "stepIn", "stepOut", "pause"])
        return self.client.send(command, {"threadId": 1})

    def frames(self) -> int:
        return self.client.send("stackTrace", {"threadId": 1})

    def targets(self) -> None:
        """Ask for the same thing again and again, while threads come and go."""
        for frame in self.client.learnt.get("frameId", [])[-4:]:
            self.client.send("stepInTargets", {"frameId": frame})
            self.client.send("scopes", {"frameId": frame})

    def delete_a_cell(self) -> int | None:
        """Give the notebook as cells, one of which is missing."""
        cells = [{"uri": f"x:{n}", "kind": "code", "text": it} for n, it in enumerate(CELLS)]
        del cells[self.chance.randrange(len(cells))]
        return self.client.send("notebookSync", {"path": str(self.main), "cells": cells})

    def edit_the_file(self) -> None:
        if self.main.is_file():
            self.main.write_text(edited(FORMATS[self.main.name], self.chance), "utf-8", "surrogatepass")

    def replace_the_file(self) -> None:
        """Put something odd in the place of a file, or a good one back."""
        path = self.chance.choice([self.main, self.folder / "helper.py"])
        with suppress(OSError):
            make_odd(path, self.chance.choice(ODD_FILES))
        if self.chance.random() < 0.5 and not path.exists():
            path.write_text(FORMATS.get(path.name, "x = 1\n"), "utf-8")

    def restart(self) -> int:
        return self.client.send("restart", {"arguments": self.launch_arguments(self.chance.random() < 0.5)})

    def mutated_end(self) -> int:
        return self.mutated(self.chance.choice(["restart", "attach", "initialize", "configurationDone"]))

    def _known(self) -> dict[str, list[Any]]:
        """Return values to ask with, by property."""
        text = FORMATS[self.main.name]
        paths = [*[str(self.main), str(self.folder / "helper.py")] * 8, *self.names]
        cells = [{"uri": f"x:{n}", "kind": "code", "text": it} for n, it in enumerate(CELLS)]
        odd_cells = [[{"uri": "", "text": it, "kind": "code"}] for it in DEEP.values()]
        named = [{**cells[0], "uri": it} for it in self.chance.sample(self.names, 3)]
        return {
            "path": paths,
            "program": paths,
            "threadId": [1, 1, 1, 2, -1, 2**31],
            "frameId": [1, 2, 2**30, 2**30 + 1],
            "line": [*range(30), -1, 0, 10**9],
            "expression": EXPRESSIONS,
            "text": [*EXPRESSIONS, text, *(edited(text, self.chance) for _ in range(4)), *DEEP.values()],
            "value": EXPRESSIONS,
            "context": ["repl", "watch", "hover", "clipboard", "variables", "nothing"],
            "condition": ["n > 3", "1 +", "False", "", *DEEP.values()],
            "hitCondition": ["2", "% 2", "nonsense", "-1", HUGE, f"> {HUGE}", f"% {HUGE}", "²"],
            "logMessage": ["n={n}", "{", "{1/0}", "", "{n!r:{n}}", *(f"{{{it}}}" for it in DEEP.values())],
            "run": ["none", "all", "stale", {"cells": ["cell-2"]}, {"above": 3}, {"at": -1}, {"at": 4}, {}],
            "cells": [cells, cells[1:], cells[::-1], named, [], None, *odd_cells],
            "adapterData": [None],
            "python": [self.python, [self.python], "nothing", "", [], ["\0"], str(self.folder)],
            "envFile": [f"{self.folder}/{it}.py" for it in ODD_FILES] + ["\0", ".env", "/dev/zero"],
            "cwd": [str(self.folder), "/nowhere", "\0", f"{self.folder}/fifo.py"],
            "module": ["helper", "no.such", "", "\0", "helper.", "os.path"],
            "name": ["f", "n", "f.g", "values", "", "\0", "x" * 5000],
        }


ODD_VALUES: list[Any] = [
    *({"A": "b"}, {"": "x"}, {"A=": "x"}, {"A": "\0"}, {"A": "\ud800"}, [], "a 'b", ["\0"], ["\ud800"]),
    *("percent", "jupyter", "marimo", "script", "markdown", [{"localRoot": "/", "remoteRoot": ""}]),
]
MOVES: list[Callable[[Fuzzed], int | None]] = [
    *[Fuzzed.break_at_lines, Fuzzed.run_cells, Fuzzed.go_on, Fuzzed.go_on, Fuzzed.frames, Fuzzed.targets],
    *[Fuzzed.delete_a_cell, Fuzzed.edit_the_file, Fuzzed.replace_the_file, Fuzzed.run_cells],
    *[Fuzzed.restart, Fuzzed.mutated_end],
]
