"""The user's modules beside a notebook: one that is edited after its import is told, once."""


async def test_an_imported_module_that_changed_is_told_once(debugging, write):
    module = write("features_of_story.py", "def f():\n    return 1\n")
    path = write("uses.py", "# %% a\nimport features_of_story\n# %% b\nx = features_of_story.f()\n")
    async with debugging(path) as debug:
        await debug.launch()
        stop = await debug.idle()
        write("features_of_story.py", "def f():\n    return 2000\n")
        for _ in range(2):
            await debug.run({"cells": ["b"]})
            stop = await debug.idle()
        assert (await stop.locals())["x"] == "1"
        warning = f"{module.name} changed after import; :reload features_of_story, or restart"
        assert debug.printed().count(warning) == 1
        assert "reloaded features_of_story" in await debug.evaluate(":reload")
        await debug.run({"cells": ["b"]})
        stop = await debug.idle()
        assert (await stop.locals())["x"] == "2000"
        await debug.disconnect()


async def test_a_module_that_is_edited_in_the_run_that_imported_it_is_told(debugging, write):
    write("edited_in_run.py", "def f():\n    return 1\n")
    path = write(
        "uses.py",
        """
        # %% a
        import os, pathlib, time
        pathlib.Path("written_first.py").write_text("n = 1\\n")
        import written_first, edited_in_run
        while not os.path.exists("go on"):
            time.sleep(0.005)
        """,
    )
    async with debugging(path, launch={"notebookEvents": True}) as debug:
        await debug.launch()
        await debug.event("notebookLine", lambda it: it.get("line", 0) > 4)
        write("edited_in_run.py", "def f():\n    return 2000\n")
        path.with_name("go on").touch()
        await debug.idle()
        await debug.output_until("edited_in_run.py changed after import; :reload edited_in_run, or restart")
        assert debug.printed().count("changed after import") == 1, (
            "what was written first is as it was imported"
        )
        await debug.disconnect()
