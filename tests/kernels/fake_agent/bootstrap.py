"""Says Hello, then executes the source of every RunCell, in which `agent` is the Agent below.

Loaded by the real boot text in place of the real agent. `Start.notebook` is executed before Hello.
"""

import json
import os
import socket
import sys


class Agent:
    def __init__(self, wire_fd, out_fd, err_fd):
        self.wire = socket.socket(fileno=wire_fd)
        self.fds = (out_fd, err_fd)
        self.sequence = 0

    def send(self, **message):
        self.send_body(json.dumps(message).encode())

    def send_body(self, body):
        self.wire.sendall(len(body).to_bytes(4, "big") + body)

    def stopped(self):
        self.send(kind="Stopped", thread=1, thread_name="Main", reason="pause", filename="f", line=1)

    def mark(self, text, fd=1, line=1, kind=None, filename="f.py"):
        head = f"\x1b_dapk;{self.sequence};{kind or 'oe'[fd - 1]};{line};{filename}\x1b\\"
        self.sequence += 1
        os.write(fd, (head + text + "\x1b_dapk\x1b\\").encode())

    def receive(self):
        """Return the next frame's body; None at the end of the wire."""
        head = self.wire.recv(4, socket.MSG_WAITALL)
        return json.loads(self.wire.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)) if head else None

    def serve(self):
        while frame := self.receive():
            command, id = frame["command"], frame["id"]
            if command["kind"] == "Start":
                exec(command["notebook"], {"agent": self})
                hello = {"pid": os.getpid(), "version": sys.version.split()[0], "executable": sys.executable}
                self.send(kind="Hello", backend="fake", **hello)
            result, error = None, None
            if command["kind"] == "RunCell":
                exec(command["source"], {"agent": self})
                result = {"state": "done"}
            elif command["kind"] == "Describe":
                error = "nothing to describe"
            elif command["kind"] == "Threads":
                result = [{"id": 1, "name": "Main"}]
            elif command["kind"] == "Evaluate":
                self.send(kind="Note", text=f"begun {id}")
                continue  # never answered
            elif command["kind"] == "Exit":
                os._exit(command["code"])
            elif command["kind"] == "Cancel":
                self.send(kind="Note", text=f"cancelled {command['command']}")
            self.send(kind="Reply", id=id, result=result, error=error)


def main(wire_fd, out_fd, err_fd):
    Agent(wire_fd, out_fd, err_fd).serve()
