"""Which Python, and why."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dap_kernel.kernels.errors import InterpreterError
from dap_kernel.kernels.own.interpreter import Choice, choose

Make = Callable[[str], str]


@pytest.fixture
def program(tmp_path: Path) -> Make:
    """Makes an executable file, in a folder of the test's own."""

    def make(name: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o700)
        return str(path)

    return make


def test_the_order(tmp_path: Path, program: Make) -> None:
    notebook = str(tmp_path / "project/notebooks/n.ipynb")
    own, path = program("own/python3.12"), program("path/python3")
    spec = tmp_path / "jupyter/kernels/mine/kernel.json"
    above, beside = program("project/venv/bin/python"), program("project/notebooks/.venv/bin/python")
    conda, venv = program("conda/bin/python"), program("active/bin/python")
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": [own, "-m", "ipykernel_launcher"]}))
    environ = {
        "PATH": str(tmp_path / "path"),
        "JUPYTER_PATH": str(tmp_path / "jupyter"),
        "CONDA_PREFIX": str(tmp_path / "conda"),
        "VIRTUAL_ENV": str(tmp_path / "active"),
    }

    def chosen() -> Choice:
        return choose(None, notebook, "mine", environ)

    assert chosen() == Choice([venv], "from $VIRTUAL_ENV")
    os.unlink(venv)  # a variable that leads nowhere is passed over
    assert chosen() == Choice([conda], "from $CONDA_PREFIX")
    del environ["CONDA_PREFIX"]
    assert chosen() == Choice([beside], f"from {tmp_path}/project/notebooks/.venv")
    os.unlink(beside)
    assert chosen() == Choice([above], f"from {tmp_path}/project/venv")
    os.unlink(above)
    assert chosen() == Choice([own], "of the notebook's kernelspec mine")
    spec.unlink()
    assert chosen() == Choice([path], "the first python3 on the path")
    own_first = choose(None, notebook, "mine", environ, prefers_own=True)
    assert own_first == Choice([sys.executable], "the one that dap-kernel itself runs on")
    os.unlink(path)
    assert chosen() == Choice([sys.executable], "the one that dap-kernel itself runs on")


NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def other_owner(path: Path) -> None:
    os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def open_to_all(path: Path) -> None:
    path.chmod(0o777)


@pytest.mark.parametrize(
    ("part", "spoil"),
    [
        ("project", open_to_all),
        ("project/.venv", open_to_all),
        ("project/.venv/bin", open_to_all),
        ("project/.venv/bin/python", open_to_all),
        ("project/.venv/pyvenv.cfg", open_to_all),
        ("project/.venv/lib/python3.11/site-packages", open_to_all),
        ("home", open_to_all),
        pytest.param("project", other_owner, marks=as_root),
        pytest.param("project/.venv", other_owner, marks=as_root),
        pytest.param("project/.venv/bin/python", other_owner, marks=as_root),
        pytest.param("project/.venv/pyvenv.cfg", other_owner, marks=as_root),
    ],
)
def test_an_environment_that_others_can_change_is_passed_over(
    tmp_path: Path, program: Make, part: str, spoil: Callable[[Path], None]
) -> None:
    notebook = str(tmp_path / "project/notebooks/n.ipynb")
    python, other = program("project/.venv/bin/python"), program("path/python3")
    (tmp_path / "home").mkdir()
    (tmp_path / "project/.venv/lib/python3.11/site-packages").mkdir(parents=True)
    (tmp_path / "project/.venv/pyvenv.cfg").write_text(f"version = 3.11\nHome = {tmp_path}/home\n")
    environ = {"PATH": str(tmp_path / "path")}
    assert choose(None, notebook, None, environ).argv == [python]
    spoil(tmp_path / part)
    choice = choose(None, notebook, None, environ)
    assert (choice.argv, choice.why) == ([other], "the first python3 on the path")
    (sentence,) = choice.passed_over
    assert sentence.startswith(f"{python} is passed over, because ") and str(tmp_path / part) in sentence
    assert choose(python, notebook, None, environ).argv == [python]  # it was named
    assert choose(None, notebook, None, environ | {"VIRTUAL_ENV": f"{tmp_path}/project/.venv"}).argv == [
        python
    ]


