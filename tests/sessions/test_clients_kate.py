"""Kate has a console, and says `watch` of what is typed there after `print`."""

from pathlib import Path

import pytest

from tests.client.companion import Companion
from tests.client.connection import Refused
from tests.client.fixtures import Debugging, Write


async def test_the_console_takes_commands_statements_and_a_line_for_input(
    debugging: Debugging, write: Write
) -> None:
    path = write("nb.py", "# %% ask\nname = input('name? ')\n\n# %% greet\nprint('hello', name)\n")
    async with debugging(path, order="kate") as debug:
        await debug.launch()
        await debug.output_until("name? ")
        await debug.evaluate("Ann", context="watch")
        await debug.output_until("hello Ann\n")
        frame = await (await debug.idle()).frame()
        assert "greet" in await frame.evaluate(":cells", context="watch")
        assert await frame.evaluate("name = 'Bob'", context="watch") == ""
        await frame.evaluate(":run 2", context="watch")
        await debug.output_until("hello Bob\n")
        await debug.idle()


async def test_a_companion_of_it_has_watches(debugging: Debugging, write: Write, runtime: Path) -> None:
    path = write("nb.py", "# %%\nx = 1\n")
    async with debugging(path, order="kate") as debug:
        await debug.launch()
        stop = await debug.idle()
        companion = await Companion.of(path, runtime.parent)
        for text in ("x = 77", ":cells"):
            with pytest.raises(Refused):
                await companion.ask("evaluate", {"expression": text, "context": "watch"})
        assert await stop.evaluate("x") == "1"


async def test_its_configuration_and_its_empty_fields_give_no_warning(
    debugging: Debugging, write: Write
) -> None:
    path = write("nb.py", "# %%\nimport os\nprint(os.getcwd())\n")
    async with debugging(path, order="kate") as debug:
        await debug.launch()
        printed = await debug.output_until(f"{path.parent}\n", "stdout")
        assert printed == f"{path.parent}\n"
        await debug.idle()
        assert "command" not in debug.printed("console")
