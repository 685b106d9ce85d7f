"""The phases of a session, as a table of triggers."""

import pytest

from dap_kernel.server.errors import DapError
from dap_kernel.server.phases import Phase, after


@pytest.mark.parametrize(
    "triggers, end",
    [
        (["initialize", "launch", "configurationDone", "terminated"], Phase.ENDED),
        (["initialize", "configurationDone", "launch"], Phase.LIVE),
        (["initialize", "attach", "configurationDone", "disconnect", "terminate"], Phase.ENDED),
        (["disconnect", "disconnect"], Phase.ENDED),
        (["initialize", "launch", "terminate", "disconnect"], Phase.ENDED),
    ],
)
def test_a_session_in_order(triggers, end):
    phase = Phase.NEW
    for trigger in triggers:
        phase = after(phase, trigger)
    assert phase is end


@pytest.mark.parametrize(
    "phase, trigger, why",
    [
        (Phase.NEW, "launch", "initialize must come first"),
        (Phase.INITIALIZED, "initialize", "launch or attach must come first"),
        (Phase.LIVE, "launch", "the session runs already"),
        (Phase.LIVE, "configurationDone", "the session runs already"),
        (Phase.ENDED, "launch", "the session has ended"),
    ],
)
def test_what_is_out_of_order_is_told(phase, trigger, why):
    with pytest.raises(DapError, match=f"{trigger} is out of order: {why}"):
        after(phase, trigger)
