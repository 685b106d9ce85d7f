"""A real ipykernel in a process of its own, and a front end of it, as a page of JupyterLab is one."""

import json
import os
import subprocess
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

PATIENCE_S = 60.0


class Page:
    """Starts the kernel, runs cells in it, and hears what they print."""

    def __init__(self, python: str, folder: Path, session: str | None = None) -> None:
        """`session` is what a server would call the notebook's path."""
        self.connection_file = folder / "kernel.json"
        self._log = (folder / "kernel.log").open("wb")
        self.process = subprocess.Popen(
            [python, "-m", "ipykernel_launcher", "-f", str(self.connection_file)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "JPY_SESSION_NAME": session or "", "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        )
        try:
            self._wait_for_file(session or "")
            self.client = BlockingKernelClient(connection_file=str(self.connection_file))
            self.client.load_connection_file()
            self.client.start_channels()
            self._wait_for_ready()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        self._told: list[dict[str, Any]] = []
        self._asked = 0  # of ipykernel's own debugger

    def _wait_for_file(self, session: str) -> None:
        """Wait until the kernel has its ports, and says them; add what a server would say of it."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            assert self.process.poll() is None, "the kernel has died"
            assert time.monotonic() < ends, "the kernel does not say its ports"
            try:
                said = json.loads(self.connection_file.read_text())
                break
            except (OSError, ValueError):
                time.sleep(0.02)
        self.connection_file.write_text(json.dumps({**said, "jupyter_session": session}))

    def _wait_for_ready(self) -> None:
        """Wait for the kernel, also where jupyter_client gives one up whose heart is slow to beat."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.client.wait_for_ready(timeout=PATIENCE_S)
                return
            except RuntimeError:
                assert self.process.poll() is None, "the kernel has died"
                assert time.monotonic() < ends, "the kernel does not get ready"

    def run(self, text: str, cell_id: str | None = None, **content: Any) -> str:
        """Begin to run a text; return what the request is called."""
        request = {
            "code": text,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
            **content,
        }
        metadata = {} if cell_id is None else {"cellId": cell_id}
        message = self.client.session.msg("execute_request", request, metadata=metadata)
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def reply(self, request: str) -> dict[str, Any]:
        """Wait for a request's end; return what it is answered."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            message = self.client.get_shell_msg(timeout=max(ends - time.monotonic(), 0))
            if message["parent_header"].get("msg_id") == request:
                return dict(message["content"])

    def told(self, request: str) -> list[tuple[str, dict[str, Any]]]:
        """Return what a request that has been answered has shown: kinds of messages, and contents."""
        ends = time.monotonic() + PATIENCE_S
        while not any(_is_idle(it) for it in self._of(request)):
            self._told.append(self.client.get_iopub_msg(timeout=max(ends - time.monotonic(), 0)))
        return [
            (it["msg_type"], dict(it["content"]))
            for it in self._of(request)
            if it["msg_type"] not in ("status", "execute_input")
        ]

    def printed(self, request: str) -> str:
        """Return what a request that has been answered has printed, and how it failed."""
        found = self.told(request)
        streams = [it["text"] for kind, it in found if kind == "stream"]
        errors = [f"{it['ename']}: {it['evalue']}" for kind, it in found if kind == "error"]
        return "".join(streams + errors)

    def do(self, text: str, cell_id: str | None = None) -> str:
        """Run a text to its end; return what it has printed."""
        request = self.run(text, cell_id)
        self.reply(request)
        return self.printed(request)

    def wait_until_printed(self, request: str, text: str) -> None:
        """Wait until a request that runs yet has printed a text."""
        ends = time.monotonic() + PATIENCE_S
        while text not in "".join(it["content"].get("text", "") for it in self._of(request)):
            try:
                self._told.append(self.client.get_iopub_msg(timeout=1))
            except Empty:
                assert time.monotonic() < ends, f"{text!r} is not printed"

    def control(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send an `execute_request` on the control channel; return what it is answered."""
        message = self.client.session.msg("execute_request", request)
        self.client.control_channel.send(message)
        while True:
            reply = self.client.control_channel.get_msg(timeout=PATIENCE_S)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return dict(reply["content"])

    # The debugger that ipykernel has itself: debugpy.

    def debug(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Ask ipykernel's own debugger; return what it answers."""
        self._asked += 1
        request = {"type": "request", "seq": self._asked, "command": command, "arguments": arguments}
        message = self.client.session.msg("debug_request", request)
        self.client.control_channel.send(message)
        while True:
            reply = self.client.control_channel.get_msg(timeout=PATIENCE_S)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return dict(reply["content"])

    def begin_debugging(self, text: str, line: int) -> None:
        """Switch it on, with a breakpoint at a line of a text that is to run."""
        self.debug(
            "initialize",
            clientID="a test",
            adapterID="a test",
            linesStartAt1=True,
            columnsStartAt1=True,
            pathFormat="path",
        )
        self.debug("attach")
        path = self.debug("dumpCell", code=text)["body"]["sourcePath"]
        self.debug(
            "setBreakpoints", source={"path": path}, breakpoints=[{"line": line}], sourceModified=False
        )
        self.debug("configurationDone")

    def stopped_by_debugger(self) -> int:
        """Wait for a stop of its; return the thread."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            message = self.client.get_iopub_msg(timeout=PATIENCE_S)
            self._told.append(message)
            if message["msg_type"] == "debug_event" and message["content"].get("event") == "stopped":
                return int(message["content"]["body"]["threadId"])
        raise AssertionError("the page's debugger does not stop")

    def close(self) -> None:
        self.client.stop_channels()
        self.process.kill()
        self.process.wait()
        self._log.close()

    def _of(self, request: str) -> list[dict[str, Any]]:
        return [it for it in self._told if it["parent_header"].get("msg_id") == request]


def _is_idle(message: dict[str, Any]) -> bool:
    return bool(message["msg_type"] == "status" and message["content"]["execution_state"] == "idle")
