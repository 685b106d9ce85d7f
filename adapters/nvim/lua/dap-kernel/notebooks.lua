--- What is known of each session's notebook: its path, its cells, the kernel's state.

local M = {}

---@class dap-kernel.Cell
---@field id string
---@field name string
---@field kind "code"|"markdown"|"raw"|"foreign"
---@field line integer
---@field endLine integer
---@field state? string absent: "new"
---@field number? integer
---@field durationS? number
---@field error? string

---@class dap-kernel.Notebook
---@field session dap.Session
---@field path string? as the server calls it; nil before launch has been answered
---@field kernel string its state
---@field cells table<string, dap-kernel.Cell> by id
---@field is_stepping? boolean the last request that resumed was a step
---@field running table<string, "silent"|"shown"> by the id of a cell that runs: whether an exception has stopped it
---@field is_at_exception? boolean the last stop of the thread that runs cells was at one
---@field has_failed? boolean a cell has failed since the last stop, and nothing has stopped there

---@type table<integer, dap-kernel.Notebook> by the session's id
local known = {}

---@type table<string, string> by path, as of the last session's begin: it is asked at every keystroke
local real_paths = {}

---@param path string
---@return string
local function real(path)
  local found = real_paths[path] or vim.uv.fs_realpath(path)
  real_paths[path] = found
  return found or path
end

---@param session dap.Session
---@return dap-kernel.Notebook
function M.open(session)
  real_paths = {}
  local path = session.config.program or session.config.notebook
  known[session.id] = { session = session, path = path, kernel = "notStarted", cells = {}, running = {} }
  return known[session.id]
end

---@param session dap.Session
---@return dap-kernel.Notebook?
function M.of(session)
  return known[session.id]
end

---@param session dap.Session
function M.close(session)
  known[session.id] = nil
end

---@return table<integer, dap-kernel.Notebook>
function M.all()
  return known
end

--- Send a request, unless the session is over. Where nobody takes the answer, an error is shown.
---@param session dap.Session
---@param command string
---@param arguments table?
---@param done? fun(err: dap.ErrorResponse?, response: table?)
function M.ask(session, command, arguments, done)
  if not session.closed then
    session:request(command, arguments, done or function(err)
      if err then
        vim.notify("dap-kernel: " .. tostring(err), vim.log.levels.WARN)
      end
    end)
  end
end

--- Whether a buffer shows a session's notebook itself, not a text made of it.
---@param buf integer
---@param notebook dap-kernel.Notebook
---@return boolean
function M.is_shown_in(buf, notebook)
  local name = vim.api.nvim_buf_get_name(buf)
  return notebook.path ~= nil and name ~= "" and (name == notebook.path or real(name) == real(notebook.path))
end

--- Return the notebook that a buffer shows and, failing that, the one of the focused session.
---@param buf integer
---@return dap-kernel.Notebook?
---@return boolean is_shown in the buffer, so that its lines mean something
function M.for_buffer(buf)
  local reference = tonumber(vim.api.nvim_buf_get_name(buf):match("^dap%-src://(%d+)/"))
  if reference and known[reference] then
    return known[reference], true
  end
  for _, notebook in pairs(known) do
    if M.is_shown_in(buf, notebook) then
      return notebook, true
    end
  end
  local focused = require("dap").session()
  return focused and known[focused.id] or nil, false
end

--- Return the loaded buffers that show a notebook.
---@param notebook dap-kernel.Notebook
---@return integer[]
function M.buffers(notebook)
  return vim.tbl_filter(function(buf)
    return vim.api.nvim_buf_is_loaded(buf) and M.is_shown_in(buf, notebook)
  end, vim.api.nvim_list_bufs())
end

--- Return the loaded buffer of a source; nil: it is not open.
---@param session dap.Session
---@param source { path?: string, sourceReference?: integer }
---@return integer?
function M.buffer_of(session, source)
  local path = source.path or ""
  local wanted = real(path:match("^file://") and vim.uri_to_fname(path) or path) -- nvim-dap's goto_ says a URI
  if source.sourceReference and source.sourceReference > 0 then
    wanted = ("dap-src://%d/%d/%s"):format(session.id, source.sourceReference, source.path or "")
  end
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.api.nvim_buf_is_loaded(buf) and vim.api.nvim_buf_get_name(buf) or ""
    if name ~= "" and (name == wanted or real(name) == wanted) then
      return buf
    end
  end
end

return M
