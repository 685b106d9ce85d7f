"""What the boot text does to the interpreter that it wakes in. The agent here is the fake one."""

import json
import shutil
from pathlib import Path

import pytest

from dap_kernel.kernels.own.boot import BOOT

from ..conftest import FAKE, Start, Started


async def told(it: Started, expression: str) -> object:
    await it.run(f"import sys, os, json; os.write(1, json.dumps({expression}).encode())")
    return json.loads(it.heard.text())


async def test_no_folder_of_ours_is_on_the_path(start: Start) -> None:
    path = await told(await start(), "sys.path")
    assert isinstance(path, list)
    assert path[0] == ""  # as `python -c` has it
    assert str(FAKE) not in path


async def test_nothing_is_left_in_main(start: Start) -> None:
    names = await told(await start(), "[it for it in vars(sys.modules['__main__']) if it[:2] != '__']")
    assert names == []


async def test_a_notebook_beside_a_json_py(start: Start, tmp_path: Path) -> None:
    for name in ("json", "socket", "importlib", "queue"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')")
    it = await start()
    assert it.kernel.hello.pid == it.kernel.pid


async def test_options_of_python_pass_through(start: Start) -> None:
    it = await start(python_args=["-O", "-X", "dev", "-W", "error"])
    flags = "[sys.flags.optimize, sys.flags.dev_mode, 'error' in sys.warnoptions]"
    assert await told(it, flags) == [1, True, True]


async def test_isolated_python(start: Start) -> None:
    assert "" not in await told(await start(python_args=["-I"]), "sys.path")  # type: ignore[operator]


async def test_the_environment_is_merged_and_null_unsets(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAP_KERNEL_TEST", "set")
    it = await start(env={"DAP_KERNEL_TEST": None, "DAP_KERNEL_OTHER": "ä"})
    names = "[os.environ.get('DAP_KERNEL_TEST'), os.environ.get('DAP_KERNEL_OTHER'), 'PATH' in os.environ]"
    assert await told(it, names) == [None, "ä", True]


async def test_no_descriptor_too_many_is_inherited(start: Start) -> None:
    fds = await told(await start(), "sorted(int(it) for it in os.listdir('/dev/fd'))")
    assert isinstance(fds, list)
    assert len(fds) == 3 + 3 + 1  # standard ones; wire and reading ends; the listing itself


async def test_compiled_files_go_to_the_private_folder_where_none_may_be_written(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    agent = tmp_path / "agent"
    shutil.copytree(FAKE, agent, ignore=shutil.ignore_patterns("__pycache__"))
    it = await start(agent=agent, env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": None})
    assert list((tmp_path / "dap_kernel" / "pycache").rglob("bootstrap.*.pyc"))
    assert not (agent / "__pycache__").exists()
    assert await told(it, "[sys.pycache_prefix, sys.dont_write_bytecode]") == [None, True]


def test_the_text_is_short_enough_for_every_system() -> None:
    assert len(BOOT) < 4096
