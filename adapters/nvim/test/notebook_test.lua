--- What the plugin adds for notebooks: the live line, cells' signs, and commands.

local formats = require("formats")
local gate = require("gate")
local harness = require("harness")
local equal, test = harness.equal, harness.test

local NOTEBOOKS = { "jupyter", "marimo", "percent" }

--- Debug the notebook in the current buffer, and wait until it has run.
local function debug_it(nvim, arguments)
  nvim:run(function(given)
    require("dap-kernel").debug(given)
  end, arguments or vim.empty_dict())
  return nvim:stopped("idle")
end

--- Text beside the live line.
local function elapsed(nvim)
  return nvim:run(function()
    local space = vim.api.nvim_create_namespace("dap-kernel.line")
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
      return mark[4].virt_text and mark[4].virt_text[1][1]
    end
  end)
end

test("the line that runs is marked, with the time that it takes, and the mark goes", function(nvim)
  nvim:setup({ elapsed_after_ms = 50 })
  local path = gate.write(nvim, "live.py", "# %% end\nx = 1\n")
  nvim:edit(path)
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:signs_are(path, "line", { ["3"] = "▶" })
  nvim:signs_are(path, "cells", { ["2"] = "▸", ["5"] = "…" })
  nvim:wait("the time beside the line", function()
    local space = vim.api.nvim_create_namespace("dap-kernel.line")
    local mark = vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })[1]
    return mark
      and mark[4].virt_text ~= nil
      and mark[4].virt_text[1][1]:match("^%d+ s · in the loop of line 3$") ~= nil
  end)
  local status = nvim:run(function()
    return require("dap-kernel").status()
  end)
  equal("live.py: busy, wait", status, "the status")
  gate.open(nvim)
  nvim:stopped("idle")
  nvim:signs_are(path, "line", {})
  nvim:signs_are(path, "cells", {})
  equal(vim.NIL, elapsed(nvim), "beside no line")
  nvim:terminate()
end)

test("the line that runs keeps its mark when lines come above it", function(nvim)
  nvim:setup({ elapsed_after_ms = 50 })
  local path = gate.write(nvim, "moved.py")
  nvim:edit(path)
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:signs_are(path, "line", { ["3"] = "▶" })
  nvim:type("ggO# a comment<Esc>")
  nvim:signs_are(path, "line", { ["4"] = "▶" })
  local function seconds()
    local text = elapsed(nvim)
    return text ~= vim.NIL and tonumber(text:match("^(%d+) s")) or 0
  end
  local before = seconds()
  nvim:wait("another second beside the line", function(than)
    local space = vim.api.nvim_create_namespace("dap-kernel.line")
    local mark = vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })[1]
    local text = mark and mark[4].virt_text and mark[4].virt_text[1][1]
    return text and tonumber(text:match("^%d+")) > than
  end, before)
  nvim:signs_are(path, "line", { ["4"] = "▶" })
  gate.open(nvim)
  nvim:stopped("idle")
  nvim:terminate()
end)

test("a cell is interrupted", function(nvim)
  nvim:setup()
  local path = gate.write(nvim, "long.py", "# %% end\nx = 1\n")
  nvim:edit(path)
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  nvim:signs_are(path, "cells", { ["2"] = "▸", ["5"] = "…" })
  nvim:cmd("DapKernelInterrupt")
  nvim:stopped("idle")
  nvim:printed("KeyboardInterrupt")
  nvim:signs_are(path, "cells", { ["2"] = "✗" }) -- the other has not run yet
  nvim:terminate()
end)

for _, name in ipairs(NOTEBOOKS) do
  test("an edited cell is marked as stale, and run, in a notebook of the format " .. name, function(nvim)
    nvim:setup()
    local path = formats[name](nvim)
    nvim:edit(path)
    debug_it(nvim)
    nvim:signs_are(path, "cells", {})
    local line = nvim:go_to("result = item")
    nvim:type(":s/result = item/result = item * 2/<CR>:write<CR>")
    nvim:signs_are(path, "cells", { [tostring(line)] = "~" })
    nvim:cmd("DapKernelRun stale")
    nvim:stopped("idle")
    nvim:printed("result 6")
    nvim:signs_are(path, "cells", {})
    equal("7", nvim:variables().after, "what the cell gave")
    nvim:terminate()
    equal({}, nvim:warnings(), "warnings")
  end)
end