@pytest.mark.parametrize("part", ["spec", "spec/kernels/mine/kernel.json", "own", "own/python3"])
def test_a_kernelspec_that_others_can_change_is_passed_over(tmp_path: Path, program: Make, part: str) -> None:
    spec = tmp_path / "spec/kernels/mine/kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": [program("own/python3")]}))
    environ = {"PATH": "", "JUPYTER_PATH": str(tmp_path / "spec")}
    notebook = str(tmp_path / "n.ipynb")
    assert choose(None, notebook, "mine", environ).argv == [str(tmp_path / "own/python3")]
    (tmp_path / part).chmod(0o777)
    choice = choose(None, notebook, "mine", environ)
    assert choice.argv == [sys.executable]
    assert [str(tmp_path / part) in it for it in choice.passed_over] == [True]


def test_a_kernelspec_that_is_a_fifo_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "kernels/mine").mkdir(parents=True)
    os.mkfifo(tmp_path / "kernels/mine/kernel.json")
    environ = {"PATH": "", "JUPYTER_PATH": str(tmp_path)}
    assert choose(None, str(tmp_path / "n.ipynb"), "mine", environ).argv == [sys.executable]


@pytest.mark.parametrize("path", ["", ".", ":.:", "bin", "./bin", "../bin"])
@pytest.mark.parametrize("variable", ["PATH", "VIRTUAL_ENV", "CONDA_PREFIX"])
def test_the_folder_one_is_in_lends_no_python(
    tmp_path: Path, program: Make, monkeypatch: pytest.MonkeyPatch, variable: str, path: str
) -> None:
    for name in ("python3", "bin/python3", "bin/python", "in/bin/python", "in/x"):
        program(name)
    for folder in (tmp_path, tmp_path / "in"):
        monkeypatch.chdir(folder)
        choice = choose(None, "/nowhere/n.py", None, {"PATH": ""} | {variable: path})
        assert choice.argv == [sys.executable]


@pytest.mark.parametrize("bits", [0o777, 0o775, 0o770])
def test_the_path_is_the_users_own_word(tmp_path: Path, program: Make, bits: int) -> None:
    """As where a container's image makes `/opt/conda` for a group: a shell would run it, too."""
    first = program("open/python3")
    program("own/python3")
    os.chown(tmp_path / "open", -1, 100 if os.geteuid() == 0 else -1)
    (tmp_path / "open").chmod(bits)
    choice = choose(None, "/nowhere/n.py", None, {"PATH": f"{tmp_path}/open:{tmp_path}/own"})
    assert (choice.argv, choice.passed_over) == ([first], ())


def test_the_servers_own_python_is_trusted_wherever_it_is(
    tmp_path: Path, program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = program("open/.venv/bin/python")
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to("open")
    assert choose(None, f"{tmp_path}/open/n.py", None, {"PATH": ""}).argv == [sys.executable]
    monkeypatch.setattr(sys, "prefix", f"{tmp_path}/open/.venv")
    assert choose(None, f"{tmp_path}/open/n.py", None, {"PATH": ""}).argv == [python]
    assert choose(None, f"{tmp_path}/link/n.py", None, {"PATH": ""}).argv == [python]
    monkeypatch.setattr(sys, "prefix", f"{tmp_path}/open/.venv/bin")
    assert choose(None, f"{tmp_path}/open/n.py", None, {"PATH": ""}).argv == [sys.executable]


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 40 * 2**30)


