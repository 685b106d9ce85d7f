"""The command line of `debug`, and the launch arguments it stands for. Nothing is started here."""

import argparse
import os
import re
from collections.abc import Sequence
from typing import Any, get_args

import msgspec

from ..protocol.notebook import FormatName
from .breakpoint_places import BadPlace, BreakpointPlace, parse_place

DESCRIPTION = "Debug a marimo, Jupyter or percent notebook, or a script, in this terminal."
EPILOG = """\
The commands are pdb's, and `help` lists them. On a terminal there is completion, and a history. Otherwise
commands are read from standard input, a line each; at its end the session ends. The exit status is 0, that
of the script where the session ends with it, 2 for wrong usage, 3 if the server died.

Ctrl-C while the program runs stops it where it is; once more interrupts it (KeyboardInterrupt); a third
time ends the session."""


class Options(msgspec.Struct, frozen=True):
    """What the user asked for."""

    launch: dict[str, Any]
    breakpoints: list[BreakpointPlace]
    commands: list[str]
    exceptions: list[str] | None  # filters; None: those that are on by default
    log: str | None
    program: str | None = None  # absolute
    wants_colours: bool = True


def parse(given: Sequence[str]) -> Options:
    """Return the options; leaves with status 2 and a word on stderr when they are wrong."""
    own, args = list(given), []
    if "--" in own:
        at = own.index("--")
        own, args = own[:at], own[at + 1 :]
    parser = make_parser()
    parsed = parser.parse_args(own)
    if (parsed.notebook is None) == (parsed.module is None):
        parser.error("give a NOTEBOOK, or -m MODULE")
    program = None if parsed.notebook is None else os.path.abspath(parsed.notebook)
    problem = _problem(parsed, program)
    if problem:
        parser.error(problem)
    return Options(
        launch_arguments(parsed, program, args),
        parsed.breakpoint,
        parsed.command,
        parsed.exceptions,
        parsed.log,
        program,
        not os.environ.get("NO_COLOR"),
    )


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `dap-kernel debug`; the program's arguments behind `--` are cut off before."""
    parser = argparse.ArgumentParser(
        prog="dap-kernel debug",
        usage="%(prog)s [options] (NOTEBOOK | -m MODULE) [-- ARGUMENT ...]",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("notebook", metavar="NOTEBOOK", nargs="?", help=".py or .ipynb")
    add("-m", dest="module", metavar="MODULE", help="debug a module, as `python -m` runs it")
    add(
        "-b",
        "--break",
        dest="breakpoint",
        metavar="WHERE",
        action="append",
        default=[],
        type=_place,
        help="set a breakpoint: LINE, CELL.LINE, FILE:LINE or FUNCTION, then perhaps :CONDITION",
    )
    add("-c", dest="command", metavar="COMMAND", action="append", default=[], help="a command to begin with")
    add(
        "--exceptions",
        metavar="FILTERS",
        type=_filters,
        help="stop on exceptions: raised, uncaught, userUnhandled, separated by commas; or none",
    )
    add("--log", metavar="FILE", help="have the server log everything to FILE")
    _add_launch_options(parser.add_argument_group("what to launch, and how"))
    return parser


def _add_launch_options(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--python", metavar="PATH", help="the Python that runs it")
    add("--cwd", metavar="FOLDER", help="the folder it runs in")
    add(
        "--run",
        metavar="WHICH",
        type=_run,
        help="all, none, above:LINE, below:LINE, at:LINE, or CELL,CELL...",
    )
    add("--when-done", choices=("stay", "end"), help="when all has run (stay for notebooks, end for scripts)")
    add("--on-restart", choices=("kernel", "stale", "all"), help="a fresh kernel, or the same one again")
    add("--stop-on-entry", action="store_true", help="stop at the first line")
    add("--no-just-my-code", action="store_true", help="step into libraries too")
    add("--env", metavar="NAME=VALUE", type=_variable, action="append", default=[], help="NAME alone unsets")
    add("--env-file", metavar="FILE", help="more of the environment, a NAME=VALUE a line")
    add("--format", choices=get_args(FormatName), help="take the file for this, whatever it looks like")
    add("--plots", choices=("inline", "window"), help="where figures go")


def launch_arguments(parsed: argparse.Namespace, program: str | None, args: Sequence[str]) -> dict[str, Any]:
    """Return the arguments of `launch`: what was not asked for is left to the server."""
    wanted = {
        "program": program,
        "module": parsed.module,
        "args": list(args),
        "python": parsed.python,
        "cwd": os.path.abspath(parsed.cwd or ".") if parsed.cwd or parsed.module else None,
        "run": parsed.run,
        "whenDone": parsed.when_done,
        "onRestart": parsed.on_restart,
        "stopOnEntry": parsed.stop_on_entry,
        "env": dict(parsed.env),
        "envFile": parsed.env_file and os.path.abspath(parsed.env_file),
        "format": parsed.format,
        "plots": parsed.plots,
    }
    launch = {key: it for key, it in wanted.items() if it}
    if parsed.no_just_my_code:
        launch["justMyCode"] = False
    return launch | {"notebookEvents": True, "liveLine": "off", "orphanTimeout": 0}


def _problem(parsed: argparse.Namespace, program: str | None) -> str | None:
    if program is not None:
        if not os.path.exists(program):
            return f"there is no file {parsed.notebook}"
        if not os.path.isfile(program):
            return f"{parsed.notebook} is no file"
        if not os.access(program, os.R_OK):
            return f"{parsed.notebook} cannot be read"
    elif any(it.needs_program for it in parsed.breakpoint):
        return "with -m, breakpoints are FILE:LINE or FUNCTION"
    if parsed.cwd and not os.path.isdir(parsed.cwd):
        return f"there is no folder {parsed.cwd}"
    if parsed.env_file and not os.path.isfile(parsed.env_file):
        return f"there is no file {parsed.env_file}"
    return None


def _place(text: str) -> BreakpointPlace:
    try:
        return parse_place(text)
    except BadPlace as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _run(text: str) -> str | dict[str, Any]:
    if text in ("all", "none"):
        return text
    if found := re.fullmatch(r"(above|below|at):([1-9]\d*)", text):
        return {found[1]: int(found[2])}
    return {"cells": [int(it) if it.isdecimal() else it for it in text.split(",") if it]}


def _variable(text: str) -> tuple[str, str | None]:
    name, equals, value = text.partition("=")
    if not name:
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE")
    return name, value if equals else None


def _filters(text: str) -> list[str]:
    filters = [] if text == "none" else text.split(",")
    for it in filters:
        if it not in ("raised", "uncaught", "userUnhandled"):
            raise argparse.ArgumentTypeError(f"there is no exception filter {it!r}")
    return filters