test("cells run by the cursor: this one, those above, those below, all", function(nvim)
  nvim:setup()
  local path = nvim:write_cells("count.ipynb", "n = [1]", "n.append(2)", "n.append(3)")
  nvim:edit(path)
  debug_it(nvim, { run = "none" })
  local function run(what, wanted)
    nvim:go_to("n.append(2)")
    nvim:cmd("DapKernelRun " .. what)
    nvim:stopped("idle")
    equal(wanted, nvim:variables().n, "after :DapKernelRun " .. what)
  end
  run("above", "[1]")
  run("cell", "[1, 2]")
  run("", "[1, 2, 2]")
  run("below", "[1, 2, 2, 2, 3]")
  run("all", "[1, 2, 3]")
  nvim:cmd("DapKernelRun stale")
  nvim:noted("there is nothing to run")
  nvim:cmd("DapKernelRun everything")
  nvim:noted("cell, above, below, stale, all")
  nvim:terminate()
end)

test("a cell that is run without a session starts one, with this cell alone", function(nvim)
  nvim:setup()
  local path = nvim:write("alone.py", "# %% one\na = 1\n\n# %% two\nb = 2\n")
  nvim:edit(path, "b = 2")
  nvim:cmd("DapKernelRun")
  nvim:stopped("idle")
  local variables = nvim:variables()
  equal({ nil, "2" }, { variables.a, variables.b }, "variables")
  nvim:terminate()
end)

test("a cell runs by the buffer's lines and text, before it is written and after", function(nvim)
  nvim:setup()
  local path =
    nvim:write("draft.py", "# %% one\nran = []\n\n# %% two\nran += [2]\n\n# %% three\nran += [3]\n")
  nvim:edit(path, "ran = []")
  nvim:type("O# a comment<CR># another<CR># and one more<Esc>")
  nvim:go_to("ran += [2]")
  nvim:type(":s/2/22/<CR>")
  nvim:cmd("DapKernelRun below") -- starts the session: `ran` is not there yet
  nvim:stopped("exception")
  nvim:cmd("DapContinue")
  nvim:stopped("idle")
  for _, what in ipairs({ "above", "cell" }) do
    nvim:go_to("ran += [22]")
    nvim:cmd("DapKernelRun " .. what)
    nvim:stopped("idle")
  end
  equal("[22]", nvim:variables().ran, "what the cells gave that were not written")
  nvim:type(":write<CR>")
  nvim:signs_are(path, "cells", {})
  nvim:go_to("ran += [3]")
  nvim:cmd("DapKernelRun cell")
  nvim:stopped("idle")
  equal("[22, 3]", nvim:variables().ran, "after it was written")
  local text = table.concat(vim.fn.readfile(path), "\n")
  nvim:write("draft.py", (text:gsub("ran = %[%]", "ran = list()"))) -- by another program
  nvim:run(function()
    require("dap").session():request("notebookCells", vim.empty_dict(), function() end)
  end)
  nvim:signs_are(path, "cells", { ["2"] = "~" })
  nvim:write("draft.py", text)
  nvim:go_to("ran += [3]")
  nvim:type(":s/3/33/<CR>")
  nvim:signs_are(path, "cells", { ["11"] = "~" })
  nvim:cmd("new")
  nvim:cmd("bunload! " .. path) -- the file counts again
  nvim:edit(path)
  nvim:signs_are(path, "cells", {})
  nvim:terminate()
  equal(
    {},
    vim.tbl_filter(function(it)
      return not it:find("NameError", 1, true)
    end, nvim:warnings()),
    "warnings"
  )
end)

test("a cell of JSON that is not written is refused, since the file's lines count", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write_cells("draft.ipynb", "a = 1", "b = 2"), "a = 1")
  nvim:type("O<Esc>")
  nvim:go_to("b = 2")
  nvim:cmd("DapKernelRun cell")
  nvim:noted("write the buffer first")
  nvim:type(":write<CR>")
  nvim:cmd("DapKernelRun cell")
  nvim:stopped("idle")
  equal("2", nvim:variables().b, "the cell that ran")
  nvim:terminate()
end)

test("a breakpoint stops in a cell that is run again", function(nvim)
  nvim:setup()
  local path = nvim:write_cells("again.ipynb", "a = 1", "b = a + 1\nc = b")
  nvim:edit(path)
  debug_it(nvim)
  local line = nvim:go_to("c = b")
  nvim:cmd("DapToggleBreakpoint")
  nvim:cmd("DapKernelRun cell")
  local stop = nvim:stopped("breakpoint")
  equal({ line, line, path }, { stop.line, stop.cursor, stop.buffer }, "where it stops")
  nvim:signs_are(path, "line", {})
  nvim:terminate()
end)

test("a restart gives a fresh kernel, or keeps the kernel and runs what is stale", function(nvim)
  nvim:setup()
  local path = nvim:write("fresh.py", "# %% one\nold = globals().get('n', 0)\n# %% two\nn = old + 1\n")
  nvim:edit(path)
  debug_it(nvim)
  nvim:cmd("DapKernelRun all")
  nvim:stopped("idle")
  equal("2", nvim:variables().n, "in a kernel that has run it twice")
  nvim:cmd("DapKernelRestart")
  nvim:stopped("idle")
  equal("1", nvim:variables().n, "in a fresh kernel")
  nvim:cmd("DapKernelRestart all")
  nvim:stopped("idle")
  equal("2", nvim:variables().n, "in the same kernel")
  nvim:terminate()
end)

