--- Where a stop leads, and what is said of an end that nobody would see without the REPL.
--- An idle notebook looks like a stop, to nvim-dap too: it would take the cursor to the last line that ran.

local M = {}

local MAIN_THREAD = 1 -- the thread that runs cells

--- Say something in one line: Neovim would stop and wait for a key after more. The REPL has all of it.
---@param notebook dap-kernel.Notebook
---@param text string
local function say(notebook, text)
  local line = ("%s: %s"):format(vim.fs.basename(notebook.path or "notebook"), text)
  if vim.fn.strdisplaywidth(line) > vim.v.echospace then
    line = vim.fn.strcharpart(line, 0, vim.v.echospace - 1) .. "…"
  end
  vim.notify(line, vim.log.levels.WARN)
end

--- A step was answered: the next stop may be in the next cell, and the cursor goes there.
---@param notebook dap-kernel.Notebook
---@param err dap.ErrorResponse?
function M.stepping(notebook, err)
  notebook.is_stepping = not err
end

--- Before nvim-dap shows a stop: leave the cursor where it is when all has run.
---@param notebook dap-kernel.Notebook
---@param body dap.StoppedEvent
function M.stopped(notebook, body)
  if body.threadId == MAIN_THREAD then
    notebook.is_at_exception = body.reason == "exception"
  end
  if body.reason == "exception" then
    for id in pairs(notebook.running) do
      notebook.running[id] = "shown"
    end
  elseif body.reason == "idle" and not notebook.is_stepping and not notebook.has_failed then
    body.preserveFocusHint = true
  end
  notebook.is_stepping, notebook.has_failed = false, false
end

--- A cell has become something else: tell of a failure at which nothing has stopped. A cell that did not run
--- has failed before: an edit that is taken back makes it `failed` again.
---@param notebook dap-kernel.Notebook
---@param cell dap-kernel.Cell
function M.cell_changed(notebook, cell)
  local run = notebook.running[cell.id]
  if cell.state == "running" then
    notebook.running[cell.id] = run or "silent"
    return
  end
  notebook.running[cell.id] = nil
  if cell.state == "failed" and run == "silent" then
    notebook.has_failed = true
    say(notebook, ("%s: %s"):format(cell.name, cell.error or "failed"))
  end
end

--- Tell why a kernel has ended, but for a script's that has simply ended.
---@param notebook dap-kernel.Notebook as it was before
---@param body { state: string, reason?: string }
function M.kernel_changed(notebook, body)
  local reason = body.reason or "the kernel has ended"
  if body.state == "dead" and not (notebook.kernel == "idle" and reason:find("exit code", 1, true)) then
    say(notebook, reason)
  end
end

return M
