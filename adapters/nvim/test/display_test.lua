--- Plots and rich values.

local harness = require("harness")
local equal, test = harness.equal, harness.test

test("a plot becomes a picture, whose path the REPL shows; an update takes its place", function(nvim)
  nvim:setup()
  local cell = {
    "from IPython.display import display",
    "class P:",
    "    def __init__(self, data): self.data = data",
    "    def _repr_png_(self): return self.data",
    'shown = display(P(b"\\x89PNG one"), display_id="p")',
    'shown.update(P(b"\\x89PNG two"))',
    "7",
  }
  nvim:edit(nvim:write_cells("plot.ipynb", table.concat(cell, "\n")))
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:stopped("idle")
  local repl = nvim:repl()
  local path = repl:match("\nplot: (%S+%.png) %(plot.ipynb:%d+%)\n")
  assert(path, repl)
  equal("\137PNG two", io.open(path, "rb"):read("a"), "the picture")
  equal(1, select(2, repl:gsub("plot: ", "")), "pictures")
  equal(1, select(2, repl:gsub("\n7\n", "")), "the value is shown once")
  nvim:terminate()
end)
