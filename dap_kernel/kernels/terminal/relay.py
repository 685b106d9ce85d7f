"""What runs in a client's terminal, so that the kernel can have it: `python -I relay.py SOCKET`.

It opens its terminal and gives the server the descriptor, over the Unix socket (SCM_RIGHTS, with one byte,
"T"); then it passes on what the terminal tells its foreground process: "I" for Ctrl-C, "W" for another size
of the window. It leaves, with the terminal as it was, when the server closes the socket. Imported by nobody.
"""

import os
import select
import signal
import socket
import sys
import termios

TELLS = {signal.SIGINT: b"I", signal.SIGWINCH: b"W"}
IGNORED = (signal.SIGTSTP, signal.SIGQUIT, signal.SIGTTIN, signal.SIGTTOU)


def main(path: str) -> int:
    """Return the exit status: 0, or 1 where there is no terminal or nobody who wants it."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        server.connect(path)
    except OSError as error:
        print(f"dap-kernel: the debug session that wanted this terminal is gone: {error}", file=sys.stderr)
        return 1
    try:
        terminal = os.open(os.ttyname(0), os.O_RDWR | os.O_NOCTTY)
    except OSError as error:
        print(f"dap-kernel: this is no terminal: {error}", file=sys.stderr)
        return 1  # the server sees that we leave without one
    before = termios.tcgetattr(terminal)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in TELLS:
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the terminal is closed; nohup may have it ignored
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    socket.send_fds(server, [b"T"], [terminal])
    try:
        _pass_on(server, reading)
    except OSError:  # the server was killed
        pass
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return 0


def _pass_on(server: socket.socket, signals: int) -> None:
    while True:
        ready, _, _ = select.select([server.fileno(), signals], [], [])
        if server.fileno() in ready and not server.recv(64):
            return
        if signals in ready:
            for number in os.read(signals, 64):
                server.sendall(TELLS.get(signal.Signals(number), b""))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
