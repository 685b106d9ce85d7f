"""Runs that are not debugged: no breakpoint, no exception and no `breakpoint()` stops them; a pause does.

Breakpoints and filters are kept meanwhile, with their counts of hits, and can be set.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..dispatch.agent import Agent


def set_no_debug(agent: "Agent", no_debug: bool) -> None:
    """Begin or end that; what runs already is meant too. On the agent thread, or before there are any."""
    watcher = agent.watcher
    agent.no_debug = no_debug
    if watcher.table.is_off == no_debug:
        return
    for filename in watcher.table.set_off(no_debug):
        watcher.points_changed(filename)
    watcher.backend.breakpoints_changed(None)
    watcher.filters.is_off = no_debug
    watcher.exceptions_changed()
