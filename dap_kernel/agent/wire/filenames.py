"""What code is called between server and agent, beside the paths of files. Pure.

Each text of a cell that was compiled, its revision, has a virtual filename of its own, for ever:
`<notebook path>#<cell id>@<revision>.py`. What a user types has one name for all.
"""

FileLine = tuple[str, int]  # a filename, real or virtual, and a line, 1-based; 0: not known
TYPED = "<expression>"  # the filename of what a user types, an expression or statements
AFTER_PATH = r"#[^#@/\\\"\n]+@\d+\.py"  # a pattern: what follows the notebook's path in a virtual filename


def virtual_filename(path: str, cell_id: str, revision: int) -> str:
    """Return what a revision of a cell of the notebook at `path` is called."""
    return f"{path}#{cell_id}@{revision}.py"


def is_virtual(filename: str, path: str) -> bool:
    """Whether `filename` is that of a revision of some cell of the notebook at `path`, by its ends."""
    return filename.startswith(path + "#") and filename.endswith(".py")
