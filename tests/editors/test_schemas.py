"""What the editors' folders say of the launch arguments is what the server takes."""

import json
import tomllib
from pathlib import Path
from typing import Any

from dap_kernel.server.launch import AttachArguments, LaunchArguments

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
    used = [
        *(it["args"] for it in helix["language"][0]["debugger"]["templates"]),
        *({key: it[key] for key in it.keys() - {"label", "adapter"}} for it in zed),
        *({key: it["request"][key] for key in it["request"].keys() - {"command"}} for it in kate.values()),
    ]
    for arguments in used:
        assert set(arguments) <= known | NOT_FOR_USERS
