"""The runtime folder is private; what it lists can be attached to or stopped. The agent is the real one."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dap_kernel.agent.wire import messages as wire
from dap_kernel.kernels.errors import KernelDied, RuntimeFolderError
from dap_kernel.kernels.own.own_kernel import OwnKernel
from dap_kernel.kernels.own.spawn import HowToStart
from dap_kernel.kernels.runtime import process
from dap_kernel.kernels.runtime.announcements import OrphanedKernel, orphans, runtime_folder, stop_by_id
from dap_kernel.kernels.runtime.session_announcements import sessions

from ..conftest import Heard


async def start(folder: Path, heard: Heard, **options: object) -> OwnKernel:
    command = wire.Start(
        str(folder / "n.py"),
        "percent",
        ["n.py"],
        None,
        orphan_timeout_s=60,
        runtime_folder=str(folder),
        **options,  # type: ignore[arg-type]
    )
    how = HowToStart([sys.executable], command, str(folder))
    return await OwnKernel.start(how, heard)


async def until_orphaned(folder: Path) -> OrphanedKernel:
    async with asyncio.timeout(20):
        while not (found := orphans(folder)):
            await asyncio.sleep(0.01)
    [orphan] = found
    return orphan


async def run(kernel: OwnKernel, source: str) -> wire.CellResult:
    return await kernel.call(wire.RunCell("c", 1, "n.py#c@1.py", source, "c"), wire.CellResult)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path)})


def test_the_folder_is_private(tmp_path: Path) -> None:
    folder = runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path)})
    assert folder == tmp_path / "dap_kernel"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path)}) == folder


def test_a_folder_that_is_not_private_is_refused(tmp_path: Path) -> None:
    folder, environ = tmp_path / "dap_kernel", {"XDG_RUNTIME_DIR": str(tmp_path)}
    folder.symlink_to(tmp_path)
    with pytest.raises(RuntimeFolderError, match="is not a folder"):
        runtime_folder(environ)
    folder.unlink()
    folder.mkdir()
    folder.chmod(0o750)
    with pytest.raises(RuntimeFolderError, match="chmod 700"):
        runtime_folder(environ)
    with pytest.raises(RuntimeFolderError, match="cannot be made"):
        runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path / "nowhere")})


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives folders away")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dap_kernel").mkdir(mode=0o700)
    os.chown(tmp_path / "dap_kernel", 12345, 12345)
    with pytest.raises(RuntimeFolderError, match="belongs to somebody else"):
        runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path)})


async def test_a_left_kernel_is_found_and_goes_on(folder: Path) -> None:
    first = await start(folder, Heard())
    await run(first, "x = 41")
    await first.detach()
    orphan = await until_orphaned(folder)
    assert (orphan.pid, orphan.notebook, orphan.format) == (first.pid, str(folder / "n.py"), "percent")

    heard = Heard()
    second = await OwnKernel.attach(orphan, heard)
    assert second.hello.pid == first.pid
    assert not orphans(folder)
    state = await second.call(wire.Describe(), wire.KernelState)
    assert [it.source for it in state.cells] == ["x = 41"]
    assert (await run(second, "print(x + 1)")).state == "done"
    assert heard.text() == "42\n"
    await second.end()
    assert not process.is_alive(first.pid)
    assert heard.ending.text == "ended"


async def test_what_an_orphan_printed_is_told(folder: Path) -> None:
    heard = Heard()
    first = await start(folder, heard)
    source = """
import os, time
print("begin")
while not os.path.exists("go"):
    time.sleep(0.001)
