"""Puts together what the extension carries: `python bundle/build.py`. pip gets what is missing.

    CHANGELOG.md     for the extension's page
    server/run.py    starts it
    server/lib       our wheel, and those of its requirements that are nothing but Python, unpacked
    server/linux, server/darwin-arm64, server/darwin-x86_64    msgspec, which is compiled, for every Python

Which versions, and which bytes, `pure.txt`, `msgspec.txt` and, of what makes our wheel, `hatchling.txt` say.
They are made from their `.in` files by `uv pip compile --universal --generate-hashes --python-version 3.11
--no-annotate --no-header`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
EXTENSION = HERE.parent
ROOT = EXTENSION.parent.parent
WHEELS = EXTENSION / "out" / "wheels"  # what was got is kept: another build asks for nothing
SERVER = EXTENSION / "server"
STAMP = EXTENSION / "out" / "server.stamp"

PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
SYSTEMS = {  # the folder of the bundle, as run.py names it: the platforms of wheels that are in it
    "linux": (
        "manylinux2014_x86_64", "manylinux2014_aarch64", "musllinux_1_2_x86_64", "musllinux_1_2_aarch64",
    ),
    "darwin-arm64": ("macosx_11_0_arm64",),
    "darwin-x86_64": ("macosx_10_15_x86_64",),
}  # fmt: skip
UNUSED = (".pyi", "/RECORD", "/INSTALLER", "/entry_points.txt")


def main() -> None:
    shutil.copyfile(ROOT / "CHANGELOG.md", EXTENSION / "CHANGELOG.md")
    fingerprint = _fingerprint()
    if SERVER.is_dir() and STAMP.exists() and STAMP.read_text() == fingerprint:
        for it in list(SERVER.rglob("__pycache__")):
            shutil.rmtree(it)
        return
    # Where git sees nothing of one that is called off, and on the disk that it is moved on.
    STAMP.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STAMP.parent) as scratch:
        new = Path(scratch) / "server"
        for it in [_ours(Path(scratch)), *_pure()]:
            _unpack(it, new / "lib")
        for system, wheels in _compiled().items():
            for it in wheels:
                _unpack(it, new / system)
        for name in ("run.py", "msgspec.txt"):
            shutil.copyfile(HERE / name, new / name)
        shutil.rmtree(SERVER, ignore_errors=True)
        new.rename(SERVER)
    STAMP.write_text(fingerprint)


def _fingerprint() -> str:
    """Return what changes with all that goes into the bundle."""
    package = (it for it in (ROOT / "dap_kernel").rglob("*") if it.suffix != ".pyc" and it.is_file())
    files = [*package, *HERE.iterdir(), *(ROOT / it for it in ("pyproject.toml", "README.md", "LICENSE"))]
    seen = hashlib.sha256()
    for it in sorted(it for it in files if it.is_file()):
        seen.update(f"{it.relative_to(ROOT)}\0{hashlib.sha256(it.read_bytes()).hexdigest()}\n".encode())
    return seen.hexdigest()


def _ours(scratch: Path) -> Path:
    maker = scratch / "hatchling"
    for it in sorted(_got("hatchling", "hatchling.txt", PYTHONS[0], "any").glob("*.whl")):
        _unpack(it, maker, unused=())
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(scratch)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(maker)}, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        sys.exit("the bundle could not be made: hatchling, above, says why")
    (wheel,) = scratch.glob("*.whl")
    return wheel


def _pure() -> Iterator[Path]:
    yield from sorted(_got("pure", "pure.txt", PYTHONS[0], "any").glob("*.whl"))


def _compiled() -> dict[str, list[Path]]:
    """Return the wheels of msgspec of each system."""
    wanted = [(system, it, python) for system, all_ in SYSTEMS.items() for it in all_ for python in PYTHONS]

    def got(system: str, platform: str, python: str) -> tuple[str, Path]:
        (wheel,) = _got(f"{platform}-{python}", "msgspec.txt", python, platform).glob("*.whl")
        return system, wheel

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(got, *zip(*wanted, strict=True)))
    return {system: [wheel for of, wheel in found if of == system] for system in SYSTEMS}


def _got(name: str, requirements: str, python: str, platform: str) -> Path:
    """Return a folder with the wheels that a file of requirements names, for a Python and a platform."""
    digest = hashlib.sha256((HERE / requirements).read_bytes()).hexdigest()[:12]
    folder = WHEELS / f"{name}-{digest}"
    if not folder.is_dir():
        WHEELS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=WHEELS) as scratch:
            only = ["--only-binary=:all:", "--python-version", python, "--platform", platform]
            given = ["--no-deps", "--require-hashes", "-r", str(HERE / requirements)]
            _pip("download", *only, *given, "--dest", f"{scratch}/got")
            Path(scratch, "got").rename(folder)
    return folder


def _unpack(wheel: Path, folder: Path, unused: tuple[str, ...] = UNUSED) -> None:
    with zipfile.ZipFile(wheel) as it:
        it.extractall(folder, [name for name in it.namelist() if not name.endswith(unused)])


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit("the bundle could not be made: pip, above, says why; it needs a package registry")


if __name__ == "__main__":
    main()
