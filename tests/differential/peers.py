"""The same programs under two debuggers that speak DAP: the places that steps visit.

Knows neither which debugger it talks to nor which places are right.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.client.debug import Debug
from tests.client.stop import Stop

Place = tuple[str, int]  # function, line
Choose = Callable[[Place], str]
_COMMANDS = {"in": "stepIn", "over": "next", "out": "stepOut"}
_MOST_FRAMES = 60

# Small packets are sent at once: else each step takes 40 ms, by Nagle's algorithm.
NO_DELAY = """\
import socket

class Socket(socket.socket):
    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        if self.family == socket.AF_INET and self.type == socket.SOCK_STREAM:
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

socket.socket = Socket
"""


@dataclass(frozen=True)
class Visit:
    """A stop: where, with the places of the frames that called it, the nearest first."""

    place: Place
    callers: tuple[Place, ...]


async def visits(debug: Debug, programs: list[Path], choose: Choose, limit: int) -> list[list[Visit]]:
    """Run all `programs` in one session; return what steps visit in each, `limit` stops at most.

    `choose` says how to step on from a place. A module is never stepped out of.
    """
    main = programs[0].with_name("main.py")
    main.write_text("".join(f"import {it.stem}\n" for it in programs) + "end = 1\n")
    await debug.launch(breakpoints={it: [1] for it in programs}, exceptions=[])
    found = []
    for program in programs:
        visited: list[Visit] = []
        while len(visited) < limit:
            stop = await debug.stopped()
            visit = await _look(stop, program)
            if visit is None:
                break
            visited.append(visit)
            command = _COMMANDS[choose(visit.place)] if len(visited) < limit else "continue"
            await debug.ask(command, threadId=stop.thread)
        if len(visited) < limit:
            await debug.ask("continue", threadId=stop.thread)
        found.append(visited)
    await debug.terminated()
    return found


async def _look(stop: Stop, program: Path) -> Visit | None:
    """Return where the thread stopped; None outside `program`."""
    frames = [it for it in await stop.frames(0, _MOST_FRAMES) if it.path]
    places = [
        (it.name.rpartition(".")[2], it.line) for it in frames if Path(it.path or "").name == program.name
    ]
    if not frames or Path(frames[0].path or "").name != program.name:
        return None
    return Visit(places[0], tuple(places[1:]))
