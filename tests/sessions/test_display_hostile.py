"""Values that raise, hang, lie or are huge: no cell ends by how its value looks."""

import pytest

from tests.sessions.notebooks import at, code
from tests.sessions.test_display_values import EVENTS, displays

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
        def __getattr__(self, name):
            print("asked for", name)
            raise AttributeError(name)
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
        assert "asked for" not in debug.printed()
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


async def test_a_module_that_is_not_what_we_take_it_for_is_imported_all_the_same(debugging, write):
    write("matplotlib.py", "style = 'fake'\n")
    path = write("own.py", "# %%\nimport matplotlib\nprint(matplotlib.style, matplotlib.__loader__.name)\n")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        assert debug.printed("stdout") == "fake matplotlib\n"
        assert "matplotlib is left as it is: AttributeError" in debug.printed("console")
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
