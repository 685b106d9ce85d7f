--- Listens to nvim-dap's sessions and to buffers, and tells those whom it concerns.

local input = require("dap-kernel.input")
local cell_signs = require("dap-kernel.cell_signs")
local cells = require("dap-kernel.cells")
local display = require("dap-kernel.display")
local live_line = require("dap-kernel.live_line")
local notebooks = require("dap-kernel.notebooks")
local stops = require("dap-kernel.stops")
local sync = require("dap-kernel.sync")
local M = {}

local KEY = "dap-kernel"

---@param session dap.Session
local function close(session)
  local notebook = notebooks.of(session)
  if notebook then
    live_line.clear(session)
    sync.forget(session)
    input.forget(session)
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
    require("dap-kernel.percent").begun(notebook)
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
    stops.cell_changed(notebook, body.cell)
  end,
  notebookKernel = function(notebook, body)
    stops.kernel_changed(notebook, body)
    notebook.kernel = body.state
    if body.state ~= "busy" and body.state ~= "stopped" then
      input.forget(notebook.session)
    end
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
  output = function(notebook, body)
    local wanted = type(body.data) == "table" and body.data.inputWanted
    if wanted then
      input.wanted(notebook.session, wanted)
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

--- A buffer gets another name: it is that notebook no longer.
---@param buf integer
local function was_renamed(buf)
  sync.unloaded(buf)
  cell_signs.clear(buf)
  for _, notebook in pairs(notebooks.all()) do
    live_line.leave(notebook.session, buf)
  end
end

--- nvim-dap's commands go to the focused session: let that be the one of the notebook that is looked at.
---@param buf integer
local function was_entered(buf)
  local notebook, is_shown = notebooks.for_buffer(buf)
  if notebook and is_shown and not notebook.session.closed then
    require("dap").set_session(notebook.session)
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
  on({ "BufReadPost", "BufWinEnter", "BufFilePost" }, was_read)
  on({ "BufWritePost" }, was_written)
  on({ "BufModifiedSet" }, function(buf) -- writing by a BufWriteCmd tells only this
    if not vim.bo[buf].modified then
      was_written(buf)
    end
  end)
  on({ "BufUnload" }, sync.unloaded)
  on({ "BufFilePre" }, was_renamed)
  on({ "BufEnter" }, was_entered)
end

--- Call a function with the notebook of a session of ours, and the rest of what nvim-dap tells.
---@param act fun(notebook: dap-kernel.Notebook, ...)
---@return fun(session: dap.Session, ...)
local function with_notebook(act)
  return function(session, ...)
    local notebook = notebooks.of(session)
    if notebook then
      act(notebook, ...)
    end
  end
end

function M.attach()
  local before, after = require("dap").listeners.before, require("dap").listeners.after
  before.initialize[KEY] = initialized
  after.launch[KEY] = begun
  after.attach[KEY] = begun
  before.event_stopped[KEY] = with_notebook(stops.stopped)
  before.evaluate[KEY] = with_notebook(function(notebook, _, _, request)
    if request and request.context == "repl" then -- it was the answer
      input.forget(notebook.session)
    end
  end)
  for _, step in ipairs({ "next", "stepIn", "stepOut" }) do
    before[step][KEY] = with_notebook(stops.stepping)
  end
  for event, act in pairs(EVENTS) do
    after["event_" .. event][KEY] = with_notebook(function(notebook, body)
      act(notebook, body or {})
    end)
  end
  watch_buffers()
end

return M
