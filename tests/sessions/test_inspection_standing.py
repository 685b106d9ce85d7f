"""Libraries that look for their caller's names find the frame's, wherever an expression is evaluated."""

import pytest

PROGRAM = """
    import sys
    import warnings
    {imports}

    def names_of_caller():
        return sorted(sys._getframe(1).f_locals)

    def chosen(rows, limit):
        count = len(rows)
        return count  # here

    def caller():
        return chosen({rows}, 1)

    caller()
    """
LIBRARIES = {
    "pandas": ("import pandas as pd", 'pd.DataFrame({"a": [1, 2, 3]})'),
    "polars": ("import polars as pl", 'pl.DataFrame({"a": [1, 2, 3]})'),
    "duckdb": ("import duckdb, pandas as pd", 'pd.DataFrame({"a": [1, 2, 3]})'),
    "sys": ("", "[1, 2, 3]"),
}
EXPRESSIONS = [
    ("pandas", "len(rows.query('a > @limit'))", "2"),
    ("pandas", "int(pd.eval('limit + count'))", "4"),
    ("pandas", "int(rows.eval('a + @limit').sum())", "9"),
    ("polars", "pl.sql('select count(*) as n from rows where a > 1').collect().item()", "2"),
    ("duckdb", "duckdb.sql('select count(*) from rows where a > 1').fetchone()[0]", "2"),
    ("sys", "sorted(locals())", "['count', 'limit', 'rows']"),
    ("sys", "names_of_caller()", "['count', 'limit', 'rows']"),
    ("sys", "eval('limit + count')", "4"),
    ("sys", "sys._getframe(1).f_code.co_name", "'caller'"),
    ("sys", "any('_dapk' in it for it in [*locals(), *globals(), *dir()])", "False"),
]


@pytest.mark.parametrize(("library", "text", "value"), EXPRESSIONS, ids=[it[1] for it in EXPRESSIONS])
async def test_callers_names_are_found(debugging, write, python, library, text, value):
    if not python.can_import(library):
        pytest.skip(f"the kernel's Python has no {library}")
    imports, rows = LIBRARIES[library]
    path = write("program.py", PROGRAM.format(imports=imports, rows=rows))
    line = path.read_text().split("\n").index("    return count  # here") + 1
    log = {"line": line, "logMessage": f"told {{ {text} !r}}"}
    async with debugging(path) as debug:
        await debug.launch(breakpoints={path: [{"line": line, "condition": f"{text} is not None"}, log]})
        stop = await debug.stopped("breakpoint", line=line)
        values = [await stop.evaluate(text, context) for context in ("watch", "hover", "repl")]
        assert values == [value] * 3
        assert f"told {value}\n" in debug.printed()
        outer = await stop.frame(1)
        assert await outer.evaluate("sorted(locals())") == "[]"
        await stop.continue_()
        await debug.terminated()
        assert "condition" not in debug.printed("console")
