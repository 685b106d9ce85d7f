"""Which program an editor's tests take: one that is new enough, or none."""

from pathlib import Path

import pytest

from tests.editors import programs


def fake(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho '{version}'\n")
    path.chmod(0o755)
    return path


def test_an_old_program_on_the_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = fake(tmp_path / "bin/nvim", "NVIM v0.7.2")
    monkeypatch.setenv("PATH", str(old.parent))
    monkeypatch.setattr(programs, "CLIENTS", str(tmp_path / "clients"))
    monkeypatch.delenv("NVIM", raising=False)
    assert programs.program("NVIM", "nvim", (0, 11)) is None
    new = fake(tmp_path / "clients/nvim/nvim", "NVIM v0.12.4")
    assert programs.program("NVIM", "nvim", (0, 11)) == str(new)


def test_a_program_that_is_named_is_taken_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path / "bin/emacs", "GNU Emacs 30.2")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("EMACS", str(fake(tmp_path / "old/emacs", "GNU Emacs 28.2 (build 1)")))
    assert programs.program("EMACS", "emacs", (29, 1)) is None
    monkeypatch.delenv("EMACS")
    monkeypatch.setattr(programs, "CLIENTS", "")
    assert programs.program("EMACS", "emacs", (29, 1)) == str(tmp_path / "bin/emacs")
