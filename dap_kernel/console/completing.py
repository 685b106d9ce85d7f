"""Completions of a typed line: commands here, Python and the server's console by the server.

Source: DAP specification, "Completions".
"""

import asyncio

from ..client.dap_client import Refused, ServerGone
from ..protocol.variables import CompletionsArguments, CompletionsResponse
from .editor import CompletedText
from .registry import COMMANDS, with_expression
from .session import ConsoleSession
from .terminal_text import one_line
from .typed_line import Typed, read

PATIENCE_S = 2.0
MOST = 200


async def complete(session: ConsoleSession, text: str, before: str) -> list[CompletedText]:
    """Return what can stand at the end of `text`; `before` are the earlier lines of the statement."""
    typed = Typed("python", "", text) if before else read(text, COMMANDS, with_expression())
    own: list[CompletedText] = []
    if not before and text.strip() == text and text.isidentifier():
        own = [CompletedText(it, 0, COMMANDS[it].about) for it in sorted(COMMANDS) if it.startswith(text)]
    if typed.kind == "command" and text.strip() != typed.word:
        if typed.word not in with_expression():
            return []
        at = len(text) - len(text.lstrip()) + len(typed.word)
    else:
        at = len(text) - len(text.lstrip("! ")) if text.startswith("!") else 0
    return own + await _asked(session, text[at:], at, {it.text for it in own})


async def _asked(session: ConsoleSession, text: str, at: int, known: set[str]) -> list[CompletedText]:
    frame_id = session.frame.id if session.stops and session.frames else None
    wanted = CompletionsArguments(text, units(text) + 1, frame_id)
    try:
        async with asyncio.timeout(PATIENCE_S):
            found = await session.client.request("completions", wanted, CompletionsResponse)
    except (Refused, ServerGone, TimeoutError):
        return []
    items = []
    for it in found.targets[:MOST]:
        start = len(text) if it.start is None else characters(text, it.start - 1)
        shown = one_line(it.text or it.label, 200)
        if shown not in known:
            items.append(CompletedText(shown, at + start, one_line(it.detail or it.type or "", 60)))
    return items


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def characters(text: str, count: int) -> int:
    """Return how many characters the first `count` UTF-16 code units of `text` are."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * max(count, 0)].decode("utf-16-le", "ignore"))
