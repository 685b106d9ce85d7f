"""A real `marimo edit` in a process of its own, and a page of it, without a browser."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import URLError

from websockets.sync.client import connect

PATIENCE_S = 60.0
TOKEN = "sesame"
SESSION = "s_page01"


class MarimoPage:
    """Starts marimo on a notebook, opens its page, runs cells in it, and hears what becomes of them."""

    def __init__(self, python: str, notebook: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        home = notebook.parent / "home"
        home.mkdir()
        self._log = (home / "marimo.log").open("wb")
        named = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_STATE_HOME": str(home)}
        self.process = subprocess.Popen(
            [
                *(python, "-m", "marimo", "-y", "edit", str(notebook), "--headless", "--skip-update-check"),
                *("--host", "127.0.0.1", "--port", str(self.port), "--token-password", TOKEN),
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=notebook.parent,
            env={**os.environ, **named},
            start_new_session=True,
        )
        self._connected = contextlib.ExitStack()
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        self._server_token = ""
        self._busy: set[str] = set()  # the cells that are to run, or run
        self._has_run = False  # whether one was, since the last end of a run
        self.ids: list[str] = []  # of the cells, in order
        found = re.search(r'"serverToken":\s*"([^"]+)"', self._wait_for_server())
        assert found is not None
        self._server_token = found[1]
        connected = connect(
            f"ws://127.0.0.1:{self.port}/ws?session_id={SESSION}",
            additional_headers={"Authorization": f"Bearer {TOKEN}"},
            max_size=None,
            ping_interval=None,
            close_timeout=1,
        )
        self._socket = self._connected.enter_context(connected)
        ready = self._hear("kernel-ready")
        self.ids = ready["cell_ids"]
        self.texts: list[str] = ready["codes"]
        self.post("instantiate", objectIds=[], values=[], autoRun=True)
        self.wait_for_end()

    def run(self, number: int, text: str | None = None) -> None:
        """Begin to run a cell, the first one is 1; with another text, which is not saved."""
        self.post(
            "run", cellIds=[self.ids[number - 1]], codes=[self.texts[number - 1] if text is None else text]
        )

    def wait_for_end(self) -> dict[str, str]:
        """Wait until a run of cells has ended; return what they have printed, by id."""
        printed: dict[str, str] = {}
        while True:
            op, data = self._next()
            if op == "completed-run" and self._has_run and not self._busy:  # else the scratchpad's
                self._has_run = False
                return printed
            if op == "cell-op" and isinstance(data.get("console"), dict):
                id = data["cell_id"]
                printed[id] = printed.get(id, "") + str(data["console"]["data"])

    def wait_until_it_runs(self, number: int) -> None:
        """Wait until the page shows a cell as running."""
        id = self.ids[number - 1]
        while True:
            told = self._hear("cell-op")
            if told["cell_id"] == id and told["status"] == "running":
                return

    def wait_until_printed(self, text: str) -> None:
        """Wait until a cell that runs yet has printed a text."""
        printed = ""
        while text not in printed:
            console = self._hear("cell-op").get("console")
            printed += str(console["data"]) if isinstance(console, dict) else ""

    def post(self, what: str, **body: Any) -> str:
        """Ask for something of the kernel."""
        return self._request(f"/api/kernel/{what}", json.dumps(body).encode())

    def _hear(self, op: str) -> dict[str, Any]:
        while True:
            told, data = self._next()
            if told == op:
                return data

    def _next(self) -> tuple[str, dict[str, Any]]:
        told = json.loads(self._socket.recv(timeout=PATIENCE_S))
        data = dict(told["data"])
        if told["op"] == "cell-op" and data["cell_id"] in self.ids:
            if data["status"] in ("queued", "running"):
                self._busy.add(data["cell_id"])
                self._has_run = True
            elif data["status"] == "idle":
                self._busy.discard(data["cell_id"])
        return str(told["op"]), data

    def _wait_for_server(self) -> str:
        ends = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._request("/", None)
            except URLError:
                assert self.process.poll() is None, "marimo has ended"
                assert time.monotonic() < ends, "marimo does not answer"
                time.sleep(0.05)

    def _request(self, path: str, body: bytes | None) -> str:
        headers = {
            "Authorization": f"Bearer {TOKEN}",
            "Content-Type": "application/json",
            "Marimo-Server-Token": self._server_token,
            "Marimo-Session-Id": SESSION,
        }
        request = urllib.request.Request(self.url + path, headers=headers, data=body)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)  # its own group; the kernel's ends with it
        self.process.wait()
        self._connected.close()
        self._log.close()
