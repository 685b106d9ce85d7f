--- What a user can have done to a notebook: run, restart, interrupt, look at its cells.

local adapter = require("dap-kernel.adapter")
local notebooks = require("dap-kernel.notebooks")
local sync = require("dap-kernel.sync")
local M = {}

---@alias dap-kernel.What "cell"|"above"|"below"|"stale"|"all"

M.WHATS = { "cell", "above", "below", "stale", "all" }
M.HOWS = { "kernel", "stale", "all" }

---@param text string
---@param level? integer
local function say(text, level)
  vim.notify("dap-kernel: " .. text, level or vim.log.levels.WARN)
end

---@param session dap.Session
---@param command string
---@param arguments table
---@param done? fun(response: table?)
local function ask(session, command, arguments, done)
  notebooks.ask(session, command, arguments, function(err, response)
    if err then
      say(tostring(err))
    elseif done then
      done(response)
    end
  end)
end

---@return dap-kernel.Notebook?
local function focused()
  local notebook = notebooks.for_buffer(vim.api.nvim_get_current_buf())
  if not notebook then
    say("there is no session: start one with :DapContinue, or run a cell with :DapKernelRun")
  end
  return notebook
end

--- Return launch's and notebookRun's word for it.
---@param what dap-kernel.What
---@param line integer
---@return string|table<string, integer>
local function in_launch_words(what, line)
  local words = { cell = { at = line }, above = { above = line }, below = { below = line } }
  return words[what] or what
end

--- Write the buffer if 'autowrite' says so.
---@param buf integer
local function write(buf)
  local is_file = vim.bo[buf].modified and vim.bo[buf].buftype == ""
  if vim.o.autowrite and is_file and not sync.shows_script(buf) then
    vim.api.nvim_buf_call(buf, function()
      vim.cmd("silent update")
    end)
  end
end

--- Run cells of the notebook in the current buffer. Without a session, start one that runs just these.
---@param what? dap-kernel.What nil: the cell under the cursor
function M.run(what)
  what = what or "cell"
  if not vim.tbl_contains(M.WHATS, what) then
    return say(("what to run is one of %s, not %q"):format(table.concat(M.WHATS, ", "), what))
  end
  local buf = vim.api.nvim_get_current_buf()
  local run = in_launch_words(what, vim.api.nvim_win_get_cursor(0)[1])
  local notebook, is_shown = notebooks.for_buffer(buf)
  write(buf)
  local kind = adapter.kind(buf)
  if type(run) == "table" and kind and sync.is_unknown(buf) then
    return say("write the buffer first: lines count as in the file")
  end
  if not notebook or (not is_shown and kind and kind ~= "script") then
    return adapter.debug(buf, { run = what == "stale" and "all" or run, __dapKernelOnce = true })
  end
  if type(run) == "table" and not is_shown then
    return say("the cursor is not in the notebook that is debugged")
  end
  sync.push(notebook)
  local path = is_shown and vim.api.nvim_buf_get_name(buf) or nil -- whose lines count
  ask(notebook.session, "notebookRun", { run = run, path = path }, function(response)
    if #response.cells == 0 then
      say("there is nothing to run", vim.log.levels.INFO)
    elseif notebook.kernel == "stopped" then
      local unless = notebook.is_at_exception and "" or ", unless that fails"
      say(
        ("it runs after the cell that is stopped%s; :DapContinue goes on"):format(unless),
        vim.log.levels.INFO
      )
    end
  end)
end

--- Restart: a fresh kernel, or the same one and its stale cells, or all.
---@param how? "kernel"|"stale"|"all" nil: as the configuration's `onRestart` says
function M.restart(how)
  if how and not vim.tbl_contains(M.HOWS, how) then
    return say(("restart takes one of %s, not %q"):format(table.concat(M.HOWS, ", "), how))
  end
  local notebook = focused()
  if not notebook then
    return
  end
  write(vim.api.nvim_get_current_buf())
  sync.push(notebook)
  local config = vim.deepcopy(notebook.session.config)
  config.onRestart = how or config.onRestart
  if config.__dapKernelOnce then -- what it began with is not what the notebook is
    config.run = nil
  end
  ask(notebook.session, "restart", { arguments = config })
end

--- Raise KeyboardInterrupt in the cell that runs, and run nothing after it.
function M.interrupt()
  local notebook = focused()
  if notebook then
    ask(notebook.session, "notebookInterrupt", vim.empty_dict())
  end
end

---@param name string
---@param act fun(argument: string?)
---@param choices? string[]
---@param description string
local function command(name, act, choices, description)
  vim.api.nvim_create_user_command(name, function(args)
    act(args.fargs[1])
  end, {
    nargs = choices and "?" or 0,
    bar = true,
    desc = description,
    complete = choices and function(begun)
      return vim.tbl_filter(function(it)
        return vim.startswith(it, begun)
      end, choices)
    end or nil,
  })
end

function M.create()
  command("DapKernelRun", M.run, M.WHATS, "Run cells of the notebook")
  command("DapKernelRestart", M.restart, M.HOWS, "Restart the notebook's kernel")
  command("DapKernelInterrupt", M.interrupt, nil, "Interrupt the cell that runs")
  vim.api.nvim_create_user_command("DapKernelTable", function(args)
    require("dap-kernel.tables").open(args.args)
  end, { nargs = "*", desc = "Show a table as text" })
  command("DapKernelCells", function()
    require("dap-kernel.percent").open()
  end, nil, "Open the notebook as one percent text")
end

return M
