"""What VS Code is told beside the protocol, for the extension's menus."""

import pytest

NAMES = """
    # %% names
    rows = [{"town": "Graz"}, {"town": "Linz"}]
    nested = {"alone": 1, "rows": rows}
    numbers = [1, 2]
    empty = []
    text = "rows"
    columns = {"a": [1, 2], "b": [3, 4]}
    """
TABLES = {"rows", "columns"}


def marks(variables):
    return {it["name"]: it.get("__vscodeVariableMenuContext") for it in variables}


@pytest.mark.parametrize(("client", "tables"), [("vscode", TABLES), ("neovim", set())])
async def test_variables_that_are_tables_are_marked_for_the_menu_of_vs_code(debugging, write, client, tables):
    async with debugging(write("names.py", NAMES), initialize={"clientID": client}) as debug:
        await debug.launch()
        frame = await (await debug.idle()).frame()
        shown = await frame.variables()
        assert {name for name, mark in marks(shown).items() if mark == "table"} == tables
        (nested,) = [it for it in shown if it["name"] == "nested"]
        children = marks(await debug.variables(nested["variablesReference"]))
        assert children["'rows'"] == ("table" if tables else None)
        assert children["'alone'"] is None
        await debug.disconnect()
