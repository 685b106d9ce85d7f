"""Jupyter notebooks: cells out of raw JSON text, each source line with the line of the text it stands on.

Follows the notebook format 4.0 to 4.5 (nbformat.readthedocs.io). Knows nothing of how cells run.
"""

import json

from ..cells import Draft, Kind, Notebook, meant_tags
from ..files import NotebookError
from ..format_traits import Format
from ..source.syntax import is_foreign
from .cell_numbering import number_cells
from .json_lines import Reader

CONVERT = "convert it first: jupyter nbconvert --to notebook --nbformat 4"


def read_jupyter(text: str) -> Notebook:
    """Return the notebook in `text`. Raises NotebookError."""
    try:
        return _read(text)
    except json.JSONDecodeError as wrong:
        line = wrong.lineno
        raise NotebookError(f"not a whole notebook: the JSON breaks off or is wrong at line {line}") from None
    except ValueError:  # of a number
        raise NotebookError("not a notebook: the JSON has a number of too many digits") from None
    except RecursionError:
        raise NotebookError("not a notebook: the JSON is nested too deeply") from None


def _read(text: str) -> Notebook:
    reader = Reader(text.removeprefix("\ufeff"))
    known: dict[str, object] = {}
    drafts: list[Draft] | None = None
    if reader.peek() != "{":
        reader.value()
        raise NotebookError("not a notebook: the JSON is no object")
    for key in reader.members():
        if key == "cells" and reader.peek() == "[":
            drafts = [_cell(reader) for _ in reader.items()]
        else:
            known[key] = reader.value()
    if reader.peek():
        raise json.JSONDecodeError("more after the end", reader.text, reader.position)
    _check_version(known)
    if drafts is None:
        raise NotebookError("not a notebook: the JSON has no list of cells")
    return Notebook(Format.JUPYTER, number_cells(drafts), text, _kernelspec(known.get("metadata")))


def _check_version(known: dict[str, object]) -> None:
    version = known.get("nbformat")
    if not isinstance(version, int):
        raise NotebookError(f"not a notebook: the JSON has no nbformat number; an old one? {CONVERT}")
    if version < 4:
        raise NotebookError(f"nbformat {version} is too old; {CONVERT}")
    if version > 4:
        raise NotebookError(f"nbformat {version} is newer than dap_kernel can read; {CONVERT}")


def _cell(reader: Reader) -> Draft:
    reader.peek()
    start = reader.position
    cell = reader.value()
    end = reader.position
    first = reader.line(start)
    if not isinstance(cell, dict):
        raise NotebookError(f"not a notebook: the cell at line {first} is no JSON object")
    source, lines = reader.source(start, end) if cell.get("source") else ("", ())
    reader.position = end
    id = cell.get("id")
    kind = _kind(cell.get("cell_type"), source)
    metadata = cell.get("metadata")
    tags = meant_tags(metadata.get("tags") if isinstance(metadata, dict) else None)
    anchor = id if isinstance(id, str) else None
    return Draft(kind, source, lines, (first, reader.line(end)), anchor=anchor, tags=tags)


def _kind(cell_type: object, source: str) -> Kind:
    if cell_type == "code":
        return "foreign" if is_foreign(source) else "code"
    return "markdown" if cell_type == "markdown" else "raw"


def _kernelspec(metadata: object) -> str | None:
    """Return the name of the kernelspec. Raises NotebookError when it is not Python's."""
    metadata = metadata if isinstance(metadata, dict) else {}
    spec, info = metadata.get("kernelspec"), metadata.get("language_info")
    spec = spec if isinstance(spec, dict) else {}
    info = info if isinstance(info, dict) else {}
    language = spec.get("language") or info.get("name") or "python"
    if str(language).lower() not in ("python", "python3", "ipython"):
        raise NotebookError(f"this notebook is in {language}; dap_kernel debugs Python notebooks only")
    name = spec.get("name")
    return name if isinstance(name, str) and name else None
