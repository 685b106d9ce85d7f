"""A notebook that has another path since it was launched: it was saved for the first time, renamed or moved.

The kernel stays as it is, and goes on calling the code of cells by the first path. The client, companions and
whoever finds the kernel when it waits are told the new one. Short: it has no other place.
"""

import os

from ...agent.wire import messages as wire
from ...agent.wire.structs import replace
from ...notebook.paths import is_untitled
from ..session import Session
from ..texts.documents import Text
from .text_changes import notice_edits, text_changed


def move_notebook(session: Session, text: Text, path: str, said: str) -> None:
    """Take what the kernel runs, `text`, to be at `path`, which the client calls `said`."""
    old = session.documents.move(path)
    session.sources.move(old, text, said)
    session.breakpoints.move(old, text.path, said)
    if (how := session.kernel.how) is not None:  # for the kernel after this one
        session.kernel.will_start(how.with_start(_started_at(how.start, old, text.path)))
    if session.kernel.live is not None:
        session.kernel.send_command(wire.MoveNotebook(text.path))
    session.companion_door.move(text.path, text.notebook.format.value)
    notice_edits(session)
    text_changed(session)


def _started_at(start: wire.Start, old: str, path: str) -> wire.Start:
    argv = [path, *start.argv[1:]] if start.argv[:1] == [old] else start.argv
    is_beside = not is_untitled(old) and start.path0 == os.path.dirname(old)
    return replace(start, notebook=path, argv=argv, path0=os.path.dirname(path) if is_beside else start.path0)
