"""Figures that a cell leaves open, and that are very many, broken, or take for ever."""

import pytest

from tests.sessions.test_display_plots import png
from tests.sessions.test_display_values import EVENTS, displays


@pytest.fixture(autouse=True)
def matplotlib(python):
    if not python.can_import("matplotlib"):
        pytest.skip(f"{python.path} has no matplotlib")


async def test_a_figure_that_cannot_be_drawn_ends_no_cell(debugging, write):
    path = write(
        "broken.py", '# %%\nimport matplotlib.pyplot as plt\nplt.title("$\\\\frac{$");\n# %%\nx = 1\n'
    )
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        assert "a figure cannot be drawn: ValueError" in debug.printed("stderr")
        assert [it["state"] for it in (await debug.ask("notebookCells"))["cells"]] == ["done", "done"]
        await debug.disconnect()


MANY = """
    # %% many
    import matplotlib.pyplot as plt
    for n in range(60):
        plt.figure(n + 1, figsize=(0.2, 0.2)).text(0, 0, "x")
    # %% open
    print("open:", plt.get_fignums())
    """


async def test_the_first_of_very_many_figures_are_shown_at_a_cells_end(debugging, write):
    path = write("many.py", MANY)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        assert len(displays(debug)) == 50
        assert "60 figures were left open: the first 50 are shown\n" in debug.printed("stderr")
        assert "open: []\n" in debug.printed("stdout")
        await debug.disconnect()


HANGS = """
    # %% hangs
    import matplotlib.pyplot as plt, time
    def draw(*_):
        print("drawing")
        time.sleep(60)
    for n in range(3):
        figure = plt.figure(figsize=(1, 1))
        figure.text(0, 0, "x")
        figure.draw = draw
    # %% open
    print("open:", plt.get_fignums())
    """


async def test_an_interrupt_while_figures_are_drawn_ends_all_of_them(debugging, write):
    path = write("hangs.py", HANGS)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.output_until("drawing")
        await debug.ask("notebookInterrupt")
        await debug.idle()
        [hangs, _] = (await debug.ask("notebookCells"))["cells"]
        assert hangs["state"] == "interrupted"
        await debug.run("next")
        await debug.output_until("open: []\n")
        await debug.idle()
        await debug.disconnect()


MOVES = """
    # %% moves
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(figsize=(1, 1))
    for n in range(3):
        axes.plot([n, 1])
        plt.pause(0.001)
    axes.plot([5, 1]);
    # %% open
    print("open:", plt.get_fignums())
    """


async def test_what_a_figure_becomes_takes_its_place(debugging, write):
    path = write("moves.py", MOVES)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        shown = displays(debug)
        assert [it.get("update", False) for it in shown] == [False, True, True, True]
        assert len({it["displayId"] for it in shown}) == 1
        assert len({png(it) for it in shown}) == 4
        assert "open: []\n" in debug.printed("stdout")
        last = png(shown[-1])
        await debug.disconnect()
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        [told] = [it for it in debug.printed().splitlines() if ".png" in it]
        with open(told.partition(": ")[2], "rb") as picture:
            assert picture.read() == last
        await debug.disconnect()


async def test_a_figure_that_was_cleared_away_is_shown_anew(debugging, write, python):
    if not python.can_import("IPython"):
        pytest.skip(f"{python.path} has no IPython")
    text = MOVES.replace("plt.pause", "clear_output(wait=True); plt.pause")
    path = write(
        "cleared.py", text.replace("import", "from IPython.display import clear_output\n    import", 1)
    )
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        shown = [it for it in displays(debug) if it["data"]]
        assert [it.get("update", False) for it in shown] == [False, False, False, True]
        await debug.disconnect()


async def test_a_legend_alone_is_shown(debugging, write):
    path = write(
        "legend.py",
        "# %%\nimport matplotlib.pyplot as plt\n"
        'plt.figure(figsize=(1, 1)).legend(handles=[plt.Line2D([], [], label="a")]);\n',
    )
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        assert len(displays(debug)) == 1
        await debug.disconnect()
