"""A test that is stopped is not to fail because it takes long.

Knows pytest-timeout, and not why a thread is stopped.
"""

import sys


def suspend_timeouts() -> None:
    """Have pytest-timeout leave tests alone from now on, as it does by itself once pytest has entered pdb.

    It knows debuggers by their trace functions and by `sys.monitoring`, but a stop needs neither, and on 3.11
    it asks for the names of a few. Source: its `pytest_enter_pdb` and `is_debugging`.
    """
    names = getattr(sys.modules.get("pytest_timeout"), "__dict__", {})
    if "SUPPRESS_TIMEOUT" in names:
        names["SUPPRESS_TIMEOUT"] = True
