"""matplotlib's figures: at `show()`, at a cell's end, by `:plots`; for editors and for consoles."""

import base64
import os
import re

import pytest

from tests.sessions.notebooks import at, code
from tests.sessions.test_display_values import EVENTS, displays

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def matplotlib(python, monkeypatch):
    if not python.can_import("matplotlib"):
        pytest.skip(f"{python.path} has no matplotlib")
    monkeypatch.delenv("MPLBACKEND", raising=False)


def png(body):
    return base64.b64decode(body["data"]["image/png"])


PLOTS = """
    # %% begin
    import sys
    assert not [it for it in sys.modules if it.startswith("matplotlib")]
    from importlib.util import find_spec
    assert find_spec("matplotlib")
    # %% left open
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.plot([1, 2]);
    # %% shown
    def draw():
        plt.figure(figsize=(1, 2)).add_subplot()
    draw()
    draw()
    plt.show()
    print("open:", plt.get_fignums())
    # %% a value
    axes.set_title("late")
    figure
    # %% nothing
    plt.figure()
    # %% fails
    plt.plot([1])
    1 / 0
    """


@pytest.mark.parametrize("name", ["plots.py", "plots.ipynb"])
async def test_a_figure_is_told_once_with_the_line_that_made_it(debugging, write, python, name):
    cells = [it.partition("\n")[2] for it in re.sub(r"(?m)^    ", "", PLOTS).split("# %%")[1:]]
    if name.endswith("ipynb"):  # the first cell's look at the modules is not meant for IPython's
        path = write(name, code("import sys", *[it.rstrip("\n") for it in cells[1:]]))
    else:
        path = write(name, PLOTS)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(exceptions=[])
        await debug.idle()
        figures = [it for it in displays(debug) if "image/png" in it["data"]]
        assert [it["line"] for it in figures] == [
            at(path, "plt.subplots"),
            at(path, "(1, 2)"),
            at(path, "(1, 2)"),
            at(path, "figure", -1) if name.endswith("ipynb") else at(path, '"late"') + 1,
            at(path, "plt.plot([1])"),
        ]
        assert all(png(it).startswith(PNG) for it in figures)
        assert re.fullmatch(r"<Figure size \d+x\d+ with 1 Axes>", figures[0]["data"]["text/plain"])
        ids = [it["id"] for it in (await debug.ask("notebookCells"))["cells"]]
        assert [ids.index(it["cellId"]) for it in figures] == [1, 2, 2, 3, 5]
        assert "open: []\n" in debug.printed("stdout")
        cells = (await debug.ask("notebookCells"))["cells"]
        assert [it["state"] for it in cells] == ["done"] * 5 + ["failed"]
        await debug.disconnect()


async def test_a_console_gets_the_picture_as_a_private_file(debugging, write):
    path = write("console.py", "# %%\nimport matplotlib.pyplot as plt\nx = 1\nplt.plot([1, 2]);\n")
    async with debugging(path) as debug:
        await debug.launch()
        await debug.idle()
        [shown] = [it["body"] for it in debug.connection.events if ".png" in str(it)]
        assert (shown["line"], shown["source"]["path"]) == (4, str(path))
        file = shown["output"].strip().partition(": ")[2]
        assert os.stat(os.path.dirname(file)).st_mode & 0o777 == 0o700
        with open(file, "rb") as picture:
            assert picture.read().startswith(PNG)
        await debug.disconnect()


AT_A_STOP = """
    # %%
    import matplotlib.pyplot as plt
    plt.figure(figsize=(1, 1)).add_subplot().plot([1, 2])
    x = 1
    plt.plot([2, 1]);
    # %%
    y = 2
    """


async def test_open_figures_are_drawn_at_a_breakpoint(debugging, write):
    path = write("stop.py", AT_A_STOP)
    line = at(path, "x = 1")
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(breakpoints={path: [line]})
        stop = await debug.stopped("breakpoint", line=line)
        assert displays(debug) == []
        assert await debug.evaluate(":plots") == "1 figure"
        await debug.output_until("<Figure size")
        [early] = displays(debug)
        assert early["line"] == at(path, "plt.figure")
        await stop.continue_()
        await debug.idle()
        [_, late] = displays(debug)
        assert png(late) != png(early)  # it was drawn on after that
        assert await debug.evaluate(":plots") == "no figure is open"
        await debug.disconnect()


async def test_a_figure_that_was_shown_and_not_changed_is_not_shown_again(debugging, write):
    text = AT_A_STOP.replace("plt.plot([2, 1]);", "plt.gcf().show()")
    path = write("again.py", text)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        assert len(displays(debug)) == 1
        await debug.disconnect()


