--- A buffer that shows an .ipynb as a script, as jupytext.nvim makes it; by jupytext.nvim itself where
--- JUPYTEXT_NVIM says its folder, and jupytext is on the path.

local formats = require("formats")
local harness = require("harness")
local equal, test = harness.equal, harness.test

local SCRIPT = "# %%\nitem = 3\n\n# %%\nresult = item\nprint('result', result)\nafter = result + 1"

--- Make x.ipynb be shown as jupytext.nvim does: the buffer has its name and holds a script.
local function show_as_script(nvim)
  nvim:run(function(text)
    vim.api.nvim_create_autocmd("BufReadCmd", {
      pattern = "*.ipynb",
      callback = function(args)
        vim.api.nvim_buf_set_lines(args.buf, 0, -1, false, vim.split(text, "\n"))
        vim.bo[args.buf].modified = false
        vim.bo[args.buf].filetype = "python"
      end,
    })
  end, SCRIPT)
end

local function use_jupytext(nvim)
  nvim:run(function(folder)
    vim.opt.runtimepath:append(folder)
    require("jupytext").setup({})
  end, vim.env.JUPYTEXT_NVIM)
end

--- What holds for both.
local function session(nvim)
  local path = formats.jupyter(nvim)
  nvim:edit(path)
  local line = nvim:go_to("print('result'")
  nvim:cmd("DapToggleBreakpoint")
  nvim:run(function()
    require("dap-kernel").debug()
  end)
  local stop = nvim:stopped("breakpoint")
  equal({ line, line, path }, { stop.line, stop.cursor, stop.buffer }, "where it stops")
  nvim:cmd("DapClearBreakpoints")
  nvim:cmd("DapContinue")
  nvim:stopped("idle")

  -- An edit that is not written: it is stale at once, and a breakpoint below it is where it is seen.
  local first = nvim:go_to("result = item")
  nvim:type("O# a comment<CR># and one more<Esc>")
  nvim:signs_are(path, "cells", { [tostring(first)] = "~" })
  line = nvim:go_to("after = result")
  nvim:cmd("DapToggleBreakpoint")
  nvim:cmd("DapKernelRun stale")
  equal(line, nvim:stopped("breakpoint").line, "where it stops after an edit")
  nvim:cmd("DapContinue")
  nvim:stopped("idle")
  nvim:signs_are(path, "cells", {})
  return path
end

test("the script that a buffer shows for an .ipynb is what is debugged", function(nvim)
  nvim:setup()
  show_as_script(nvim)
  local path = session(nvim)
  nvim:cmd("new")
  nvim:cmd("bunload! " .. path) -- the file counts again, and it has no comments
  nvim:wait("the cell to be stale", function()
    for _, notebook in pairs(require("dap-kernel.notebooks").all()) do
      for _, cell in pairs(notebook.cells) do
        if cell.state == "stale" then
          return true
        end
      end
    end
  end)
  nvim:terminate()
  equal({}, nvim:warnings(), "warnings")
end)

if vim.env.JUPYTEXT_NVIM then
  test("a notebook is debugged in jupytext.nvim's buffer, before and after it is written", function(nvim)
    nvim:setup()
    use_jupytext(nvim)
    local path = session(nvim)
    nvim:type(":write<CR>")
    nvim:wait("the written file", function(name)
      return table.concat(vim.fn.readfile(name)):find("and one more", 1, true) ~= nil
    end, path)
    nvim:signs_are(path, "cells", {})
    nvim:terminate()
    equal({}, nvim:warnings(), "warnings")
  end)
end
