"""`dap-kernel debug`: from the command line to the exit status. No traceback ever reaches the user."""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .options import Options, parse

if TYPE_CHECKING:
    from .conversation import Conversation
    from .line_input import Lines
    from .session import ConsoleSession

WRONG_USAGE, SERVER_DIED, OUR_BUG = 2, 3, 70


def main(given: Sequence[str]) -> int:
    """Debug, and return the exit status."""
    options = parse(given)
    try:
        return asyncio.run(debug(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what Python flushes at its end
        return 1
    except Exception as error:
        return _our_bug(error, options.log)


async def debug(options: Options) -> int:
    """Hold one session."""
    from ..client.dap_client import Refused, ServerGone
    from ..client.server_process import server_command
    from .screen import TerminalScreen
    from .session import ConsoleSession

    screen = TerminalScreen(options.wants_colours)
    session = ConsoleSession(screen, options.program)
    try:
        await session.server.start(server_command(options.log))
        await _hold(session, options)  # its imports take as long as the server's start
    except Refused as refusal:
        screen.finish_line()
        return _complain(str(refusal), WRONG_USAGE)
    except ServerGone:
        session.lose_server()
    finally:
        await session.leave()
    if session.failure is not None:
        raise session.failure
    if session.is_lost:
        screen.finish_line()
        return _complain("\n".join(["the server has died", *session.server.errors]), SERVER_DIED)
    return 0 if session.is_leaving else (session.exit_code or 0) & 0xFF


async def _hold(session: "ConsoleSession", options: Options) -> None:
    from .commands import load
    from .conversation import Conversation, listen
    from .line_input import Scripted
    from .starting import begin

    load()
    conversation = Conversation(
        session, lambda it: Scripted(options.commands, _typed_lines(it), session.screen)
    )
    await begin(session, options)
    listen(conversation)
    await conversation.hold()


def _typed_lines(conversation: "Conversation") -> "Lines":
    """Return an editor where there is a terminal on both sides."""
    from .line_input import PlainLines

    screen = conversation.session.screen
    if not (screen.is_terminal and sys.stdin.isatty()):
        return PlainLines(screen)
    from .completing import complete
    from .editor import EditedLines

    return EditedLines(screen, lambda text: complete(conversation.session, text, conversation.statement))


def _complain(text: str, status: int) -> int:
    from .terminal_text import plain

    print(f"dap-kernel debug: {plain(text)}", file=sys.stderr)
    return status


def _our_bug(error: Exception, log: str | None) -> int:
    """Say that this is our fault; the traceback goes to the log."""
    where = "--log FILE has the details" if log is None else f"{log} has the details"
    if log is not None:
        import traceback

        from ..log_file import LogError, open_log

        try:
            with open_log(log) as file:
                traceback.print_exception(error, file=file)
        except LogError as refused:
            where = str(refused)
    return _complain(f"internal error: {type(error).__name__}: {error} ({where})", OUR_BUG)
