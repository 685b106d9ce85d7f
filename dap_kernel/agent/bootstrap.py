"""Where a process becomes a kernel: called by the server's boot text, on the main thread.

Knows the order in which the parts come to life, and nothing of what they do.
"""

import sys
from collections.abc import Callable
from os import getcwd

from .common.text import clean
from .dispatch.agent import Agent
from .link.channel import Channel
from .link.orphan import Orphan
from .output import progress_bars
from .output.displays import Displays
from .output.figures import Figures
from .output.stdin import Stdin
from .run import breakpoint_calls as hooks
from .run import fork, shown_stacks
from .run.cells import Cells
from .run.leaving import Ending, leave
from .run.line_sampler import Sampler
from .run.main_module import furnish, new_main
from .run.main_thread import MainThread
from .run.shells.choice import make_shell
from .wire.messages import KernelState, LastRun, Note


def main(wire_fd: int, out_fd: int, err_fd: int, terminal_fd: int = -1) -> None:
    """Be a kernel until told to end, then exit the interpreter as a script does.

    `wire_fd` is the wire, `out_fd` and `err_fd` the reading ends of this process's descriptors 1 and 2.
    All three are closed and replaced. `terminal_fd`: what descriptors 0, 1 and 2 are to be; -1: they stay.
    """
    module = new_main()
    python = _python()
    cwd = getcwd()
    channel = Channel(wire_fd)
    agent = Agent(channel)
    orphan = Orphan(agent, out_fd, err_fd)
    channel.on_lost, channel.on_found = orphan.live, agent.server_found
    stdin = Stdin(agent.emit, agent.streams.flush, agent.interrupts.at_input)
    agent.on_input = stdin.feed
    channel.start(agent.on_frame, agent.threads.own)
    agent.wait_for_start()
    if terminal_fd >= 0:
        agent.streams.use_terminal(terminal_fd)
    else:
        stdin.install()
    agent.streams.install()
    furnish(module, agent.start)
    hooks.install(agent, stdin)
    sampler = Sampler(agent, agent.streams)
    fork.install(agent, channel, stdin, sampler, orphan)
    tell = lambda text: agent.emit(Note(text))  # noqa: E731
    shown_stacks.install(agent.user_code, tell)
    displays = Displays(agent.streams, lambda: channel.is_up, tell)
    figures = _prepare_to_show(agent, displays, tell)
    shell = make_shell(agent.start, module, agent.hidden, displays, tell)
    cells = Cells(agent, shell, sampler, displays, figures)
    agent.hidden.update(agent.namespace)
    agent.describe = lambda: _state(agent, python, cwd, cells, orphan)
    ending = Ending(agent, channel, orphan, lambda: leave(agent, sampler, stdin, displays, shell))
    sys.exit(ending.begin(MainThread(agent, cells).serve()))


def _prepare_to_show(agent: Agent, displays: Displays, tell: Callable[[str], None]) -> Figures:
    """Have values, plots and progress bars go where they are seen."""
    figures = Figures(displays)
    figures.install(agent.start.plots)
    agent.inspector.draw_plots = figures.draw_now
    if not agent.start.is_program:
        displays.install()
        progress_bars.install(agent.streams.is_ours, tell, has_cells=agent.start.has_cells)
    return figures


def _python() -> list[str]:
    """Return the command that this interpreter was started with: itself and its options."""
    return [clean(it) for it in (sys.executable, *sys.orig_argv[1 : sys.orig_argv.index("-c")])]


def _state(agent: Agent, python: list[str], cwd: str, cells: Cells, orphan: Orphan) -> KernelState:
    stopped = list(agent.parking.stops)
    told, last = None, agent.last_run
    if last is not None:
        told = LastRun(last.id, last.filename, last.result, last.is_heard)
        last.is_heard = told.result is not None  # now it is
    ran, output, tracebacks = cells.ran, orphan.output, orphan.tracebacks
    return KernelState(
        agent.start, python, clean(cwd), ran, stopped, output, told, tracebacks, agent.notebook
    )
