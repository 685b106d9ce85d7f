"""The runtime folder is private; what it lists can be attached to or stopped. The agent is the real one."""

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from dap_kernel.agent import wire
from dap_kernel.kernels import process
from dap_kernel.kernels.errors import KernelDied, RuntimeFolderError
from dap_kernel.kernels.kernel import Kernel
from dap_kernel.kernels.runtime import Orphan, orphans, runtime_folder, stop_by_id
from dap_kernel.kernels.start import HowToStart

from .conftest import Heard


async def start(folder: Path, heard: Heard, **options: object) -> Kernel:
    command = wire.Start(
        str(folder / "n.py"),
        "percent",
        ["n.py"],
        None,
        orphan_timeout_s=60,
        runtime_folder=str(folder),
        **options,  # type: ignore[arg-type]
    )
    ears = heard.ears
    how = HowToStart([sys.executable], command, str(folder))
    return await Kernel.start(how, ears.on_notification, ears.on_output, ears.on_exit)


async def until_orphaned(folder: Path) -> Orphan:
    async with asyncio.timeout(20):
        while not (found := orphans(folder)):
            await asyncio.sleep(0.01)
    [orphan] = found
    return orphan


async def run(kernel: Kernel, source: str) -> wire.CellResult:
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
    first.leave()
    orphan = await until_orphaned(folder)
    assert (orphan.pid, orphan.notebook, orphan.format) == (first.pid, str(folder / "n.py"), "percent")

    heard = Heard()
    second = await Kernel.attach(orphan, heard.ears.on_notification, heard.ears.on_output, heard.ears.on_exit)
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
    first.leave()
    with pytest.raises(KernelDied, match="left"):
        await running
    orphan = await until_orphaned(folder)
    (folder / "go").touch()
    heard = Heard()
    kernel = await Kernel.attach(orphan, heard.ears.on_notification, heard.ears.on_output, heard.ears.on_exit)
    await run(kernel, "print('again')")  # queued behind the running cell
    state = await kernel.call(wire.Describe(), wire.KernelState)
    assert state.output + heard.text() == "alone\nagain\n"
    await kernel.end()


async def test_an_attached_kernel_that_dies(folder: Path) -> None:
    (await start(folder, Heard())).leave()
    heard, orphan = Heard(), await until_orphaned(folder)
    kernel = await Kernel.attach(orphan, heard.ears.on_notification, heard.ears.on_output, heard.ears.on_exit)
    with pytest.raises(KernelDied, match="the kernel ended"):
        await run(kernel, "print('last words', flush=True)\nimport os\nos._exit(3)")
    assert heard.text() == "last words\n"
    assert heard.ending.text == "ended"
    await kernel.end()


async def test_stopping_an_orphan(folder: Path) -> None:
    kernel = await start(folder, Heard())
    await run(kernel, "import subprocess\nsubprocess.Popen(['sleep', '60'])")
    kernel.leave()
    orphan = await until_orphaned(folder)
    assert stop_by_id(folder, "999999") == []
    assert await asyncio.to_thread(stop_by_id, folder, orphan.id) == [orphan]
    assert not process.is_group_alive(kernel.pid)
    assert list(folder.iterdir()) == []


async def test_what_a_killed_orphan_left_is_removed(folder: Path) -> None:
    kernel = await start(folder, Heard())
    kernel.leave()
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
    orphan = Orphan("1", 1, "/n.py", "script", "/python", "3.12.1", 0.0, 1.0, folder / "kernel-1.sock")
    ears = Heard().ears
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(orphan.socket))
        listener.listen()
        with pytest.raises(KernelDied, match="belongs to another process"):
            asyncio.run(Kernel.attach(orphan, ears.on_notification, ears.on_output, ears.on_exit))
    with pytest.raises(KernelDied, match="cannot be reached"):
        asyncio.run(Kernel.attach(orphan, ears.on_notification, ears.on_output, ears.on_exit))
