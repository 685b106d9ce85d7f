"""The phases of a session, as a table of triggers."""

import pytest

from dap_kernel.server.errors import DapError
from dap_kernel.server.phases import Lifecycle, Phase, after


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


def live():
    lifecycle = Lifecycle()
    lifecycle.enter("initialize")
    lifecycle.launch(awaits_kernel=True)
    lifecycle.enter("configurationDone")
    lifecycle.launched()
    return lifecycle


def test_a_launch_that_is_refused_may_be_followed_by_another():
    lifecycle = Lifecycle()
    lifecycle.enter("initialize")
    lifecycle.launch(awaits_kernel=True)
    lifecycle.configured.set()
    assert lifecycle.is_launching
    lifecycle.refused()
    assert (lifecycle.phase, lifecycle.is_launching) == (Phase.INITIALIZED, False)
    assert not lifecycle.configured.is_set()
    lifecycle.launch(awaits_kernel=False)
    assert lifecycle.phase is Phase.CONFIGURING


def test_a_restart_happens_while_the_session_is_live_and_one_at_a_time():
    with pytest.raises(DapError, match="there is nothing to restart"):
        Lifecycle().restarting()
    lifecycle = live()
    with lifecycle.restarting():
        assert lifecycle.is_restarting
        with pytest.raises(DapError, match="a restart is under way already"):
            lifecycle.restarting()
    assert not lifecycle.is_restarting
    with pytest.raises(DapError, match="no"), lifecycle.restarting():
        raise DapError("no")
    assert not lifecycle.is_restarting


def test_the_end_wakes_who_waits_for_the_configuration():
    lifecycle = Lifecycle()
    lifecycle.enter("lost")
    assert lifecycle.phase is Phase.ENDED and lifecycle.configured.is_set()
    lifecycle.refused()  # the kernel's answer comes late
    assert lifecycle.phase is Phase.ENDED
