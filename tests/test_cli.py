"""The command line, as a user types it."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from dap_kernel.server.serve.listen import parse_address


def run(*arguments, **options):
    command = [sys.executable, "-m", "dap_kernel", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **options
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:5678", ("127.0.0.1", 5678)),
        ("localhost:0", ("localhost", 0)),
        (":5678", ("127.0.0.1", 5678)),
        ("5678", ("127.0.0.1", 5678)),
        ("[::1]:5678", ("::1", 5678)),
        ("0.0.0.0:65535", ("0.0.0.0", 65535)),
        ("::1:5678", None),
        ("localhost", None),
        ("localhost:", None),
        ("localhost:65536", None),
        ("localhost:-1", None),
        ("localhost:²", None),
        ("", None),
    ],
)
def test_addresses(text, address):
    if address is None:
        with pytest.raises(ValueError):
            parse_address(text)
    else:
        assert parse_address(text) == address


# What a Python for Windows lacks.
ON_WINDOWS = """
import os, sys
sys.platform = "win32"
sys.modules.update(dict.fromkeys(("fcntl", "grp", "posix", "pty", "pwd", "resource", "termios"), None))
for it in ("O_NOFOLLOW", "O_NONBLOCK", "geteuid", "getuid", "killpg", "uname"):
    delattr(os, it)
