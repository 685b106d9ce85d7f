"""The thread that waits for debuggers in a program of the user's. Standard library only, and little of that.

It runs what it is told to run: whoever connects is of the same user, who may do anything with this process
anyway. So it need not be of the same version as the debugger that comes. On a connection come the length of
a text (4 bytes, big-endian) and a text of Python; back goes the string that the text has left as `answer`,
or the error that it ended with. `kernels/process/listening.py` is at the other end.

Process P listens at `python-P.sock` (mode 0600) in the runtime folder, then announces itself by
`python-P.json` (0600, written as `python-P.json.tmp` and renamed). Both stay when it ends: whoever looks
there next removes them.
"""

import _socket
import _thread
import json
import os
import stat
import struct
import sys
import time
import warnings
from contextlib import suppress

LISTENER = "_dap_kernel_listener"  # in the names of the text: the ident of this thread
MAX_PATH = 104  # bytes of a Unix socket's path, macOS's limit
MAX_TEXT = 2**20  # bytes
PATIENCE_S = 5.0  # with one who has connected
AGAIN_S = 1.0  # after which it is tried again when the system has no descriptor left

_listens: set[int] = set()  # process ids: a forked child has its parent's


def start() -> None:
    """Wait for debuggers from now on, unless this process does already. Warns where that cannot be."""
    pid = os.getpid()
    if pid in _listens:
        return
    _listens.add(pid)
    try:
        folder = _folder()
        listener = _listen(f"{folder}/python-{pid}.sock")
        _announce(f"{folder}/python-{pid}.json")
        _thread.start_new_thread(_wait, (listener,))
    except (OSError, AttributeError, RuntimeError) as error:  # AttributeError: a system without Unix sockets
        _listens.discard(pid)
        warnings.warn(f"no debugger can attach to process {pid}: {error}", RuntimeWarning, stacklevel=3)


def _folder() -> str:
    """Return the private runtime folder, made if need be. `runtime_folder` of the debugger does the same."""
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = f"{base}/dap_kernel" if os.path.isabs(base) else f"/tmp/dap_kernel-{os.getuid()}"
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    found = os.lstat(folder)
    is_private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    if not is_private:
        raise OSError(f"{folder} must be a folder of yours that is closed to others: chmod 700 it")
    return folder


def _listen(path: str) -> _socket.socket:
    if len(os.fsencode(path)) >= MAX_PATH:
        raise OSError(f"the path is too long for a socket: {path}")
    with suppress(FileNotFoundError):
        os.unlink(path)  # of an earlier process of this id, in a folder that is ours alone
    listener = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    listener.bind(path)
    os.chmod(path, 0o600)
    listener.listen(4)
    return listener


def _announce(path: str) -> None:
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    announcement = {
        "pid": os.getpid(),
        "started": _started(),
        "file": os.path.abspath(main) if isinstance(main, str) else "",
        "executable": sys.executable,
        "version": ".".join(map(str, sys.version_info[:3])),
        "since": time.time(),
    }
    fd = os.open(f"{path}.tmp", os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    try:
        os.write(fd, json.dumps(announcement).encode())
    finally:
        os.close(fd)
    os.rename(f"{path}.tmp", path)


def _started() -> int | None:
    """Return when this process started, in clock ticks since the system's start; None: not told."""
    try:
        with open("/proc/self/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return None


def _wait(listener: _socket.socket) -> None:
    _take_no_signals()
    while True:
        try:
            fd, _ = listener._accept()  # type: ignore[attr-defined]  # `_socket` is `socket` without its Python half
        except OSError:
            if listener.fileno() < 0:
                return
            time.sleep(AGAIN_S)
            continue
        connection = _socket.socket(fileno=fd)
        with suppress(Exception):  # of this connection: the next is served all the same
            _serve(connection)
        connection.close()


def _take_no_signals() -> None:
    """Leave signals to the program's own threads: whoever waits in C is woken by them."""
    import signal

    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def _serve(connection: _socket.socket) -> None:
    connection.settimeout(PATIENCE_S)
    if not _is_same_user(connection):
        return
    size = int.from_bytes(_read(connection, 4), "big")
    if size > MAX_TEXT:
        return
    text = _read(connection, size).decode()
    names: dict[str, object] = {"__name__": "dap_kernel", LISTENER: _thread.get_ident()}
    try:
        exec(compile(text, "<dap_kernel>", "exec"), names)
        answer = str(names.get("answer", ""))
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    connection.sendall(answer.encode("utf-8", "backslashreplace"))


def _read(connection: _socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _is_same_user(connection: _socket.socket) -> bool:
    if not hasattr(_socket, "SO_PEERCRED"):
        return True  # the folder lets nobody else in
    size = struct.calcsize("3i")
    _, uid, _ = struct.unpack("3i", connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, size))
    return bool(uid == os.getuid())
