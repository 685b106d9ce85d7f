--- Listens to nvim-dap's sessions and to buffers, and tells those whom it concerns.

local cells = require("dap-kernel.cells")
local display = require("dap-kernel.display")
local live_line = require("dap-kernel.live_line")
local notebooks = require("dap-kernel.notebooks")
local sync = require("dap-kernel.sync")
local M = {}

local KEY = "dap-kernel"

---@param session dap.Session
local function close(session)
  local notebook = notebooks.of(session)
  if notebook then
    live_line.clear(session)
    sync.forget(session)
    notebooks.close(session)
    cells.forget(notebook)
  end
end

--- A session of our server's: before `launch` goes out it has to know what the buffers show.
---@param session dap.Session
---@param err dap.ErrorResponse?
---@param capabilities dap.Capabilities|{ supportsNotebookRequests?: boolean }|nil
local function initialized(session, err, capabilities)
  if err or not capabilities or not capabilities.supportsNotebookRequests then
    return
  end
  sync.push(notebooks.open(session))
  session.on_close[KEY] = function()
    vim.schedule(function()
      close(session)
    end)
  end
end

--- `launch` or `attach` was answered: ask what the notebook is called, and for its cells.
---@param session dap.Session
---@param err dap.ErrorResponse?
local function begun(session, err)
  local notebook = notebooks.of(session)
  if err or not notebook then
    return
  end
  notebooks.ask(session, "loadedSources", nil, function(_, response)
    local source = response and response.sources[1]
    if source and not (source.sourceReference and source.sourceReference > 0) then
      notebook.path = source.path
      sync.push(notebook)
    end
    cells.refresh(notebook)
  end)
  local run = session.config.__dapKernelRun -- what the companion wanted to be run first
  if run then
    session.config.__dapKernelRun = nil
    notebooks.ask(session, "notebookRun", run)
  end
end

---@type table<string, fun(notebook: dap-kernel.Notebook, body: table)>
local EVENTS = {
  notebookLine = function(notebook, body)
    live_line.show(notebook.session, body)
  end,
  notebookCell = function(notebook, body)
    cells.changed(notebook, body.cell)
  end,
  notebookKernel = function(notebook, body)
    notebook.kernel = body.state
    cells.tell(notebook)
  end,
  notebookDisplay = function(_, body)
    display.show(body)
  end,
  loadedSource = function(notebook, body)
    if body.reason == "changed" then
      require("dap-kernel.percent").refresh(notebook)
    end
  end,
  stopped = function(notebook)
    live_line.clear(notebook.session)
  end,
}

---@param buf integer
local function was_read(buf)
  for _, notebook in pairs(notebooks.all()) do
    if notebooks.is_shown_in(buf, notebook) then
      sync.push(notebook)
      cells.ask(notebook, buf)
    end
  end
end

---@param buf integer
local function was_written(buf)
  for _, notebook in pairs(notebooks.all()) do
    if notebooks.is_shown_in(buf, notebook) then
      sync.push(notebook)
      cells.refresh(notebook)
    end
  end
end

local function watch_buffers()
  local group = vim.api.nvim_create_augroup("dap-kernel", { clear = true })
  local function on(events, act)
    vim.api.nvim_create_autocmd(events, {
      group = group,
      callback = function(args)
        if next(notebooks.all()) then
          act(args.buf)
        end
      end,
    })
  end
  on({ "TextChanged", "InsertLeave", "FileType" }, sync.push_all)
  on({ "BufReadPost", "BufWinEnter" }, was_read)
  on({ "BufWritePost" }, was_written)
  on({ "BufModifiedSet" }, function(buf) -- writing by a BufWriteCmd tells only this
    if not vim.bo[buf].modified then
      was_written(buf)
    end
  end)
  on({ "BufUnload" }, sync.unloaded)
end

function M.attach()
  local before, after = require("dap").listeners.before, require("dap").listeners.after
  before.initialize[KEY] = initialized
  after.launch[KEY] = begun
  after.attach[KEY] = begun
  for event, act in pairs(EVENTS) do
    after["event_" .. event][KEY] = function(session, body)
      local notebook = notebooks.of(session)
      if notebook then
        act(notebook, body or {})
      end
    end
  end
  watch_buffers()
end

return M
