"""Handlers and what they offer."""

import pytest

from dap_kernel.protocol.capabilities import Capabilities
from dap_kernel.protocol.messages import Body
from dap_kernel.server.registry import Registry


class NoArguments(Body):
    pass


def test_capabilities_are_those_of_the_handlers():
    registry = Registry()

    @registry.request("one", offers=Capabilities(supports_log_points=True))
    async def one(session, args: NoArguments) -> None: ...

    @registry.request("two", stopped=True, offers=Capabilities(supports_modules_request=True))
    async def two(session, args: NoArguments) -> None: ...

    assert registry.capabilities() == Capabilities(supports_log_points=True, supports_modules_request=True)
    assert registry.handlers["two"].stopped and registry.handlers["two"].arguments is NoArguments
    with pytest.raises(ValueError, match="has a handler already"):
        registry.request("one")(one)
