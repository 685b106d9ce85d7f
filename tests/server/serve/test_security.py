"""Who may use the server: addresses, tables of connections, tokens, folders."""

import os
import socket
from pathlib import Path

import pytest

from dap_kernel.server.errors import DapError
from dap_kernel.server.serve.security import (
    Guard,
    SecurityError,
    as_listed,
    bind_pipe,
    is_loopback,
    peer_uid,
    read_token,
    read_token_file,
    tcp_uid,
)

TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:8124 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4021 1
   1: 0100007F:C350 0100007F:8124 01 00000000:00000000 00:00000000 00000000  1001        0 4022 1
   2: 0100007F:C351 0100007F:8124 06 00000000:00000000 00:00000000 00000000     0        0 0 3 0
   3: 0100007F:C352 0100007F:8124 01 00000000:00000000 00:00000000 00000000     0        0 0 3 0
   4: 0100007F:C353 0200007F:8124 01 00000000:00000000 00:00000000 00000000  1003        0 4025 1
"""
TABLE_6 = """\
  sl  local_address                         remote_address                        st ...
   0: 00000000000000000000000001000000:C350 00000000000000000000000001000000:8124 01 0:0 0:0 0 1004 0 77 1
   1: 0000000000000000FFFF00000100007F:C351 0000000000000000FFFF00000100007F:8124 01 0:0 0:0 0 1005 0 78 1
"""


@pytest.mark.parametrize(
    ("table", "local", "remote", "uid"),
    [
        (TABLE, ("127.0.0.1", 50000), ("127.0.0.1", 33060), 1001),
        (TABLE, ("127.0.0.1", 50001), ("127.0.0.1", 33060), None),  # closed: listed as root's
        (TABLE, ("127.0.0.1", 50002), ("127.0.0.1", 33060), None),  # without an inode: nobody's
        (TABLE, ("127.0.0.1", 50003), ("127.0.0.1", 33060), None),  # to another address
        (TABLE, ("127.0.0.1", 33060), ("127.0.0.1", 50000), None),  # the other way round
        (TABLE, ("::ffff:127.0.0.1", 50000), ("::ffff:127.0.0.1", 33060), 1001),
        (TABLE_6, ("::1", 50000), ("::1", 33060), 1004),
        (TABLE_6, ("127.0.0.1", 50001), ("127.0.0.1", 33060), 1005),
        (TABLE_6, ("::1", 50001), ("::1", 33060), None),
        ("", ("127.0.0.1", 1), ("127.0.0.1", 2), None),
        ("head\nnonsense\n", ("127.0.0.1", 1), ("127.0.0.1", 2), None),
    ],
)
def test_who_owns_a_connection(table, local, remote, uid):
    assert tcp_uid(table, local, remote) == uid


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="this system has no such table")
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_the_system_lists_a_connection_of_ours(family):
    host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
    with socket.create_server((host, 0), family=family) as listener:
        client = socket.create_connection(listener.getsockname()[:2])
        accepted, _ = listener.accept()
        with client, accepted:
            ends = accepted.getpeername()[:2], accepted.getsockname()[:2]
            table = Path("/proc/net/tcp6" if family == socket.AF_INET6 else "/proc/net/tcp").read_text()
            assert tcp_uid(table, *ends) == os.geteuid()
            client.close()
            table = Path("/proc/net/tcp6" if family == socket.AF_INET6 else "/proc/net/tcp").read_text()
            assert tcp_uid(table, *ends) is None


def test_an_address_that_cannot_stand_in_a_table():
    assert as_listed(("::1", 1), is_six=False) == ""


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.1", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_what_is_this_machine_alone(host, expected):
    assert is_loopback(host) is expected


def test_three_wrong_tokens_end_a_connection_and_ten_a_minute():
    now = [0.0]
    guard = Guard("right-right-right", clock=lambda: now[0])
    for failures in range(3):
        with pytest.raises(DapError, match="wrong"):
            guard.check("wrong", failures)
    with pytest.raises(DapError, match="too many"):
        guard.check("right-right-right", 3)
    guard.check("right-right-right", 0)
    for _ in range(7):
        with pytest.raises(DapError, match="wrong"):
            guard.check("wr\ud800ng", 0)
    with pytest.raises(DapError, match="too many"):
        guard.check("right-right-right", 0)
    now[0] = 61.0
    guard.check("right-right-right", 0)


def test_no_token_is_no_try():
    guard = Guard("right-right-right")
    for _ in range(20):
        with pytest.raises(DapError, match="token"):
            guard.check(None, 0)
    guard.check("right-right-right", 0)


def test_without_a_token_of_its_own_a_server_accepts_none():
    for token in (None, "", "x"):
        with pytest.raises(DapError, match="--token-file"):
            Guard(None).check(token, 0)


@pytest.mark.parametrize("text", [b"", b"short", b"x" * 5000, b"\xff" * 20])
def test_a_token_that_will_not_do(text, tmp_path):
    path = tmp_path / "token"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(SecurityError):
        read_token_file(str(path))


def test_a_token_file_is_ours_alone(tmp_path):
    path = tmp_path / "token"
    path.write_text("a-token-of-some-length\n")
    path.chmod(0o600)
    assert read_token_file(str(path)) == "a-token-of-some-length"
    (tmp_path / "link").symlink_to(path)
    path.chmod(0o640)
    for it in (path, tmp_path / "link", tmp_path / "absent", tmp_path):
        with pytest.raises(SecurityError):
            read_token_file(str(it))


def test_a_token_comes_by_a_file_descriptor():
    read_fd, write_fd = os.pipe()
    os.write(write_fd, b"a-token-of-some-length\n")
    os.close(write_fd)
    assert read_token(read_fd) == "a-token-of-some-length"


def test_a_pipe_is_for_its_user_alone(tmp_path):
    path = str(tmp_path / "s")
    with bind_pipe(path) as listener, socket.socket(socket.AF_UNIX) as client:
        assert os.stat(path).st_mode & 0o777 == 0o600
        client.connect(path)
        accepted, _ = listener.accept()
        with accepted:
            assert peer_uid(accepted) == os.geteuid()
        with pytest.raises(SecurityError, match="another server"):
            bind_pipe(path)
    bind_pipe(path).close()  # the socket that the first left is dead


def test_what_stands_in_the_way_of_a_pipe_stays(tmp_path):
    path = tmp_path / "s"
    path.write_text("precious")
    with pytest.raises(SecurityError, match="no socket of yours"):
        bind_pipe(str(path))
    assert path.read_text() == "precious"


@pytest.mark.parametrize(
    ("mode", "is_refused"), [(0o700, False), (0o777, True), (0o1777, False), (0o755, False)]
)
def test_a_folder_that_others_can_write_to_is_refused(tmp_path, mode, is_refused):
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)
    if is_refused:
        with pytest.raises(SecurityError, match="others can write"):
            bind_pipe(str(folder / "s"))
    else:
        bind_pipe(str(folder / "s")).close()


def test_a_path_that_is_too_long_for_a_pipe_is_told(tmp_path):
    with pytest.raises(SecurityError, match="103 bytes"):
        bind_pipe(str(tmp_path / ("x" * 100)))
