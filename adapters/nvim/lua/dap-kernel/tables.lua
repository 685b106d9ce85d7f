--- A table as text, page by page, in a window of its own: data frames, arrays, lists of dictionaries.

local notebooks = require("dap-kernel.notebooks")
local M = {}

---@class dap-kernel.TableView
---@field session dap.Session
---@field expression string
---@field frame integer? where it is evaluated; nil: at the notebook's level
---@field start integer the first row
---@field rows integer as many as the filters leave
---@field table integer? the reference to its value; nil: it was not evaluated yet
---@field shown integer

---@type table<integer, dap-kernel.TableView>
local views = {} -- by buffer

local BESIDE = 4 -- lines that are no rows: names, what does not fit, how many there are, keys
local KEYS = "<C-f> the next rows, <C-b> those before, gg and G the ends, r evaluates it again, q closes"

local OVER = "the stop at which %s was looked at is over: r evaluates %s where you are now"

--- Whether what was asked for is of a stop that is over.
---@param err any
---@return boolean
local function is_gone(err)
  return err ~= nil and tostring(err):find("notStopped", 1, true) ~= nil
end

---@param text string
local function say(text)
  vim.notify("dap-kernel: " .. text, vim.log.levels.WARN)
end

--- Return a window that shows a buffer.
---@param buf integer
---@return integer?
local function window_of(buf)
  local window = vim.fn.bufwinid(buf)
  return window ~= -1 and window or nil
end

---@param buf integer
---@param lines string[]
local function fill(buf, lines)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].modified = false
end

--- Return the frame that is looked at; nil where none is stopped, for a frame of the idle notebook is void after each run.
---@param session dap.Session
---@return integer?
local function frame_of(session)
  local notebook = notebooks.of(session)
  local frame = session.stopped_thread_id and session.current_frame
  return notebook and notebook.kernel == "stopped" and frame and frame.id or nil
end

--- Ask for rows of the value that a view has; if that is gone, what the name stands for now.
---@param view dap-kernel.TableView
---@param asked table
---@param is_anew boolean evaluate the expression once more: the user wants it
---@param done fun(err: any, page: table?)
local function ask(view, asked, is_anew, done)
  if is_anew then
    view.frame = frame_of(view.session)
  end
  local first = vim.tbl_extend("force", asked, { tableReference = view.table })
  local named = vim.tbl_extend("force", first, { expression = view.expression, frameId = view.frame })
  local function ask_named()
    notebooks.ask(view.session, "notebookTable", named, function(err, page)
      done(is_gone(err) and OVER:format(view.expression, view.expression) or err, page)
    end)
  end
  if is_anew or not view.table then
    return ask_named()
  end
  notebooks.ask(view.session, "notebookTable", first, function(err, page)
    if not is_gone(err) then
      return done(err, page)
    end
    named.lookUp = true
    ask_named()
  end)
end

--- Show the rows of a view from one on.
---@param buf integer
---@param start integer
---@param is_anew? boolean
local function show(buf, start, is_anew)
  local view, window = views[buf], window_of(buf)
  if not view or not window then
    return
  end
  local room = math.max(vim.api.nvim_win_get_height(window) - BESIDE, 5)
  start = math.max(0, math.min(start, math.max(view.rows - room, 0)))
  local width = vim.api.nvim_win_get_width(window) - vim.fn.getwininfo(window)[1].textoff
  ask(view, { start = start, count = room, textWidth = width }, is_anew == true, function(err, page)
    if not vim.api.nvim_buf_is_valid(buf) then
      return
    end
    if err or not page then
      return fill(buf, vim.split(tostring(err) .. "\n" .. KEYS, "\n"))
    end
    view.start, view.rows, view.shown, view.table = start, page.rows, #page.cells, page.tableReference
    local lines = vim.split(page.text, "\n")
    lines[#lines + 1] = KEYS
    fill(buf, lines)
  end)
end

--- Return the buffer of a window below for an expression.
---@param expression string
---@return integer
local function opened(expression)
  local name = "dap-kernel-table://" .. expression:gsub("%s+", " ")
  local buf = vim.fn.bufadd(name)
  vim.fn.bufload(buf)
  vim.bo[buf].buftype, vim.bo[buf].bufhidden, vim.bo[buf].swapfile = "nofile", "wipe", false
  local window = window_of(buf)
  if window then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd("belowright split")
    vim.api.nvim_win_set_buf(0, buf)
  end
  vim.wo[0][0].wrap, vim.wo[0][0].number, vim.wo[0][0].relativenumber = false, false, false
  return buf
end

---@param buf integer
local function map_keys(buf)
  local function on(key, description, act)
    vim.keymap.set("n", key, act, { buffer = buf, nowait = true, desc = description })
  end
  on("<C-f>", "The next rows", function()
    show(buf, views[buf].start + math.max(views[buf].shown, 1))
  end)
  on("<C-b>", "The rows before", function()
    local height = vim.api.nvim_win_get_height(0) - BESIDE
    show(buf, views[buf].start - math.max(height, 5))
  end)
  on("gg", "The first rows", function()
    show(buf, 0)
  end)
  on("G", "The last rows", function()
    show(buf, views[buf].rows)
  end)
  on("r", "Evaluate the table's expression again", function()
    show(buf, views[buf].start, true)
  end)
  on("q", "Close the table", function()
    vim.cmd("close")
  end)
end

--- Show a table as text. At a stop it is looked for in the frame that is looked at.
---@param expression? string nil: what is under the cursor
function M.open(expression)
  local notebook = notebooks.for_buffer(vim.api.nvim_get_current_buf())
  if not notebook then
    return say("there is no session: start one with :DapContinue, or run a cell with :DapKernelRun")
  end
  expression = expression and expression ~= "" and expression or vim.fn.expand("<cexpr>")
  if expression == "" then
    return say("name a table: :DapKernelTable NAME")
  end
  local session = notebook.session
  local frame = frame_of(session)
  local buf = opened(expression)
  local view = { session = session, expression = expression, frame = frame, start = 0, rows = 0, shown = 0 }
  views[buf] = view
  map_keys(buf)
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = buf,
    once = true,
    callback = function()
      views[buf] = nil
    end,
  })
  show(buf, 0)
end

return M