def _of_others(path: Path) -> None:
    path.touch()
    os.chown(path, 65534, 65534)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("pyvenv.cfg", _sparse),
        ("pyvenv.cfg", os.mkfifo),
        ("pyvenv.cfg", lambda path: path.write_text("#" * 2**17)),
        ("bin/pyvenv.cfg", _sparse),
        pytest.param("bin/pyvenv.cfg", _of_others, marks=as_root),
        pytest.param("lib/python3.11/site-packages/x.pth", _of_others, marks=as_root),
        pytest.param("lib/python3.11/site-packages/sitecustomize.py", _of_others, marks=as_root),
        pytest.param("lib/python3.11/site-packages/usercustomize.py", _of_others, marks=as_root),
    ],
)
def test_what_an_environment_runs_first_is_judged(
    tmp_path: Path, program: Make, name: str, made: Callable[[Path], None]
) -> None:
    program(".venv/bin/python")
    (tmp_path / ".venv/lib/python3.11/site-packages").mkdir(parents=True)
    (tmp_path / ".venv/pyvenv.cfg").touch()
    (tmp_path / ".venv" / name).unlink(missing_ok=True)
    made(tmp_path / ".venv" / name)
    choice = choose(None, f"{tmp_path}/n.py", None, {"PATH": ""})
    assert choice.argv == [sys.executable]
    assert [os.path.basename(name) in it for it in choice.passed_over] == [True]


@pytest.mark.parametrize("text", ["home = /a\0b\n", "home = \n", "\xff\0", "home" * 1000])
def test_settings_of_an_environment_that_make_no_sense(tmp_path: Path, program: Make, text: str) -> None:
    python = program(".venv/bin/python")
    (tmp_path / ".venv/pyvenv.cfg").write_bytes(text.encode("latin-1"))
    assert choose(None, f"{tmp_path}/n.py", None, {"PATH": ""}).argv == [python]


@pytest.mark.parametrize("name", ["../../etc", "/bin/python3", "bash", "relative", "broken", ""])
def test_a_kernelspec_is_a_name_and_a_python(tmp_path: Path, program: Make, name: str) -> None:
    for spec, argv in {"bash": [program("bash")], "relative": ["python"], "broken": []}.items():
        path = tmp_path / "kernels" / spec / "kernel.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"argv": argv}))
    choice = choose(None, str(tmp_path / "n.ipynb"), name, {"PATH": "", "JUPYTER_PATH": str(tmp_path)})
    assert choice.argv == [sys.executable]


def test_the_setting(tmp_path: Path, program: Make) -> None:
    notebook = str(tmp_path / "n.py")
    python, other = program("env/bin/python"), program("path/python3.12")
    environ = {"PATH": str(tmp_path / "path"), "VIRTUAL_ENV": str(tmp_path / "env")}

    def argv(setting: str | list[str]) -> list[str]:
        choice = choose(setting, notebook, None, environ)
        assert choice.why == "chosen in the editor or the launch configuration"
        return choice.argv

    assert argv(python) == [python]
    assert argv(str(tmp_path / "env")) == [python]
    assert argv("env") == [python]
    assert argv("./env/bin/python") == [python]
    assert argv("python3.12") == [other]
    assert argv([other, "-X", "dev"]) == [other, "-X", "dev"]


def test_the_setting_knows_the_home(tmp_path: Path, program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    python = program("env/bin/python")
    assert choose("~/env", "/n.py", None, {}).argv == [python]


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("/no/such/python", '"python": /no/such/python does not exist'),
        ("nowhere", '"python": nowhere is not on the path'),
        ("{folder}", '"python": {folder} holds no Python'),
    ],
)
def test_a_setting_that_leads_nowhere_is_refused(tmp_path: Path, setting: str, text: str) -> None:
    with pytest.raises(InterpreterError) as refused:
        choose(setting.format(folder=tmp_path), "/n.py", None, {"PATH": ""})
    assert str(refused.value) == text.format(folder=tmp_path)
