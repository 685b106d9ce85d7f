"""What cells show beside text: values in rich forms, `display()` and its kin."""

import base64

import pytest

from tests.sessions.notebooks import at, code

EVENTS = {"notebookEvents": True}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

THING = f"""
class Thing:
    def __repr__(self): return "a thing"
    def _repr_html_(self): return "<b>thing</b>"
    def _repr_markdown_(self): return "**thing**", {{"isolated": True}}
    def _repr_png_(self): return {PNG!r}
    def _repr_json_(self): return {{"n": [1, 2.5, None], "line": 3}}
    def _repr_svg_(self): return None
    def _repr_mimebundle_(self, include=None, exclude=None): return {{"x/y": "z"}}, {{"x/y": {{"a": 1}}}}
"""


def displays(debug):
    return [it["body"] for it in debug.connection.events if it["event"] == "notebookDisplay"]


@pytest.mark.parametrize("name", ["rich.py", "rich.ipynb"])
async def test_a_value_is_told_in_all_its_forms(debugging, write, name):
    cells = [THING, "x = 1\nThing()", "6 * 7"]
    path = write(name, code(*cells) if name.endswith("ipynb") else "# %%\n" + "\n# %%\n".join(cells))
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        rich, plain = displays(debug)
        listed = (await debug.ask("notebookCells"))["cells"]
        assert rich["data"] == {
            "text/plain": "a thing",
            "text/html": "<b>thing</b>",
            "text/markdown": "**thing**",
            "image/png": base64.b64encode(PNG).decode(),
            "application/json": {"n": [1, 2.5, None], "line": 3},
            "x/y": "z",
        }
        assert rich["metadata"] == {"text/markdown": {"isolated": True}, "x/y": {"a": 1}}
        assert (rich["cellId"], rich["line"]) == (listed[1]["id"], at(path, "Thing()"))
        assert rich["source"]["path"] == str(path)
        assert (plain["data"], plain["cellId"]) == ({"text/plain": "42"}, listed[2]["id"])
        assert debug.printed("stdout") == "a thing\n42\n"  # for the console, where no cell has it
        outputs = [it["body"] for it in debug.connection.events if it["event"] == "output"]
        assert all("data" not in it for it in outputs)
        await debug.disconnect()


async def test_a_console_gets_the_path_of_a_picture(debugging, write):
    path = write("console.py", f"# %%\n{THING}\nThing()\n# %%\ndisplay('text')\n")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        first, second = debug.printed("stdout").splitlines()
        text, _, file = first.partition(": ")
        assert (text, second) == ("a thing", "'text'")
        with open(file, "rb") as picture:
            assert picture.read() == PNG
        assert not displays(debug)
        await debug.disconnect()


async def test_a_console_is_told_of_an_update_when_there_is_something_new(debugging, write):
    text = "for n in (0, 0, 1, 1):\n    handle.update(Thing() if n == 0 else n)\n"
    path = write("updates.py", f"# %%\n{THING}\nhandle = display(Thing(), display_id=True)\n{text}")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        first, second = debug.printed("stdout").splitlines()
        assert first.startswith("a thing: ")
        assert second == "1"
        await debug.disconnect()


async def test_lines_of_data_are_left_alone_for_who_counts_from_zero(debugging, write):
    path = write("zero.py", f"# %%\n{THING}\nThing()\n")
    async with debugging(path, launch=EVENTS, initialize={"linesStartAt1": False}) as debug:
        await debug.launch()
        await debug.idle()
        [shown] = displays(debug)
        assert shown["data"]["application/json"]["line"] == 3
        assert shown["line"] == at(path, "Thing()") - 1
        await debug.disconnect()


SHOWS = """
    # %% shows
    def show(n):
        display(n)
    show(1)
    print("between")
    handle = display({"text/plain": "zero", "text/html": "<i>0</i>"}, raw=True, display_id="counter")
    handle.update({"text/plain": "one"}, raw=True)
    """


async def test_displays_keep_their_place_and_can_be_updated(debugging, write):
    path = write("shows.py", SHOWS)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        one, zero, update = displays(debug)
        assert (one["data"]["text/plain"], one["line"]) == ("1", at(path, "display(n)"))
        assert (zero["displayId"], zero.get("update", False)) == ("counter", False)
        assert zero["data"] == {"text/plain": "zero", "text/html": "<i>0</i>"}
        assert (update["displayId"], update["update"], update["data"]) == (
            "counter",
            True,
            {"text/plain": "one"},
        )
        told = [(it["event"], it.get("body", {})) for it in debug.connection.events]
        order = [
            it["data"].get("text/plain", it.get("output"))
            for event, it in told
            if event in ("output", "notebookDisplay") and it.get("data")
        ]
        assert order == ["1", "between\n", "zero", "one"]
        await debug.disconnect()


