"""What the boot text does to the interpreter that it wakes in. The agent here is the fake one."""

import json
import os
import shutil
import sys
from pathlib import Path

from dap_kernel.kernels.boot import BOOT, needs_cache

from .conftest import FAKE, Start, Started


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
    assert await told(it, "[sys.flags.optimize, sys.flags.dev_mode, 'error' in sys.warnoptions]") == [
        1,
        True,
        True,
    ]


async def test_isolated_python(start: Start) -> None:
    assert "" not in await told(await start(python_args=["-I"]), "sys.path")  # type: ignore[operator]


async def test_the_environment_is_merged_and_null_unsets(start: Start) -> None:
    os.environ["DAP_KERNEL_TEST"] = "set"
    try:
        it = await start(env={"DAP_KERNEL_TEST": None, "DAP_KERNEL_OTHER": "ä"})
    finally:
        del os.environ["DAP_KERNEL_TEST"]
    names = "[os.environ.get('DAP_KERNEL_TEST'), os.environ.get('DAP_KERNEL_OTHER'), 'PATH' in os.environ]"
    assert await told(it, names) == [None, "ä", True]


async def test_no_descriptor_too_many_is_inherited(start: Start) -> None:
    fds = await told(await start(), "sorted(int(it) for it in os.listdir('/dev/fd'))")
    assert isinstance(fds, list)
    assert len(fds) == 3 + 3 + 1  # standard ones; wire and reading ends; the listing itself


async def test_compiled_files_go_to_the_cache(start: Start, tmp_path: Path) -> None:
    agent, cache = tmp_path / "agent", tmp_path / "cache"
    shutil.copytree(FAKE, agent, ignore=shutil.ignore_patterns("__pycache__"))
    it = await start(agent=agent, cache=cache, env={"PYTHONDONTWRITEBYTECODE": None})
    assert list(cache.rglob("bootstrap.*.pyc"))
    assert not (agent / "__pycache__").exists()
    assert await told(it, "sys.pycache_prefix") == sys.pycache_prefix


def test_the_text_is_short_enough_for_every_system() -> None:
    assert len(BOOT) < 4096
    assert needs_cache(Path("/proc/self"))
