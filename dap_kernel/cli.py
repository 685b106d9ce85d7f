"""The command line. It knows the subcommands and loads each one's code only when it is asked for."""

import argparse
import gc
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server.serve.listen import Endpoint

DAP = """\
Without --pipe and --listen, the server speaks on stdin and stdout, as editors start it. On a socket it
serves one client after another. A client is trusted if the system says that it is the same user; as root,
or beyond this machine, launch and attach must carry the token as "token"."""


WINDOWS = "it does not run on Windows: use it in WSL, in a container, or on another machine over SSH"
STATE_S = 1.0  # for a process to say whether it is debugged
LSP = """\
A language server on stdin and stdout: lenses to run and debug cells, live values, diagnostics. It finds the
debug session of each notebook that is open by itself. Needs pygls 2, the extra "lsp"."""


def main(args: Sequence[str] | None = None) -> int:
    """Run a subcommand; return the exit status: 0 well, 2 for wrong usage."""
    if sys.platform == "win32":  # before anything is imported that is not there
        print(f"dap-kernel: {WINDOWS}", file=sys.stderr)
        return 2
    given = list(sys.argv[1:] if args is None else args)
    if given[:1] == ["listen"]:  # first: from here on this is the user's program
        from .run_listening import run_script

        return run_script(given[1:])
    if args is None:
        _be_of_utf8()
    at = given.index("debug") if "debug" in given else -1
    if at == 0 or (at > 0 and given[0].partition("=")[0] == "--log"):
        from .console.main import main as debug

        return debug([*given[:at], *given[at + 1 :]])
    parsed = parser().parse_args(given)
    if not _log(getattr(parsed, "log", None)):
        return 2
    run = {"kernels": _kernels, "lsp": _lsp, "dap": _dap}[parsed.command]
    try:
        return run(parsed)
    except KeyboardInterrupt:
        return 0


def _be_of_utf8() -> None:
    """Begin anew in Python's UTF-8 mode where paths would be of another encoding: messages' are of UTF-8."""
    if sys.getfilesystemencoding() != "utf-8" and "utf8" not in sys._xoptions:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def parser() -> argparse.ArgumentParser:
    """Return the parser of `dap-kernel`. What stands behind `debug` has a parser of its own."""
    logged = argparse.ArgumentParser(add_help=False)
    logged.add_argument("--log", metavar="FILE", default=argparse.SUPPRESS, help="log everything to FILE")
    top = argparse.ArgumentParser(
        prog="dap-kernel",
        description="Debug notebooks and scripts from any Debug Adapter Protocol client.",
        parents=[logged],
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and leave")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    dap = commands.add_parser("dap", help="serve a DAP client", description=DAP, parents=[logged])
    _add_places(dap)
    commands.add_parser("debug", help="debug in this terminal", add_help=False)
    commands.add_parser("listen", help="run a script that a debugger may attach to", add_help=False)
    lsp = commands.add_parser("lsp", help="serve an LSP client", description=LSP, parents=[logged])
    lsp.add_argument("--stdio", action="store_true", help="the default, which some clients name")
    kernels = commands.add_parser(
        "kernels", help="list what an editor can attach to, or stop kernels that wait", parents=[logged]
    )
    kernels.add_argument("--stop", metavar="ID", help='end the kernel ID of our own, or "all" of them')
    return top


def _add_places(dap: argparse.ArgumentParser) -> None:
    place = dap.add_mutually_exclusive_group()
    place.add_argument("--pipe", metavar="PATH", help="listen on a Unix socket at PATH")
    place.add_argument(
        "--listen", metavar="HOST:PORT", type=_address, help="listen on TCP; port 0: any free one"
    )
    token = dap.add_mutually_exclusive_group()
    token.add_argument("--token-file", metavar="FILE", help="the token, in a file that is yours alone (0600)")
    token.add_argument("--token-fd", metavar="N", type=int, help="the token, on an inherited file descriptor")
    dap.add_argument(
        "--own-python",
        action="store_true",
        help="run a notebook that names no Python on the server's own, not on the first python3 on the path",
    )
    dap.add_argument("--once", action="store_true", help="on a socket: leave after the first client")


def _address(text: str) -> tuple[str, int]:
    from .server.serve.listen import parse_address

    try:
        return parse_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"dap-kernel {version('dap-kernel')}")
        parser.exit()


