"""A kernel whose server is gone."""

import array
import json
import os
import re
import socket
import stat
import time
from pathlib import Path

import pytest

from dap_kernel.agent.wire import messages as wire
from dap_kernel.agent.wire.marks import INTRODUCER

from ..kernel import PATIENCE_S, Kernel, Kernels


def announcement_of(kernel: Kernel, folder: Path) -> Path:
    return folder / f"kernel-{kernel.process.pid}.json"


def wait_for(path: Path) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not path.exists():
        assert time.monotonic() < ends
        time.sleep(0.01)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path("/tmp") / f"dk-{os.getpid()}-{time.monotonic_ns()}"  # short enough for a socket
    path.mkdir(mode=0o700)
    return path


def orphaned(kernels: Kernels, folder: Path, timeout_s: float = 60.0) -> Kernel:
    kernel = kernels.percent(orphan_timeout_s=timeout_s, runtime_folder=str(folder))
    kernel.run("x = 41")
    kernel.wire.close()
    return kernel


def attach(kernel: Kernel, folder: Path) -> None:
    """Take the place of the lost server."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(PATIENCE_S)
    connection.connect(str(folder / f"kernel-{kernel.process.pid}.sock"))
    data, ancillary, _, _ = connection.recvmsg(1, 1024)
    assert data == b"K"
    pipes = array.array("i")
    pipes.frombytes(ancillary[0][2])
    for fd in kernel.pipes:
        os.close(fd)
    kernel.pipes = list(pipes)
    kernel.wire = connection
    kernel.notifications.clear()


def test_ends_at_once_without_a_timeout(kernels: Kernels) -> None:
    kernel = kernels.percent()
    kernel.begin(
        "import time, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('in')\ntime.sleep(60)"
    )
    kernel.wait(lambda: "in" in kernel.text())
    kernel.wire.close()
    assert kernel.process.wait(5) == -9


def test_announces_itself_and_is_attached_to(kernels: Kernels, folder: Path) -> None:
    kernel = orphaned(kernels, folder)
    path = announcement_of(kernel, folder)
    wait_for(path)
    announced = json.loads(path.read_text())
    assert (announced["pid"], announced["notebook"]) == (kernel.process.pid, kernel.notebook)
    assert announced["format"] == "percent"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.with_suffix(".sock").stat().st_mode) == 0o600
    attach(kernel, folder)
    assert kernel.notified("Hello")["pid"] == kernel.process.pid
    assert list(folder.iterdir()) == []
    state = kernel.call(wire.Describe())
    assert [it["source"] for it in state["cells"]] == ["x = 41"]
    kernel.run("x + 1")
    assert kernel.printed[-1].text == "42\n"


PRINTS = """
import itertools, os, sys, time
while not os.path.exists(f"{folder}/kernel-{{os.getpid()}}.json"):
    time.sleep(0.01)
for n in itertools.count():
    print("line", n, file=sys.stderr if n % 7 else sys.stdout)
    if n == 30_000:
        open("half", "w").close()
    if n >= 59_999 and os.path.exists("enough"):
        break
open("done", "w").close()
"""


def prints(kernels: Kernels, folder: Path, until: str) -> tuple[Kernel, str]:
    """A kernel that is attached to once it has come so far in printing, and what it has kept by then."""
    kernel = kernels.percent(orphan_timeout_s=60.0, runtime_folder=str(folder))
    kernel.begin(PRINTS.format(folder=folder))
    kernel.wire.close()
    wait_for(kernels.folder / until)
    attach(kernel, folder)
    output = kernel.call(wire.Describe())["output"]
    assert "\x1b" not in output and "dapk" not in output
    return kernel, output


def test_cell_goes_on_and_its_output_is_kept(kernels: Kernels, folder: Path) -> None:
    (kernels.folder / "enough").touch()
    kernel, output = prints(kernels, folder, "done")
    kernel.wait(lambda: "line 59999\n" in output or b"line 59999\n" in kernel.raw[1])
    _, *lines = output.splitlines()  # what is kept may begin within a line
    assert lines == [f"line {n}" for n in sorted(int(it[5:]) for it in lines)]
    for stream in (0, 1):
        kept = [it for it in lines if (int(it[5:]) % 7 > 0) == stream] + kernel.text(stream).splitlines()
        every = [f"line {n}" for n in range(60_000) if (n % 7 > 0) == stream]
        assert kept == every[-len(kept) :] and len(kept) > 1000
    assert kernel.run("n")["state"] == "done"


def test_attached_to_while_a_cell_prints(kernels: Kernels, folder: Path) -> None:
    """What was kept ends where a mark does: the next server reads on from there."""
    kernel, _ = prints(kernels, folder, "half")
    (kernels.folder / "enough").touch()
    assert kernel.run("n")["state"] == "done"
    for raw in kernel.raw:
        assert raw[raw.index(b"\x1b") :].startswith(INTRODUCER)


SHOWS = """
import os, time
class Rich:
    def __repr__(self): return "rich"
    def _repr_html_(self): return "h" * 3_000_000
