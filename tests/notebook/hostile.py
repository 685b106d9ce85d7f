"""Texts that are made to be slow to read: what some code could take the square of their length for.

Each makes a text of about `size` characters. Knows no reader.
"""

import json
import random
from collections.abc import Callable

Make = Callable[[int], str]
APP = "import marimo\napp = marimo.App()\n"


def times(part: str, around: tuple[str, str] = ("", "")) -> Make:
    """Return what repeats `part`."""
    return lambda size: around[0] + part * (size // len(part)) + around[1]


def numbered(part: str, before: str = "") -> Make:
    """Return what repeats `part` with `N` and `M` for a number and the next."""
    count = len(part) + 4
    return lambda size: (
        before
        + "".join(
            part.replace("N", str(number)).replace("M", str(number + 1)) for number in range(size // count)
        )
    )


def ipynb(source: str | list[str], *, is_one: bool = False) -> Make:
    """Return a notebook of cells with this source each, or of one cell that repeats it."""

    def make(size: int) -> str:
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        if is_one:
            cells = [{**cell, "source": source * (size // (len(source) * 6))}]
        else:
            cells = [{**cell, "source": source}] * (size // (90 + len(source)))
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)

    return make


PERCENT: dict[str, Make] = {
    "quotes and markers in turn": times("'''\n# %%\n"),
    "two quotes and markers": times("'''\n# %%\n\"\"\"\n# %%\n"),
    "a quote that is never closed": times("# %%\nx\n", ("'''\n", "")),
    "markers in one string": times("# %%\n", ("# %%\nx='''\n", "'''\n# %%\n")),
    "markers in strings": times("# %%\nx='''\n# %%\n# %%\n# %%\n'''\n"),
    "markers in a string that does not parse": times("# %%\n", ("# %%\n(\nx='''\n", "'''\n")),
    "escaped triple quotes": times('\\"""\n', ("# %%\n", "")),
    "escaped quotes, then others": times("\\'''\n", ("# %%\n", '"""')),
    "escaped quotes on continued lines": times("\\'\\\n", ("# %%\n", "")),
    "apostrophes": times("don't\n", ("# %%\n'''\n'''\n", "")),
    "continued lines": times("\\\n", ("# %%\n", "")),
    "continued sums": times("x = 1 + \\\n", ("# %%\n", "")),
    "a continued string": times("a\\\n", ("# %%\nx = '", "")),
    "opening brackets": times("(", ("# %%\n", "")),
    "opening brackets by line": times("(\n", ("# %%\n", "")),
    "cells that open a bracket": times("# %%\n(\n"),
    "cells that a statement spans, two each": times("# %%\nx = (1\n# %%\n)\n"),
    "cells that one statement spans": times("# %%\n1,\n", ("x = (\n", ")\n")),
    "empty cells that one statement spans": times("# %%\n", ("# %%\nx = (\n", ")\n")),
    "empty cells": times("# %%\n"),
    "cells of one title": times("# %% same\nx\n"),
    "cells without text of one title": times("# %% same\n"),
    "cells of markdown": times("# %% [markdown]\n# x\n"),
    "nested statements": lambda size: (
        "# %%\n" + "".join(" " * (depth % 90) + "if x:\n" for depth in range(size // 50))
    ),
    "deep indents": lambda size: (
        "# %%\n" + "".join(" " * depth + "if x:\n" for depth in range(int((2 * size) ** 0.5)))
    ),
    "a title of braces": times("{", ("# %% ", "\n")),
    "a title of settings": times("a={ ", ("# %% ", "\n")),
    "a title of quotes": times('a="', ("# %% ", "\n")),
    "blanks in a line of a magic": times(" ", ("# %%\n!x\nx", "y\n")),
    "blanks before a line beside a magic": times(" ", ("# %%\n!x\n", "y\n")),
    "names before an equals sign": times("x, ", ("# %%\n!x\n", "= !ls\n")),
    "equals signs": times("x = ", ("# %%\n", "%\n")),
    "question marks": times("x? ", ("# %%\n", "\n")),
    "blanks before a cell magic": times(" ", ("# %%\n", "%%time\n")),
    "lines of a magic": times("!ls (\n", ("# %%\n", "")),
    "a long sum": times("1+", ("# %%\nx = ", "1\n")),
    "a long chain": times(".y", ("# %%\nx", "\n")),
    "names that need each other": numbered("# %%\nxN = xM\n"),
    "a header": times("# x\n", ("# ---\n", "# %%\n")),
    "lines before a header": times("#!x\n", ("", "# %%\n")),
    "conflict markers": times("<<<<<<< \n", ("", ">>>>>>> \n")),
    "old ends of line": times("# %%\r"),
}
MARIMO: dict[str, Make] = {
    "cells": times("@app.cell\ndef _():\n    return\n", (APP, "")),
    "cells that do not parse": times("@app.cell\ndef _(:\n    x = (\n", (APP, "")),
    "cells with an open quote": times("@app.cell\ndef _():\n    '''\n    return\n", (APP, "")),
    "quotes and decorators in turn": times("'''\n@app.cell\n", (APP, "")),
    "cells in one string": times("@app.cell\ndef _():\n    return\n", (f"{APP}x = '''\n", "'''\n")),
    "one long cell": times("    x = 1\n", (f"{APP}@app.cell\ndef _():\n", "    return\n")),
    "one long string": times("    x\n", (f"{APP}@app.cell\ndef _():\n    '''\n", "    '''\n    return\n")),
    "a long signature": times("x,\n", (f"{APP}@app.cell\ndef _(", "):\n    return\n")),
    "a signature that does not end": times("(", (f"{APP}@app.cell\ndef _(", "\n")),
    "comments in a signature": times("# x\n", (f"{APP}@app.cell\ndef _(x\n", "):\n    return\n")),
    "a long return": times("a,", (f"{APP}@app.cell\ndef _():\n    return (", ")\n")),
    "blanks before an app": times(" ", ("import marimo\napp", "= marimo.App\n")),
    "apps": times("app = marimo.App(\n", ("import marimo\n", "")),
    "guards": times("if __name__:\n", (APP, "")),
    "calls that do not end": times("app._unparsable_cell(\n", (APP, "")),
    "texts that do not parse": times("app._unparsable_cell(r'''x\n''')\n", (APP, "")),
    "set-ups": times("with app.setup:\n    x\n", (APP, "")),
    "functions of one name": times("@app.function\ndef same():\n    pass\n", (APP, "")),
    "cells that need each other": numbered("@app.cell\ndef _():\n    xN = xM\n    return\n", APP),
}
JUPYTER: dict[str, Make] = {
    "empty cells": ipynb(""),
    "cells of quotes": ipynb("'''"),
    "one cell of one text": ipynb("x\n", is_one=True),
    "one cell of lines": ipynb(["x\n"], is_one=True),
    "one cell of pieces": ipynb(["x"], is_one=True),
    "nested lists": times("[", ('{"cells": ', "")),
    "nested objects": times('{"a": ', ("", "")),
    "keys within texts": times('{"a": "\\"source\\": ", "source": "x", "b": 1},', ('{"cells": [', "{}]}")),
    "blanks": times(" ", ('{"cells": [{"source"', ':"x"}], "nbformat": 4}')),
    "digits": times("1", ('{"cells": [], "nbformat": ', "}")),
    "a text that breaks off": times("x", ('{"cells": [{"source": "', "")),
}
ALL: dict[tuple[str, str], Make] = {
    **{("a.py", name): it for name, it in PERCENT.items()},
    **{("m.py", name): it for name, it in MARIMO.items()},
    **{("n.ipynb", name): it for name, it in JUPYTER.items()},
}

PIECES = [
    *(
        "# %%\n",
        "# %% [markdown] x\n",
        "'''",
        '"""',
        "'",
        '"',
        "\\",
        "\n",
        "\n",
        "    ",
        "(",
        ")",
        "[",
        "{",
        "}",
    ),
    *("# %%time\n", "%%bash\n", "!ls\n", "%x\n", "x = !y\n", "x?\n", "# In[1]:\n", "# <codecell>\n", "\t"),
    *("@app.cell\n", "@app.cell(", "@app.cell.x\n", "@app.function\n", "def _():\n", "def _(x\n"),
    *(
        "async def f[T: (a)]():\n",
        "app._unparsable_cell(",
        "app._unparsable_cell\n",
        "class A:\n",
        "\f",
        "\0",
    ),
    *("with app.setup:\n", "with app.setup(a), b:\n", "with app.setup as x: y\n", "if __name__ == 'x':\n"),
    *(
        "    app.run()\n",
        "    return x\n",
        "return",
        ":",
        ",",
        "x",
        " = 1\n",
        "    pass\n",
        "#",
        "# c\n",
        "\r",
    ),
    *("lambda: ", "if x:\n", "else:\n", "@x\n", "f'{", "\ud800", "é", "𝟘", "\u2028", "import marimo\n", "*"),
    *("app = marimo.App()\n", "def _(): return\n", "def _(): x; return x\n", "r'''", "del x\n", "->"),
    *("from a import *\n", "app._unparsable_cell = 3\n"),
]
JSON_PIECES = [
    *('{"cells": [', '{"cell_type": "code", ', '"source": ', '["x\\n", "y"]', '"x\\r\\ny"', "]", "}", ","),
    *('"nbformat": 4', '"metadata": {}', '"id": "a"', "null", "1e999", "NaN", "-", '"\\ud800"', "\\", '"'),
    *('"source": {"a": 1}', '"source": [1, null, "x"]', "\n", "\r\n", "\ufeff", '"cells": 3', " ", "{"),
    '"cell_type": []',
]


def random_text(chance: random.Random, name: str) -> str:
    """Return a text of pieces that matter to a reader of files called `name`."""
    pieces = JSON_PIECES if name.endswith(".ipynb") else PIECES
    begin = {"m.py": APP, "n.ipynb": '{"cells": ['}.get(name, "")
    few = chance.sample(pieces, min(chance.choice([4, 8, 60]), len(pieces)))
    text = begin + "".join(chance.choices(few, k=chance.choice([3, 10, 40])))
    return text + chance.choice(["", "]}", '], "nbformat": 4, "metadata": {}}', "\n"])
