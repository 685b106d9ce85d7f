"""What a path is called on the other side."""

import pytest

from dap_kernel.server.arguments.launch_arguments import PathMapping
from dap_kernel.server.texts.path_mapping import to_client, to_server

UNIX = [PathMapping("/home/me/p", "/srv/p"), PathMapping("/home/me", "/srv/other/")]
WINDOWS = [PathMapping("C:\\Users\\me\\p", "/srv/p")]
WHOLE = [PathMapping("/mnt/host", "/")]


@pytest.mark.parametrize(
    ("mappings", "client", "server"),
    [
        (UNIX, "/home/me/p/nb.py", "/srv/p/nb.py"),
        (UNIX, "/home/me/p/a/b.py", "/srv/p/a/b.py"),
        (UNIX, "/home/me/p", "/srv/p"),
        (UNIX, "/home/me/project/nb.py", "/srv/other/project/nb.py"),
        (UNIX, "/home/you/nb.py", "/home/you/nb.py"),
        (WINDOWS, "C:\\Users\\me\\p\\a\\nb.py", "/srv/p/a/nb.py"),
        (WINDOWS, "C:\\Users\\me\\p", "/srv/p"),
        (WINDOWS, "/tmp/nb.py", "/tmp/nb.py"),
        (WHOLE, "/mnt/host/etc/nb.py", "/etc/nb.py"),
    ],
)
def test_a_path_crosses_over_and_back(mappings: list[PathMapping], client: str, server: str) -> None:
    assert to_server(client, mappings) == server
    assert to_client(server, mappings) == client


@pytest.mark.parametrize("path", ["c:\\users\\me\\p\\nb.py", "c:/Users/me/p/nb.py"])
def test_windows_folds_case_and_takes_slashes(path: str) -> None:
    assert to_server(path, WINDOWS) == "/srv/p/nb.py"


def test_a_backslash_is_a_letter_elsewhere() -> None:
    assert to_server("/home/me/p/a\\b.py", UNIX) == "/srv/p/a\\b.py"