CHILDREN = """
    # %%
    import matplotlib, os, subprocess, sys
    told = "import matplotlib.pyplot as plt; print('child:', plt.get_backend(), plt.figure() is not None)"
    subprocess.run([sys.executable, "-c", told], check=True)
    print("environment:", os.environ.get("MPLBACKEND"))
    import matplotlib.pyplot as plt
    plt.plot([1, 2]);
    """


async def test_children_do_not_inherit_the_backend(debugging, write):
    path = write("children.py", CHILDREN)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        assert "child: agg True\n" in debug.printed("stdout")
        assert "environment: None\n" in debug.printed("stdout")
        assert len(displays(debug)) == 1
        await debug.disconnect()


@pytest.mark.parametrize(
    ("launch", "is_ours"),
    [
        ({"env": {"MPLBACKEND": "svg"}}, False),
        ({"env": {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}}, True),
        ({"plots": "window"}, False),
        ({"plots": "inline"}, True),
    ],
)
async def test_the_users_choice_of_a_backend_holds(debugging, write, launch, is_ours):
    path = write("chosen.py", "# %%\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n")
    async with debugging(path, launch=EVENTS | launch) as debug:
        await debug.launch()
        stop = await debug.idle()
        assert len(displays(debug)) == is_ours
        if not is_ours:
            assert await debug.evaluate(":plots") == "1 figure"
            await debug.output_until("<Figure size")
            assert len(displays(debug)) == 1
        assert ("figure_backend" in await stop.evaluate("plt.get_backend()", "repl")) == is_ours
        await debug.disconnect()


async def test_stepping_off_a_cells_end_does_not_lead_into_the_drawing(debugging, write):
    path = write("steps.py", AT_A_STOP)
    line = at(path, "plt.plot([2, 1])")
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch(breakpoints={path: [line]}, exceptions=["raised", "uncaught"])
        stop = await debug.stopped("breakpoint", line=line)
        await stop.next()
        stop = await debug.stopped("step", line=at(path, "y = 2"))
        assert len(displays(debug)) == 1
        await stop.step_in()
        await debug.idle()
        await debug.disconnect()


async def test_use_in_the_notebook_wins(debugging, write):
    text = '# %%\nimport matplotlib\nmatplotlib.use("agg")\nimport matplotlib.pyplot as plt\nplt.plot([1]);\n'
    path = write("used.py", text)
    async with debugging(path, launch=EVENTS) as debug:
        await debug.launch()
        await debug.idle()
        assert displays(debug) == []
        await debug.disconnect()


@pytest.mark.parametrize("plots", [None, "inline"])
async def test_a_script_keeps_its_windows_unless_told_otherwise(debugging, write, plots):
    path = write("script.py", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n")
    launch = (
        EVENTS | {"env": {"DISPLAY": None, "WAYLAND_DISPLAY": None}} | ({"plots": plots} if plots else {})
    )
    async with debugging(path, launch=launch) as debug:
        await debug.launch()
        assert await debug.terminated() == 0
        assert len(displays(debug)) == (plots == "inline")


MAGICS = (
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "%config InlineBackend.figure_format = 'svg'\nplt.plot([1, 2]);",
    "%config InlineBackend.figure_formats = ['retina']\nplt.figure(figsize=(1, 1), dpi=100).add_subplot();",
    "%matplotlib widget\nplt.plot([1, 2]);",
    "%config InlineBackend.close_figures = False\nplt.figure(figsize=(1, 1)).add_subplot();",
    "plt.gca().plot([2, 1])\nplt.gcf()",
)


@pytest.mark.parametrize("plots", ["inline", "window"])
async def test_magics_of_matplotlib(debugging, write, python, plots):
    if not python.can_import("IPython"):
        pytest.skip(f"{python.path} has no IPython")
    path = write("magics.ipynb", code(*MAGICS))
    async with debugging(path, launch=EVENTS | {"plots": plots}) as debug:
        await debug.launch()
        await debug.idle()
        assert debug.printed("stderr") == (
            "%matplotlib widget needs a browser: the figures are drawn as with %matplotlib inline\n"
        )
        forms = [sorted(set(it["data"]) - {"text/plain"}) for it in displays(debug)]
        assert forms == [["image/png"], ["image/svg+xml"], *[["image/png"]] * 4]
        retina = displays(debug)[2]["metadata"]["image/png"]
        assert 50 < retina["width"] < 150
        await debug.disconnect()
