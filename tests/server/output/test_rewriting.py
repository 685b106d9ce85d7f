"""Lines that are written over: tables of what comes, piece by piece, and what is shown of it."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from dap_kernel.server.output.rewriting import Rewriting

UP, CLEAR, HIDE, SHOW = "\x1b[A", "\x1b[2K", "\x1b[?25l", "\x1b[?25h"
TABLE = {
    ("plain\n", "more", " and\n"): "plain\nmore and\n",
    ("one\r\ntwo\r\n",): "one\ntwo\n",
    ("one", "\r\ntwo"): "one\ntwo",
    ("one\r", "\ntwo"): "one\ntwo\n",
    ("\r1%", "\r20%", "\r3%", "\n", "done\n"): "3%%\ndone\n",
    ("10%\r", "20%\r", "30%\r"): "30%\n",
    ("abc\b\bXY\n",): "aXY\n",
    ("\b\ba\n",): "a\n",
    ("shown", "\rover\n"): "shown\nover\n",
    ("\r5", "0", "%", "\n"): "50%\n",
    ("before\n50%\r100%\nafter\n",): "before\n100%\nafter\n",
    ("long line\rshort\x1b[K\n",): "short\n",
    ("long line\x1b[5D\x1b[1K\n",): "     line\n",
    ("long line\x1b[1GL\x1b[3CL\n",): "LongLline\n",
    (f"one\ntwo{UP}\rONE\n\n",): "ONE\ntwo\n",
    ("one\n\r", "two", UP, "\rONE", "\n", "\rTWO", UP, "\r"): "ONE\nTWO\n",
    (f"a\nb\nc{UP}{UP}\r\x1b[Jd\n",): "d\n",
    (f"{HIDE}a\nb\nc", f"\r{CLEAR}{UP}{CLEAR}{UP}{CLEAR}A\nB\nC\nD", f"\n{SHOW}"): "A\nB\nC\nD\n",
    (f"{HIDE}work", f"\r{CLEAR}note\nwork", f"\r{CLEAR}", "\n", f"{SHOW}\r{UP}{CLEAR}"): "note\n",
    ("\x1b[31m50%\r\x1b[32m100%\x1b[0m done\n",): "\x1b[32m100%\x1b[0m done\n",
    ("\x1b[31mred\x1b[0m\n",): "\x1b[31mred\x1b[0m\n",
    ("\r\x1b[1;38;5;208mA\x1b[22mB\x1b[49;39mC\n",): "\x1b[1;38;5;208mA\x1b[0m\x1b[38;5;208mB\x1b[0mC\n",
    ("日本語\x1b[4Dxx\n",): "日xx語\n",
    ("日本語\x1b[3Dx\n",): "日 x語\n",
    ("日本語\x1b[2Gx\n",): " x本語\n",
    ("e\u0301a\b\bo\n",): "oa\n",
    ("\r日\u3099本\x1b[1Kx\n",): "    x\n",
    ("\r\x1b[38;2;1;2;3;4ma\x1b[38:5:9mb\n",): "\x1b[38;2;1;2;3;4ma\x1b[0m\x1b[38:5:9;4mb\x1b[0m\n",
}


def shown(pieces: tuple[str, ...]) -> str:
    rewriting = Rewriting()
    found = [text for it in pieces for text, _ in rewriting.feed(it)]
    return "".join([*found, *(text for text, _ in rewriting.flush())])


@pytest.mark.parametrize(("pieces", "expected"), TABLE.items(), ids=map(repr, TABLE))
def test_a_line_is_shown_as_it_was_at_last(pieces: tuple[str, ...], expected: str) -> None:
    assert shown(pieces) == expected


def test_a_line_that_was_shown_before_its_end_goes_on_below() -> None:
    rewriting = Rewriting()
    assert rewriting.feed("\r50%") == []
    assert rewriting.held == ["50%"]
    assert rewriting.flush() == [("50%\n", None)]
    assert rewriting.feed("\r60%\n", ("a", 1)) == []
    assert rewriting.is_settled
    assert rewriting.settle() == [("60%\n", ("a", 1))]
    assert rewriting.feed("plain\n") == [("plain\n", None)]


def test_each_line_is_told_with_whoever_wrote_it_last() -> None:
    rewriting = Rewriting()
    one, two, three = ("f", 1), ("f", 2), ("f", 3)
    found = rewriting.feed("\rfirst\n\rsecond", one)
    found += rewriting.feed(f"{UP}\rFIRST", two) + rewriting.feed("\n\n", three) + rewriting.flush()
    assert found == [("FIRST\n", two), ("second\n", one)]


def test_what_is_held_back_is_bounded() -> None:
    rewriting = Rewriting()
    assert rewriting.feed(HIDE) == []
    texts = [text for n in range(1000) for text, _ in rewriting.feed(f"{n}\n")]
    assert len("".join(texts).split()) > 850
    assert sum(len(text) for _ in range(100) for text, _ in rewriting.feed("x" * 10_000)) > 900_000


def test_much_plain_text_after_a_bar_is_not_held_back() -> None:
    rewriting = Rewriting()
    rewriting.feed(f"\rone\n\rtwo{UP}\r")
    text = "".join(f"{n}\n" for n in range(100))
    assert "".join(it for it, _ in rewriting.feed(f"\n\n{text}")) == f"one\ntwo\n{text}"
    assert rewriting.feed("unfinished") == [("unfinished", None)]


def test_a_cursor_that_is_never_shown_again_holds_nothing_back_for_long() -> None:
    rewriting = Rewriting()
    shown = [text for it in (HIDE, "x\n") for text, _ in rewriting.feed(it)]
    lines = [f"{n}\n" for n in range(50)]
    for n, line in enumerate(lines):
        shown += [text for text, _ in rewriting.feed(line)]
        assert n < 25 or "".join(shown) == "".join(["x\n", *lines[: n + 1]])
    assert rewriting.held == []
    # One that comes back to its lines is waited for.
    assert rewriting.feed(HIDE) == []
    found = [it for n in range(60) for it in rewriting.feed(f"\r{CLEAR}{UP}{CLEAR}line {n}\nbar")]
    assert "".join(text for text, _ in found) == ""
    assert rewriting.held[-1:] == ["bar"]


BARS = {
    "nested": """
