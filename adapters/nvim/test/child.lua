--- A Neovim that has nvim-dap and the plugin, and is driven from outside, as by a user.
---
--- Environment: NVIM, the program; NVIM_DAP, nvim-dap's folder; DAP_KERNEL_PYTHON, a Python with dap_kernel.

local M = {}

local TIMEOUT_MS = tonumber(vim.env.DAP_KERNEL_TIMEOUT_MS) or 20000
local HERE = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, "S").source:sub(2)))
local PLUGIN = vim.fs.dirname(HERE)

---@class Child
---@field folder string where the test's files are
---@field channel integer
local Child = {}
Child.__index = Child

--- Run a function in the child; it has no upvalues. Arguments and results are what msgpack knows.
function Child:run(act, ...)
  local code = "return loadstring(vim.base64.decode(...))(select(2, ...))"
  return vim.rpcrequest(self.channel, "nvim_exec_lua", code, { vim.base64.encode(string.dump(act)), ... })
end

--- Wait until a function that is run in the child returns something.
function Child:wait(what, act, ...)
  local arguments, result = { n = select("#", ...), ... }, nil
  local done = vim.wait(TIMEOUT_MS, function()
    result = self:run(act, unpack(arguments, 1, arguments.n))
    return result ~= nil and result ~= vim.NIL and result ~= false
  end, 10)
  if not done then
    error(("not within %d s: %s"):format(TIMEOUT_MS / 1000, what), 2)
  end
  return result
end

--- Type keys.
function Child:type(keys)
  vim.rpcrequest(self.channel, "nvim_input", keys)
end

--- Run a command.
function Child:cmd(command)
  vim.rpcrequest(self.channel, "nvim_command", command)
end

--- Write a file of the test; return its path.
function Child:write(name, text)
  local path = vim.fs.joinpath(self.folder, name)
  vim.fn.mkdir(vim.fs.dirname(path), "p")
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  return path
end

--- Write a notebook of code cells; return its path.
function Child:write_cells(name, ...)
  local cells = {}
  for number, source in ipairs({ ... }) do
    local lines = {}
    for line in vim.gsplit(source, "\n", { plain = true }) do
      lines[#lines + 1] = line .. "\n"
    end
    lines[#lines] = lines[#lines]:sub(1, -2)
    local quoted = table.concat(vim.tbl_map(vim.json.encode, lines), ",\n    ")
    local head = '  {\n   "cell_type": "code", "id": "c%d", "metadata": {}, "outputs": [],\n'
    local rest = '   "execution_count": null,\n   "source": [\n    %s\n   ]\n  }'
    cells[number] = (head .. rest):format(number, quoted)
  end
  local spec = '{"display_name": "Python 3", "language": "python", "name": "python3"}'
  local text =
    '{\n "cells": [\n%s\n ],\n "metadata": {"kernelspec": %s},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n'
  return self:write(name, text:format(table.concat(cells, ",\n"), spec))
end

--- The first line of a file that has `text`.
function Child:line_of(path, text)
  for number, line in ipairs(vim.fn.readfile(path)) do
    if line:find(text, 1, true) then
      return number
    end
  end
  error(("no line of %s has %q"):format(path, text), 2)
end

--- Open a file and put the cursor on the line that has `text`.
function Child:edit(path, text)
  self:cmd("edit " .. vim.fn.fnameescape(path))
  if text then
    self:go_to(text)
  end
end

--- Put the cursor on the first line of the current buffer that has `text`; return its number.
function Child:go_to(text)
  local line = self:run(function(wanted)
    for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
      if line:find(wanted, 1, true) then
        vim.api.nvim_win_set_cursor(0, { number, 0 })
        return number
      end
    end
  end, text)
  assert(line ~= vim.NIL, "no line has " .. text)
  return line
end

--- Wait for a stop whose frame is shown; return what a user sees of it.
---@param reason? string
---@return { reason: string, line: integer, cursor: integer, buffer: string, frame: string, path: string }
function Child:stopped(reason)
  local stop = self:wait("a stop" .. (reason and " for " .. reason or ""), function(wanted)
    local session = require("dap").session()
    local frame = session and session.stopped_thread_id and session.current_frame
    local count = _G.stops and #_G.stops or 0
    if not frame or not frame.scopes or count == (_G.looked_at or 0) then
      return nil
    end
    for _, scope in ipairs(frame.scopes) do
      if not scope.expensive and not scope.variables then
        return nil
      end
    end
    if wanted and _G.stops[count].reason ~= wanted then
      return nil
    end
    _G.looked_at = count
    return {
      reason = _G.stops[count].reason,
      line = frame.line,
      cursor = vim.api.nvim_win_get_cursor(0)[1],
      buffer = vim.api.nvim_buf_get_name(0),
      frame = frame.name,
      path = frame.source and frame.source.path,
    }
  end, reason)
  return stop
end

--- The names and values of the frame that is looked at.
function Child:variables()
  return self:run(function()
    local found = vim.empty_dict()
    for _, scope in ipairs(require("dap").session().current_frame.scopes) do
      for _, variable in ipairs(scope.variables or {}) do
        found[variable.name] = variable.value
      end
    end
    return found
  end)
end

--- Our signs in the buffer of a path: { [line] = sign }. `namespace`: "line" or "cells".
function Child:signs(path, namespace)
  return self:run(function(name, wanted)
    local found = vim.empty_dict()
    local space = vim.api.nvim_create_namespace("dap-kernel." .. wanted)
    for _, buf in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_get_name(buf) == name then
        for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buf, space, 0, -1, { details = true })) do
          if mark[4].sign_text then
            found[tostring(mark[2] + 1)] = vim.trim(mark[4].sign_text)
          end
        end
      end
    end
    return found
  end, path, namespace)
