"""Progress bars as a terminal would show them: live as progress; once, as they were at last, as output."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.client.debug import Debug
from tests.client.places import line_of
from tests.pythons import Python

Debugging = Callable[..., Debug]
Write = Callable[[str, str], Path]
Json = dict[str, Any]

WAIT = """
        # %% set up
        from os.path import exists
        from time import sleep
        from tqdm import tqdm
        def wait(name):
            while not exists(f"{__file__}.{name}"):
                sleep(0.01)
"""


@pytest.fixture(autouse=True)
def libraries(python: Python) -> None:
    if not (python.can_import("tqdm") and python.can_import("rich")):
        pytest.skip("the kernel's Python has no tqdm or no rich")


def outputs(debug: Debug, category: str) -> list[Json]:
    bodies = [it["body"] for it in debug.connection.events if it["event"] == "output"]
    return [it for it in bodies if it.get("category") == category and it["output"]]


def lines(debug: Debug, category: str) -> list[str]:
    return "".join(it["output"] for it in outputs(debug, category)).splitlines()


async def shown(debug: Debug, text: str) -> None:
    """Wait until the run's progress says `text`."""
    start = await debug.event("progressStart")
    if text not in start["message"]:
        await debug.event("progressUpdate", lambda it: text in it["message"])


async def test_nested_bars(debugging: Debugging, write: Write) -> None:
    text = """
        # %% train
        for epoch in tqdm(range(2), desc="epochs", ncols=60, mininterval=0):
            for step in tqdm(range(300), desc="steps", ncols=60, leave=False, mininterval=0):
                pass
            if epoch:
                wait("go")
        """
    notebook = write("cells.py", WAIT + text)
    async with debugging(notebook) as debug:
        await debug.launch()
        await shown(debug, "epochs:  50%")
        Path(f"{notebook}.go").touch()
        await debug.idle()
        told = [it for it in debug.connection.events if it["event"] == "progressUpdate"]
        assert len(told) < 20  # of more than 600: at most two a second
        assert [it[:12] for it in lines(debug, "stderr")] == ["epochs: 100%"]
        [last] = outputs(debug, "stderr")
        assert last["line"] == line_of(notebook, "for epoch")
        assert last["output"].endswith("\n")


async def test_bars_that_stay_are_each_told_once(debugging: Debugging, write: Write) -> None:
    text = """
        # %% train
        for epoch in tqdm(range(2), desc="epochs", ncols=60):
            for step in tqdm(range(300), desc=f"steps {epoch}", ncols=60, mininterval=0):
                pass
        print("done")
        """
    async with debugging(write("cells.py", WAIT + text)) as debug:
        await debug.launch()
        await debug.idle()
        names = [it.partition(":")[0] for it in lines(debug, "stderr")]
        assert names == ["steps 0", "steps 1", "epochs"]
        assert all("100%" in it for it in lines(debug, "stderr"))
        # In the order in which they were done.
        both = [it["body"] for it in debug.connection.events if it["event"] == "output"]
        assert [it["output"] for it in both if it.get("category") in ("stdout", "stderr")][-1] == "done\n"


async def test_a_bar_on_stderr_with_prints_between(debugging: Debugging, write: Write) -> None:
    text = """
        # %% work
        for n in tqdm(range(50), desc="bar", ncols=60, mininterval=0):
            print("line", n)
        for n in tqdm(range(3), desc="note", ncols=60, mininterval=0):
            tqdm.write(f"written {n}")
        """
    async with debugging(write("cells.py", WAIT + text)) as debug:
        await debug.launch()
        await debug.idle()
        assert lines(debug, "stdout") == [f"line {n}" for n in range(50)] + [f"written {n}" for n in range(3)]
        assert [it.partition("|")[0] for it in lines(debug, "stderr")] == ["bar: 100%", "note: 100%"]


