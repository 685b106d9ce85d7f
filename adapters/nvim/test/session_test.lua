--- Breakpoints, stops, stepping and the end of a session, in the four formats.

local formats = require("formats")
local harness = require("harness")
local equal, test = harness.equal, harness.test

for name, write in pairs(formats) do
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
    equal({}, nvim:notes(), "warnings")
  end)
end
