"""The formats of notebooks, and in what they differ: one table, for all who do not read or write a format.

To add a format is to add a row here and its reader under `formats/`.
"""

from enum import StrEnum

import msgspec

from ..agent.wire.messages import Shell


class Format(StrEnum):
    MARIMO = "marimo"
    PERCENT = "percent"
    JUPYTER = "jupyter"
    SCRIPT = "script"


class FormatTraits(msgspec.Struct, frozen=True):
    """In what one format differs from others."""

    name: str  # as users call a text of it
    shell: Shell  # what a cell's text means to the agent
    has_cells: bool = True  # there are cells to choose, to list and to show; else the text is one
    is_json: bool = False  # between the lines of the file and those of the code there is only a line map
    code_counts_in_file: bool = False  # a cell's code has the file's name, and the file's lines
    cell_is_the_program: bool = False  # it ends, fails and exits as under `python`, and the kernel with it
    shows_last_value: bool = True  # a cell shows what its last expression is
    has_event_loop: bool = False  # cells run inside one from the start
    orders_by_dataflow: bool = False  # cells run after those whose names they use; else from the top


TRAITS = {
    Format.MARIMO: FormatTraits(
        "marimo notebook",
        "marimo",
        code_counts_in_file=True,
        has_event_loop=True,
        orders_by_dataflow=True,
    ),
    Format.PERCENT: FormatTraits("percent notebook", "plain", code_counts_in_file=True),
    Format.JUPYTER: FormatTraits("Jupyter notebook", "ipython", is_json=True, has_event_loop=True),
    Format.SCRIPT: FormatTraits(
        "script", "script", has_cells=False, cell_is_the_program=True, shows_last_value=False
    ),
}