for i in tqdm(range(3), desc="outer"):
    for j in tqdm(range(4), desc="inner", leave=LEAVE):
        pass
""",
    "three": """
bars = [tqdm(total=3, position=k, desc=str(k), leave=LEAVE) for k in range(3)]
for _ in range(3):
    for bar in bars:
        bar.update()
    tqdm.write("note", file=sys.stderr)
for bar in bars:
    bar.close()
""",
    "progress": """
with Progress(console=console, transient=not LEAVE) as progress:
    one = progress.add_task("one", total=4)
    for n in range(4):
        progress.advance(one)
        progress.add_task(f"task {n}", total=4)
        progress.console.print("note", n)
        progress.refresh()
""",
    "live": """
with Live(console=console, transient=not LEAVE) as live:
    for n in range(4):
        table = Table("n", "square")
        for k in range(n + 1):
            table.add_row(str(k), str(k * k))
        live.update(table, refresh=True)
with console.status("working"):
    console.print("after")
""",
}
HEAD = """
import sys
from functools import partial
import tqdm as _tqdm
from rich.console import Console
from rich.live import Live
from rich.progress import Progress
from rich.table import Table
tqdm = partial(_tqdm.tqdm, ascii=True, ncols=50, mininterval=0, file=sys.stderr)
tqdm.write = _tqdm.tqdm.write
console = Console(force_terminal=True, width=70, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the real libraries write to a terminal."""
    texts = {}
    for name, program in BARS.items():
        for leave in (True, False):
            path: Path = tmp_path_factory.mktemp(name) / "program.py"
            path.write_text(HEAD + program.replace("LEAVE", str(leave)))
            done = subprocess.run([sys.executable, path], capture_output=True, check=True)
            texts[f"{name} {leave}"] = done.stderr.decode()
    return texts


def on_a_terminal(text: str) -> list[str]:
    pyte = pytest.importorskip("pyte")
    screen = pyte.Screen(300, 200)
    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))
    return [line for it in screen.display if (line := it.rstrip())]


def test_bars_of_tqdm_and_rich_end_as_on_a_terminal(printed: dict[str, str]) -> None:
    chance = random.Random(7)
    for name, text in printed.items():
        assert "\x1b[" in text, name
        expected = on_a_terminal(text)
        for _ in range(30):
            cuts = sorted(chance.choices(range(len(text)), k=chance.randint(0, 40)))
            cuts = [it for it in cuts if not _is_inside(text, it)]
            pieces = tuple(text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True))
            assert on_a_terminal(shown(pieces)) == expected, (name, pieces)


def _is_inside(text: str, at: int) -> bool:
    """Whether a cut would tear a sequence, which the kernel's side never does."""
    start = text.rfind("\x1b", 0, at)
    return start >= 0 and not any(it.isalpha() for it in text[start:at])
