"""Requests that the server sends to the client.

Source: DAP specification, "Reverse Requests".
"""

from typing import Literal

from .messages import Body


class RunInTerminalRequestArguments(Body):
    cwd: str
    args: list[str]
    kind: Literal["integrated", "external"] | None = None
    title: str | None = None
    env: dict[str, str | None] = {}
    args_can_be_interpreted_by_shell: bool = False
