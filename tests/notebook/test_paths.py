"""Paths, and what clients say for a source."""

from pathlib import Path

import pytest

from dap_kernel.notebook.paths import (
    CellUri,
    FilePath,
    Reference,
    Unknown,
    canonical,
    folded,
    parse_source,
    same_path,
)

CELL = "vscode-notebook-cell:/dir/x%20y.ipynb#W1sZmlsZQ%3D%3D"
REMOTE = "vscode-notebook-cell://ssh-remote%2Bhost/dir/x.ipynb#W1sdnNjb2RlLXJlbW90ZQ%3D%3D"
SAID = {
    "/dir/x.py": FilePath("/dir/x.py"),
    "x.py": FilePath("x.py"),
    "/dir/a:b.py": FilePath("/dir/a:b.py"),
    "a:b.py": FilePath("a:b.py"),
    "/dir/nb.py#load@1.py": FilePath("/dir/nb.py#load@1.py"),
    "C:\\dir\\x.py": FilePath("C:\\dir\\x.py"),
    "c:/dir/x.py": FilePath("c:/dir/x.py"),
    "file:///dir/x%20y.py": FilePath("/dir/x y.py"),
    "file:/dir/x.py": FilePath("/dir/x.py"),
    "file://localhost/dir/x.py": FilePath("/dir/x.py"),
    "file:///c%3A/dir/x.py": FilePath("c:/dir/x.py"),
    "file://server/share/x.py": FilePath("//server/share/x.py"),
    "file:///dir/100%25.py": FilePath("/dir/100%.py"),
    "vscode-remote://ssh-remote%2Bhost/dir/x.py": FilePath("/dir/x.py"),
    "vscode-remote://wsl+Ubuntu/home/x.py": FilePath("/home/x.py"),
    "zipfile:///a b/lib.zip::pkg/mod.py": FilePath("/a b/lib.zip/pkg/mod.py"),
    "zipfile:/a/lib.zip::mod.py": FilePath("/a/lib.zip/mod.py"),
    CELL: CellUri(CELL, "/dir/x y.ipynb", "W1sZmlsZQ%3D%3D"),
    REMOTE: CellUri(REMOTE, "/dir/x.ipynb", "W1sdnNjb2RlLXJlbW90ZQ%3D%3D"),
    "dap-src://1/7//dir/x.py": Reference(7, "/dir/x.py"),
    "dap-src://1/12/load@1.py": Reference(12, "load@1.py"),
    "dap-src://1/x/a": Unknown("dap-src://1/x/a"),
    "untitled:Untitled-1": FilePath("untitled:Untitled-1"),
    "untitled:Untitled-1.ipynb?x#y": FilePath("untitled:Untitled-1.ipynb"),
    "untitled:/dir/new.ipynb": FilePath("/dir/new.ipynb"),
    "vscode-notebook-cell:Untitled-1.ipynb#W0s": CellUri(
        "vscode-notebook-cell:Untitled-1.ipynb#W0s", "untitled:Untitled-1.ipynb", "W0s"
    ),
    "git:/dir/x.py?ref": Unknown("git:/dir/x.py?ref"),
    "debug://x/1": Unknown("debug://x/1"),
    "http://h/x.py": Unknown("http://h/x.py"),
}


@pytest.mark.parametrize(("name", "meant"), SAID.items(), ids=SAID.keys())
def test_what_a_client_means(name: str, meant: object) -> None:
    assert parse_source(name) == meant


def test_one_file_by_many_names(tmp_path: Path) -> None:
    (tmp_path / "dir").mkdir()
    file = tmp_path / "dir" / "x.py"
    file.write_text("")
    (tmp_path / "link.py").symlink_to(file)
    (tmp_path / "folder").symlink_to(tmp_path / "dir")
    for other in ("dir/../dir/x.py", "dir//x.py", "./dir/./x.py", "link.py", "folder/x.py"):
        assert same_path(str(file), f"{tmp_path}/{other}")
        assert canonical(f"{tmp_path}/{other}") == str(file.resolve())
    assert not same_path(str(file), str(tmp_path / "dir" / "y.py"))
    assert same_path(f"{tmp_path}/gone/x.py", f"{tmp_path}/gone/../gone/x.py")


def test_upper_and_lower_case() -> None:
    assert folded("/no/X.py", "linux") != folded("/no/x.py", "linux")
    assert folded("/no/X.py", "darwin") == folded("/no/x.py", "darwin")