def endpoint(parsed: argparse.Namespace) -> "Endpoint":
    """Return where the arguments of `dap` say the server is to be reached."""
    from .server.serve.listen import Endpoint

    return Endpoint(parsed.pipe, parsed.listen, parsed.token_file, parsed.token_fd, parsed.once)


def _dap(parsed: argparse.Namespace) -> int:
    from functools import partial

    gc.disable()  # what is loaded stays: to look for garbage among it takes a twentieth of a start
    _load_asyncio()
    from .server.assembly import assemble
    from .server.serve.listen import run
    from .server.serve.security import SecurityError

    gc.freeze()
    gc.enable()
    try:
        return run(endpoint(parsed), partial(assemble, prefers_own_python=parsed.own_python))
    except SecurityError as error:
        print(f"dap-kernel: {error}", file=sys.stderr)
        return 2


def _load_asyncio() -> None:
    """Load it as a Python without `ssl` does: we speak no TLS, and `ssl` is a tenth of what a start loads."""
    if "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]
        import asyncio  # noqa: F401

        del sys.modules["ssl"]


def _lsp(parsed: argparse.Namespace) -> int:
    try:
        from .lsp.main import run
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        needed = f'{sys.executable} -m pip install "pygls>=2"'
        print(f"dap-kernel: the language server needs pygls 2: {needed}", file=sys.stderr)
        return 2
    return run()


def _kernels(parsed: argparse.Namespace) -> int:
    from .kernels.errors import RuntimeFolderError
    from .kernels.runtime.announcements import runtime_folder, stop_by_id

    try:
        folder = runtime_folder()
    except RuntimeFolderError as error:
        print(f"dap-kernel: {error}", file=sys.stderr)
        return 2
    if parsed.stop is None:
        return _list_kernels()
    stopped = stop_by_id(folder, parsed.stop)
    for it in stopped:
        print(_on_a_line(it.id, it.notebook, "stopped"))
    if not stopped and parsed.stop != "all":
        print(f"dap-kernel: no kernel {parsed.stop!r} waits", file=sys.stderr)
        return 2
    return 0


def _list_kernels() -> int:
    import asyncio
    import time

    from .kernels.reachable import reachable

    async def states() -> list[str]:
        return await asyncio.gather(*(it.tell_state(STATE_S) for it in found))

    found, now = reachable(), time.time()
    if not found:
        print("no kernel waits", file=sys.stderr)
        return 0
    for it, state in zip(found, asyncio.run(states()), strict=True):
        told = it.host, state, _age(now - it.since), f"Python {it.version}", it.executable
        print(_on_a_line(it.id, it.runs, *told))
    return 0


def _age(seconds: float) -> str:
    """Return a length of time in words, by its greatest unit."""
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds // unit:.0f} {name}"
    return f"{max(seconds, 0):.0f} s"


def _on_a_line(*fields: str) -> str:
    """Return fields for a terminal, whatever is in them."""
    text = "\t".join("".join(it if it.isprintable() else "?" for it in field) for field in fields)
    encoding = sys.stdout.encoding or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _log(path: str | None) -> bool:
    """Log warnings to stderr, or all there is to a file of this user's alone. False: none, which is said."""
    if path is None:
        logging.basicConfig(level=logging.WARNING, format="dap-kernel: %(levelname)s: %(message)s")
        return True
    from .log_file import LogError, open_log

    form = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    try:
        logging.basicConfig(level=logging.DEBUG, format=form, stream=open_log(path))
    except LogError as error:
        print(f"dap-kernel: {error}", file=sys.stderr)
        return False
    logging.getLogger("pygls").setLevel(logging.WARNING)  # it logs messages whole, with the values in them
    return True