async def test_bars_of_rich(debugging: Debugging, write: Write) -> None:
    text = """
        # %% work
        from rich.console import Console
        from rich.live import Live
        from rich.progress import Progress
        from rich.table import Table
        console = Console(force_terminal=True, width=70)
        with Progress(console=console, refresh_per_second=50) as progress:
            one, two = progress.add_task("one", total=20), progress.add_task("two", total=40)
            for n in range(20):
                progress.advance(one)
                progress.advance(two)
                if n % 10 == 0:
                    console.print("note", n)
                sleep(0.01)
            wait("one")
        with Live(console=console, refresh_per_second=50) as live:
            for n in range(5):
                table = Table("n")
                for k in range(n + 1):
                    table.add_row(str(k))
                live.update(table, refresh=True)
        with console.status("working"):
            console.print("inside")
        print("end")
        """
    notebook = write("cells.py", WAIT + text)
    async with debugging(notebook) as debug:
        await debug.launch()
        await shown(debug, "100%")
        Path(f"{notebook}.one").touch()
        await debug.idle()
        assert "\x1b[36m0:00:00\x1b[0m" in debug.printed("stdout")  # colours stay
        told = [it.replace("\x1b[1;36m", "").replace("\x1b[0m", "") for it in lines(debug, "stdout")]
        assert told[:2] == ["note 0", "note 10"]
        assert [it[:3] for it in told[2:4]] == ["one", "two"]
        assert told[4][:1] == "┏"
        assert [it.strip("│ ") for it in told[7:12]] == ["0", "1", "2", "3", "4"]
        assert told[13:] == ["inside", "end"]


async def test_a_bar_without_an_end_is_told_at_a_stop_at_input_and_when_the_cell_ends(
    debugging: Debugging, write: Write
) -> None:
    text = """
        # %% first
        for n in range(100):
            print(f"\\rstep {n}", end="")
        stop = 1
        print("\\rafter", end="")
        # %% second
        for n in range(100):
            print(f"\\rloading {n}", end="")
        name = input("\\nname? ")
        print("hello", name)
        """
    notebook = write("cells.py", text)
    async with debugging(notebook) as debug:
        await debug.launch(breakpoints={notebook: [line_of(notebook, "stop = 1")]})
        stop = await debug.stopped("breakpoint")
        assert debug.printed("stdout") == "step 99\n"
        await stop.continue_()
        await debug.output_until("name? ")
        assert debug.printed("stdout") == "step 99\nafter\nloading 99\nname? "
        await debug.evaluate("you")
        await debug.idle()
        assert debug.printed("stdout") == "step 99\nafter\nloading 99\nname? hello you\n"


async def test_line_ends_of_windows_are_plain(debugging: Debugging, write: Write) -> None:
    text = """
        # %% print
        import os, sys
        os.write(1, b"one\\r\\ntwo\\r")
        os.write(1, b"\\nthree\\r\\n")
        sys.stdout.write("four\\r\\n")
        subprocess = __import__("subprocess")
        _ = subprocess.run([sys.executable, "-c", "print('five', end='\\\\r\\\\n')"])
        """
    async with debugging(write("cells.py", text)) as debug:
        await debug.launch()
        await debug.idle()
        assert debug.printed("stdout") == "one\ntwo\nthree\nfour\nfive\n"


async def test_a_bar_of_a_thread_that_outlives_its_cell_is_told_now_and_then(
    debugging: Debugging, write: Write
) -> None:
    text = """
        # %% begin
        from threading import Thread
        def work():
            bar = tqdm(range(40), desc="bar", ncols=60, mininterval=0)
            for n in bar:
                sleep(0.005)
                if n == 30:
                    wait("go")
            print("worked")
        thread = Thread(target=work)
        thread.start()
        """
    notebook = write("cells.py", WAIT + text)
    async with debugging(notebook) as debug:
        await debug.launch()
        await debug.idle()
        await debug.output_until("bar:  75%")
        Path(f"{notebook}.go").touch()
        await debug.output_until("bar: 100%")
        await debug.output_until("worked\n")
        assert len(lines(debug, "stderr")) < 10  # of 40


async def test_a_display_that_is_updated_leaves_the_bar_alone(debugging: Debugging, write: Write) -> None:
    text = """
        # %% work
        shown = display("at 0", display_id=True)
        for n in tqdm(range(10), desc="bar", ncols=60, mininterval=0):
            shown.update(f"at {n}")
        """
    async with debugging(write("cells.py", WAIT + text)) as debug:
        await debug.launch(notebookEvents=True)
        await debug.idle()
        [bar] = lines(debug, "stderr")
        assert bar.startswith("bar: 100%")


async def test_a_traceback_comes_after_its_bar(debugging: Debugging, write: Write) -> None:
    text = """
        # %% fails
        for n in tqdm(range(3), desc="bar", ncols=60, mininterval=0):
            1 / (1 - n)
        """
    async with debugging(write("cells.py", WAIT + text)) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        first, second, *_ = lines(debug, "stderr")
        assert first.startswith("bar:  33%")
        assert second.startswith("Traceback")
