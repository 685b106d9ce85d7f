--- Where the cursor goes when something stops, what is said where nothing does, and which session has the focus.

local formats = require("formats")
local harness = require("harness")
local equal, test = harness.equal, harness.test

local function debug_it(nvim, arguments)
  nvim:run(function(given)
    require("dap-kernel").debug(given)
  end, arguments or vim.empty_dict())
end

--- Go on, wait until all has run, and return the line of the cursor.
local function continued(nvim)
  nvim:cmd("DapContinue")
  return nvim:stopped("idle").cursor
end

for _, name in ipairs({ "jupyter", "marimo", "percent" }) do
  test("the cursor stays where it is when all has run, in the format " .. name, function(nvim)
    nvim:setup()
    nvim:edit(formats[name](nvim))
    local line = nvim:go_to("item = 3")
    debug_it(nvim)
    equal(line, nvim:stopped("idle").cursor, "the cursor after a launch")
    nvim:cmd("DapKernelRun all")
    equal(line, nvim:stopped("idle").cursor, "the cursor after a run")
    line = nvim:go_to("print('result'")
    nvim:cmd("DapToggleBreakpoint")
    nvim:go_to("item = 3")
    nvim:cmd("DapKernelRun all")
    equal(line, nvim:stopped("breakpoint").cursor, "the cursor at a breakpoint")
    equal(line, continued(nvim), "the cursor after a stop")
    nvim:terminate()
    equal({}, nvim:warnings(), "warnings")
  end)
end

test("a step from cell to cell takes the cursor along", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write("steps.py", "# %% one\na = 1\n\n# %% two\nb = 2\nc = 3\n"))
  debug_it(nvim, { run = "none" })
  equal(1, nvim:stopped("idle").cursor, "before the first step")
  nvim:cmd("DapStepOver")
  equal(2, nvim:stopped("idle").cursor, "after the first cell")
  nvim:cmd("DapStepOver")
  equal(6, nvim:stopped("idle").cursor, "after the second")
  nvim:terminate()
end)

test("a cell that does not parse is said, and shown", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write("broken.py", "# %% one\na = 1\n\n# %% two\nb = (\n"))
  debug_it(nvim)
  nvim:noted("broken.py: two: SyntaxError")
  equal(5, nvim:stopped("idle").cursor, "the cursor")
  nvim:terminate()
end)

test("a script that does not parse is said", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write("broken.py", "a = 1\nif a\n    b = 2\n"))
  debug_it(nvim)
  nvim:noted("SyntaxError: expected ':'")
  nvim:over()
end)

test("a failure that has stopped is not said once more", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write("failing.py", "# %% one\na = 1 / 0\n"))
  debug_it(nvim)
  equal(2, nvim:stopped("exception").cursor, "the cursor")
  continued(nvim)
  equal({}, nvim:warnings(), "warnings")
  nvim:run(function()
    require("dap").set_exception_breakpoints({})
  end)
  nvim:cmd("DapKernelRun all")
  nvim:noted("failing.py: one: ZeroDivisionError: division by zero")
  nvim:go_to("a = 1 / 0")
  nvim:type(":s/1.*/int('x' * 200)/<CR>")
  nvim:cmd("DapKernelRun all")
  nvim:noted("…") -- one line, after which Neovim waits for no key
  nvim:terminate()
end)

test("a kernel that dies is said, and the next run has a fresh one", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write("dies.py", "# %% one\nimport os\nos._exit(3)\n"))
  debug_it(nvim)
  nvim:noted("dies.py: the kernel ended with exit code 3")
  nvim:stopped("idle")
  nvim:go_to("os._exit")
  nvim:type(":s/os.*/b = 4/<CR>")
  nvim:cmd("DapKernelRun all")
  nvim:stopped("idle")
  equal("4", nvim:variables().b, "in the fresh kernel")
  nvim:terminate()
end)

test("what is asked to run while a cell is stopped waits for it, which is said", function(nvim)
  nvim:setup()
  nvim:edit(formats.percent(nvim))
  nvim:go_to("print('result'")
  nvim:cmd("DapToggleBreakpoint")
  debug_it(nvim)
  nvim:stopped("breakpoint")
  nvim:go_to("item = 3")
  nvim:cmd("DapKernelRun cell")
  nvim:noted("after the cell that is stopped")
  continued(nvim)
  nvim:terminate()
end)

test("nvim-dap's commands go to the notebook that is looked at", function(nvim)
  nvim:setup()
  local paths = {}
  for _, name in ipairs({ "one.py", "two.py" }) do
    paths[name] = nvim:write(name, "# %% a\nseen = 1\nseen = 2\nseen = 3\n")
    nvim:cmd("tabedit " .. paths[name])
    nvim:go_to("seen = 2")
    nvim:cmd("DapToggleBreakpoint")
    debug_it(nvim)
    nvim:stopped("breakpoint")
  end
  nvim:cmd("tabprevious")
  nvim:cmd("DapContinue")
  equal(paths["one.py"], nvim:stopped("idle").path, "the notebook that went on")
  nvim:cmd("tabnext")
  equal(
    3,
    nvim:run(function()
      return require("dap").session().current_frame.line
    end),
    "where the other one is stopped still"
  )
  continued(nvim)
  nvim:run(function()
    require("dap").terminate({ all = true })
  end)
  nvim:over()
end)
