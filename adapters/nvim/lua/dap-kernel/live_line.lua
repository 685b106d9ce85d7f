--- The line that runs now: a sign, a highlight, and after a second how long it has taken.

local notebooks = require("dap-kernel.notebooks")
local options = require("dap-kernel.options")
local M = {}

M.NAMESPACE = vim.api.nvim_create_namespace("dap-kernel.line")
local PRIORITY = 23 -- above the breakpoints and the stop of nvim-dap

---@class dap-kernel.LiveLine
---@field buf integer
---@field line integer
---@field via string?
---@field loop integer? the first line of the loop whose time it is
---@field since number milliseconds
---@field timer uv.uv_timer_t

---@type table<integer, dap-kernel.LiveLine> by the session's id
local shown = {}

---@param milliseconds number
---@return string
local function in_words(milliseconds)
  local seconds = math.floor(milliseconds / 1000)
  if seconds < 60 then
    return ("%d s"):format(seconds)
  elseif seconds < 3600 then
    return ("%d min %02d s"):format(seconds / 60, seconds % 60)
  end
  return ("%d h %02d min"):format(seconds / 3600, seconds % 3600 / 60)
end

--- Where a line has its mark by now: it moves with the text.
---@param id integer the session's
---@param it dap-kernel.LiveLine
---@return integer? row from 0; nil: it has none
local function row_of(id, it)
  return vim.api.nvim_buf_is_loaded(it.buf)
      and vim.api.nvim_buf_get_extmark_by_id(it.buf, M.NAMESPACE, id, {})[1]
    or nil
end

---@param id integer the session's
local function draw(id)
  local it = shown[id]
  local row = it and (row_of(id, it) or it.line - 1)
  if not row or not vim.api.nvim_buf_is_loaded(it.buf) or row >= vim.api.nvim_buf_line_count(it.buf) then
    return
  end
  local passed = vim.uv.now() - it.since
  local after = options.now.elapsed_after_ms
  local text
  if after > 0 and passed >= after then
    text = in_words(passed) .. (it.via and (" in " .. it.via) or "")
    text = text .. (it.loop and (" · in the loop of line %d"):format(it.loop) or "")
  end
  vim.api.nvim_buf_set_extmark(it.buf, M.NAMESPACE, row, 0, {
    id = id,
    sign_text = options.now.line_sign,
    sign_hl_group = "DapKernelLineSign",
    line_hl_group = "DapKernelLine",
    virt_text = text and { { text, "DapKernelElapsed" } } or nil,
    virt_text_pos = "eol",
    hl_mode = "combine",
    priority = PRIORITY,
  })
end

---@param session dap.Session
function M.clear(session)
  local it = shown[session.id]
  if it then
    shown[session.id] = nil
    it.timer:stop()
    it.timer:close()
    if vim.api.nvim_buf_is_valid(it.buf) then
      vim.api.nvim_buf_del_extmark(it.buf, M.NAMESPACE, session.id)
    end
  end
end

--- A buffer is not the notebook's any more: take the mark out of it.
---@param session dap.Session
---@param buf integer
function M.leave(session, buf)
  if shown[session.id] and shown[session.id].buf == buf then
    M.clear(session)
  end
end

--- Show what `notebookLine` tells; without a line nothing runs any more.
---@param session dap.Session
---@param body { source?: dap.Source, line?: integer, via?: string, loop?: { line: integer }, elapsedS?: number }
function M.show(session, body)
  local buf = body.line and body.source and notebooks.buffer_of(session, body.source)
  if not buf or not options.now.live_line then
    return M.clear(session)
  end
  local it = shown[session.id]
  local row = it and it.buf == buf and row_of(session.id, it)
  local since, loop = vim.uv.now() - 1000 * (body.elapsedS or 0), body.loop and body.loop.line
  if row and (it.line == body.line or row + 1 == body.line) then
    it.via, it.since, it.loop = body.via, since, loop
    return draw(session.id)
  end
  M.clear(session)
  local timer = assert(vim.uv.new_timer())
  shown[session.id] =
    { buf = buf, line = body.line, via = body.via, loop = loop, since = since, timer = timer }
  draw(session.id)
  local after = options.now.elapsed_after_ms
  if after > 0 then
    timer:start(after, 1000, function()
      vim.schedule(function()
        draw(session.id)
      end)
    end)
  end
end

return M
