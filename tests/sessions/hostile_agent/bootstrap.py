"""Says Hello, stops in the first cell, and then answers as a story wants it: see `test_security_wire.py`.

Loaded by the real boot text in place of the real agent. The program's first argument is Python source that is
executed with `agent`, the Agent below, and may replace its `answer`.
"""

import dataclasses
import json
import os
import random
import socket
import sys
import types
import typing

from dap_kernel.agent.wire import messages as wire

ODD = [None, True, -1, 2**31, 2**63, 2**70, 1.5, "", "x", "\0", [], [None], {}, {"kind": 5}]
NUMBERS = [0, 1, 1, 2, -1, 2**31, 2**62, -(2**62)]
TEXTS = [
    "",
    "x",
    "\0",
    "\r\n\x1b[2J",
    "/",
    "../..",
    "<string>",
    "n.py#c1@1.py",
    "é" * 300,
    "\ud7ff",
    "{",
    "a" * 10**6,
]


class Agent:
    def __init__(self, wire_fd):
        self.wire = socket.socket(fileno=wire_fd)
        self.chance = random.Random(8)
        self.frame = "f"
        self.sequence = 0
        self.answer = self.well

    def send(self, **message):
        self.send_body(json.dumps(message).encode())

    def send_body(self, body):
        self.wire.sendall(len(body).to_bytes(4, "big") + body)

    def reply(self, id, result=None, error=None):
        self.send(kind="Reply", id=id, result=result, error=error)

    def mark(self, text, fd=1, end="\x1b_dapk\x1b\\", kind="o", line=1, filename="f"):
        head = f"\x1b_dapk;{self.sequence};{kind};{line};{filename}\x1b\\"
        self.sequence += 1
        os.write(fd, (head + text + end).encode())

    def well(self, id, kind, command):
        """Answer as the real one would, with one frame and one variable."""
        place = {"filename": self.frame, "line": 1, "column": 1, "end_line": None, "end_column": None}
        frame = {"id": 7, "name": "f", "kind": "user", **place}
        variable = {"name": "n", "value": "1", "type": "int", "reference": 0}
        self.reply(
            id,
            {
                "Threads": [{"id": 1, "name": "Main"}],
                "StackTrace": {"frames": [frame], "total": 1},
                "Scopes": [{"name": "Locals", "reference": 9, "kind": "locals"}],
                "Variables": [variable],
                "Evaluate": variable,
                "Modules": [],
                "Completions": [],
                "StepInTargets": [],
            }.get(kind),
        )

    def odd(self, kind, depth=0):
        """Return a value of a type of the wire that is right in form and nothing else."""
        choose = self.chance.choice
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if dataclasses.is_dataclass(kind):
            hints = typing.get_type_hints(kind)
            return {it.name: self.odd(hints[it.name], depth + 1) for it in dataclasses.fields(kind)}
        if origin is typing.Literal:
            return choose(arguments)
        if origin in (typing.Union, types.UnionType):
            return self.odd(choose(arguments), depth)
        if origin is list:
            return [self.odd(arguments[0], depth + 1) for _ in range(choose([0, 1, 1, 2]))]
        if origin is dict:
            return {"x": self.odd(arguments[1], depth + 1)}
        if origin is tuple:
            return [self.odd(it, depth + 1) for it in arguments if it is not Ellipsis]
        known = {int: NUMBERS, str: TEXTS, bool: [True, False], float: [0.0, -1.5, 1e300], type(None): [None]}
        return choose(known.get(kind, ODD))

    def receive(self):
        """Return the next frame's body; None at the end of the wire."""
        head = self.wire.recv(4, socket.MSG_WAITALL)
        return json.loads(self.wire.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)) if head else None

    def serve(self):
        while frame := self.receive():
            command, id = frame["command"], frame["id"]
            kind = command["kind"]
            if kind == "Start":
                self.behaviour = command["argv"][1]
                self.reply(id)
                hello = {"pid": os.getpid(), "version": sys.version.split()[0], "executable": sys.executable}
                self.send(kind="Hello", backend="fake", **hello)
            elif kind == "RunCell":
                self.frame = command["filename"]
                self.send(
                    kind="Stopped", thread=1, thread_name="M", reason="pause", filename=self.frame, line=1
                )
                exec(self.behaviour, {"agent": self, "os": os, "wire": wire, "ODD": ODD})
            else:
                self.answer(id, kind, command)


def main(wire_fd, out_fd, err_fd):
    Agent(wire_fd).serve()
