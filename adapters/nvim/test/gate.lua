--- A notebook whose line runs until the test lets it go.

local M = {}

--- Write it; the line is its third. Return the path.
---@param nvim Child
---@param name string
---@param rest? string what follows the line
---@return string
function M.write(nvim, name, rest)
  local wait = ("while not os.path.exists(%q): time.sleep(0.01)\n"):format(nvim.folder .. "/gate")
  return nvim:write(name, "# %% wait\nimport os, time\n" .. wait .. (rest or ""))
end

--- Let the line go.
---@param nvim Child
function M.open(nvim)
  nvim:write("gate", "")
end

return M
