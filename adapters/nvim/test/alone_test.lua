--- Without the plugin: the lines of Lua in docs/editors/neovim.md, with nvim-dap alone.

local formats = require("formats")
local harness = require("harness")
local equal, test = harness.equal, harness.test

--- The block of the page that sets the adapter.
local function lines_of_page()
  local page = vim.fs.joinpath(harness.PROJECT, "docs/editors/neovim.md")
  local text = table.concat(vim.fn.readfile(page), "\n")
  for block in text:gmatch("```lua\n(.-)```") do
    if block:find("dap.adapters", 1, true) then
      return block
    end
  end
  error("the page has no such lines")
end

local function setup(nvim)
  local script = ('#!/bin/sh\nexec "%s" -m dap_kernel "$@"\n'):format(vim.env.DAP_KERNEL_PYTHON)
  local command = nvim:write("bin/dap-kernel", script)
  assert(vim.uv.fs_chmod(command, tonumber("755", 8)))
  nvim:run(function(folder, text, python)
    vim.env.PATH = folder .. ":" .. vim.env.PATH
    assert(loadstring(text))()
    require("dap").listeners.on_config.test = function(config)
      return vim.tbl_extend("force", config, { orphanTimeout = 0, python = python })
    end
  end, vim.fs.dirname(command), lines_of_page(), vim.env.DAP_KERNEL_PYTHON)
end

test("they are twelve lines", function()
  equal(12, select(2, lines_of_page():gsub("\n", "")), "lines")
end)

for _, name in ipairs({ "jupyter", "marimo", "percent", "script" }) do
  test("nvim-dap alone stops in a file of the format " .. name, function(nvim)
    setup(nvim)
    local path = formats[name](nvim)
    nvim:edit(path)
    local line = nvim:go_to("print('result'")
    nvim:cmd("DapToggleBreakpoint")
    nvim:type(":DapContinue<CR>")
    nvim:type("1<CR>") -- the first of what is offered
    local stop = nvim:stopped("breakpoint")
    equal({ line, line, path }, { stop.line, stop.cursor, stop.buffer }, "where it stops")
    equal("3", nvim:variables().item, "a variable")
    nvim:cmd("DapContinue")
    if name == "script" then
      nvim:over()
    else
      nvim:stopped("idle")
      nvim:terminate()
    end
    equal({}, nvim:warnings(), "warnings")
  end)
end
