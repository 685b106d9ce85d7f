"""The programs that are debugged while they are timed. Each prints `RESULT <seconds>`."""

from dataclasses import dataclass
from pathlib import Path

_HEAD = "from time import perf_counter\n"

CALLS = (
    _HEAD
    + """
def add(a, b):
    return a + b

def elsewhere():
    return 1  # ELSEWHERE

def loop(n):
    total = 0
    for i in range(n):
        total = add(total, i)
    return total

loop(1000)
began = perf_counter()
loop({n})  # STEP
print("RESULT", perf_counter() - began, flush=True)
"""
)

HOT = (
    _HEAD
    + """
def hot(n):
    total = 0
    for i in range(n):
        if i < 0:
            total = -1  # NEVER
        total += i * i % 7  # HOT
    return total

hot(1000)
began = perf_counter()
hot({n})
print("RESULT", perf_counter() - began, flush=True)
"""
)

_TIMED = """
def never():
    return 0  # NEVER

from time import process_time  # other processes do not count
work(1000)
began = process_time()
work({n})
print("RESULT", process_time() - began, flush=True)
"""

WATCHED = {  # by what they are full of: code that holds no breakpoint, while one is set elsewhere
    "one-line functions": """
def f(i): return i + 1
def work(n):
    for i in range(n): f(i)
""",
    "one-line generators": """
def g(i): yield i
def work(n):
    for i in range(n):
        for j in g(i): pass
""",
    "long generators": """
def g(n):
    for i in range(n): yield i
def work(n):
    for i in g(n): pass
""",
    "comprehensions": """
def work(n):
    for i in range(n // 10):
        [j for j in range(5)]
        sum(j for j in range(5))
""",
    "recursion": """
def f(n): return 1 if n < 2 else f(n - 1) + f(n - 2)
def work(n):
    for i in range(n // 1000): f(15)
""",
    "async": """
import asyncio
async def f(i): return i
async def all(n):
    for i in range(n):
        await f(i)
        if i % 10 == 0: await asyncio.sleep(0)
def work(n): asyncio.run(all(n))
""",
    "exceptions in loops": """
def f(i): raise KeyError(i)
def work(n):
    for i in range(n):
        try: f(i)
        except KeyError: pass
""",
}


def watched(folder: Path, n: int) -> dict[str, "Program"]:
    """Write the programs of `WATCHED`, each with a function that is never called."""
    texts = {name: text + _TIMED for name, text in WATCHED.items()}
    return {name: write(folder, f"watched_{at}", texts[name], n=n) for at, name in enumerate(texts)}


STEPS = """
def work(n):
    a = 0
    for i in range(n):
        a += 1
        b = a * 2
        c = [a, b]
    return a

work({n})  # START
"""

SPIN = """
flag = [True]
n = 0
def spin():
    global n
    while flag:
        n += 1
        n -= 1  # SPIN
        n += 2
spin()
"""

SLEEP = """
import time
def wait():
    time.sleep(120)
wait()
"""

LIST = """
numbers = list(range(1_000_000))
print(len(numbers))  # LOOK
"""

LOGS = (
    _HEAD
    + """
def loop(n):
    for i in range(n):
        i += 0  # LOG
began = perf_counter()
loop({n})
print("RESULT", perf_counter() - began, flush=True)
"""
)

LINES = """
for i in range({n}):
    print("line", i)
"""

THREADS = """
import threading
def busy():
    while True:
        sum(range(100))
for _ in range(4):
    threading.Thread(target=busy, daemon=True).start()
def work():
    a = 0
    for i in range(1000):
        a += 1
        b = a
work()  # START
"""


@dataclass(frozen=True)
class Program:
    path: Path

    def line(self, marker: str) -> int:
        """Return the line that ends in `# marker`."""
        lines = self.path.read_text().splitlines()
        return next(n for n, text in enumerate(lines, 1) if text.endswith(f"# {marker}"))


def write(folder: Path, name: str, text: str, **values: object) -> Program:
    path = folder / f"{name}.py"
    path.write_text(text.replace("{n}", str(values.get("n", ""))))
    return Program(path)


def big_notebook(folder: Path, cells: int) -> Program:
    path = folder / f"cells_{cells}.py"
    path.write_text(
        "".join(f"# %% cell {n}\nx{n} = {n}\ny{n} = x{n} + 1\nprint(y{n})\n" for n in range(cells))
    )
    return Program(path)
