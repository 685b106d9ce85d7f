"""The small pure parts of the server, as tables."""

import json
import time
from random import Random

import pytest
from dotenv import dotenv_values

from dap_kernel.kernels.output.escape_filter import clean
from dap_kernel.notebook.files import Unreadable
from dap_kernel.protocol.breakpoints import Breakpoint
from dap_kernel.protocol.capabilities import Capabilities
from dap_kernel.protocol.messages import Body
from dap_kernel.protocol.stack import StackFrame
from dap_kernel.server.arguments.env_file import read_env
from dap_kernel.server.errors import DapError
from dap_kernel.server.phases import Phase, after
from dap_kernel.server.port.numbering import Numbering, with_clean_texts
from dap_kernel.server.registry import Registry
from dap_kernel.server.texts.cell_uris import index_of, uri_like


@pytest.mark.parametrize(
    "triggers, end",
    [
        (["initialize", "launch", "configurationDone", "terminated"], Phase.ENDED),
        (["initialize", "configurationDone", "launch"], Phase.LIVE),
        (["initialize", "attach", "configurationDone", "disconnect", "terminate"], Phase.ENDED),
        (["disconnect", "disconnect"], Phase.ENDED),
        (["initialize", "launch", "terminate", "disconnect"], Phase.ENDED),
    ],
)
def test_a_session_in_order(triggers, end):
    phase = Phase.NEW
    for trigger in triggers:
        phase = after(phase, trigger)
    assert phase is end


@pytest.mark.parametrize(
    "phase, trigger, why",
    [
        (Phase.NEW, "launch", "initialize must come first"),
        (Phase.INITIALIZED, "initialize", "launch or attach must come first"),
        (Phase.LIVE, "launch", "the session runs already"),
        (Phase.LIVE, "configurationDone", "the session runs already"),
        (Phase.ENDED, "launch", "the session has ended"),
    ],
)
def test_what_is_out_of_order_is_told(phase, trigger, why):
    with pytest.raises(DapError, match=f"{trigger} is out of order: {why}"):
        after(phase, trigger)


@pytest.mark.parametrize(
    "fragment, index",
    [
        ("W0sZmlsZQ%3D%3D", 0),
        ("W6sZmlsZQ%3D%3D", 6),
        ("X10sZmlsZQ%3D%3D", 7),
        ("X66sdnNjb2RlLXJlbW90ZQ%3D%3D", 48),
        ("W10sZmlsZQ%3D%3D", None),
        ("", None),
        ("cell-3", None),
    ],
)
def test_vs_codes_cell_handles(fragment, index):
    assert index_of(fragment) == index


@pytest.mark.parametrize("index, fragment", [(0, "W0sq"), (6, "W6sq"), (7, "X10sq"), (49, "Y100sq")])
def test_a_cells_uri_after_a_neighbours(index, fragment):
    assert (
        uri_like("vscode-notebook-cell:/a/x.ipynb#W3sq", index)
        == f"vscode-notebook-cell:/a/x.ipynb#{fragment}"
    )
    assert uri_like("other:/x#abc", index) is None


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


def test_a_client_that_counts_from_0_is_answered_so():
    numbering = Numbering(lines=0, columns=0)
    asked = json.dumps({"source": {"path": "a"}, "lines": [0], "breakpoints": [{"line": 4, "column": 0}]})
    assert json.loads(numbering.incoming("setBreakpoints", asked.encode())) == {
        "source": {"path": "a"},
        "lines": [1],
        "breakpoints": [{"line": 5, "column": 1}],
    }
    assert numbering.outgoing(StackFrame(7, "f", 5, 1, end_line=6, end_column=2)) == {
        "id": 7,
        "name": "f",
        "line": 4,
        "column": 0,
        "endLine": 5,
        "endColumn": 1,
    }
    told = numbering.incoming("stackTrace", b'{"threadId":1,"format":{"line":true}}')
    assert json.loads(told)["format"] == {"line": True}
    assert numbering.incoming("launch", b'{"run":{"line":3}}') == b'{"run":{"line":3}}'


def test_everybody_elses_messages_are_left_alone():
    body = Breakpoint(True, 1, line=3)
    assert Numbering().outgoing(body) is body


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("a\rb\r\nc", "a\nb\nc"),
        ("\x1b]0;title\x07x", "]0;titlex"),
        ("bell\x07 back\x08", "bell back"),
    ],
)
def test_no_control_character_reaches_the_client(text, shown):
    assert clean(text) == shown


class NoArguments(Body):
    pass


def test_capabilities_are_those_of_the_handlers():
    registry = Registry()

    @registry.request("one", offers=Capabilities(supports_log_points=True))
    async def one(session, args: NoArguments) -> None: ...

    @registry.request("two", stopped=True, offers=Capabilities(supports_modules_request=True))
    async def two(session, args: NoArguments) -> None: ...

    assert registry.capabilities() == Capabilities(supports_log_points=True, supports_modules_request=True)
    assert registry.handlers["two"].stopped and registry.handlers["two"].arguments is NoArguments
    with pytest.raises(ValueError, match="has a handler already"):
        registry.request("one")(one)


def test_texts_that_are_no_unicode_can_be_sent_all_the_same():
    told = with_clean_texts(Breakpoint(False, 1, message="caf\udce9", line=3))
    assert told == {"verified": False, "id": 1, "message": "caf\\udce9", "line": 3}