"""


@pytest.mark.parametrize(
    "arguments", [["dap"], ["debug", "x.py"], ["lsp"], ["kernels"], ["--log", "x", "dap"], ["--version"]]
)
def test_on_windows_it_says_in_a_sentence_that_it_does_not_run_there(arguments):
    code = f"{ON_WINDOWS}\nfrom dap_kernel.cli import main\nsys.exit(main({arguments!r}))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (said.returncode, said.stdout) == (2, "")
    sentence = "it does not run on Windows: use it in WSL, in a container, or on another machine over SSH"
    assert said.stderr == f"dap-kernel: {sentence}\n"


def test_the_version():
    shown = run("--version")
    assert (shown.returncode, shown.stdout) == (0, f"dap-kernel {version('dap-kernel')}\n")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["dap", "--help"], ["lsp", "--help"], ["kernels", "--help"]]
)
def test_help_says_what_there_is(arguments):
    shown = run(*arguments)
    assert shown.returncode == 0
    assert "usage: dap-kernel" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["dap", "--pipe", "x", "--listen", "localhost:0"],
        ["dap", "--listen", "nowhere"],
        ["dap", "--token-file", "x", "--token-fd", "3"],
    ],
)
def test_wrong_usage_is_told_with_status_2(arguments):
    shown = run(*arguments)
    assert shown.returncode == 2
    assert "usage: dap-kernel" in shown.stderr


def test_no_kernel_waits(tmp_path):
    tmp_path.chmod(0o700)
    shown = run("kernels", env={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "", "no kernel waits\n")
    shown = run("kernels", "--stop", "123", env={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert (shown.returncode, shown.stderr) == (2, "dap-kernel: no kernel '123' waits\n")
    assert run("kernels", "--stop", "all", env={"XDG_RUNTIME_DIR": str(tmp_path)}).returncode == 0


def test_asking_for_help_loads_nothing_heavy():
    code = (
        "import sys, dap_kernel.cli as cli\n"
        "cli.parser()\n"
        "print(sorted({'asyncio', 'msgspec', 'nbformat', 'rich', 'prompt_toolkit'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert shown.stdout == "[]\n"


def test_a_log_is_for_its_user_alone(tmp_path):
    tmp_path.chmod(0o700)
    log = tmp_path / "log"
    assert run("--log", str(log), "kernels", env={"XDG_RUNTIME_DIR": str(tmp_path)}).returncode == 0
    assert log.stat().st_mode & 0o777 == 0o600
    log.unlink()
    assert run("kernels", "--log", str(log), env={"XDG_RUNTIME_DIR": str(tmp_path)}).returncode == 0
    assert log.exists()


NOBODY = 65534


@pytest.mark.parametrize(
    ("trap", "why"),
    [
        (lambda log: log.symlink_to(log.with_name("precious")), "it is a link"),
        (lambda log: log.symlink_to(log.with_name("absent")), "it is a link"),
        (lambda log: os.link(log.with_name("precious"), log), "no plain file with one name"),
        (lambda log: os.mkfifo(log, 0o600), "cannot be opened: No such device or address"),
        (lambda log: log.mkdir(0o700), "cannot be opened: Is a directory"),
        pytest.param(
            lambda log: (log.touch(0o600), os.chown(log, NOBODY, NOBODY)),
            "belongs to another user",
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away"),
        ),
    ],
)
def test_a_log_is_written_into_nothing_of_others(tmp_path, trap, why):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "precious").chmod(0o600)
    log, before = tmp_path / "log", os.umask(0)
    try:
        trap(log)
    finally:
        os.umask(before)
    said = run("--log", str(log), "kernels", env={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert said.returncode == 2
    assert said.stderr.startswith(f"dap-kernel: the log {log} ") and why in said.stderr
    assert said.stderr.count("\n") == 1
    assert (tmp_path / "precious").read_text() == "precious" and not (tmp_path / "absent").exists()


def test_a_log_is_added_to(tmp_path):
    log = tmp_path / "log"
    log.touch(0o600)
    log.write_text("before\n")
    assert run("--log", str(log), "kernels", env={"XDG_RUNTIME_DIR": str(tmp_path)}).returncode == 0
    assert log.read_text().startswith("before\n")


WITHOUT = {
    "missing": "import sys; sys.modules['pygls'] = None",
    "too old": "import sys, types; sys.modules['pygls'] = types.ModuleType('pygls')",
}


@pytest.mark.parametrize("how", WITHOUT)
def test_a_language_server_without_pygls_says_what_to_install(how):
    code = f"{WITHOUT[how]}; from dap_kernel.cli import main; sys.exit(main(['lsp']))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert shown.returncode == 2
    assert f'{sys.executable} -m pip install "pygls>=2"' in shown.stderr
    assert shown.stderr.count("\n") == 1


@pytest.mark.parametrize("told", ([], ["-P"]))
def test_it_can_be_started_in_a_folder_that_is_gone(tmp_path, told):
    (tmp_path / "gone").mkdir()
    command = [
        "sh",
        "-c",
        'rmdir "$PWD"; exec "$@"',
        "sh",
        sys.executable,
        *told,
        "-m",
        "dap_kernel",
        "--version",
    ]
    said = subprocess.run(command, cwd=tmp_path / "gone", capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("dap-kernel ")


@pytest.mark.parametrize("mode", [0o644, 0o620, 0o666])
def test_a_log_of_ones_own_that_others_could_read_is_closed_to_them(tmp_path, mode):
    log = tmp_path / "log"
    log.touch()
    log.chmod(mode)
    assert run("--log", str(log), "kernels", env={"XDG_RUNTIME_DIR": str(tmp_path)}).returncode in (0, 2)
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("log", ["/dev/stderr", "/dev/fd/2", "/proc/self/fd/2", "/dev/null"])
def test_a_log_may_be_what_the_process_was_given(tmp_path, log):
    tmp_path.chmod(0o700)
    said = run("--log", log, "kernels", env={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert (said.returncode, said.stderr) == (0, "no kernel waits\n")


@pytest.mark.parametrize(
    ("log", "why"),
    [
        ("/dev/stdout", "take /dev/stderr"),
        ("/dev/fd/0", "take /dev/stderr"),
        ("/proc/self/fd/77", "Bad file descriptor"),
        ("/dev/fd/999999999", "Bad file descriptor"),
        ("/dev/zero", "no plain file"),
    ],
)
def test_a_log_that_would_be_in_the_way(log, why):
    said = run("--log", log, "kernels", env={})
    assert said.returncode == 2
    assert said.stderr.startswith(f"dap-kernel: the log {log} ") and why in said.stderr
