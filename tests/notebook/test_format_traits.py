"""One table of the formats: what others, who may not import it, say of them is the same."""

import json
from pathlib import Path
from typing import get_args

import pytest

from dap_kernel.agent.wire import messages as wire
from dap_kernel.notebook.format_traits import TRAITS, Format
from dap_kernel.protocol import notebook

PACKAGE_JSON = Path(__file__).parents[2] / "adapters" / "vscode" / "package.json"


@pytest.mark.parametrize("names", [notebook.FormatName, wire.FormatName], ids=["protocol", "wire"])
def test_every_format_has_its_name_everywhere(names):
    assert get_args(names) == tuple(it.value for it in Format)


def test_every_format_and_every_shell_is_in_the_table():
    assert set(TRAITS) == set(Format)
    assert {it.shell for it in TRAITS.values()} == set(get_args(wire.Shell))


def test_vs_code_offers_every_format():
    [debugger] = json.loads(PACKAGE_JSON.read_text("utf-8"))["contributes"]["debuggers"]
    for attributes in debugger["configurationAttributes"].values():
        assert set(attributes["properties"]["format"]["enum"]) == set(Format)
