"""Programs that leave something to do for the interpreter's end, and what Python itself makes of them."""

import re
import subprocess
from pathlib import Path
from textwrap import dedent

PARTS = {
    "open": """
        left_open = open("open.txt", "w")
        left_open.write("kept")
        """,
    "print(file=)": """
        printed_to = open("print.txt", "w", buffering=8192)
        print("kept", file=printed_to)
        """,
    "csv": """
        import csv
        rows = csv.writer(open("rows.csv", "w", newline=""))
        rows.writerow(["a", 1])
        """,
    "gzip": """
        import gzip
        zipped = gzip.open("kept.gz", "wt")
        zipped.write("kept" * 100)
        """,
    "zipfile": """
        import zipfile
        archive = zipfile.ZipFile("kept.zip", "w")
        archive.writestr("inside.txt", "kept")
        """,
    "shelve": """
        import shelve
        shelf = shelve.open("shelf", writeback=True)
        shelf["kept"] = [1]
        shelf["kept"].append(2)
        """,
    "sqlite": """
        import sqlite3
        database = sqlite3.connect("kept.sqlite", isolation_level=None)
        database.execute("create table kept (n)")
        database.execute("insert into kept values (1)")
        """,
    "tempfile": """
        import os, tempfile
        folder = tempfile.TemporaryDirectory(dir=os.getcwd())
        named = tempfile.NamedTemporaryFile(dir=os.getcwd())
        """,
    "destructors": """
        class Told:
            def __init__(self, name):
                self.name = name
            def __del__(self):
                print("the end of", self.name)
        first, second = Told("first"), Told("second")
        first.other, second.other = second, first
        alone = Told("one alone")
        """,
    "generators": """
        def numbers():
            try:
                yield 1
            finally:
                print("the generator's end")
        generator = numbers()
        next(generator)
        """,
    "finalize": """
        import weakref
        class Finalized: ...
        finalized = Finalized()
        weakref.finalize(finalized, print, "finalized")
        """,
    "logging": """
        import logging, logging.handlers
        logger = logging.getLogger("kept")
        logger.setLevel("INFO")
        logger.addHandler(logging.FileHandler("kept.log"))
        logger.addHandler(logging.handlers.MemoryHandler(100, target=logging.FileHandler("memory.log")))
        logger.info("kept")
        """,
    "threads": """
        import threading
        def last_words():
            threading.main_thread().join()
            with open("thread.txt", "w") as file:
                file.write("kept")
        threading.Thread(target=last_words).start()
        daemon = threading.Thread(target=threading.Event().wait, daemon=True)
        daemon.start()
        """,
    "futures": """
        from concurrent.futures import ThreadPoolExecutor
        def written(name):
            with open(name, "w") as file:
                file.write("kept")
        futures = [ThreadPoolExecutor(1).submit(written, "future.txt")]
        """,
    "multiprocessing": """
        import multiprocessing
        def child():
            with open("child.txt", "w") as file:
                file.write("kept")
        if __name__ == "__main__":
            multiprocessing.get_context("fork").Process(target=child).start()
        """,
    "atexit": """
        import atexit
        atexit.register(print, "the first to register")
        atexit.register(print, "the last to register")
        """,
    "local names": """
        def kept_in_a_frame():
            inside = open("frame.txt", "w")
            inside.write("kept")
            return lambda: inside
        holds = kept_in_a_frame()
        """,
    "the interpreter's names": """
        import builtins, sys
        class Last:
            def __del__(self):
                print("last words", sys is not None, open is not None, len([1]))
        sys.kept_here = Last()
        builtins.kept_here = Last()
        """,
}

HELD = """
def leave(how):
    held = open("held.txt", "w")
    held.write("kept")
    how()
"""
ENDS = {
    "the end of the file": "",
    "sys.exit": "import sys\nsys.exit(3)",
    "a text for an exit code": "import sys\nsys.exit('sorry')",
    "SystemExit in a function": f"{HELD}leave(exit)",
    "an error": "raise ValueError('no')",
    "an error in a function": f"{HELD}leave(lambda: 1 / 0)",
    "an error that holds another": """
try:
    1 / 0
except ZeroDivisionError as error:
    kept_error = error
raise RuntimeError from kept_error
""",
    "exit in a thread": "import threading\nthreading.Thread(target=exit).start()",
    "what atexit reads": """
import atexit, sys
atexit.register(lambda: print(type(getattr(sys, "last_value", None)).__name__))
1 / 0
""",
}

# What is held by `builtins` keeps all names alive until there is no `print` any more.
EVERYTHING = "".join(dedent(it) for name, it in PARTS.items() if name != "the interpreter's names")


def ended(python: str, folder: Path, *command: str) -> tuple[int, str, str, dict[str, int | bytes]]:
    """Run a program without a debugger; return its exit code, output, errors, and the files it leaves."""
    done = subprocess.run([python, *command], cwd=folder, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, without_addresses(done.stderr, folder), files(folder)


def without_addresses(errors: str, folder: Path) -> str:
    """Return what a program in `folder` wrote to stderr, as every run of it in any folder does.

    Without the frames of `python -m` as well, which show in tracebacks only where Python itself runs it, and
    without the numbers of descriptors: libffi keeps a file open where it has static trampolines, once C calls
    Python by `ctypes`, as it does for us.
    """
    errors = re.sub(r' *File "<frozen runpy>".*\n', "", errors.replace(str(folder), ""))
    return re.sub(r"(0x|\bfd=)[0-9a-f]+", r"\1", errors)


def files(folder: Path) -> dict[str, int | bytes]:
    """Return the content of each file but programs; of databases, whose bytes vary, the size."""
    found: dict[str, int | bytes] = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc", ".sock"):
            is_exact = path.suffix in (".txt", ".csv", ".log")
            name = path.relative_to(folder).as_posix()
            found[name] = path.read_bytes() if is_exact else path.stat().st_size
    return found
