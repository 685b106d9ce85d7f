"""Who may begin a session: read off the request, before it is handled. It knows neither tokens nor peers.

Answered in the order of the client's messages: nothing that it says next comes before.
"""

from collections.abc import Awaitable, Callable

import msgspec

from ...protocol.messages import Request
from ..errors import DapError

BEGIN = ("launch", "attach")
CheckToken = Callable[[str | None], Awaitable[None]]  # raises DapError


class Token(msgspec.Struct):
    """What launch and attach say of who asks."""

    token: str | None = None


async def why_refused(request: Request, check_token: CheckToken) -> str | None:
    """Return why a client that is not trusted may not ask this; None: it may, or is told by the handler."""
    if request.command not in BEGIN:
        return None
    try:
        await check_token(msgspec.json.decode(request.arguments, type=Token).token)
    except DapError as refusal:
        return str(refusal)
    except msgspec.MsgspecError as invalid:
        return f"{request.command}: {invalid}"
    return None


async def nobody_checks(token: str | None) -> None:
    """Stand in for a transport that knows whom it serves."""
