--- Gives the server the text of buffers that show an `.ipynb` as a script, as jupytext.nvim does: then lines
--- are the buffer's. Other buffers show what is in the file, and the server reads that.

local cells = require("dap-kernel.cells")
local notebooks = require("dap-kernel.notebooks")
local options = require("dap-kernel.options")
local M = {}

---@type table<integer, table<integer, integer>> by session, by buffer: the `changedtick` that was sent
local sent = {}

--- Whether a buffer called `x.ipynb` shows a script.
---@param buf integer
---@return boolean
function M.shows_script(buf)
  if not vim.api.nvim_buf_is_loaded(buf) or not vim.api.nvim_buf_get_name(buf):match("%.ipynb$") then
    return false
  end
  for _, line in ipairs(vim.api.nvim_buf_get_lines(buf, 0, -1, false)) do
    if line:match("%S") then
      return vim.bo[buf].filetype == "python" or line:match("^#") ~= nil
    end
  end
  return false
end

--- Send a buffer's text, unless the server has it.
---@param notebook dap-kernel.Notebook
---@param buf integer
local function send(notebook, buf)
  local session = notebook.session
  local tick = vim.api.nvim_buf_get_changedtick(buf)
  sent[session.id] = sent[session.id] or {}
  if sent[session.id][buf] == tick then
    return
  end
  sent[session.id][buf] = tick
  local text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\n") .. "\n"
  local arguments = { path = vim.api.nvim_buf_get_name(buf), text = text, format = "percent" }
  notebooks.ask(session, "notebookSync", arguments, function(err, response)
    if err then
      vim.notify("dap-kernel: " .. tostring(err), vim.log.levels.WARN)
    elseif response and notebooks.of(session) then
      cells.take(notebook, buf, response.cells)
    end
  end)
end

--- Send what has changed of a session's notebook since the last time.
---@param notebook dap-kernel.Notebook
function M.push(notebook)
  if not options.now.sync then
    return
  end
  for _, buf in ipairs(notebooks.buffers(notebook)) do
    if M.shows_script(buf) then
      send(notebook, buf)
    end
  end
end

--- The same for all sessions.
function M.push_all()
  for _, notebook in pairs(notebooks.all()) do
    M.push(notebook)
  end
end

--- A buffer goes away: the file counts again.
---@param buf integer
function M.unloaded(buf)
  for id, by_buffer in pairs(sent) do
    local notebook = by_buffer[buf] and notebooks.all()[id]
    if notebook then
      notebooks.ask(notebook.session, "notebookSync", { path = vim.api.nvim_buf_get_name(buf) })
    end
    by_buffer[buf] = nil
  end
end

---@param session dap.Session
function M.forget(session)
  sent[session.id] = nil
end

return M
