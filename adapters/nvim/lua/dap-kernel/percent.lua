--- An `.ipynb` as one percent text: a source without a file, which nvim-dap shows in a `dap-src://` buffer.

local notebooks = require("dap-kernel.notebooks")
local M = {}

---@param text string
local function say(text)
  vim.notify("dap-kernel: " .. text, vim.log.levels.WARN)
end

--- Return the buffers that show a notebook as one text.
---@param notebook dap-kernel.Notebook
---@return integer[]
function M.buffers(notebook)
  local begin = ("dap-src://%d/"):format(notebook.session.id)
  return vim.tbl_filter(function(buf)
    local is_ours = vim.api.nvim_buf_is_loaded(buf) and vim.b[buf].dap_kernel_cells
    return is_ours and vim.startswith(vim.api.nvim_buf_get_name(buf), begin)
  end, vim.api.nvim_list_bufs())
end

local diff = vim.text.diff or vim.diff -- the name before Neovim 0.12

--- Replace what differs, and no more: breakpoints are signs, and stay with their lines.
---@param buf integer
---@param lines string[]
local function fill(buf, lines)
  vim.bo[buf].modifiable = true
  local before = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\n") .. "\n"
  local hunks = diff(before, table.concat(lines, "\n") .. "\n", { result_type = "indices" })
  for number = #hunks, 1, -1 do
    local at, count, from, wanted = unpack(hunks[number])
    local row, common = count == 0 and at or at - 1, math.min(count, wanted)
    for offset = 0, common - 1 do -- one by one: in a range all signs go to its first line
      vim.api.nvim_buf_set_lines(buf, row + offset, row + offset + 1, true, { lines[from + offset] })
    end
    local rest = vim.list_slice(lines, from + common, from + wanted - 1)
    vim.api.nvim_buf_set_lines(buf, row + common, row + count, true, rest)
  end
  vim.bo[buf].modifiable = false
  vim.bo[buf].modified = false
end

--- Show a file where the user has asked for it, who may be elsewhere by now.
---@param window integer
---@param name string
---@return integer buf
local function show_in(window, name)
  window = vim.api.nvim_win_is_valid(window) and window or vim.api.nvim_get_current_win()
  local buf = vim.fn.bufadd(name)
  vim.bo[buf].buflisted = true
  if vim.b[buf].dap_kernel_cells and not vim.api.nvim_buf_is_loaded(buf) then
    vim.bo[buf].modifiable = true -- it was shown before: nvim-dap fills it anew
  end
  vim.api.nvim_win_call(window, function()
    vim.cmd(("hide buffer %d"):format(buf)) -- the buffer that was there may have changes
  end)
  return buf
end

--- Take over the breakpoints that a notebook's text had in sessions that are over, and have done with that text.
---@param notebook dap-kernel.Notebook
---@param buf integer
local function inherit(notebook, buf)
  local breakpoints, pattern = require("dap.breakpoints"), "^dap%-src://(%d+)/%d+/(.*)$"
  local _, path = vim.api.nvim_buf_get_name(buf):match(pattern)
  local dead = vim.iter(vim.api.nvim_list_bufs()):filter(function(other)
    local session, its_path = vim.api.nvim_buf_get_name(other):match(pattern)
    return its_path == path and not notebooks.all()[tonumber(session)]
  end)
  for old in dead do
    for _, it in ipairs(breakpoints.get(old)[old] or {}) do
      local asked = { condition = it.condition, hit_condition = it.hitCondition, log_message = it.logMessage }
      breakpoints.set(asked, buf, it.line)
    end
    vim.api.nvim_buf_delete(old, { force = true })
    notebook.session:set_breakpoints(breakpoints.get(buf))
  end
end

--- Make a buffer the text of a notebook; nvim-dap has asked for it.
---@param notebook dap-kernel.Notebook
---@param buf integer
local function take(notebook, buf)
  vim.b[buf].dap_kernel_cells = true
  vim.bo[buf].buftype = "nofile"
  vim.bo[buf].swapfile = false
  vim.bo[buf].filetype = "python"
  vim.bo[buf].modifiable = false
  vim.bo[buf].modified = false
  inherit(notebook, buf)
  require("dap-kernel.cells").ask(notebook, buf)
end

--- Open a notebook as one text.
---@param notebook dap-kernel.Notebook
---@param window integer
local function open_in(notebook, window)
  notebooks.ask(notebook.session, "notebookCells", vim.empty_dict(), function(err, response)
    local source = response and response.text
    if err or not source then
      return say(err and tostring(err) or "this notebook has no text")
    elseif (source.sourceReference or 0) > 0 then
      local name = ("dap-src://%d/%d/%s"):format(notebook.session.id, source.sourceReference, source.path)
      return take(notebook, show_in(window, name))
    end
    show_in(window, source.path) -- it is a text already
  end)
end

--- Open the notebook of the current buffer as one text; where the buffer is none, that of the focused session.
--- Who knows its cells is a session: where there is none, one begins that runs nothing.
function M.open()
  local buf, window = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
  local notebook, is_shown = notebooks.for_buffer(buf)
  local adapter = require("dap-kernel.adapter")
  local kind = adapter.kind(buf)
  if notebook and (is_shown or not kind) then
    return open_in(notebook, window)
  elseif kind == "Jupyter" and not require("dap-kernel.sync").shows_script(buf) then
    return adapter.debug(buf, { run = "none", __dapKernelCells = window })
  end
  say(kind and "this buffer is one text already" or "this buffer shows no notebook: go to one")
end

--- A session has begun: open the text that it was begun for.
---@param notebook dap-kernel.Notebook
function M.begun(notebook)
  local window = notebook.session.config.__dapKernelCells
  if window then
    notebook.session.config.__dapKernelCells = nil
    notebook.session.config.run = nil -- of a restart, say: what it began with is not what the notebook is
    open_in(notebook, window)
  end
end

--- Bring the texts that are open up to date: the notebook was edited.
---@param notebook dap-kernel.Notebook
function M.refresh(notebook)
  for _, buf in ipairs(M.buffers(notebook)) do
    local reference = tonumber(vim.api.nvim_buf_get_name(buf):match("^dap%-src://%d+/(%d+)/"))
    local arguments = { source = { sourceReference = reference }, sourceReference = reference }
    notebooks.ask(notebook.session, "source", arguments, function(_, response)
      if response and vim.api.nvim_buf_is_loaded(buf) then
        local lines = vim.split(response.content, "\n", { plain = true })
        if not vim.deep_equal(lines, vim.api.nvim_buf_get_lines(buf, 0, -1, false)) then
          fill(buf, lines)
        end
        require("dap-kernel.cells").ask(notebook, buf)
      end
    end)
  end
end

return M