end

--- Wait until our signs in the buffer of a path are these.
function Child:signs_are(path, namespace, wanted)
  local seen
  local done = vim.wait(TIMEOUT_MS, function()
    seen = self:signs(path, namespace)
    return vim.deep_equal(vim.tbl_extend("force", {}, seen), wanted)
  end, 10)
  if not done then
    error(("the signs are %s, not %s"):format(vim.inspect(seen), vim.inspect(wanted)), 2)
  end
end

--- Everything that the REPL shows.
function Child:repl()
  return self:run(function()
    for _, buf in ipairs(vim.api.nvim_list_bufs()) do
      if vim.bo[buf].filetype == "dap-repl" then
        return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\n")
      end
    end
    return ""
  end)
end

--- Wait until the REPL shows a text.
function Child:printed(text)
  local done = vim.wait(TIMEOUT_MS, function()
    return self:repl():find(text, 1, true) ~= nil
  end, 10)
  if not done then
    error(("the REPL never shows %q"):format(text), 2)
  end
end

--- What `vim.notify` has shown so far.
function Child:notes()
  return self:run(function()
    return _G.notes
  end)
end

--- Those of them that are warnings or errors.
function Child:warnings()
  return vim.tbl_filter(function(it)
    return tonumber(it:match("^%[(%d)%]")) >= vim.log.levels.WARN
  end, self:notes())
end

--- Wait until `vim.notify` has shown a text.
function Child:noted(text)
  self:wait("the note " .. text, function(wanted)
    for _, note in ipairs(_G.notes) do
      if note:find(wanted, 1, true) then
        return note
      end
    end
  end, text)
end

--- Call the plugin's `setup`, with a Python that has the server.
function Child:setup(options)
  local defaults = { python = vim.env.DAP_KERNEL_PYTHON, lsp = false, launch = { orphanTimeout = 0 } }
  self:run(function(given)
    require("dap-kernel").setup(given)
  end, vim.tbl_extend("force", defaults, options or {}))
end

--- End the session and wait until its server is gone.
function Child:terminate()
  self:run(function()
    require("dap").terminate()
  end)
  self:over()
end

--- Wait until there is no session.
function Child:over()
  self:wait("the session to end", function()
    return require("dap").session() == nil
  end)
end

--- Start another Neovim; the caller ends it, by `stop`.
---@param folder string
---@return Child
function M.start(folder)
  local nvim = assert(vim.env.NVIM, "set NVIM to the program")
  local dap = assert(vim.env.NVIM_DAP, "set NVIM_DAP to nvim-dap's folder")
  local command = { nvim, "--embed", "--headless", "--clean", "-n" }
  vim.list_extend(command, { "--cmd", ("set rtp^=%s,%s"):format(PLUGIN, dap) })
  local env = { NVIM_APPNAME = "test", TMPDIR = folder, VIRTUAL_ENV = "", CONDA_PREFIX = "" }
  for _, name in ipairs({ "STATE", "DATA", "CONFIG", "CACHE" }) do
    env[("XDG_%s_HOME"):format(name)] = vim.fs.joinpath(folder, ".nvim", name)
  end
  vim.fn.mkdir(folder, "p")
  local channel = vim.fn.jobstart(command, { rpc = true, env = env, cwd = folder }) -- no environment above
  assert(channel > 0, nvim .. " cannot be started")
  local child = setmetatable({ folder = folder, channel = channel }, Child)
  child:run(function()
    vim.o.swapfile, vim.o.columns, vim.o.lines = false, 100, 30
    _G.notes, _G.stops = {}, {}
    vim.notify = function(text, level)
      _G.notes[#_G.notes + 1] = ("[%s] %s"):format(level or vim.log.levels.INFO, text)
    end
    require("dap").set_log_level("TRACE")
    require("dap").listeners.after.event_stopped.test = function(_, body)
      _G.stops[#_G.stops + 1] = body
    end
  end)
  return child
end

---@param child Child
function M.stop(child)
  pcall(vim.rpcnotify, child.channel, "nvim_command", "qall!")
  vim.fn.jobwait({ child.channel }, 6000)
  vim.fn.jobstop(child.channel)
end

return M
