"""`import dap_kernel.listen`, in any program: from then on a debugger of the same user may attach to it.

One thread waits at a Unix socket in the private runtime folder; nothing else of the process is changed, and
nothing of the debugger is loaded before somebody attaches. To import it twice does nothing more. A process
that was forked since does not listen: have it call `dap_kernel.listen.waiting.start()`.
"""

from .waiting import start

start()