print("alone")
"""
    running = asyncio.create_task(run(first, source))
    await heard.until(lambda: heard.text() == "begin\n")
    await first.detach()
    with pytest.raises(KernelDied, match="left"):
        await running
    orphan = await until_orphaned(folder)
    (folder / "go").touch()
    heard = Heard()
    kernel = await OwnKernel.attach(orphan, heard)
    await run(kernel, "print('again')")  # queued behind the running cell
    state = await kernel.call(wire.Describe(), wire.KernelState)
    assert state.output + heard.text() == "alone\nagain\n"
    await kernel.end()


async def test_an_attached_kernel_that_dies(folder: Path) -> None:
    await (await start(folder, Heard())).detach()
    heard, orphan = Heard(), await until_orphaned(folder)
    kernel = await OwnKernel.attach(orphan, heard)
    with pytest.raises(KernelDied, match="the kernel ended"):
        await run(kernel, "print('last words', flush=True)\nimport os\nos._exit(3)")
    assert heard.text() == "last words\n"
    assert heard.ending.text == "ended"
    await kernel.end()


async def test_stopping_an_orphan(folder: Path) -> None:
    kernel = await start(folder, Heard())
    await run(kernel, "import subprocess\nsubprocess.Popen(['sleep', '60'])")
    await kernel.detach()
    orphan = await until_orphaned(folder)
    assert stop_by_id(folder, "999999") == []
    assert await asyncio.to_thread(stop_by_id, folder, orphan.id) == [orphan]
    assert not process.is_group_alive(kernel.pid)
    assert list(folder.iterdir()) == []


async def test_what_a_killed_orphan_left_is_removed(folder: Path) -> None:
    kernel = await start(folder, Heard())
    await kernel.detach()
    orphan = await until_orphaned(folder)
    os.kill(orphan.pid, signal.SIGKILL)
    while process.is_alive(orphan.pid):
        await asyncio.sleep(0.01)
    assert orphans(folder) == []
    assert list(folder.iterdir()) == []


def announce(folder: Path, **changes: object) -> Path:
    pid = os.getpid()
    path = folder / f"kernel-{pid}.json"
    announcement = {"id": str(pid), "pid": pid, "started": None, "notebook": "/n.py", "format": "script"}
    announcement |= {"executable": "/python", "version": "3.12.1", "since": 0.0, "until": 1.0, **changes}
    path.write_text(json.dumps(announcement))
    return path


def test_announcements_that_are_not_believed(folder: Path, tmp_path: Path) -> None:
    for changes in ({"pid": 1}, {"pid": 0}, {"pid": -1}, {"started": 1}, {"id": 7}, {"notebook": None}):
        announce(folder, **changes)
        assert orphans(folder) == [], changes
    real = announce(folder).rename(tmp_path / "real.json")
    (folder / f"kernel-{os.getpid()}.json").symlink_to(real)
    assert orphans(folder) == []
    os.mkfifo(folder / "kernel-2.json")
    (folder / "kernel-3.json").write_text("{")
    assert orphans(folder) == []


def test_a_socket_of_another_process_is_refused(folder: Path) -> None:
    orphan = OrphanedKernel(
        "1", 1, "/n.py", "script", "/python", "3.12.1", 0.0, 1.0, folder / "kernel-1.sock"
    )
    heard = Heard()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(orphan.socket))
        listener.listen()
        with pytest.raises(KernelDied, match="belongs to another process"):
            asyncio.run(OwnKernel.attach(orphan, heard))
    with pytest.raises(KernelDied, match="cannot be reached"):
        asyncio.run(OwnKernel.attach(orphan, heard))


NOBODY = 65534
GOOD = {
    "id": "1",
    "pid": 1,
    "started": None,
    "notebook": "/n.py",
    "format": "percent",
    "executable": "python",
    "version": "3.11",
    "since": 1.0,
    "until": 2.0,
    "parent": 1,
}


def text(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(GOOD | changes))


def of_another_user(path: Path) -> None:
    text(path)
    os.chown(path, NOBODY, NOBODY)


def unreadable(path: Path) -> None:
    text(path)
    path.chmod(0)


def a_folder(path: Path) -> None:
    path.mkdir()
    (path / "precious").touch()


ENTRIES: dict[str, Callable[[Path], object]] = {
    "folder": a_folder,
    "link": lambda path: path.symlink_to("/etc/passwd"),
    "link to nothing": lambda path: path.symlink_to("absent"),
    "link to itself": lambda path: path.symlink_to(path),
    "FIFO": os.mkfifo,
    "socket": lambda path: socket.socket(socket.AF_UNIX).bind(str(path)),
    "another user's": of_another_user,
    "empty": Path.touch,
    "half": lambda path: path.write_text(json.dumps(GOOD)[:40]),
    "binary": lambda path: path.write_bytes(bytes(range(256))),
    "bad text": lambda path: path.write_bytes(json.dumps(GOOD).encode().replace(b"/n", b"\xff\xfe")),
    "deep": lambda path: path.write_text("[" * 60_000),
    "huge": lambda path: path.write_text(json.dumps(GOOD) + " " * 10**6),
    "list": lambda path: path.write_text("[]"),
    "unreadable": unreadable,
    "init": text,
    "pid 0": lambda path: text(path, pid=0),
    "negative": lambda path: text(path, pid=-1),
    "enormous": lambda path: text(path, pid=10**18),
    "more enormous": lambda path: text(path, pid=10**30),
    "text for a number": lambda path: text(path, pid="1"),
    "our own, forged": lambda path: text(path, pid=os.getpid(), id=str(os.getpid())),
    "control characters": lambda path: text(path, notebook="\x1b[2J\n\0", since=1e308),
}
NAMES = ["{kind}-{pid}.json", "{kind}-{pid}.sock", "{kind}-{pid}.json.tmp"]
PIDS = [
    "1",
    "0",
    "-1",
    "x",
    "",
    "1-1",
    "²",
    "١",
    str(10**18),
    str(10**30),
    f"{os.getpid()}",
    f"{os.getpid()}-1",
]


@pytest.mark.parametrize("entry", ENTRIES)
def test_whatever_is_in_the_folder_is_passed_over_in_silence(
    folder: Path, entry: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if entry == "another user's" and os.geteuid() != 0:
        pytest.skip("only root can give files away")
    monkeypatch.chdir(folder)  # a socket's path has little room
    for kind in ("kernel", "session"):
        for name in NAMES:
            for pid in PIDS:
                ENTRIES[entry](Path(name.format(kind=kind, pid=pid)))
    with caplog.at_level("INFO"):
        assert (orphans(folder), sessions(folder)) == ([], [])
        assert stop_by_id(folder, "all") == []
    assert not caplog.records
    command = [sys.executable, "-m", "dap_kernel", "kernels"]
    environ = {"XDG_RUNTIME_DIR": str(folder.parent), "LC_ALL": "C"}
    for stop in ([], ["--stop", "all"]):
        said = subprocess.run([*command, *stop], env=environ, capture_output=True, text=True, timeout=60)
        assert said.returncode == 0
        assert (said.stdout, said.stderr) == ("", "" if stop else "no kernel waits\n")
    assert entry != "folder" or len(list(folder.rglob("precious"))) == len(NAMES) * len(PIDS) * 2
