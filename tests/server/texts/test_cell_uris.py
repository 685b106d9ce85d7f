"""What VS Code calls cells, and what follows from one cell's name for another's."""

import pytest

from dap_kernel.server.texts.cell_uris import index_of, uri_like


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
