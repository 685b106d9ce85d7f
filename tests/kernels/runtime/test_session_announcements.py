"""Debug sessions that announce themselves, and what is left of dead ones."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from dap_kernel.kernels.runtime.announcements import started_at
from dap_kernel.kernels.runtime.session_announcements import announce, sessions, socket_of, withdraw


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


def announced(folder: Path, number: int = 1, **what: object) -> Path:
    """Announce a session of this process; change what the announcement says."""
    id = f"{os.getpid()}-{number}"
    announce(folder, id, "/home/me/cells.py", "percent")
    path = folder / f"session-{id}.json"
    if what:
        path.write_bytes(msgspec.json.encode(msgspec.json.decode(path.read_bytes()) | what))
    return path


def test_a_session_is_found_until_it_is_withdrawn(folder):
    path = announced(folder)
    (it,) = sessions(folder)
    assert (it.notebook, it.format, it.pid) == ("/home/me/cells.py", "percent", os.getpid())
    assert it.socket == path.with_suffix(".sock") == socket_of(folder, it.id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    it.socket.touch()
    withdraw(folder, it.id)
    withdraw(folder, it.id)  # a second time is for nothing
    assert (sessions(folder), list(folder.iterdir())) == ([], [])


def test_the_newest_comes_first(folder):
    for number, since in ((1, 5.0), (2, 7.0), (3, 6.0)):
        announced(folder, number, since=since)
    assert [it.id.partition("-")[2] for it in sessions(folder)] == ["2", "3", "1"]


def test_what_a_dead_server_has_left_is_removed(folder):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    path = announced(folder).rename(folder / f"session-{child.pid}-1.json")
    it = msgspec.json.decode(path.read_bytes()) | {"pid": child.pid, "id": f"{child.pid}-1", "started": None}
    path.write_bytes(msgspec.json.encode(it))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path.with_suffix(".sock")))
    assert (sessions(folder), list(folder.iterdir())) == ([], [])


@pytest.mark.skipif(started_at(os.getpid()) is None, reason="the system does not tell when a process began")
def test_a_later_process_of_the_same_id_is_not_taken_for_the_server(folder):
    announced(folder, started=1)
    assert (sessions(folder), list(folder.iterdir())) == ([], [])


@pytest.mark.parametrize(
    "what", [{"id": "1-1"}, {"pid": 1}, {"notebook": 5}, {"since": None}, {"id": "../x"}]
)
def test_what_is_no_announcement_is_passed_over(folder, what):
    path = announced(folder, **what)
    assert sessions(folder) == []
    assert path.exists()


def test_a_link_is_passed_over(folder, tmp_path_factory):
    path = announced(folder)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "file"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert sessions(folder) == []


def test_who_announces_a_session_removes_what_dead_servers_have_left(folder):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(socket_of(folder, f"{child.pid}-1")))  # killed before it could announce itself
    path = announced(folder)
    assert list(folder.iterdir()) == [path]
    (it,) = sessions(folder)
    assert it.parent == os.getppid()
