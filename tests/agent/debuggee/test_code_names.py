"""What code of cells is called: its own filename, and the revision that it is of."""

import gc
import os
import sys
import threading
from pathlib import Path
from types import CodeType

import pytest

from dap_kernel.agent.debuggee.code_names import learn, name_at, name_of, names, spell, stand_for


def compiled(path: str, name: str, first: int, source: str) -> CodeType:
    filename = spell(path, name, first, first + source.count("\n"))
    code = compile("\n" * (first - 1) + source, filename, "exec")
    learn(code, name)
    return code


FUNCTION = "def f():\n    def g():\n        return 1\n    return g"


def test_code_says_the_path_as_long_as_no_other_stands_there(tmp_path: Path) -> None:
    path = str(tmp_path / "nb.py")
    one = compiled(path, "one", 2, FUNCTION)
    two = compiled(path, "two", 7, FUNCTION)
    longer = compiled(path, "longer", 2, f"{FUNCTION}\n\nx = 1")
    moved = compiled(path, "moved", 8, FUNCTION)
    far = compiled(path, "far", 100, FUNCTION)
    assert [it.co_filename == path for it in (one, two, longer, moved, far)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert longer.co_filename == moved.co_filename, "they do not overlap"
    assert os.path.normpath(longer.co_filename) == path
    (tmp_path / "nb.py").touch()
    assert os.path.samefile(longer.co_filename, path)
    named = {"one": one, "two": two, "longer": longer, "moved": moved, "far": far}
    assert {it: name_of(code) for it, code in named.items()} == {it: it for it in named}
    assert [name_at(path, it) for it in (1, 2, 5, 6, 7, 10, 11, 100)] == [
        path, "one", "one", path, "two", "two", path, "far",
    ]  # fmt: skip
    assert name_at(longer.co_filename, 7) == "longer"
    f = next(it for it in longer.co_consts if isinstance(it, CodeType))
    assert name_of(f) == "longer"


def test_the_path_is_free_again_when_the_code_is_gone(tmp_path: Path) -> None:
    path = str(tmp_path / "nb.py")
    code: CodeType | None = compiled(path, "one", 2, FUNCTION)
    kept = next(it for it in code.co_consts if isinstance(it, CodeType)) if code else None
    code = None
    gc.collect()
    assert compiled(path, "two", 2, FUNCTION).co_filename != path, "a function is left"
    kept = None
    gc.collect()
    assert kept is None and compiled(path, "three", 2, FUNCTION).co_filename == path
    assert name_at(path, 3) == "three"


def test_a_text_that_runs_again_is_called_the_same(tmp_path: Path) -> None:
    path = str(tmp_path / "nb.py")
    codes = [compiled(path, "one", 2, FUNCTION) for _ in range(3)]
    assert [it.co_filename for it in codes] == [path] * 3
    assert [name_of(it) for it in codes] == ["one"] * 3


def test_every_spelling_is_another_and_opens_the_file(tmp_path: Path) -> None:
    path = str(tmp_path / "nb.py")
    (tmp_path / "nb.py").touch()
    codes = [compiled(path, str(number), 2, FUNCTION) for number in range(40)]
    spelled = {it.co_filename for it in codes}
    assert len(spelled) == 40
    assert all(os.path.samefile(it, path) for it in spelled)
    assert [name_of(it) for it in codes] == [str(number) for number in range(40)]


@pytest.mark.parametrize(
    "code, name",
    [
        ("\n\ndef f():\n    return 2", "one"),  # a decorator that compiles a function anew
        ("\n\nx = 1\ny = 2", "one"),  # the body of a magic
        ("x = 1\n\ny = 2", None),  # the file, imported as a module
        ("\n\nx = 1\n" + "\n" * 20 + "y = 1", None),
        ("", None),
    ],
)
def test_code_that_we_have_not_compiled(tmp_path: Path, code: str, name: str | None) -> None:
    path = str(tmp_path / "nb.py")
    kept = compiled(path, "one", 2, FUNCTION)
    other = compile(code, path, "exec")
    functions = [it for it in other.co_consts if isinstance(it, CodeType)]
    assert name_of((functions or [other])[0]) == (name or path)
    assert name_of(kept) == "one"


def test_a_notebook_without_a_path_and_other_files() -> None:
    assert spell("Untitled-1", "Untitled-1#cell-1@1.py", 3, 4) == "Untitled-1#cell-1@1.py"
    assert name_of(spell.__code__) == spell.__code__.co_filename
    assert name_at("/elsewhere.py", 3) == "/elsewhere.py"
    assert spell("/nb.py", "a", 1, 1) == "/nb.py"


@pytest.mark.parametrize(
    "filename, is_found",
    [("lib.zip/pkg/mod.py", True), ("folder/mod.py", False), ("nothing/mod.py", False), ("made up", False)],
)
def test_a_relative_path_into_a_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filename: str, is_found: bool
) -> None:
    (tmp_path / "lib.zip").touch()
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    code = compile("x = 1", filename, "exec")
    assert name_of(code) == (str(tmp_path / filename) if is_found else filename)
    monkeypatch.chdir("/")
    assert name_of(code) == (str(tmp_path / filename) if is_found else filename), "of then"


@pytest.mark.parametrize("wrong", [OSError("gone"), RuntimeError("user code")])
def test_a_relative_path_where_nothing_can_be_asked(
    monkeypatch: pytest.MonkeyPatch, wrong: Exception
) -> None:
    def fails(*_: object) -> None:
        raise wrong

    code = compile("x = 1", f"some/{type(wrong).__name__}.py", "exec")
    with monkeypatch.context() as patched:
        patched.setattr(os, "getcwd", fails)
        patched.setattr(os, "stat", fails)
        assert name_of(code) == code.co_filename


def test_a_relative_path_is_one_in_the_folder_of_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "lib.zip").touch()
        monkeypatch.chdir(tmp_path / folder)
        code = compile("x = 1", "lib.zip/moved.py", "exec")
        assert name_of(code) == str(tmp_path / folder / "lib.zip/moved.py")


def test_code_that_several_threads_meet_at_once_while_other_code_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[object] = []  # in what is called when code goes
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: failed.append(unraisable.exc_value))
    path, other = str(tmp_path / "one.py"), str(tmp_path / "other.py")
    stand_for(path, "raced")
    stand_for(other, "raced alone")
    shared: list[CodeType] = []
    wrong: list[str] = []
    gate = threading.Barrier(4)

    def compile_shared() -> None:
        shared[:] = [compile("x = 1", path, "exec") for _ in range(20)]

    def meet() -> None:
        for _ in range(100):
            if gate.wait(60) == 0:
                compile_shared()
            gate.wait(60)
            for code in shared:
                own = compile("x = 1", other, "exec")
                wrong.extend({name_of(code), name_of(own)} - {"raced", "raced alone"})

    threads = [threading.Thread(target=meet) for _ in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert [name_of(it) for it in shared] == ["raced"] * 20
    shared.clear()
    gc.collect()
    assert (wrong, failed) == ([], [])
    assert {"raced", "raced alone"}.isdisjoint(names.values())
