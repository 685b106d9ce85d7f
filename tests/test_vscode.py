"""The VS Code extension's package.json says of launch and attach what the server takes."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from jsonschema import Draft7Validator

from dap_kernel.server.arguments.launch_arguments import (
    REFUSED,
    AttachArguments,
    LaunchArguments,
    attach_arguments,
    launch_arguments,
)

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "adapters" / "vscode"
MANIFEST = json.loads((FOLDER / "package.json").read_text("utf-8"))
(DEBUGGER,) = MANIFEST["contributes"]["debuggers"]
KINDS = {"launch": LaunchArguments, "attach": AttachArguments}


def properties(kind: str) -> dict[str, Any]:
    return DEBUGGER["configurationAttributes"][kind]["properties"]


def schema(kind: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties(kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_argument_is_offered_and_nothing_else(kind):
    assert set(properties(kind)) == set(KINDS[kind].__struct_encode_fields__)


@pytest.mark.parametrize("kind", KINDS)
def test_each_argument_has_a_hover_and_a_value_to_begin_with(kind):
    for name, it in properties(kind).items():
        assert len(it["markdownDescription"]) > 15, name
        assert "default" in it or it["defaultSnippets"], name


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_are_the_servers(kind):
    """But for those where the extension has its own: a path that VS Code knows, and our events."""
    Draft7Validator.check_schema(schema(kind))
    own = {"program", "notebook", "notebookEvents", "cwd", "envFile", "console"}
    fields = {it.encode_name: it for it in msgspec.structs.fields(KINDS[kind])}
    for name, it in properties(kind).items():
        if "default" in it and name not in own:
            field = fields[name]
            made = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
            assert it["default"] == made, name


@pytest.mark.parametrize("kind", KINDS)
def test_choices_are_the_servers(kind):
    for field in msgspec.structs.fields(KINDS[kind]):
        choices = [it for it in _literals(field.type) if isinstance(it, str)]
        if choices:
            it = properties(kind)[field.encode_name]
            assert it["enum"] == choices, field.encode_name
            assert len(it.get("markdownEnumDescriptions", choices)) == len(choices)


def _literals(hint: Any) -> list[Any]:
    parts = get_args(hint)
    return [it for part in parts for it in ([part] if isinstance(part, str) else _literals(part))]


@pytest.mark.parametrize("snippet", DEBUGGER["configurationSnippets"], ids=lambda it: it["label"])
def test_a_snippet_is_taken_by_the_server_without_a_word(snippet):
    body = _filled(snippet["body"])
    kind = body["request"]
    assert set(body) <= {*properties(kind), "type", "name", "request", "debugServer"}
    Draft7Validator(schema(kind)).validate(body)
    decoded = {"launch": launch_arguments, "attach": attach_arguments}[kind]
    _, warnings = decoded(json.dumps(body).encode())
    assert warnings == []


def _filled(value: Any) -> Any:
    """Return a snippet's body as it is after a user pressed Tab through it."""
    if isinstance(value, dict):
        return {key: _filled(it) for key, it in value.items()}
    if isinstance(value, list):
        return [_filled(it) for it in value]
    if not isinstance(value, str):
        return value
    text = re.sub(r"\$\{\d+(?::([^}]*))?\}", lambda found: found[1] or "", value).replace("\\$", "$")
    return json.loads(text[1:]) if text.startswith("^") else text


def test_every_argument_can_be_written_as_the_documents_show_it():
    """The examples of docs/launch.md fit the schema."""
    document = (ROOT / "docs" / "launch.md").read_text("utf-8").partition("## What runs")[0]
    rows = re.findall(r"^\| `(\w+)` \|(?:.*\|)? (`.+?`) \|$", document, re.MULTILINE)
    assert len(rows) > 20
    both = {**properties("launch"), **properties("attach")}
    for name, example in rows:
        Draft7Validator(both[name]).validate(json.loads(example.strip("`").replace('"…"', '"x"')))


def test_what_the_server_refuses_is_not_offered():
    assert not set(REFUSED) & set(properties("launch"))


def test_every_command_of_a_menu_exists_and_is_registered():
    commands = {it["command"] for it in MANIFEST["contributes"]["commands"]}
    for place in MANIFEST["contributes"]["menus"].values():
        assert {it["command"] for it in place if "command" in it} <= commands
    sources = "".join(it.read_text("utf-8") for it in (FOLDER / "src").rglob("*.ts"))
    for command in commands:
        assert f"'{command}'" in sources or f"'{command.partition('.')[2]}'" in sources, command


def test_settings_are_those_that_are_read():
    offered = {it.partition(".")[2] for it in MANIFEST["contributes"]["configuration"]["properties"]}
    sources = "".join(it.read_text("utf-8") for it in (FOLDER / "src").rglob("*.ts"))
    read = set(re.findall(r"getConfiguration\('dap-kernel'[^)]*\)\s*\.get(?:<\w+>)?\('(\w+)'", sources))
    assert read <= offered
    assert {it for it in offered if f"'{it}'" in sources} == offered


def test_what_a_registry_shows_of_the_extension_is_there():
    for name in ("displayName", "description", "publisher", "license", "icon", "categories", "keywords"):
        assert MANIFEST[name], name
    assert set(MANIFEST["categories"]) <= {"Debuggers", "Notebooks", "Data Science"}
    assert len(MANIFEST["keywords"]) <= 30  # more are refused
    header = (FOLDER / MANIFEST["icon"]).read_bytes()[:24]
    assert header.startswith(b"\x89PNG") and header[16:24] == b"\0\0\0\x80" * 2  # 128 pixels each way
    page = (FOLDER / "README.md").read_text("utf-8")
    assert not re.findall(r"\]\((?!https:)", page), "a link counts from nowhere without a repository"


def test_the_lock_file_names_no_host():
    lock = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))
    assert not [name for name, it in lock["packages"].items() if "resolved" in it]


def test_the_extension_without_code_offers_the_same_arguments():
    """But for our events, which nothing there would show."""
    nocode = json.loads((ROOT / "adapters" / "vscode-nocode" / "package.json").read_text("utf-8"))
    (debugger,) = nocode["contributes"]["debuggers"]
    assert "main" not in nocode and "activationEvents" not in nocode
    assert [debugger["runtime"], *debugger["runtimeArgs"]] == ["dap-kernel", "dap"]
    for kind in KINDS:
        offered = debugger["configurationAttributes"][kind]["properties"]
        assert offered.pop("notebookEvents")["default"] is False
        assert offered == {name: it for name, it in properties(kind).items() if name != "notebookEvents"}
    assert debugger["configurationSnippets"] == DEBUGGER["configurationSnippets"]
