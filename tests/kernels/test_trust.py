"""Who may have put a program where it was found."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dap_kernel.kernels.trust import is_root_unknown, why_not

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")

Change = Callable[[Path], object]


def given_away(name: str) -> Change:
    return lambda folder: os.chown(folder / name, NOBODY, NOBODY, follow_symlinks=False)


def mode(name: str, bits: int) -> Change:
    return lambda folder: (folder / name).chmod(bits)


def strange_group(name: str, bits: int) -> Change:
    def change(folder: Path) -> None:
        os.chown(folder / name, -1, NOBODY)
        (folder / name).chmod(bits)

    return change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """`a/link` leads by `real/target` to `real/dir/program`."""
    (tmp_path / "a").mkdir(0o700)
    (tmp_path / "real" / "dir").mkdir(0o700, parents=True)
    (tmp_path / "real" / "dir" / "program").touch(0o700)
    (tmp_path / "real" / "target").symlink_to("../real/./dir")
    (tmp_path / "a" / "link").symlink_to(tmp_path / "real" / "target" / "program")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        (lambda folder: None, None),
        (mode("a", 0o777), "others can write to {}/a"),
        (mode("a", 0o1777), None),
        (mode("real", 0o777), "others can write to {}/real"),
        (mode("real/dir", 0o703), "others can write to {}/real/dir"),
        (mode("real/dir/program", 0o702), "others can write to {}/real/dir/program"),
        (mode("real/dir/program", 0o1702), "others can write to {}/real/dir/program"),
        (mode("real/dir", 0o755), None),
        pytest.param(strange_group("a", 0o770), "others can write to {}/a", marks=as_root),
        pytest.param(strange_group("a", 0o750), None, marks=as_root),
        pytest.param(given_away("a"), "{}/a belongs to another user", marks=as_root),
        pytest.param(given_away("a/link"), "{}/a/link belongs to another user", marks=as_root),
        pytest.param(given_away("real"), "{}/real belongs to another user", marks=as_root),
        pytest.param(given_away("real/target"), "{}/real/target belongs to another user", marks=as_root),
        pytest.param(
            given_away("real/dir/program"), "{}/real/dir/program belongs to another user", marks=as_root
        ),
    ],
)
def test_who_may_have_put_it_there(folder: Path, change: Change, doubt: str | None) -> None:
    change(folder)
    assert why_not(f"{folder}/a/link") == (doubt and doubt.format(folder))


def test_what_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "up").symlink_to("../../../../../../../..")
    for it in ("round", "round/x", "absent/x", "up"):
        assert why_not(str(tmp_path / it)) is None


@pytest.mark.parametrize(
    ("uid_map", "found"),
    [
        ("         0          0 4294967295\n", False),
        ("      1000       1000          1\n", True),
        ("         0       1000          1\n", True),
        ("         0       1000          1\n         1     100000      65536\n", False),
        ("         0     100000      65536\n", False),
        ("     65534       1000          1\n", False),
        ("      1000          0          1\n", False),
        ("", True),
    ],
)
def test_whether_root_outside_of_a_user_namespace_is_unknown_in_it(uid_map: str, found: bool) -> None:
    assert is_root_unknown(uid_map, 65534) is found
