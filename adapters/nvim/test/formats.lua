--- The same small notebook in each of the four formats, and where its lines are.

local FIRST = "item = 3"
local SECOND = "result = item\nprint('result', result)\nafter = result + 1"

local MARIMO = [[
import marimo

app = marimo.App()


@app.cell
def first():
    item = 3
    return (item,)


@app.cell
def second(item):
    result = item
    print('result', result)
    after = result + 1
    return


if __name__ == "__main__":
    app.run()
]]

---@type table<string, fun(child: table): string> by format: writes the notebook and returns its path
return {
  script = function(child)
    return child:write("script.py", FIRST .. "\n\n\n" .. SECOND .. "\n")
  end,
  percent = function(child)
    return child:write("percent.py", "# %% first\n" .. FIRST .. "\n\n# %% second\n" .. SECOND .. "\n")
  end,
  marimo = function(child)
    return child:write("marimo_notebook.py", MARIMO)
  end,
  jupyter = function(child)
    return child:write_cells("jupyter.ipynb", FIRST, SECOND)
  end,
}
