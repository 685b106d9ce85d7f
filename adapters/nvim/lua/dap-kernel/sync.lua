--- Gives the server the text of buffers where it is not what is in the file: an `.ipynb` that is shown as a
--- script, as jupytext.nvim does, and a `.py` that was not written. Then lines are the buffer's. Of all others
--- the server reads the file.

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

--- In which format a buffer's text goes to the server; nil: the file counts.
---@param buf integer
---@return "percent"|"file"|nil
local function format(buf)
  if not options.now.sync then
    return nil
  elseif M.shows_script(buf) then
    return "percent"
  end
  local is_python = vim.api.nvim_buf_get_name(buf):match("%.py$")
  return is_python and vim.bo[buf].modified and "file" or nil
end

--- Whether a buffer's lines are not those that the server counts.
---@param buf integer
---@return boolean
function M.is_unknown(buf)
  return vim.bo[buf].modified and not format(buf)
end

---@param notebook dap-kernel.Notebook
---@param buf integer
---@param arguments { path: string, text?: string, format?: string }
local function ask(notebook, buf, arguments)
  local session = notebook.session
  notebooks.ask(session, "notebookSync", arguments, function(err, response)
    if err then
      (sent[session.id] or {})[buf] = nil
      vim.notify("dap-kernel: " .. tostring(err), vim.log.levels.WARN)
    elseif response and notebooks.of(session) then
      cells.take(notebook, buf, response.cells)
    end
  end)
end

--- Send a buffer's text, unless the server has it; or that the file counts again.
---@param notebook dap-kernel.Notebook
---@param buf integer
local function send(notebook, buf)
  local id, path, form = notebook.session.id, vim.api.nvim_buf_get_name(buf), format(buf)
  sent[id] = sent[id] or {}
  if form then
    local tick = vim.api.nvim_buf_get_changedtick(buf)
    if sent[id][buf] ~= tick then
      sent[id][buf] = tick
      local text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\n") .. "\n"
      ask(notebook, buf, { path = path, text = text, format = form == "percent" and form or nil })
    end
  elseif sent[id][buf] then
    sent[id][buf] = nil
    ask(notebook, buf, { path = path })
  end
end

--- Send what has changed of a session's notebook since the last time.
---@param notebook dap-kernel.Notebook
function M.push(notebook)
  for _, buf in ipairs(notebooks.buffers(notebook)) do
    send(notebook, buf)
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
