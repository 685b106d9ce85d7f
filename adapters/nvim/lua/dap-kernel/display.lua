--- Plots and rich values: a picture goes to a file that the REPL names. Their text is output as well.

local options = require("dap-kernel.options")
local M = {}

---@class dap-kernel.Display
---@field data table<string, any> a MIME bundle
---@field source? dap.Source
---@field line? integer the line that drew it
---@field displayId? string
---@field update? boolean it takes the place of what had this displayId
---@field clear? boolean what the cell has shown so far goes away

local PICTURES = {
  { mime = "image/png", ending = "png", is_binary = true },
  { mime = "image/jpeg", ending = "jpg", is_binary = true },
  { mime = "image/svg+xml", ending = "svg" },
}

local count = 0
---@type table<string, string> by displayId: the file of its picture
local paths = {}

--- Write a bundle's picture into a file of this Neovim's own; nil: it has none.
---@param display dap-kernel.Display
---@return string? path
local function picture(display)
  for _, it in ipairs(PICTURES) do
    local data = display.data[it.mime]
    if data then
      data = type(data) == "table" and table.concat(data) or data
      local path = display.update and paths[display.displayId]
      if not path then
        count = count + 1
        path = ("%s-plot-%d.%s"):format(vim.fn.tempname(), count, it.ending)
      end
      if display.displayId then
        paths[display.displayId] = path
      end
      local file = assert(io.open(path, "wb"))
      file:write(it.is_binary and vim.base64.decode((data:gsub("%s", ""))) or data)
      file:close()
      return path
    end
  end
end

---@param display dap-kernel.Display
function M.show(display)
  local is_known = display.update and paths[display.displayId] ~= nil
  local path = picture(display)
  if options.now.on_display then
    options.now.on_display(display, path)
  elseif path and not is_known then
    local name = display.line and display.source and display.source.name
    local place = name and (" (%s:%d)"):format(name, display.line) or ""
    require("dap.repl").append(("plot: %s%s\n"):format(path, place), "$", { newline = false })
  end
end

return M
