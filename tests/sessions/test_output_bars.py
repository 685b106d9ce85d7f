"""Progress bars as a terminal would show them: live as progress; once, as they were at last, as output."""

from pathlib import Path
from typing import Any

import pytest

from tests.client.debug import Debug
from tests.client.fixtures import Debugging, Write
from tests.client.places import line_of
from tests.pythons import Python

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


async def launch_in_cells(debug: Debug, notebook: Path) -> None:
    """Launch as an editor that shows the notebook's cells, which are told as it has them."""
    await debug.initialize()
    texts = notebook.read_text().split("# %%")[1:]
    cells = [{"uri": f"vscode-notebook-cell:{n}", "text": f"#{text}"} for n, text in enumerate(texts)]
    await debug.ask("notebookSync", path=str(notebook), cells=cells)
    await debug.launch(notebookEvents=True)


class InCells:
    """What a client that knows notebooks shows in a cell: its text, then what is still being written over."""

    def __init__(self, debug: Debug) -> None:
        self.forms: list[str] = []
        text, held = "", {"stdout": "", "stderr": ""}
        for it in debug.connection.events:
            body = it.get("body", {})
            if it["event"] == "notebookProgress":
                held[body["category"]] = body["held"]
            elif it["event"] == "output" and "cellId" in (body.get("data") or {}):
                text += body["output"]
                held[body["category"]] = body["data"].get("held", "")
            else:
                continue
            self.forms.append(text + held["stdout"] + held["stderr"])

    @property
    def last(self) -> str:
        return self.forms[-1]


BARS = {
    "tqdm": ("for n in tqdm(range(4), ncols=60, mininterval=0): step(n)", "50%", "100%"),
    "tqdm that leaves nothing": (
        "for n in tqdm(range(4), ncols=60, mininterval=0, leave=False): step(n)",
        "50%",
        None,
    ),
    "a counter": ("for n in range(4): print(f'\\rat {n}', end=''); step(n)", "at 2", "at 3end"),
    "a counter behind a line's beginning": (
        "print('so: ', end='')\nfor n in range(4): print(f'\\rso: {n}', end=''); step(n)",
        "so: 2",
        "so: 3end",
    ),
    "rich": ("from rich.progress import track\nfor n in track(range(4)): step(n)", "50%", "100%"),
    "tqdm.notebook": (
        "from tqdm.notebook import tqdm\nfor n in tqdm(range(4), mininterval=0): step(n)",
        "50%",
        "100%",
    ),
    "tqdm.notebook's trange": (
        "from tqdm.notebook import trange\nfor n in trange(4, mininterval=0, display=True): step(n)",
        "50%",
        "100%",
    ),
}


@pytest.mark.parametrize("name", BARS)
async def test_a_bar_is_told_for_its_cell_as_it_grows(debugging: Debugging, write: Write, name: str) -> None:
    code, grown, last = BARS[name]
    text = """
        # %% step
        def step(n):
            if n == 2:
                wait("go")
        """
    run = "\n# %% run\n" + code + "\nprint('end')\n"
    notebook = write("cells.py", WAIT + text)
    notebook.write_text(notebook.read_text() + run)
    async with debugging(notebook) as debug:
        await launch_in_cells(debug, notebook)
        await debug.event("notebookProgress", lambda it: grown in it["held"])
        Path(f"{notebook}.go").touch()
        await debug.idle()
        shown = InCells(debug)
        assert any(grown in it for it in shown.forms)
        if last is None:
            assert shown.last == "end\n"
        else:
            assert shown.last.count(last) == 1 and grown not in shown.last
            assert shown.last.endswith("end\n")


async def test_a_bar_is_told_four_times_a_second_at_most(debugging: Debugging, write: Write) -> None:
    text = """
        # %% count
        from time import monotonic
        began = monotonic()
        while monotonic() < began + 1.1:
            print(f"\\r{monotonic() - began:.4f}", end="")
        """
    notebook = write("cells.py", WAIT + text)
    async with debugging(notebook) as debug:
        await launch_in_cells(debug, notebook)
        await debug.idle()
        told = [it for it in debug.connection.events if it["event"] == "notebookProgress"]
        assert 3 <= len(told) <= 6


async def test_vscode_draws_a_bar_of_a_file_too(debugging: Debugging, write: Write) -> None:
    text = """
        # %% work
        from rich.progress import track
        for n in track(range(3)):
            if n == 2:
                wait("go")
        """
    notebook = write("cells.py", WAIT + text)
    async with debugging(notebook) as debug:
        await debug.launch(notebookEvents=True)
        await debug.event("notebookProgress", lambda it: " 67%" in it["held"])
        Path(f"{notebook}.go").touch()
        await debug.idle()
        assert "100%" in InCells(debug).last


@pytest.mark.parametrize(("order", "notebook_events"), [("vscode", False), ("nvim", False), ("nvim", True)])
async def test_who_shows_no_cells_hears_nothing_of_a_bar_in_its_cell(
    debugging: Debugging, write: Write, order: str, notebook_events: bool
) -> None:
    text = """
        # %% work
        from rich.progress import track
        for n in track(range(3)): pass
        for n in range(3): print(f"\\rat {n}", end="")
        """
    async with debugging(write("cells.py", WAIT + text), order=order) as debug:
        await debug.launch(notebookEvents=notebook_events)
        await debug.idle()
        assert not [it for it in debug.connection.events if it["event"] == "notebookProgress"]
        assert "\x1b" not in debug.printed("stdout")  # rich draws as into a file
        assert all("held" not in it.get("data", {}) for it in outputs(debug, "stdout"))
