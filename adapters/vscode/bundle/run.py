"""Runs the debugger that the extension carries: `python -I -S run.py OWN COMMAND ...`.

Any Python 3 must be able to read this text: one that is too old is told so. `-I -S` keep away all that is the
user's: variables, packages, `sitecustomize`, the folder that an editor is in. Kernels get none of `sys.path`.

OWN is a folder of the extension's, where msgspec is installed for a Python that the bundle has none for. The
command `probe` says in JSON what this Python is, and why the debugger cannot run on it.
"""

# ruff: noqa: UP031  # what an old Python reads

import os
import sys

BUNDLE = os.path.dirname(os.path.abspath(__file__))
OLDEST = (3, 11)


def main():
    own = sys.argv.pop(1)
    if sys.argv[1:] == ["probe"]:
        import json

        print(json.dumps(probe(own)))
        return 0
    if unfit():
        sys.stderr.write("dap-kernel: %s %s\n" % (sys.executable, unfit()))
        return 2
    sys.path[:0] = folders(own)
    from dap_kernel.cli import main as run

    return run()


def probe(own):
    """Return what is told of this Python.

    Its version; `unfit`: why it will not do, half a sentence; or `missing`: the folder of an environment that
    could have msgspec for it, and the `error` without it.
    """
    told = {"version": "%d.%d.%d" % sys.version_info[:3]}
    if unfit():
        told["unfit"] = unfit()
        return told
    sys.path[:0] = folders(own)
    try:
        import msgspec.json
    except ImportError as error:
        told["missing"] = environment(own)
        told["error"] = str(error)
    else:
        msgspec.json.decode(b"[]")
    return told


def unfit():
    if sys.platform == "win32":
        return "is on Windows, where the debugger does not run: use it in WSL, in a container, or over SSH"
    if sys.version_info < OLDEST:
        return "is Python %d.%d; 3.11 or later is needed" % sys.version_info[:2]
    if sys.implementation.name != "cpython":
        return "is no CPython, which is needed"
    return ""


def folders(own):
    """Return where the packages are. What was installed for this Python is there for want in the bundle."""
    installed = os.path.join(environment(own), "lib/python%d.%d/site-packages" % sys.version_info[:2])
    is_there = os.path.isdir(os.path.join(installed, "msgspec"))
    return [os.path.join(BUNDLE, "lib"), installed if is_there else os.path.join(BUNDLE, system())]


def environment(own):
    """Return the folder of the environment for this kind of Python: what is compiled is of one alone."""
    from importlib.machinery import EXTENSION_SUFFIXES

    with open(os.path.join(BUNDLE, "msgspec.txt"), encoding="utf-8") as pinned:
        version = pinned.readline().partition("==")[2].split()[0]
    return os.path.join(own, "msgspec-" + version + EXTENSION_SUFFIXES[0].rpartition(".")[0] + machine())


def system():
    """Return the folder of the bundle for this system. On Linux a compiled module's name says whose it is."""
    return sys.platform + machine()


def machine():
    return "-" + os.uname().machine if sys.platform == "darwin" else ""


if __name__ == "__main__":
    sys.exit(main())
