"""The processes of a kernel: the one that runs cells, and its group.

Knows nothing of wire and output. A child that has ended stays a zombie until it is reaped, so that its id,
which is its group's too, belongs to nobody else while we send signals to it.
"""

import asyncio
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

KILL_S = 2.0  # for SIGKILL to do its work
POLL_S = 0.005
SLOW_POLL_S = 0.05

Child = subprocess.Popen[bytes]


class Leader:
    """The leader of a kernel's process group: our child, or an orphan that we attached to."""

    def __init__(self, pid: int, child: Child | None = None) -> None:
        self.pid = pid
        self._child = child
        self._pidfd = -1
        self._is_over = False  # its id may be somebody else's by now

    def watch(self, on_end: Callable[[], None]) -> None:
        """Call `on_end` once, from the event loop, when the process has ended."""
        loop = asyncio.get_running_loop()
        try:
            self._pidfd = os.pidfd_open(self.pid)
        except ProcessLookupError:
            loop.call_soon(on_end)
            return
        except (AttributeError, OSError):  # macOS, or a sandbox without it
            threading.Thread(target=self._wait, args=(loop, on_end), daemon=True).start()
            return

        def ended() -> None:
            self.unwatch()
            on_end()

        loop.add_reader(self._pidfd, ended)

    def unwatch(self) -> None:
        """Give the watch up."""
        if self._pidfd >= 0:
            asyncio.get_running_loop().remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = -1

    def has_ended(self) -> bool:
        """Whether the process has ended, reaped or not."""
        if self._child is None:
            return not is_alive(self.pid)
        if self._child.returncode is not None:
            return True
        if not hasattr(os, "waitid"):
            return self._child.poll() is not None
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:  # somebody ignores SIGCHLD, so that the system reaped it
            return True

    def returncode(self) -> int | None:
        """Return how it ended, as `subprocess` tells it, without reaping; None: unknown, or it runs yet."""
        if self._child is None or self._child.returncode is not None or not hasattr(os, "waitid"):
            return self._child.poll() if self._child is not None else None
        try:
            status = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return None
        if status is None:
            return None
        return status.si_status if status.si_code == os.CLD_EXITED else -status.si_status

    def reap(self) -> None:
        """Forget a process that has ended: no signal is sent to its group any more."""
        self._is_over = True
        if self._child is not None:
            self._child.poll()

    def end_group(self, grace_s: float) -> Iterator[float]:
        """End the process and its group, by SIGTERM, then by SIGKILL; yields the seconds to wait."""
        for number, limit_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, KILL_S)):
            deadline = time.monotonic() + limit_s
            is_there = not self._is_over and signal_group(self.pid, number)
            while is_there and time.monotonic() < deadline:
                yield SLOW_POLL_S if self.has_ended() else POLL_S
                if self.has_ended() and self._child is not None:
                    self._child.poll()  # reaped, it is no member of its group any more
                is_there = not self.has_ended() or is_group_alive(self.pid)
            if not is_there:
                break
        self.reap()

    def _wait(self, loop: asyncio.AbstractEventLoop, on_end: Callable[[], None]) -> None:
        while not self.has_ended():
            time.sleep(SLOW_POLL_S)
        if not loop.is_closed():
            loop.call_soon_threadsafe(on_end)


def signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; answer whether there was anybody."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says EPERM when only zombies are left
        return False
    return True


def is_alive(pid: int) -> bool:
    """Whether there is a process of that id; a zombie is none."""
    if pid <= 0:  # would mean a group
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    fields = stat_fields(pid)
    return not fields or fields[0] not in "ZX"


def is_group_alive(group: int) -> bool:
    """Whether anybody but zombies is in a process group."""
    if not signal_group(group, 0):
        return False
    pids = [int(it.name) for it in Path("/proc").glob("[0-9]*")]
    members = [it for it in map(stat_fields, pids) if it and it[2] == str(group)]
    return not pids or any(it[0] not in "ZX" for it in members)


def stat_fields(pid: int) -> list[str]:
    """Return the fields of `/proc/PID/stat` from the third, the state, on; none without such a file."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
