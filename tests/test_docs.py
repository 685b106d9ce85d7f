"""The documents say what the code does: what must be told is, and what is named is there."""

import ast
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from dap_kernel import cli
from dap_kernel.agent.wire import codec
from dap_kernel.console import commands, options
from dap_kernel.console.registry import COMMANDS as TERMINAL_COMMANDS
from dap_kernel.lsp.commands import COMMANDS as COMMANDS_OF_LSP
from dap_kernel.protocol import notebook
from dap_kernel.protocol.messages import EventBody
from dap_kernel.server import requests
from dap_kernel.server.arguments.debug_options import SETTABLE
from dap_kernel.server.arguments.launch_arguments import REFUSED, AttachArguments, LaunchArguments
from dap_kernel.server.registry import registry
from dap_kernel.server.repl.commands import COMMANDS
from tests.test_house import FLOORS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PATH = re.compile(r"`((?:dap_kernel|tests|docs|adapters)/[\w./]*)`")
READERS = {"json": json.loads, "toml": tomllib.loads, "python": ast.parse}
DOTTED = re.compile(r"`([A-Z]\w+)\.(\w+)`")


def text(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def rows(document: str) -> set[str]:
    """Return what stands in code in the first cell of the rows of a document's tables."""
    return {name for row in re.findall(r"^\| (.*?) \|", document, re.MULTILINE) for name in in_code(row)}


def in_code(line: str) -> list[str]:
    return re.findall(r"`([^`]+)`", line)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda it: str(it.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    for target, fragment in LINK.findall(CODE.sub("", path.read_text("utf-8"))):
        if "://" in target:
            continue
        there = (path.parent / target).resolve() if target else path
        assert there.exists(), f"{path.name} links to {target}"
        if fragment:
            page = there / "README.md" if there.is_dir() else there
            assert fragment in {anchor(it) for it in HEADING.findall(CODE.sub("", page.read_text("utf-8")))}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda it: str(it.relative_to(ROOT)))
def test_tests_and_files_that_are_named_exist(path):
    document = path.read_text("utf-8")
    for file, name in TEST.findall(document):
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        functions = {it.name for it in tree.body if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in functions, f"{file} has no {name}"
    for file in PATH.findall(document):
        assert (ROOT / file).exists() or file == "adapters/", f"{path.name} names {file}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda it: str(it.relative_to(ROOT)))
def test_commands_and_configurations_can_be_read(path):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for language, block in BLOCK.findall(path.read_text("utf-8")):
        if language in READERS:
            READERS[language](block)
        for line in block.splitlines() if language == "sh" else ():
            match shlex.split(line, comments=True):
                case ["dap-kernel", "debug", *given]:
                    own = given[: given.index("--")] if "--" in given else given
                    options.make_parser().parse_args(own)
                case ["dap-kernel", *given]:
                    cli.parser().parse_args(given)
                case ["make", target]:
                    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_invariant_has_its_test():
    invariants = re.findall(r"^\| \d \|.*$", text("architecture.md"), re.MULTILINE)
    assert len(invariants) == 9
    assert all(TEST.search(it) for it in invariants)


def test_the_architecture_has_all_rooms_in_their_order():
    for folder, floors in FLOORS.items():
        section = text("architecture.md").partition(f"## The rooms of the {folder}")[2].partition("\n## ")[0]
        told = [name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in in_code(row)]
        assert [it.rstrip("/") for it in told] == floors[::-1]


def test_methods_that_the_architecture_names_exist():
    members: dict[str, set[str]] = {}
    for path in (ROOT / "dap_kernel").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                members.setdefault(node.name, set()).update(_members(node))
    for owner, name in DOTTED.findall(text("architecture.md") + text("internals.md")):
        assert name in members.get(owner, set()), f"there is no {owner}.{name}"


def test_the_vocabulary_names_classes_that_are_there():
    sources = [it.read_text("utf-8") for it in (ROOT / "dap_kernel").rglob("*.py")]
    classes = {name for source in sources for name in re.findall(r"^class (\w+)", source, re.MULTILINE)}
    named = set(re.findall(r"`([A-Z]\w+)` \|$", text("vocabulary.md"), re.MULTILINE))
    assert named and named <= classes


def _members(node: ast.ClassDef) -> set[str]:
    methods = {it.name for it in node.body if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef)}
    fields = {
        it.target.id for it in node.body if isinstance(it, ast.AnnAssign) and isinstance(it.target, ast.Name)
    }
    return methods | fields


def test_every_launch_argument_is_told_and_nothing_else():
    known = {*LaunchArguments.__struct_encode_fields__, *AttachArguments.__struct_encode_fields__}
    arguments = text("launch.md").partition("## What runs")[0]
    assert rows(arguments) == known
    assert set(REFUSED) <= set(in_code(text("launch.md")))


def test_every_request_and_event_of_our_own_is_told():
    requests.load()
    document = text("protocol.md")
    own = {it for it in registry.handlers if it.startswith("notebook")}
    assert own == set(re.findall(r"^### `(\w+)`", document, re.MULTILINE))
    events = {it.event for it in vars(notebook).values() if _is_event(it)}
    assert events and events <= rows(document.partition("## Events")[2])
    assert "supportsNotebookRequests" in document


def _is_event(it: object) -> bool:
    return isinstance(it, type) and issubclass(it, EventBody) and it is not EventBody


def test_every_field_of_a_cell_is_told():
    table = text("protocol.md").partition("## Cells")[2].partition("## Requests")[0]
    assert set(notebook.NotebookCell.__struct_encode_fields__) == rows(table)


def test_every_command_and_notification_of_the_wire_is_told():
    parts = {it.__name__ for it in codec.PARTS}
    assert set(codec.KINDS) - parts <= set(in_code(CODE.sub("", text("wire.md"))))


def test_every_command_of_the_language_server_is_told():
    assert rows(text("lsp.md").partition("## Commands")[2].partition("##")[0]) == set(COMMANDS_OF_LSP)


def test_every_console_command_is_told():
    document = text("console.md")
    assert {it.usage for it in COMMANDS.values()} == {it for it in rows(document) if it.startswith(":")}
    assert set(SETTABLE) <= set(in_code(document))


def test_every_command_of_the_terminal_is_told():
    commands.load()
    told = {it.split()[0] for it in in_code(CODE.sub("", text("console.md")))}
    for usage in {it.usage for it in TERMINAL_COMMANDS.values()}:
        assert told & set(usage.split()[0].split("/")), usage


def test_nothing_writes_a_notebook():
    writers = {"write_text", "write_bytes", "truncate"}
    for folder in ("notebook", "server", "protocol"):
        for path in (ROOT / "dap_kernel" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    assert _callee(node) not in writers, f"{path.name}:{node.lineno}"
                    assert not (_callee(node) == "open" and _opens_to_write(node)), (
                        f"{path.name}:{node.lineno}"
                    )


def _callee(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _opens_to_write(call: ast.Call) -> bool:
    given = [*call.args, *(it.value for it in call.keywords)]
    modes = [it.value for it in given if isinstance(it, ast.Constant) and isinstance(it.value, str)]
    flags = [it.attr for argument in given for it in ast.walk(argument) if isinstance(it, ast.Attribute)]
    return any(set(it) & set("wax+") and set(it) <= set("rwxabt+") for it in modes) or "O_WRONLY" in flags
