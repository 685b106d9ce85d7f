"""A call on a main thread that waits in C, from another thread, without a signal handler of Python's there.

`signal.signal` works on the main thread alone, and one that sleeps does not come by to call it. So a signal
that Python has no handler for is sent there by Python's own handler in C: the wait ends with EINTR, CPython
finds nobody to call, reports that to `sys.unraisablehook`, on the main thread, and goes on waiting.

CPython: `PyOS_getsig`, `PyOS_setsig` and, in `PyErr_CheckSignals`, "ignored due to race condition"; checked
with 3.11.7, 3.12.1, 3.13.0 and 3.14.8. Survived: another error is reported meanwhile, which is passed on; the
hook is replaced, or the main thread never comes by, and then nothing is called; the call comes when nobody
wants it any more, which it finds out for itself. Racing test: `test_what_hangs_in_c_is_paused_at_once`.
"""

import ctypes
import signal
import sys
from _thread import get_ident
from collections.abc import Callable
from typing import Any

_api: Any = ctypes.PyDLL(None, handle=ctypes.pythonapi._handle)  # its types are not the user's
_api.PyOS_getsig.argtypes = [ctypes.c_int]
_api.PyOS_getsig.restype = ctypes.c_void_p
_api.PyOS_setsig.argtypes = [ctypes.c_int, ctypes.c_void_p]
_api.PyOS_setsig.restype = ctypes.c_void_p

_UNHANDLED = "ignored due to race condition"
_IGNORE = 1  # SIG_IGN


def call_on_main_thread(ident: int, call: Callable[[], None]) -> bool:
    """Have `call`, which may set a handler of SIGURG, called on the main thread soon; its ident is `ident`.

    False: that cannot be, since SIGINT is ignored, or SIGURG is somebody's.
    """
    handler = _api.PyOS_getsig(signal.SIGINT)
    if not handler or handler == _IGNORE or _api.PyOS_getsig(signal.SIGURG):
        return False
    before = sys.unraisablehook

    def hook(args: Any) -> None:
        if get_ident() == ident and type(args.exc_value) is OSError and _UNHANDLED in str(args.exc_value):
            if sys.unraisablehook is hook:
                sys.unraisablehook = before
            call()
        else:
            before(args)

    sys.unraisablehook = hook
    _api.PyOS_setsig(signal.SIGURG, handler)
    signal.pthread_kill(ident, signal.SIGURG)
    return True
