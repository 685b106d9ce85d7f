--- Tables as text.

local test = require("harness").test

local CELL = table.concat({
  "rows = [{'n': it, 'town': f'town {it}', 'note': 'x' * 200, 'more': 'y' * 200} for it in range(1000)]",
  "def look(part):",
  "    return len(part)",
  "look(rows[5:8])",
}, "\n")

--- Wait until a line of the current buffer fits; return the buffer's lines.
local function lines_with(nvim, pattern)
  return nvim:wait("a line " .. pattern, function(wanted)
    local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
    for _, line in ipairs(lines) do
      if line:find(wanted) then
        return lines
      end
    end
  end, pattern)
end

test("a table is text in a window of its own, whose pages are turned", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write_cells("towns.ipynb", CELL))
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:stopped("idle")
  nvim:cmd("DapKernelTable rows")
  local shown = lines_with(nvim, "^rows 0 to %d+ of 1,000, 4 columns %(list%)$")
  assert(shown[2]:match("^0 +0  town 0 +x+…"), shown[2])
  local width = nvim:run(function()
    return vim.api.nvim_win_get_width(0)
  end)
  for number = 1, #shown - 1 do
    assert(vim.fn.strdisplaywidth(shown[number]) <= width, shown[number])
  end
  nvim:type("<C-f>")
  lines_with(nvim, "^rows [1-9]%d* to %d+ of 1,000")
  nvim:type("G")
  lines_with(nvim, "^rows %d+ to 999 of 1,000")
  nvim:type("<C-b>")
  lines_with(nvim, "^rows %d+ to 9[0-8]%d of 1,000")
  nvim:type("gg")
  lines_with(nvim, "^rows 0 to ")
  nvim:type("q")
  nvim:wait("the window to close", function()
    return #vim.api.nvim_tabpage_list_wins(0) == 1
  end)
  nvim:cmd("DapKernelTable [dict(n=len(rows))] * len(rows.append({}) or rows)")
  lines_with(nvim, "of 1,001, 1 column ")
  nvim:type("<C-f>")
  lines_with(nvim, "^rows [1-9]%d* to %d+ of 1,001, 1 column ")
  nvim:type("r")
  lines_with(nvim, "^rows [1-9]%d* to %d+ of 1,002, 1 column ")
  nvim:type("q")
  nvim:cmd("DapKernelTable rows")
  lines_with(nvim, "^rows 0 to ")
  nvim:run(function()
    require("dap").session():request("notebookRun", { run = "all" }, function() end)
  end)
  nvim:stopped("idle")
  nvim:type("<C-f>")
  lines_with(nvim, "^rows [1-9]%d* to %d+ of 1,000") -- by its name: the cell has made another list
  nvim:type("q")
  nvim:cmd("DapKernelTable nowhere")
  lines_with(nvim, "NameError: name 'nowhere' is not defined")
  nvim:type("q")
  nvim:terminate()
end)

test("at a stop a table is looked for in the frame that is looked at", function(nvim)
  nvim:setup()
  local path = nvim:write_cells("towns.ipynb", CELL)
  nvim:edit(path, "return len(part)")
  nvim:run(function()
    require("dap").toggle_breakpoint()
    require("dap-kernel").debug()
  end)
  nvim:stopped("breakpoint")
  nvim:run(function()
    require("dap-kernel").table("part")
  end)
  local shown = lines_with(nvim, "^rows 0 to 2 of 3, 4 columns")
  assert(shown[2]:match("^0 +5  town 5"), shown[2])
  nvim:run(function()
    require("dap").continue()
  end)
  nvim:stopped("idle")
  nvim:type("<C-f>")
  lines_with(nvim, "^the stop at which part was looked at is over: r evaluates part where you are now$")
  nvim:type("r")
  lines_with(nvim, "NameError: name 'part' is not defined")
  nvim:type("q")
  nvim:terminate()
end)