CLEARS = """
from IPython.display import HTML, clear_output, display, update_display
print("first")
clear_output()
print("second")
clear_output(wait=True)
handle = display(HTML("<p>one</p>"), display_id=True)
update_display(HTML("<p>two</p>"), display_id=handle.display_id)
"""


@pytest.mark.parametrize("name", ["clears.py", "clears.ipynb"])
async def test_ipythons_functions_do_the_same_with_and_without_its_shell(debugging, write, python, name):
    if not python.can_import("IPython"):
        pytest.skip(f"{python.path} has no IPython")
    path = write(name, code(CLEARS) if name.endswith("ipynb") else f"# %%{CLEARS}")
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        told = []
        for it in debug.connection.events:
            body = it["body"] if it["event"] in ("output", "notebookDisplay") else {}
            if it["event"] == "notebookDisplay":
                told.append("clear" if body.get("clear") else body["data"]["text/html"])
            elif body.get("data"):
                told.append(body["output"].strip())
        assert told == ["first", "clear", "second", "clear", "<p>one</p>", "<p>two</p>"]
        assert [it.get("update", False) for it in displays(debug)] == [False, False, False, True]
        assert "\x1b" not in debug.printed()
        await debug.disconnect()


async def test_a_line_that_could_still_be_written_over_is_cleared_with_the_others(debugging, write, python):
    if not python.can_import("IPython"):
        pytest.skip(f"{python.path} has no IPython")
    text = """
        # %%
        from IPython.display import clear_output
        print("\\rx", end="")
        clear_output()
        print("\\ry", end="")
        clear_output(wait=True)
        print("z")
        """
    path = write("clears.py", text)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        told = [
            "clear" if it["event"] == "notebookDisplay" else it["body"]["output"].strip()
            for it in debug.connection.events
            if it["event"] == "notebookDisplay" or (it["event"] == "output" and it["body"].get("data"))
        ]
        assert told == ["x", "clear", "y", "clear", "z"]
        await debug.disconnect()


async def test_a_title_without_an_end_swallows_no_display(debugging, write):
    path = write("title.py", "# %%\nprint('\\x1b]0;title', end='')\n6 * 7\n# %%\nprint('after')\n")
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        assert [it["data"] for it in displays(debug)] == [{"text/plain": "42"}]
        await debug.disconnect()


async def test_a_display_in_the_console_is_of_no_line_that_is_not_there(debugging, write):
    path = write("console.py", "# %%\nx = 1\n")
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert await stop.evaluate("display({'text/plain': 'from the console'}, raw=True)", "repl") == ""
        await debug.output_until("from the console\n")
        [shown] = displays(debug)
        assert shown["data"] == {"text/plain": "from the console"}
        await debug.disconnect()


async def test_marimos_values_are_shown_as_it_says(debugging, write, python):
    if not python.can_import("marimo"):
        pytest.skip(f"{python.path} has no marimo")
    text = """
        import marimo
        app = marimo.App()

        @app.cell
        def _():
            import marimo as mo
            class Sized:
                def _mime_(self): return "text/html", "<u>sized</u>"
                def __repr__(self): return "sized"
            class Other:
                def _display_(self): return Sized()
            return mo, Other

        @app.cell
        def _(Other):
            Other()
            return

        @app.cell
        def _(mo):
            mo.md("**bold**")
            return
        """
    path = write("values.py", text)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        other, bold = [it["data"] for it in displays(debug)]
        assert other == {"text/plain": "sized", "text/html": "<u>sized</u>"}
        assert bold["text/plain"] == bold["text/markdown"] == "**bold**"
        assert "<strong>bold</strong>" in bold["text/html"]
        await debug.disconnect()


@pytest.mark.parametrize("name", ["result.py", "result.ipynb"])
async def test_the_value_of_a_cell_is_told_as_such(debugging, write, name):
    cells = [
        "6 * 7",
        "display(1)\nx = 2",
        "display(3)\n'four'",
        "None",
        "import asyncio\nawait asyncio.sleep(0, 'five')",
    ]
    path = write(name, code(*cells) if name.endswith("ipynb") else "# %%\n" + "\n# %%\n".join(cells))
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        told = [(it["data"]["text/plain"], it.get("isResult", False)) for it in displays(debug)]
        assert told == [("42", True), ("1", False), ("3", False), ("'four'", True), ("'five'", True)]
