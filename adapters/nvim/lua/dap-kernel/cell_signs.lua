--- A sign beside each cell that is not simply done: queued, running, failed, stale.
--- Each cell has a mark in each buffer that shows it, so that signs move with the text.

local options = require("dap-kernel.options")
local M = {}

M.NAMESPACE = vim.api.nvim_create_namespace("dap-kernel.cells")
local PRIORITY = 11 -- below breakpoints, stop and live line

local GROUPS = {
  queued = "DapKernelQueued",
  running = "DapKernelRunning",
  failed = "DapKernelFailed",
  interrupted = "DapKernelFailed",
  stopped = "DapKernelFailed",
  stale = "DapKernelStale",
}

---@type table<integer, table<string, integer>> by buffer, by cell id: the extmark
local marks = {}

---@param buf integer
---@param row integer from 0
---@param mark integer? nil: a new one
---@param state string?
---@return integer mark
local function draw(buf, row, mark, state)
  local sign = options.now.cell_signs[state or "new"]
  return vim.api.nvim_buf_set_extmark(buf, M.NAMESPACE, row, 0, {
    id = mark,
    sign_text = sign ~= "" and sign or nil,
    sign_hl_group = GROUPS[state],
    priority = PRIORITY,
  })
end

--- Show cells, with the lines that they have in this buffer.
---@param buf integer
---@param cells dap-kernel.Cell[]
function M.show(buf, cells)
  M.clear(buf)
  marks[buf] = {}
  local count = vim.api.nvim_buf_line_count(buf)
  for _, cell in ipairs(cells) do
    if cell.kind == "code" and cell.line <= count then
      marks[buf][cell.id] = draw(buf, cell.line - 1, nil, cell.state)
    end
  end
end

--- Show what has become of one cell, where it stands in this buffer.
---@param buf integer
---@param cell dap-kernel.Cell
---@return boolean is_known
function M.changed(buf, cell)
  local mark = marks[buf] and marks[buf][cell.id]
  local row = mark and vim.api.nvim_buf_get_extmark_by_id(buf, M.NAMESPACE, mark, {})[1]
  if row then
    draw(buf, row, mark, cell.state)
  end
  return row ~= nil
end

---@param buf integer
function M.clear(buf)
  marks[buf] = nil
  if vim.api.nvim_buf_is_valid(buf) then
    vim.api.nvim_buf_clear_namespace(buf, M.NAMESPACE, 0, -1)
  end
end

return M
