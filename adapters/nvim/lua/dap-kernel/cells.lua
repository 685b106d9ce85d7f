--- Keeps what is shown of a notebook's cells up to date, in the buffers of its file and of its percent text.

local cell_signs = require("dap-kernel.cell_signs")
local notebooks = require("dap-kernel.notebooks")
local M = {}

---@param notebook dap-kernel.Notebook
---@return integer[] buffers of the file, and those that `:DapKernelCells` has opened
local function buffers(notebook)
  return vim.list_extend(notebooks.buffers(notebook), require("dap-kernel.percent").buffers(notebook))
end

--- Tell statuslines and users' own autocommands.
---@param notebook dap-kernel.Notebook
function M.tell(notebook)
  local data = { session = notebook.session.id, path = notebook.path, kernel = notebook.kernel }
  vim.api.nvim_exec_autocmds("User", { pattern = "DapKernel", data = data })
end

--- Take the cells of a buffer.
---@param notebook dap-kernel.Notebook
---@param buf integer
---@param cells dap-kernel.Cell[]
function M.take(notebook, buf, cells)
  notebook.cells = {}
  for _, cell in ipairs(cells) do
    notebook.cells[cell.id] = cell
  end
  if vim.api.nvim_buf_is_loaded(buf) then
    cell_signs.show(buf, cells)
  end
  M.tell(notebook)
end

---@type table<string, boolean> by session and buffer: a request is under way; true: it has to be asked once more
local waiting = {}

--- Ask for the cells with the lines that they have in a buffer. It has the server look at the file, too.
---@param notebook dap-kernel.Notebook
---@param buf integer
function M.ask(notebook, buf)
  local key = ("%d:%d"):format(notebook.session.id, buf)
  if waiting[key] ~= nil then
    waiting[key] = true
    return
  end
  waiting[key] = false
  local arguments = { path = vim.api.nvim_buf_get_name(buf) }
  notebooks.ask(notebook.session, "notebookCells", arguments, function(_, response)
    local again = waiting[key]
    waiting[key] = nil
    if not notebooks.of(notebook.session) then
      return
    elseif response then
      notebook.kernel = response.kernel
      M.take(notebook, buf, response.cells)
    end
    if again and vim.api.nvim_buf_is_loaded(buf) then
      M.ask(notebook, buf)
    end
  end)
end

--- Ask for all of a notebook anew.
---@param notebook dap-kernel.Notebook
function M.refresh(notebook)
  for _, buf in ipairs(buffers(notebook)) do
    M.ask(notebook, buf)
  end
end

--- One cell has become something else.
---@param notebook dap-kernel.Notebook
---@param cell dap-kernel.Cell
function M.changed(notebook, cell)
  local is_known = notebook.cells[cell.id] ~= nil
  notebook.cells[cell.id] = cell
  for _, buf in ipairs(buffers(notebook)) do
    if not cell_signs.changed(buf, cell) and not is_known and cell.kind == "code" then
      M.ask(notebook, buf) -- it is new there
    end
  end
  M.tell(notebook)
end

--- The session is over.
---@param notebook dap-kernel.Notebook
function M.forget(notebook)
  for _, buf in ipairs(buffers(notebook)) do
    cell_signs.clear(buf)
  end
  notebook.kernel = "ended"
  M.tell(notebook)
end

return M
