"""A user at `dap-kernel debug`: with a pipe, or at a terminal of their own."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

TIMEOUT_S = 10.0
COMMAND = [sys.executable, "-P", "-m", "dap_kernel", "debug"]
OWN_TERMINAL = """\
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")


def environment(state: Path, **more: str) -> dict[str, str]:
    clean = {
        name: it for name, it in os.environ.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX", "NO_COLOR")
    }
    python = os.environ.get("DAP_KERNEL_TEST_PYTHON", sys.executable)
    return {
        **clean,
        "VIRTUAL_ENV": str(Path(python).parents[1]),
        "XDG_STATE_HOME": str(state),
        "TERM": "xterm-256color",
        **more,
    }


def piped(*arguments: str, typed: list[str], folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run to the end, with `typed` on standard input."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input="".join(f"{it}\n" for it in typed),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        cwd=folder,
        env=environment(folder, **more),
    )


class Terminal:
    """The program on a pseudo-terminal, which also answers where its cursor is."""

    def __init__(self, *arguments: str, folder: Path, **more: str) -> None:
        self._fd, theirs = pty.openpty()
        termios.tcsetwinsize(self._fd, (50, 120))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", OWN_TERMINAL, *COMMAND, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            cwd=folder,
            env=environment(folder, **more),
        )
        os.close(theirs)
        self.raw = ""
        self._seen = 0

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def line(self, text: str) -> None:
        self.type(f"{text}\r")

    def expect(self, pattern: str) -> str:
        """Wait until `pattern` is shown after what was expected before; return all up to its end."""
        end = time.monotonic() + TIMEOUT_S
        while True:
            shown = self.shown
            if found := re.compile(pattern).search(shown, self._seen):
                before, self._seen = self._seen, found.end()
                return shown[before : found.end()]
            if time.monotonic() > end or not self._read(end - time.monotonic()):
                raise AssertionError(f"{pattern!r} was not shown after:\n{shown[self._seen :]}\n--\n{shown}")

    @property
    def shown(self) -> str:
        return re.sub(r"[\r\b]", "", ESCAPE.sub("", self.raw))

    def at_prompt(self) -> str:
        return self.expect(r"\(dap\)")

    def exit_status(self) -> int:
        """Wait for the end."""
        while self._read(TIMEOUT_S):
            pass
        return self._process.wait(TIMEOUT_S)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._fd)

    def _read(self, timeout_s: float) -> bool:
        if not select.select([self._fd], [], [], max(timeout_s, 0))[0]:
            return False
        try:
            data = os.read(self._fd, 2**16)
        except OSError:
            return False
        self.raw += data.decode("utf-8", "replace")
        for _ in range(data.count(b"\x1b[6n")):
            os.write(self._fd, b"\x1b[40;1R")
        return bool(data)
