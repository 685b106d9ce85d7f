"""jupytext, asked for a script: what comes of one that takes too long, fails, or is not there."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from dap_kernel.server.texts import jupytext
from dap_kernel.server.texts.jupytext import NoScript, converted
from tests.processes import is_alive, until


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A jupytext that is the only one."""
    path = tmp_path / "bin" / "jupytext"
    path.parent.mkdir()
    monkeypatch.setenv("PATH", f"{path.parent}:/usr/bin:/bin")
    return path


@pytest.mark.parametrize("style", ["percent", "hydrogen"])
async def test_one_that_takes_too_long_is_ended(
    command: Path, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    monkeypatch.setattr(jupytext, "CONVERTED_S", 1)
    command.write_text('#!/bin/sh\necho $$ > "$0.pid"\nexec sleep 100\n')
    command.chmod(0o755)
    with pytest.raises(NoScript, match="takes longer than 1 s"):
        await converted("{}", style, None)
    pid = int(Path(f"{command}.pid").read_text())
    await until(lambda: not is_alive(pid), "it has ended")


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 2\n", "#!/no/such/interpreter\n"])
@pytest.mark.parametrize("style", ["percent", "hydrogen"])
async def test_one_that_fails_is_no_error_of_ours(command: Path, text: str, style: str) -> None:
    command.write_text(text)
    command.chmod(0o755)
    with pytest.raises(NoScript, match="cannot convert it"):
        await converted("{}", style, None)


async def test_one_that_writes_nothing_is_no_error_of_ours(command: Path) -> None:
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    with pytest.raises(NoScript, match="cannot convert it"):
        await converted("{}", "hydrogen", None)


async def test_one_that_is_not_there_is_said(command: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(command))
    with pytest.raises(NoScript, match="is not there"):
        await converted("{}", "percent", None)


@pytest.mark.parametrize(
    ("files", "settings", "program"),
    [
        ({}, None, None),
        ({"a/b/jupytext.toml": ""}, "a/b/jupytext.toml", None),
        ({"a/.jupytext.json": "{}", "a/b/.jupytext.py": ""}, "a/.jupytext.json", "a/b/.jupytext.py"),
        ({"a/b/jupytext.yml": "", "a/b/.jupytext.py": ""}, "a/b/jupytext.yml", None),
        ({"a/.jupytext.py": ""}, None, "a/.jupytext.py"),
        ({"a/b/pyproject.toml": "[tool.jupytext]\n"}, "a/b/pyproject.toml", None),
        ({"a/b/pyproject.toml": "tool = 1\n", "a/jupytext": ""}, "a/jupytext", None),
        ({"a/b/pyproject.toml": "tool = ["}, None, None),
        ({"a/b/pyproject.toml": "x = " + "[" * 10_000}, None, None),
        ({"a/b/pyproject.toml": "#" * 2**21}, None, None),
        ({"a/b/jupytext.toml/x": ""}, None, None),
        ({"home/.config/.jupytext.py": ""}, None, "home/.config/.jupytext.py"),
    ],
)
def test_which_settings_hold_and_which_are_a_program(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    settings: str | None,
    program: str | None,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / "a/b").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    os.mkfifo(tmp_path / "a/b/.jupytext.yaml")
    folder = str(tmp_path / "a/b")
    assert jupytext.settings_of(folder) == (settings and tmp_path / settings, program and tmp_path / program)


def _toml(text: str) -> str:
    """Return a file with settings of jupytext's, filled up with `text` to what is looked at."""
    return "[tool.jupytext]\n" + text * ((jupytext.MAX_SHARED - 30) // len(text)) + "=1\n"


@pytest.mark.parametrize(
    "text",
    [
        "[tool.jupytext]\n" + ".".join(["a"] * 50_000) + "=1",
        _toml("a."),
        "[" + _toml("a .")[17:],
        "x = {" + _toml("a.")[17:-1] + "}",
        _toml(".".join(["a"] * 400) + "=1\n"),
        "\n".join(".".join(["a"] * 400) + f".b{it} = 'jupytext'" for it in range(75)),
        "[tool.jupytext]\nx = " + "[" * 60_000,
        "[tool.jupytext]\nx = " + "1" * 60_000,
        _toml("[[a]]\n"),
        _toml(" "),
    ],
    ids=lambda it: it[:20],
)
def test_a_hostile_file_of_settings_takes_no_time(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    began = time.process_time()
    jupytext.settings_of(str(tmp_path))
    assert time.process_time() - began < 1


async def test_hostile_settings_in_every_folder_above_hold_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However deep a notebook lies: the server serves meanwhile, and gives up."""
    monkeypatch.setattr(jupytext, "LOOKED_S", 0.1)
    folder = tmp_path
    text = "\n".join(".".join(["a"] * 400) + f".b{it} = 'jupytext'" for it in range(75))
    for _ in range(40):
        folder /= "d"
        folder.mkdir()
        (folder / "pyproject.toml").write_text(text)
    served = 0
    looking = asyncio.create_task(jupytext.look_for_settings(str(folder)))
    while not looking.done():
        await asyncio.sleep(0)
        served += 1
    assert await looking == (None, None)
    assert served > 1
