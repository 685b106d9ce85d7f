"""Files of environment variables, as python-dotenv reads them, and those that are refused."""

import time
from random import Random

import pytest
from dotenv import dotenv_values

from dap_kernel.notebook.files import Unreadable
from dap_kernel.server.arguments.env_file import read_env
from dap_kernel.server.errors import DapError

ENV_FILES = [
    ("A=1\nexport B = two\n# C=3\n\nnonsense\n", {"A": "1", "B": "two"}),
    ("A='x # y'\nB=\"l\\nm\"\nC=v # said", {"A": "x # y", "B": "l\nm", "C": "v"}),
    ("A=1\nB=${A}/${HOME}\nC='${A}'\nD=${NONE}", {"A": "1", "B": "1//home/me", "C": "1", "D": ""}),
    ("A=${NONE:-x}\nB=$A\nC='a\nb'\r\nD=", {"A": "x", "B": "$A", "C": "a\nb", "D": ""}),
    ("\ufeffA=1\nB='", {"A": "1"}),
]


@pytest.mark.parametrize("text, found", ENV_FILES)
def test_environment_files(text, found, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    (tmp_path / "my.env").write_bytes(text.encode())
    assert read_env(str(tmp_path / "my.env")) == found


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"A=\0\n", "null character"),
        (b"'A=B'=1\n", "no name of a variable"),
        (b"A=1\n" * 20_000, "more than 64 KiB"),
        (b"A0=xxxxxxxx\n" + b"".join(b"A%d=${A%d}${A%d}\n" % (it + 1, it, it) for it in range(99)), "A14"),
        (b"A=" + b"x" * 1000 + b"\nB=" + b"${A}" * 10_000, '"B" has more than 128 KiB'),
        (b"A=${B:-" + b"x" * 60_000 + b"}\n" + b"".join(b"B%d=${A}\n" % it for it in range(99)), "together"),
        (b"A=x" + b" " * 60_000 + b"y", "blanks in a row"),
        (b"A='" + b"\t" * 60_000 + b"'", "blanks in a row"),
    ],
    ids=lambda it: str(it)[:20],
)
def test_environment_files_that_are_refused(data, why, tmp_path):
    (tmp_path / "my.env").write_bytes(data)
    with pytest.raises((DapError, Unreadable), match=why):
        read_env(str(tmp_path / "my.env"))


@pytest.mark.parametrize("line", ["A=" + "${" * 32_000, "A=" + "${:" * 21_000 + "}", "A=" + "${}" * 21_000])
def test_environment_files_that_take_no_time(line, tmp_path):
    (tmp_path / "my.env").write_text(line)
    began = time.process_time()
    read_env(str(tmp_path / "my.env"))
    assert time.process_time() - began < 1


def test_references_in_environment_files_stand_for_what_python_dotenv_says(tmp_path, monkeypatch):
    monkeypatch.setenv("HERE", "of the server")
    random = Random(7)
    parts = ["${", "}", ":-", ":", "-", "$", "{", "A", "B", "HERE", "x", "${A}", "${B:-y}", "'", '"']
    for _ in range(500):
        lines = [
            f"{random.choice(['A', 'B', 'HERE'])}={''.join(random.choices(parts, k=random.randrange(9)))}"
            for _ in range(4)
        ] + random.choice([[], ["B"], ["A"]])
        (tmp_path / "my.env").write_text("\n".join(lines))
        found = dotenv_values(tmp_path / "my.env")
        assert read_env(str(tmp_path / "my.env")) == {k: v for k, v in found.items() if v is not None}, lines
