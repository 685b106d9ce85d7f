"""What one client's debug session consists of.

The parts are made and connected in `assembly.py`; they do not know the session. Flows, requests, the repl and
companions take it whole: what they do concerns many parts.
"""

import msgspec

from .arguments.debug_options import DebugOptions
from .breakpoints.breakpoint_store import BreakpointStore
from .breakpoints.goto_targets import GotoTargets
from .events.cell_events import CellEvents
from .events.kernel_state_events import KernelStateEvents
from .events.live_line import LiveLine
from .events.progress import Progress
from .kernel.awaited_input import AwaitedInput
from .kernel.imported_modules import ImportedModules
from .kernel.run_in_terminal import SessionTerminal
from .kernel.session_kernel import SessionKernel
from .output.cell_output import CellOutput
from .phases import Lifecycle
from .port.client_port import ClientPort
from .run.foreign_cells import ForeignCells
from .run.run_state import RunState
from .run.runner import Runner
from .serve.companion_door import CompanionDoor
from .stops.client_frames import ClientFrames
from .stops.frames import Frames
from .stops.idle_frame import IdleFrame
from .stops.paged_table import PagedTable
from .stops.threads import ClientThreads
from .tasks import Tasks
from .texts.documents import Documents
from .texts.ipynb_layout import IpynbLayout
from .texts.sources import Sources


class Session(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """The parts, from the client's side to what is told of them."""

    prefers_own_python: bool  # the server's, to one that is merely on the path
    port: ClientPort
    companion_door: CompanionDoor
    tasks: Tasks
    lifecycle: Lifecycle = msgspec.field(default_factory=Lifecycle)
    options: DebugOptions
    documents: Documents
    sources: Sources
    layout: IpynbLayout
    breakpoints: BreakpointStore
    targets: GotoTargets = msgspec.field(default_factory=GotoTargets)
    kernel: SessionKernel
    terminal: SessionTerminal
    awaited_input: AwaitedInput
    imported: ImportedModules
    run_state: RunState
    runner: Runner
    foreign_cells: ForeignCells = msgspec.field(default_factory=ForeignCells)
    threads: ClientThreads
    frames: Frames
    client_frames: ClientFrames
    idle_frame: IdleFrame
    paged_table: PagedTable = msgspec.field(default_factory=PagedTable)
    output: CellOutput
    live_line: LiveLine
    progress: Progress
    cell_events: CellEvents
    kernel_state_events: KernelStateEvents
