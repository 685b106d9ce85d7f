--- Plots and rich values: text goes to the REPL, pictures to a file that the REPL names.

local options = require("dap-kernel.options")
local M = {}

---@class dap-kernel.Display
---@field data table<string, any> a MIME bundle
---@field source? dap.Source
---@field line? integer the line that drew it
---@field displayId? string

local PICTURES = {
  { mime = "image/png", ending = "png", is_binary = true },
  { mime = "image/jpeg", ending = "jpg", is_binary = true },
  { mime = "image/svg+xml", ending = "svg" },
}

local count = 0

--- Write a bundle's picture into a file of this Neovim's own; nil: it has none.
---@param display dap-kernel.Display
---@return string? path
local function picture(display)
  for _, it in ipairs(PICTURES) do
    local data = display.data[it.mime]
    if data then
      data = type(data) == "table" and table.concat(data) or data
      count = count + 1
      local path = ("%s-plot-%d.%s"):format(vim.fn.tempname(), count, it.ending)
      local file = assert(io.open(path, "wb"))
      file:write(it.is_binary and vim.base64.decode((data:gsub("%s", ""))) or data)
      file:close()
      return path
    end
  end
end

---@param display dap-kernel.Display
function M.show(display)
  local path = picture(display)
  if options.now.on_display then
    return options.now.on_display(display, path)
  end
  local text = path and "plot: " .. path or display.data["text/plain"]
  if type(text) == "table" then
    text = table.concat(text)
  end
  if text then
    local from = display.line and display.source and display.source.name
    local place = from and (" (%s:%d)"):format(from, display.line) or ""
    require("dap.repl").append(text .. (path and place or ""))
  end
end

return M
