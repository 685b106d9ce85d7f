"""Puts a session together: each part gets the few things it uses, and who reports gets its listener.

States come first, then what acts on them. The session is a record of the parts, and a flow knows the
session: so what reports to flows is made before who hears of it. It gets its listener then (`report_to`),
or is given a function that looks the session up: with the first message at the earliest, when all is there.
"""

import asyncio
from functools import partial
from typing import Protocol

from . import requests
from .arguments.debug_options import DebugOptions
from .breakpoints.breakpoint_store import BreakpointStore
from .companions.companion import Companion
from .dispatcher import Dispatcher
from .events.cell_events import CellEvents
from .events.kernel_state_events import KernelStateEvents
from .events.live_line import LiveLine
from .events.progress import Progress
from .flows.ending import terminal_closed
from .flows.kernel_listener import KernelEvents
from .flows.run_listener import RunEvents
from .flows.text_changes import text_changed
from .kernel.awaited_input import AwaitedInput
from .kernel.imported_modules import ImportedModules
from .kernel.run_in_terminal import SessionTerminal
from .kernel.session_kernel import SessionKernel
from .output.cell_output import CellOutput
from .output.displays import DisplayEvents
from .port.audience import Audience
from .port.client_port import ClientChannel, ClientPort
from .run.run_state import RunState
from .run.runner import Runner
from .serve.admission import Admission
from .serve.companion_door import CompanionDoor
from .session import Session
from .stops.client_frames import ClientFrames
from .stops.frames import Frames
from .stops.idle_frame import IdleFrame
from .stops.threads import ClientThreads
from .tasks import Tasks
from .texts.documents import Documents
from .texts.ipynb_layout import IpynbLayout
from .texts.sources import Sources


class ServedClient(ClientChannel, Admission, Protocol):
    """The client, as what serves it sees it."""


def assemble(client: ServedClient, *, prefers_own_python: bool = False) -> Dispatcher:
    """Return what takes the messages of `client`, for a new session.

    `prefers_own_python`: to one that is merely on the path.
    """
    requests.load()

    async def serve_companion(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Companion(session, dispatcher, reader, writer).serve()

    session = _session(ClientPort(client, Audience()), CompanionDoor(serve_companion), prefers_own_python)
    dispatcher = Dispatcher(session, client)
    session.kernel.report_to(KernelEvents(session))
    session.runner.report_to(RunEvents(session))
    return dispatcher


def _session(port: ClientPort, door: CompanionDoor, prefers_own_python: bool) -> Session:
    tasks, options, run = Tasks(), DebugOptions(), RunState()
    documents = Documents()
    sources = Sources(documents)
    texts = documents, sources
    breakpoints = BreakpointStore(*texts, port.emit)
    kernel, threads = SessionKernel(), ClientThreads(port.emit)
    live_line = LiveLine(port, options, run, *texts)
    output = CellOutput(port.emit, *texts, live_line, DisplayEvents(port))
    say_problem = partial(output.say, category="stderr")
    progress = Progress(port, kernel, run, documents, live_line, output)
    runner = Runner(kernel, documents, run, threads)
    frames, idle_frame = Frames(threads, kernel, run), IdleFrame(run, *texts, breakpoints)
    session = Session(
        prefers_own_python=prefers_own_python,
        port=port,
        companion_door=door,
        tasks=tasks,
        options=options,
        documents=documents,
        sources=sources,
        layout=IpynbLayout(documents, tasks, say_problem, lambda: text_changed(session)),
        breakpoints=breakpoints,
        kernel=kernel,
        terminal=SessionTerminal(port, documents, kernel, runner.interrupt, lambda: terminal_closed(session)),
        awaited_input=AwaitedInput(port, kernel, output),
        imported=ImportedModules(kernel, documents, frames.notebook_frame_id, output.say),
        run_state=run,
        runner=runner,
        threads=threads,
        frames=frames,
        client_frames=ClientFrames(frames, *texts, idle_frame, output),
        idle_frame=idle_frame,
        output=output,
        live_line=live_line,
        progress=progress,
        cell_events=CellEvents(port, run, *texts, output.rewritten),
        kernel_state_events=KernelStateEvents(port, kernel, threads, run, progress),
    )
    return session
