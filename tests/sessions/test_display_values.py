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


HOSTILE = """
    # %% methods
    class Bad:
        def __repr__(self): raise ValueError("no text")
        def _repr_html_(self): raise RuntimeError("no html")
        def _repr_latex_(self): return "$x$"
        def _repr_json_(self): return {"x": float("nan"), "y": object()}
    Bad()
    # %% everything
    class Every:
        def __getattr__(self, name): return lambda *_, **__: "every"
        def __repr__(self): return "every"
    Every()
    # %% surrogates
    class Half:
        def __repr__(self): return "\\ud800"
        def _repr_html_(self): return "<\\ud800>"
        def _repr_json_(self): return {"\\udfff": ["\\ud800"]}
    Half()
    # %% itself
    class Self:
        def _ipython_display_(self): display("instead")
    Self()
    # %% after
    print("after")
    """


async def test_hostile_values_end_no_cell(debugging, write):
    path = write("hostile.py", HOSTILE)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        bad, every, half, instead = [it["data"] for it in displays(debug)]
        assert bad == {"text/plain": "<Bad: its repr() failed>", "text/latex": "$x$"}
        assert every == {"text/plain": "every"}
        assert half["text/html"] == "<\\ud800>"
        assert half["application/json"] == {"\\udfff": ["\\ud800"]}
        assert instead == {"text/plain": "'instead'"}
        errors = debug.printed("stderr")
        assert "repr() of Bad failed: ValueError: no text" in errors
        assert "_repr_html_() of Bad failed: RuntimeError: no html" in errors
        assert "application/json is no JSON" in errors
        cells = (await debug.ask("notebookCells"))["cells"]
        assert {it["state"] for it in cells} == {"done"}
        assert "after\n" in debug.printed("stdout")
        await debug.disconnect()


async def test_under_ipython_a_value_that_raises_ends_no_cell(debugging, write, python):
    if not python.can_import("IPython"):
        pytest.skip(f"{python.path} has no IPython")
    methods = "def __repr__(self): return 'bad'\n    def _repr_html_(self): raise ValueError('no')"
    path = write("bad.ipynb", code(f"class Bad:\n    {methods}\nBad()", "print('after')"))
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        assert [it["data"] for it in displays(debug)] == [{"text/plain": "bad"}]
        assert "ValueError: no" in debug.printed("stderr")
        assert debug.printed("stdout") == "bad\nafter\n"
        await debug.disconnect()


HANGS = """
    # %%
    import time
    class Slow:
        def _repr_html_(self):
            print("begun")
            time.sleep(60)
    Slow()
    """


async def test_a_value_that_hangs_is_interrupted(debugging, write):
    path = write("hangs.py", HANGS)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.output_until("begun")
        await debug.ask("notebookInterrupt")
        await debug.idle()
        [cell] = (await debug.ask("notebookCells"))["cells"]
        assert cell["state"] == "interrupted"
        assert displays(debug) == []
        await debug.disconnect()


HUGE = """
    # %% huge
    class Huge:
        def __init__(self, size): self.size = size
        def __repr__(self): return "huge"
        def _repr_html_(self): return "h" * self.size
        def _repr_png_(self): return b"p" * (1 << 20)
    Huge(17 << 20)
    # %% large
    for n in range(3):
        display(Huge(4 << 20))
    # %% next
    x = 1
    """


async def test_large_values_are_bounded_and_hold_up_no_breakpoint(debugging, write):
    path = write("huge.py", HUGE)
    line = at(path, "x = 1")
    async with debugging(path, launch=EVENTS, is_judged=False) as debug:
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        shown = [it["data"] for it in displays(debug)]
        assert sorted(shown[0]) == ["image/png", "text/plain"]
        assert "text/html of 17.0 MiB is not shown: 16 MiB at most" in debug.printed("console")
        assert [len(it["text/html"]) for it in shown[1:]] == [4 << 20] * 3
        await stop.continue_()
        await debug.idle()
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


async def test_threads_that_display_at_once_keep_apart(debugging, write):
    text = """
        # %%
        import threading
        def work(n):
            for _ in range(20):
                display({"text/plain": str(n), "text/html": str(n) * 30_000}, raw=True)
        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for it in threads: it.start()
        for it in threads: it.join()
        """
    path = write("threads.py", text)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        shown = [it["data"] for it in displays(debug)]
        assert sorted(it["text/plain"] for it in shown) == sorted("0123" * 20)
        assert all(it["text/html"] == it["text/plain"] * 30_000 for it in shown)
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