display(Rich())
print("in")
while not os.path.exists({announced!r}):
    time.sleep(0.01)
display(Rich())
print("out")
open("done", "w").close()
"""


def test_what_is_displayed_is_kept_as_text(kernels: Kernels, folder: Path) -> None:
    kernel = kernels.percent(orphan_timeout_s=60.0, runtime_folder=str(folder))
    kernel.begin(SHOWS.format(announced=str(announcement_of(kernel, folder))))
    kernel.wait(lambda: b"in\n" in kernel.raw[0])
    assert len(kernel.displays[0]["data"]["text/html"]) == 3_000_000
    kernel.wire.close()
    wait_for(kernels.folder / "done")
    attach(kernel, folder)
    output = kernel.call(wire.Describe())["output"]
    kernel.wait(lambda: "out\n" in output or b"out\n" in kernel.raw[0])
    assert (output + kernel.text()).count("rich\n") == 2
    assert "hhh" not in output


FORMS = """
import os, time
class Rich:
    def __repr__(self): return f"rich {{n}};" + "r" * 90_000 + "end"
while not os.path.exists({announced!r}):
    time.sleep(0.01)
n = 0
while n < 100 or not os.path.exists("enough"):
    display(Rich())
    n += 1
    if n == 20:
        open("many", "w").close()
"""


def test_what_is_displayed_while_a_server_attaches_is_kept_whole(kernels: Kernels, folder: Path) -> None:
    kernel = kernels.percent(orphan_timeout_s=60.0, runtime_folder=str(folder))
    kernel.begin(FORMS.format(announced=str(announcement_of(kernel, folder))))
    kernel.wire.close()
    wait_for(kernels.folder / "many")
    attach(kernel, folder)
    output = kernel.call(wire.Describe())["output"]
    (kernels.folder / "enough").touch()
    assert kernel.run("n")["state"] == "done"
    shown = [int(it) for it in re.findall(r"rich (\d+);", output + kernel.text())]
    assert shown == list(range(shown[0], shown[-1] + 1))
    assert (output + kernel.text()).count("end\n") == len(shown)


def test_second_loss_and_second_attach(kernels: Kernels, folder: Path) -> None:
    kernel = orphaned(kernels, folder)
    for _ in range(2):
        wait_for(announcement_of(kernel, folder))
        attach(kernel, folder)
        assert kernel.run("x")["state"] == "done"
        kernel.wire.close()


def test_stopped_thread_goes_on(kernels: Kernels, folder: Path) -> None:
    kernel = kernels.percent(orphan_timeout_s=60.0, runtime_folder=str(folder))
    kernel.begin("breakpoint()\nopen('done', 'w').close()\nbreakpoint()")
    kernel.notified("Stopped")
    kernel.wire.close()
    wait_for(kernels.folder / "done")
    wait_for(announcement_of(kernel, folder))
    attach(kernel, folder)
    assert kernel.run("1")["state"] == "done"


def test_ends_when_nobody_comes(kernels: Kernels, folder: Path) -> None:
    kernel = orphaned(kernels, folder, timeout_s=0.3)
    assert kernel.process.wait(5) == 0  # an idle kernel exits by itself
    assert list(folder.iterdir()) == []


def test_folder_that_others_can_read_is_refused(kernels: Kernels, folder: Path) -> None:
    folder.chmod(0o755)
    kernel = orphaned(kernels, folder)
    assert kernel.process.wait(5) == 0  # an idle kernel exits by itself
    assert list(folder.iterdir()) == []
