"""What the editors' folders say of the launch arguments is what the server takes."""

import ast
import json
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from dap_kernel.server.arguments.launch_arguments import AttachArguments, LaunchArguments

ADAPTERS = Path(__file__).parents[2] / "adapters"
NOT_FOR_USERS = {"name", "type", "request"}


def properties(request: str) -> dict[str, Any]:
    """What VS Code's extension describes of a request's arguments."""
    package = json.loads((ADAPTERS / "vscode/package.json").read_text())
    found: dict[str, Any] = package["contributes"]["debuggers"][0]["configurationAttributes"][request]
    return found["properties"]


def test_zed_describes_the_same_arguments() -> None:
    schema = json.loads((ADAPTERS / "zed/debug_adapter_schemas/dap-kernel.json").read_text())
    both = properties("attach") | properties("launch")
    assert set(schema["properties"]) == {"request", *both}


def test_other_configurations_name_arguments_that_exist() -> None:
    known = {*LaunchArguments.__struct_encode_fields__, *AttachArguments.__struct_encode_fields__}
    helix = tomllib.loads((ADAPTERS / "helix/languages.toml").read_text())
    zed = json.loads((ADAPTERS / "zed/debug.json").read_text())
    kate = json.loads((ADAPTERS / "kate/dap.json").read_text())["dap"]["dap-kernel"]["configurations"]
    vim = json.loads((ADAPTERS / "vim/.vimspector.json").read_text())["configurations"]
    used = [
        *(it["args"] for of in helix["language"] for it in of["debugger"]["templates"]),
        *(it["configuration"] for it in vim.values()),
        *({key: it[key] for key in it.keys() - {"label", "adapter"}} for it in zed),
        *({key: it["request"][key] for key in it["request"].keys() - {"command"}} for it in kate.values()),
    ]
    for arguments in used:
        assert set(arguments) <= known | NOT_FOR_USERS


@pytest.mark.parametrize("console", ["log", "console"])  # of the package's releases, and after them
async def test_sublime_starts_the_server_with_and_without_a_folder(
    console: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dap = SimpleNamespace(AdapterConfiguration=object, StdioTransport=lambda command, cwd: (command, cwd))
    for name in ("Debugger", "Debugger.modules"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setattr(sys.modules["Debugger.modules"], "dap", dap, raising=False)
    text = (ADAPTERS / "sublime/dap_kernel_adapter.py").read_text()
    ast.parse(text, feature_version=(3, 8))  # Sublime's
    found: dict[str, Any] = {}
    exec(text, found)
    adapter = found["DapKernel"]()
    inside = await adapter.start(
        configuration=SimpleNamespace(variables={"folder": "/lab"}), **{console: None}
    )
    assert inside == (["dap-kernel", "dap"], None)
    outside = await adapter.start(configuration=SimpleNamespace(variables={}), **{console: None})
    assert outside == (["dap-kernel", "dap"], str(Path.home()))
