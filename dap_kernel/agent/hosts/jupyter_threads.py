"""The threads of an ipykernel: which are its own, and ours among them, as its own debugger takes them."""

import threading
from _thread import get_ident
from collections.abc import Callable

_MODULES = ("ipykernel", "IPython", "zmq")  # of the classes of its threads
_NAMES = {"IOPub", "Control", "Heartbeat", "Shell channel"}
_SUBSHELL = "ipykernel.subshell"  # whose threads run cells


def service_threads() -> set[int]:
    """Return the idents of the threads that are the kernel's own, and run no cells."""
    return {it.ident for it in threading.enumerate() if it.ident and _is_service(it)}


def unseen_by_debuggers(work: Callable[[], None]) -> None:
    """Do a thread's work so that pydevd, which may be in the process, takes the thread for one of its own.

    It suspends all others, also those that `threading` does not know. Source: pydevd of debugpy 1.8,
    `is_pydev_daemon_thread` and `pydev_do_not_trace`.
    """
    thread = threading.current_thread()
    vars(thread).update(_name="dap_kernel", is_pydev_daemon_thread=True, pydev_do_not_trace=True)
    try:
        work()
    finally:
        threading._active.pop(get_ident(), None)  # type: ignore[attr-defined]  # until 3.13 it would stay


def _is_service(thread: threading.Thread) -> bool:
    module = type(thread).__module__
    return thread.name in _NAMES or (module.startswith(_MODULES) and module != _SUBSHELL)
