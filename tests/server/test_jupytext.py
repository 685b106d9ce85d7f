"""jupytext, asked for a script: what comes of one that takes too long, fails, or is not there."""

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
