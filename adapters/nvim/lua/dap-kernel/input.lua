--- `input()` in a cell: Neovim asks, unless the REPL is in view, which takes the line as well.

local notebooks = require("dap-kernel.notebooks")
local M = {}

---@class dap-kernel.Question
---@field prompt string
---@field isHidden? boolean

---@type table<integer, dap-kernel.Question> by the session's id: what nobody has answered yet
local open = {}

---@param text string
local function say(text)
  vim.notify("dap-kernel: " .. text, vim.log.levels.WARN)
end

---@return boolean
local function repl_is_in_view()
  return vim.iter(vim.api.nvim_tabpage_list_wins(0)):any(function(window)
    return vim.bo[vim.api.nvim_win_get_buf(window)].filetype == "dap-repl"
  end)
end

---@param session dap.Session
---@param question dap-kernel.Question
---@param text string
local function answer(session, question, text)
  open[session.id] = nil
  local echo = (question.isHidden and "" or text) .. "\n"
  require("dap.repl").append(echo, "$", { newline = false }) -- behind the prompt, as on a terminal
  local line = text:match("^:") and ":" .. text or text -- else it is a command of the console
  notebooks.ask(session, "evaluate", { expression = line, context = "repl" })
end

---@param question dap-kernel.Question
---@param done fun(text: string?)
local function read(question, done)
  if question.isHidden then -- the REPL would show it
    local ok, text = pcall(vim.fn.inputsecret, { prompt = question.prompt, cancelreturn = vim.NIL })
    done(ok and text ~= vim.NIL and text or nil)
  else
    vim.ui.input({ prompt = question.prompt }, done)
  end
end

---@param session dap.Session
---@param question dap-kernel.Question
local function ask(session, question)
  if open[session.id] ~= question then
    return
  end
  read(question, function(text)
    if open[session.id] ~= question then
      return say("nobody waits for this line any more")
    elseif not text then
      return say("it waits still: answer in the REPL (:DapToggleRepl), or :DapKernelInterrupt")
    end
    answer(session, question, text)
  end)
end

--- The program waits for a line. Who is typing is asked afterwards.
---@param session dap.Session
---@param question dap-kernel.Question
function M.wanted(session, question)
  open[session.id] = question
  if repl_is_in_view() and not question.isHidden then
    return
  elseif vim.api.nvim_get_mode().mode:sub(1, 1) == "n" then
    return ask(session, question)
  end
  say("a cell asks: " .. question.prompt)
  vim.api.nvim_create_autocmd("ModeChanged", {
    pattern = "*:n*",
    once = true,
    callback = vim.schedule_wrap(function()
      ask(session, question)
    end),
  })
end

--- It waits no longer: it was answered elsewhere, or its cell has ended.
---@param session dap.Session
function M.forget(session)
  open[session.id] = nil
end

return M
