"""Files in a zip, by path."""

import zipfile
from pathlib import Path

import pytest

from dap_kernel.notebook.document import Document
from dap_kernel.notebook.format_traits import Format
from dap_kernel.notebook.zipped import archive_of, is_archive, read


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("pkg/mod.py", "x = 1\n")
        file.writestr("huge.py", b"#" * 60_000_000)
    return path


@pytest.mark.parametrize(
    "path, found",
    [
        ("a.zip/pkg/mod.py", "a.zip"),
        ("a.zip/nothing.py", "a.zip"),
        ("a.zip", None),
        ("b.zip/mod.py", None),
        ("text.py/mod.py", None),
        ("folder/mod.py", None),
    ],
)
def test_the_zip_that_a_path_leads_into(archive: Path, path: str, found: str | None) -> None:
    folder = archive.parent
    (folder / "folder").mkdir()
    (folder / "text.py").write_text("PK")
    assert archive_of(str(folder / path)) == (None if found is None else str(folder / found))


@pytest.mark.parametrize("path", ["", "mod.py", "/mod.py", "/", "\0/x"])
def test_no_path_into_a_zip(path: str) -> None:
    assert archive_of(path) is None
    assert not is_archive(path)


def test_a_file_in_a_zip(archive: Path) -> None:
    assert read(str(archive), str(archive / "pkg" / "mod.py"), 1000) == b"x = 1\n"
    document = Document(str(archive / "pkg" / "mod.py"), Format.SCRIPT)
    assert document.look() and document.notebook.text == "x = 1\n"
    assert not document.look()


def test_a_zip_that_is_made_anew(archive: Path) -> None:
    document = Document(str(archive / "pkg" / "mod.py"), Format.SCRIPT)
    document.look()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("pkg/mod.py", "x = 10\n")
    assert document.look() and document.notebook.text == "x = 10\n"


@pytest.mark.parametrize(
    "name, why", [("nothing.py", "a.zip holds no such file"), ("huge.py", "more than 4 MiB")]
)
def test_a_file_that_cannot_be_read(archive: Path, name: str, why: str) -> None:
    document = Document(str(archive / name), Format.SCRIPT)
    document.look()
    assert why in (document.problem or "")


@pytest.mark.parametrize("at", range(0, 100, 7))
def test_a_broken_zip_is_a_problem_in_words(archive: Path, at: int) -> None:
    small = archive.with_name("small.zip")
    with zipfile.ZipFile(small, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mod.py", "x = 1\n" * 100)
    data = bytearray(small.read_bytes())
    data[at * len(data) // 100] ^= 0xFF
    small.write_bytes(data)
    document = Document(str(small / "mod.py"), Format.SCRIPT)
    document.look()
    assert document.problem is None or "cannot be read" in document.problem
