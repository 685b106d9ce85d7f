"""Processes and files that stories wait for from outside. Knows no DAP."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

TIMEOUT_S = 20.0
LOOK_S = 0.01


def is_alive(pid: int) -> bool:
    """Whether there is a process of that id; a zombie is none."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (ProcessLookupError, FileNotFoundError):
        return False


def cpu_s(pid: int) -> float:
    """Return the CPU time that a process took so far: what else the machine does hardly changes it."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, stat[11:13])) / os.sysconf("SC_CLK_TCK")


def group_of(leader: int) -> list[int]:
    """The living processes of a process group."""
    found = []
    for it in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(it.name)) == leader and is_alive(int(it.name)):
                found.append(int(it.name))
        except ProcessLookupError:
            continue
    return found


async def until(holds: Callable[[], object], what: str, timeout_s: float = TIMEOUT_S) -> None:
    """Wait for what no event tells. Raises AssertionError."""
    try:
        async with asyncio.timeout(timeout_s):
            while not holds():
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        raise AssertionError(f"not within {timeout_s:g} s: {what}") from None


async def file_text(path: Path) -> str:
    """Return the text of a file once it is there."""
    await until(path.exists, f"{path} is there")
    return path.read_text("utf-8")
