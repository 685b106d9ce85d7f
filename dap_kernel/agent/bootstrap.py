"""Where a process becomes a kernel: called by the server's boot text, on the main thread.

Knows the order in which the parts come to life, and nothing of what they do.

The host comes before the agent, and the agent before who runs cells. So two functions of the host look up
what is bound later: `state` is called once the reception is open, `redirect` while a cell runs.
"""

import sys
from os import getcwd

from .common.options import ClientOptions
from .common.text import clean
from .debuggee.threads import UserThreads
from .debuggee.user_code import UserCode
from .dispatch.agent import Agent
from .dispatch.reception import Reception
from .dispatch.timers import Timers
from .link.channel import Channel
from .link.orphan import Orphan, end_group
from .link.sender import Sender
from .output import progress_bars
from .output.displays import Displays
from .output.figures import Figures
from .output.stdin import Stdin
from .output.streams import Streams
from .run import breakpoint_calls, fork, shown_stacks
from .run.cells import CellRunner
from .run.kernel_host import KernelHost
from .run.leaving import KernelEnd, Leaving
from .run.line_sampler import Sampler
from .run.main_module import furnish, new_main
from .run.main_thread import MainThread
from .run.shells.choice import make_shell
from .wire.messages import KernelState, LastRun, Start


def main(wire_fd: int, out_fd: int, err_fd: int, terminal_fd: int = -1) -> None:
    """Be a kernel until told to end, then exit the interpreter as a script does.

    `wire_fd` is the wire, `out_fd` and `err_fd` the reading ends of this process's descriptors 1 and 2.
    All three are closed and replaced. `terminal_fd`: what descriptors 0, 1 and 2 are to be; -1: they stay.
    """
    module, python, cwd = new_main(), _python(), getcwd()
    channel, threads = Channel(wire_fd), UserThreads()
    sender = Sender(channel)
    reception = Reception(sender.reply, end_group)
    channel.start(reception, threads.own)
    start = reception.wait_for_start()
    options, user_code, timers = ClientOptions(start), UserCode(start.notebook), Timers(threads.own)
    streams, stdin, displays, figures = _make_output(user_code, sender)
    host = KernelHost(
        vars(module),
        threads.main.inbox,
        streams,
        stdin,
        figures,
        state=lambda: _state(agent, host, python, cwd, orphan),
        redirect=lambda frame, exception: main_thread.takes_interrupt(frame, exception),
    )
    agent = Agent(host, start, options, sender, threads, user_code, timers.after)
    exit_if_idle = lambda: agent.is_at_rest and host.exit()  # noqa: E731
    orphan = Orphan(start, options, agent.server_lost, exit_if_idle, out_fd, err_fd)
    agent.idle_begins()
    agent.begin()
    reception.open(agent, orphan.live)
    _take_streams(streams, stdin, terminal_fd)
    furnish(module, start)
    breakpoint_calls.install(agent.watcher, streams, stdin, sender.send_note)
    sampler = Sampler(agent, streams)
    fork.install(agent, channel, streams, stdin, timers, sampler, orphan)
    _prepare_to_show(start, user_code, streams, displays, figures)
    shell = make_shell(start, module, host.hidden, displays, sender.send_note)
    cells = CellRunner(agent, host, shell, sampler, displays, figures)
    main_thread = MainThread(agent, host, cells)
    leave = Leaving(agent, host, timers, sampler, stdin, displays, shell).leave
    sys.exit(KernelEnd(agent.interrupts, streams, channel, orphan, leave).begin(main_thread.serve()))


def _take_streams(streams: Streams, stdin: Stdin, terminal_fd: int) -> None:
    if terminal_fd >= 0:
        streams.use_terminal(terminal_fd)
    else:
        stdin.install()
    streams.install()


def _make_output(user_code: UserCode, sender: Sender) -> tuple[Streams, Stdin, Displays, Figures]:
    streams = Streams(user_code.is_user)
    displays = Displays(streams, lambda: sender.has_server, sender.send_note)
    return streams, Stdin(sender.emit, streams.flush), displays, Figures(displays)


def _prepare_to_show(
    start: Start, user_code: UserCode, streams: Streams, displays: Displays, figures: Figures
) -> None:
    """Have stacks, values, plots and progress bars go where they are seen."""
    shown_stacks.install(user_code, displays.send_note)
    figures.install(start.plots)
    if not start.is_program:
        displays.install()
        progress_bars.install(streams.is_ours, displays.send_note, has_cells=start.has_cells)


def _python() -> list[str]:
    """Return the command that this interpreter was started with: itself and its options."""
    return [clean(it) for it in (sys.executable, *sys.orig_argv[1 : sys.orig_argv.index("-c")])]


def _state(agent: Agent, host: KernelHost, python: list[str], cwd: str, orphan: Orphan) -> KernelState:
    stopped = list(agent.parking.stops)
    told, last = None, host.last_run
    if last is not None:
        told = LastRun(last.id, last.filename, last.result, last.is_heard)
        last.is_heard = told.result is not None  # now it is
    ran, output, tracebacks = list(host.ran.values()), orphan.output, orphan.tracebacks
    notebook = agent.options.notebook
    return KernelState(agent.start, python, clean(cwd), ran, stopped, output, told, tracebacks, notebook)
