--- Notebooks of many cells.

local harness = require("harness")
local test = harness.test

test("the cells of a large notebook are asked for a few times, not by each cell that runs", function(nvim)
  nvim:setup()
  local cells = {}
  for number = 1, 200 do
    cells[number] = ("# %%%% cell %d\nx%d = %d\n"):format(number, number, number)
  end
  local path = nvim:write("large.py", table.concat(cells, "\n"))
  nvim:edit(path)
  nvim:run(function()
    _G.asked = 0
    require("dap").listeners.before.notebookCells.test = function()
      _G.asked = _G.asked + 1
    end
    require("dap-kernel").debug()
  end)
  nvim:stopped("idle")
  nvim:signs_are(path, "cells", {})
  local asked = nvim:run(function()
    return _G.asked
  end)
  assert(asked < 10, asked .. " requests")
  nvim:go_to("x200 = 200")
  nvim:type("A0<Esc>ggO# %% one more<CR>y = 1<Esc>")
  nvim:signs_are(path, "cells", { ["601"] = "~" })
  nvim:terminate()
end)
