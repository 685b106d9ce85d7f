--- nvim -l picture.lua FILE.svg: draws the picture of docs/editors/neovim.md from what a Neovim shows.

local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, "S").source:sub(2)))
package.path = here .. "/?.lua;" .. package.path

local harness = require("harness")

local WIDTH, HEIGHT, FONT = 8.4, 18, 14
local COLUMNS, LINES = 80, 22
local GROUND, TEXT_COLOUR = 0x14161b, 0xe0e2ea

local TEXT = [[
# %% load
import time

rows = list(range(12))

# %% train
def fit(row):
    time.sleep(0.5)
    return row * 0.97

weights = []
for row in rows:
    weights.append(fit(row))
    if row == 3:
        time.sleep(60)

# %% report
best = max(weights)
print(f"best of {len(weights)}: {best:.2f}")
]]

local looks = {} ---@type table<integer, table> by id: how text looks
local cells = {} ---@type { [1]: string, [2]: integer }[][] text and look, by row and column

---@type table<string, fun(...)> what Neovim tells a screen
local DRAW = {
  hl_attr_define = function(id, look)
    looks[id] = look
  end,
  grid_clear = function()
    cells = {}
  end,
  grid_line = function(_, row, column, told)
    cells[row + 1] = cells[row + 1] or {}
    local look
    for _, it in ipairs(told) do
      look = it[2] or look
      for _ = 1, it[3] or 1 do
        column = column + 1
        cells[row + 1][column] = { it[1], look }
      end
    end
  end,
  grid_scroll = function(_, top, bottom, left, right, rows)
    local before = vim.deepcopy(cells)
    for row = math.max(top, top - rows), math.min(bottom, bottom - rows) - 1 do
      for column = left + 1, right do
        cells[row + 1][column] = before[row + rows + 1][column]
      end
    end
  end,
}

--- Be the child's screen.
local function attach_screen(nvim)
  local pipe, unpack_next = assert(vim.uv.new_pipe()), vim.mpack.Unpacker()
  pipe:connect(vim.rpcrequest(nvim.channel, "nvim_get_vvar", "servername"), function(err)
    assert(not err, err)
    local options = { rgb = true, ext_linegrid = true }
    pipe:write(vim.mpack.encode({ 0, 1, "nvim_ui_attach", { COLUMNS, LINES, options } }))
    pipe:read_start(function(_, data)
      local at = 1
      while data and at <= #data do
        local message
        message, at = unpack_next(data, at)
        for _, batch in ipairs(message and message[2] == "redraw" and message[3] or {}) do
          for number = 2, #batch do
            (DRAW[batch[1]] or function() end)(unpack(batch[number]))
          end
        end
      end
    end)
  end)
end

--- What is on the screen: each cell's text, its colours, and whether it is bold.
local function screen(nvim)
  nvim:cmd("redraw!")
  vim.wait(500)
  local rows = {}
  for row = 1, LINES do
    rows[row] = {}
    for column = 1, COLUMNS do
      local cell = (cells[row] or {})[column] or { " ", 0 }
      local look = looks[cell[2]] or {}
      local front, back = look.foreground, look.background
      if look.reverse then
        front, back = back or GROUND, front or TEXT_COLOUR
      end
      rows[row][column] = { cell[1], front or TEXT_COLOUR, back or GROUND, look.bold or false }
    end
  end
  return rows
end

local function escaped(text)
  return (text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

--- Runs of cells that look the same, as SVG.
local function drawn(rows)
  local out = {}
  for number, row in ipairs(rows) do
    local column = 1
    while column <= #row do
      local first, text = row[column], ""
      local from = column
      while column <= #row and vim.deep_equal(vim.list_slice(row[column], 2), vim.list_slice(first, 2)) do
        text = text .. row[column][1]
        column = column + 1
      end
      local x, y = (from - 1) * WIDTH, (number - 1) * HEIGHT
      if first[3] ~= GROUND then
        local box = '<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>'
        out[#out + 1] = box:format(x, y, (column - from) * WIDTH + 0.3, HEIGHT, ("#%06x"):format(first[3]))
      end
      if text:match("%S") then
        local line = '<text x="%.1f" y="%.1f" fill="%s"%s textLength="%.1f" xml:space="preserve">%s</text>'
        local bold = first[4] and ' font-weight="bold"' or ""
        local front = ("#%06x"):format(first[2])
        local length = (column - from) * WIDTH
        out[#out + 1] = line:format(x, y + HEIGHT - 5, front, bold, length, escaped(text))
      end
    end
  end
  return table.concat(out, "\n")
end

harness.test("picture", function(nvim)
  attach_screen(nvim)
  nvim:setup({ elapsed_after_ms = 300 })
  nvim:run(function()
    vim.o.termguicolors, vim.o.number = true, true
    vim.o.laststatus, vim.o.ruler, vim.o.showcmd, vim.o.shortmess = 2, false, false, "filnxtToOFIW"
    vim.cmd("syntax on")
    vim.o.statusline = " %f %= %{v:lua.require('dap-kernel').status()} "
  end)
  local path = nvim:write("train.py", TEXT)
  nvim:edit(path)
  nvim:cmd("cd " .. nvim.folder)
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  local line = nvim:line_of(path, "time.sleep(60)")
  nvim:signs_are(path, "line", { [tostring(line)] = "▶" })
  nvim:wait("the time beside the line", function()
    local space = vim.api.nvim_create_namespace("dap-kernel.line")
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
      return mark[4].virt_text and mark[4].virt_text[1][1]:match("^3 s") ~= nil
    end
  end)
  local rows = screen(nvim)
  local head =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="monospace" font-size="%d">'
  local ground = '<rect width="100%" height="100%" fill="#14161b"/>'
  local svg = { head:format(#rows[1] * WIDTH, #rows * HEIGHT, FONT), ground, drawn(rows), "</svg>\n" }
  local file = assert(io.open(_G.arg[1], "w"))
  file:write(table.concat(svg, "\n"))
  file:close()
  nvim:terminate()
end)

os.exit(harness.go("picture") == 0 and 0 or 1)
