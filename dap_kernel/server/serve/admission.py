"""Who may begin a session: read off the request, before it is handled. It knows neither tokens nor peers.

Answered in the order of the client's messages: nothing that it says next comes before.
"""

from typing import Protocol

import msgspec

from ...protocol.messages import Request
from ..errors import DapError

BEGIN = ("launch", "attach")


class Admission(Protocol):
    """Whether a client may use the server."""

    @property
    def is_trusted(self) -> bool:
        """Whether its token was right, or it needs none."""
        ...

    async def check_token(self, token: str | None) -> None:
        """Trust the client from now on, for its token; may wait until it is its turn. Raises DapError."""


class Token(msgspec.Struct):
    """What launch and attach say of who asks."""

    token: str | None = None


async def why_refused(request: Request, admission: Admission) -> str | None:
    """Return why a client that is not trusted may not ask this; None: it may, or is told by the handler."""
    if request.command not in BEGIN:
        return None
    try:
        await admission.check_token(msgspec.json.decode(request.arguments, type=Token).token)
    except DapError as refusal:
        return str(refusal)
    except msgspec.MsgspecError as invalid:
        return f"{request.command}: {invalid}"
    return None
