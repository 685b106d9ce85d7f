"""What of a message may stand in a log. It knows JSON text, and which of DAP's keys hold no secret.

What may be a secret is everybody's guess: a token, an environment, what is typed into the console, which may
answer `getpass`, and each value, output or error that comes of it. So texts are shown by the keys that hold
what a bug report needs, and all others are `***`.
"""

from typing import Any

import msgspec

MAX_SHOWN = 2000  # characters
MAX_READ = 2**17  # bytes; of a longer message the head is shown

HIDDEN = "***"
SHOWN_KEYS = frozenset(
    """
    type command event reason category context path program cwd python pythonPath kind id state cellId
    cells filter filters filterId request run console whenDone whenIdle onRestart liveLine ipynbLines plots
    uri adapterID clientID clientName locale pathFormat granularity group startMethod version title progressId
    hitCondition areas kernelId module notebook
    """.split()  # noqa: SIM905  # forty lines of one word each would say no more
)
TYPED = frozenset(["evaluate", "setVariable", "setExpression", "completions", "gotoTargets"])


class Head(msgspec.Struct):
    """A message, less what it is about."""

    type: str = ""
    command: str = ""
    event: str = ""
    seq: float | None = None
    request_seq: float | None = None


def shown(body: bytes) -> str:
    """Return a message's body for the log, cut and with `***` for what may be secret."""
    try:
        if len(body) > MAX_READ:
            return f"{msgspec.json.encode(msgspec.json.decode(body, type=Head)).decode()} ({len(body)} bytes)"
        text = msgspec.json.encode(_without_secrets(msgspec.json.decode(body))).decode()
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return f"{len(body)} bytes that are no message"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}... ({len(body)} bytes)"


def _without_secrets(message: Any) -> Any:
    if not isinstance(message, dict):
        return _masked(message, is_shown=False)
    return {
        name: value
        if name == "message" and isinstance(value, str) and message.get("command") not in TYPED
        else _masked(value, is_shown=name in SHOWN_KEYS)
        for name, value in message.items()
    }


def _masked(value: Any, is_shown: bool) -> Any:
    """Return `value` with `***` in the place of its texts, but of those under a key that holds no secret."""
    match value:
        case str():
            return value if is_shown else HIDDEN
        case list():
            return [_masked(it, is_shown) for it in value]
        case dict():
            return {
                name: HIDDEN if name == "env" else _masked(it, name in SHOWN_KEYS)
                for name, it in value.items()
            }
        case _:
            return value
