--- Breakpoints, stops, stepping and the end of a session, in the four formats.

local formats = require("formats")
local harness = require("harness")
local equal, test = harness.equal, harness.test

for _, name in ipairs({ "jupyter", "marimo", "percent", "script" }) do
  local write = formats[name]
  test("a breakpoint stops in a file of the format " .. name, function(nvim)
    nvim:setup()
    local path = write(nvim)
    nvim:edit(path)
    local line = nvim:go_to("print('result'")
    nvim:cmd("DapToggleBreakpoint")
    nvim:run(function()
      require("dap-kernel").debug()
    end)
    local stop = nvim:stopped("breakpoint")
    equal({ line, line, path }, { stop.line, stop.cursor, stop.buffer }, "where it stops")
    local variables = nvim:variables()
    equal({ "3", "3" }, { variables.item, variables.result }, "variables")
    nvim:cmd("DapStepOver")
    equal(line + 1, nvim:stopped("step").line, "after a step")
    nvim:cmd("DapContinue")
    if name == "script" then
      nvim:over()
    else
      nvim:stopped("idle")
      equal("4", nvim:variables().after, "in the idle notebook")
      nvim:terminate()
    end
    equal({}, nvim:warnings(), "warnings")
  end)
end

test("a server that is not installed is told, with what to do", function(nvim)
  nvim:setup({ python = "/bin/false" })
  nvim:edit(formats.percent(nvim))
  nvim:run(function()
    vim.env.PATH = "/nowhere"
    require("dap-kernel").debug()
  end)
  nvim:noted("/bin/false -m pip install " .. harness.PROJECT .. "\n")
end)

test("an exception is shown at its line, and the session goes on", function(nvim)
  nvim:setup()
  local path = nvim:write("failing.py", "# %% one\na = 1\n\n# %% two\nb = a / 0\n")
  nvim:edit(path)
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  equal(5, nvim:stopped("exception").line, "where it stops")
  nvim:cmd("DapContinue")
  nvim:stopped("idle")
  nvim:signs_are(path, "cells", { ["5"] = "✗" })
  nvim:terminate()
  nvim:signs_are(path, "cells", {})
end)

test("input() is answered from the REPL", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write("asks.py", "name = input('who? ')\nprint('hello', name)\n"))
  nvim:run(function()
    require("dap-kernel").debug()
    require("dap.repl").open()
  end)
  nvim:printed("who?")
  nvim:run(function()
    require("dap.repl").execute("Ada")
  end)
  nvim:printed("hello Ada")
  nvim:over()
end)