--- The text that `:DapKernelCells` has opened in the current window.
local function text_shown(nvim)
  return nvim:wait("the text", function()
    local is_text = vim.api.nvim_buf_get_name(0):match("^dap%-src://") and vim.api.nvim_buf_line_count(0) > 3
    return is_text and table.concat(vim.api.nvim_buf_get_lines(0, 0, 5, false), "|")
  end)
end

test("an .ipynb is opened as one percent text without a session, and runs nothing", function(nvim)
  nvim:setup()
  nvim:edit(formats.jupyter(nvim))
  nvim:cmd("DapKernelCells")
  equal("# %%|item = 3||# %%|result = item", text_shown(nvim), "what is shown")
  nvim:stopped("idle")
  equal(
    "notStarted",
    nvim:run(function()
      return select(2, next(require("dap-kernel.notebooks").all())).kernel
    end),
    "the kernel's state"
  )
  nvim:go_to("print('result'")
  nvim:cmd("DapToggleBreakpoint")
  nvim:cmd("DapKernelRun all")
  equal(6, nvim:stopped("breakpoint").line, "where it stops")
  nvim:terminate()
  equal({}, nvim:warnings(), "warnings")
end)

test("the text is that of the buffer's own notebook, whichever session is focused", function(nvim)
  nvim:setup()
  local other = nvim:write_cells("other.ipynb", "theirs = 1", "more = 2")
  nvim:edit(formats.jupyter(nvim))
  debug_it(nvim)
  nvim:edit(other)
  nvim:cmd("DapKernelCells")
  nvim:wait("the other text", function()
    return vim.api.nvim_buf_get_lines(0, 1, 2, false)[1] == "theirs = 1"
  end)
end)

test("what is one text already is said to be, and what is no notebook", function(nvim)
  nvim:setup()
  nvim:edit(formats.percent(nvim))
  nvim:cmd("DapKernelCells")
  nvim:noted("this buffer is one text already")
  nvim:cmd("new")
  nvim:cmd("set buftype=nofile")
  nvim:cmd("DapKernelCells")
  nvim:noted("this buffer shows no notebook")
end)

test("an .ipynb is opened as one percent text, where breakpoints stop", function(nvim)
  nvim:setup()
  local path = formats.jupyter(nvim)
  nvim:edit(path)
  debug_it(nvim)
  nvim:cmd("DapKernelCells")
  nvim:wait("the text", function()
    return vim.api.nvim_buf_get_name(0):match("^dap%-src://") and vim.api.nvim_buf_line_count(0) > 3
  end)
  local shown = nvim:run(function()
    return {
      vim.bo.filetype,
      vim.bo.modifiable,
      table.concat(vim.api.nvim_buf_get_lines(0, 0, 5, false), "|"),
    }
  end)
  equal({ "python", false, "# %%|item = 3||# %%|result = item" }, shown, "what is shown")
  local line = nvim:go_to("print('result'")
  nvim:cmd("DapToggleBreakpoint")
  nvim:cmd("DapKernelRun cell")
  local stop = nvim:stopped("breakpoint")
  equal({ line, line }, { stop.line, stop.cursor }, "where it stops")
  local name = stop.buffer
  assert(name:match("^dap%-src://.*%.py$"), name)
  nvim:cmd("DapContinue")
  nvim:stopped("idle")

  -- The file is edited elsewhere: the text follows, with the sign of the cell that is stale.
  local text = table.concat(vim.fn.readfile(path), "\n")
  local edited = text:gsub('"item = 3"', '"# three\\n",\n    "item = 30"')
  nvim:write("jupyter.ipynb", edited)
  nvim:run(function()
    require("dap").session():request("notebookCells", vim.empty_dict(), function() end)
  end)
  nvim:wait("the edited text", function()
    return vim.api.nvim_buf_get_lines(0, 2, 3, false)[1] == "item = 30"
  end)
  nvim:signs_are(name, "cells", { ["2"] = "~" })
  equal(line + 1, nvim:go_to("print('result'"), "the line with the breakpoint")
  local breakpoints = nvim:run(function()
    return vim.tbl_map(function(it)
      return it.line
    end, require("dap.breakpoints").get()[vim.api.nvim_get_current_buf()] or {})
  end)
  equal({ line + 1 }, breakpoints, "breakpoints after the edit")
  nvim:cmd("DapKernelRun cell")
  equal(line + 1, nvim:stopped("breakpoint").line, "where it stops after the edit")
  nvim:terminate()
  equal({}, nvim:warnings(), "warnings")
end)
