"""jupytext, asked for a script: what comes of one that takes too long, fails, or is not there."""

import os
from pathlib import Path

import pytest

from dap_kernel.server import jupytext
from dap_kernel.server.jupytext import NoScript, converted
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
        await converted("{}", style, str(command.parent))
    pid = int(Path(f"{command}.pid").read_text())
    await until(lambda: not is_alive(pid), "it has ended")


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 2\n", "#!/no/such/interpreter\n"])
@pytest.mark.parametrize("style", ["percent", "hydrogen"])
async def test_one_that_fails_is_no_error_of_ours(command: Path, text: str, style: str) -> None:
    command.write_text(text)
    command.chmod(0o755)
    with pytest.raises(NoScript, match="cannot convert it"):
        await converted("{}", style, str(command.parent))


async def test_one_that_writes_nothing_is_no_error_of_ours(command: Path) -> None:
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    with pytest.raises(NoScript, match="cannot convert it"):
        await converted("{}", "hydrogen", str(command.parent))


async def test_one_that_is_not_there_is_said(command: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(command))
    with pytest.raises(NoScript, match="is not there"):
        await converted("{}", "percent", str(command.parent))


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
    assert jupytext.settings_of(folder) == (settings and tmp_path / settings)
    assert jupytext.program_of(folder) == (program and tmp_path / program)
