"""Ways into the debugger that user code knows: `breakpoint()`, `pdb.set_trace()`, and `getpass`.

`pdb` and `getpass` are changed when somebody imports them, not before.
"""

import os
import sys
from types import FrameType, ModuleType

from ..common.when_imported import Tell, when_imported
from ..output.stdin import Stdin
from ..output.streams import Streams
from ..watch.frame_watcher import FrameWatcher


def install(watcher: FrameWatcher, streams: Streams, stdin: Stdin, tell: Tell) -> None:
    """Have `breakpoint` and `pdb.set_trace` stop in the editor, and `getpass` ask the client."""

    def stop_at(frame: FrameType | None) -> None:
        found = streams.printing_frame(frame) or frame
        if found is not None:
            watcher.breakpoint_here(found)

    def breakpoint_hook(*_: object, **__: object) -> None:
        if os.environ.get("PYTHONBREAKPOINT") != "0":
            stop_at(sys._getframe(1))

    def set_trace(*_: object, **__: object) -> None:
        stop_at(sys._getframe(1))

    def change_pdb(pdb: ModuleType) -> None:
        vars(pdb)["set_trace"] = set_trace
        pdb.Pdb.set_trace = lambda self, frame=None, *_, **__: stop_at(frame or sys._getframe(1))

    def change_getpass(getpass: ModuleType) -> None:
        vars(getpass)["getpass"] = stdin.getpass

    sys.breakpointhook = breakpoint_hook
    when_imported("pdb", change_pdb, tell)
    if stdin.is_installed:
        when_imported("getpass", change_getpass, tell)
