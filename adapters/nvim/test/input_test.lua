--- `input()` in a cell, and who answers it.

local harness = require("harness")
local equal, test = harness.equal, harness.test

local function debug_it(nvim)
  nvim:run(function()
    require("dap-kernel").debug()
  end)
end

--- Wait until Neovim asks for a line with these words.
local function asked(nvim, prompt)
  nvim:wait("the question " .. prompt, function(wanted)
    return vim.api.nvim_get_mode().mode == "c" and vim.fn.getcmdprompt() == wanted
  end, prompt)
end

test("input() is asked in Neovim where the REPL is not in view; a password is not shown", function(nvim)
  nvim:setup()
  local lines = {
    "import getpass",
    "answers = [input('who? '), input()]",
    "word = getpass.getpass('word: ')",
    "print(answers, len(word))",
  }
  nvim:edit(nvim:write("asks.py", table.concat(lines, "\n") .. "\n"))
  debug_it(nvim)
  local answers = { ["who? "] = ":cells", ["input: "] = "", ["word: "] = "secret" }
  for _, prompt in ipairs({ "who? ", "input: ", "word: " }) do
    asked(nvim, prompt)
    nvim:type(answers[prompt] .. "<CR>") -- a colon begins a command in the REPL alone
  end
  nvim:printed("who? :cells\ninput: \nword: \n[':cells', ''] 6")
  nvim:over()
  assert(not nvim:repl():find("secret", 1, true), nvim:repl())
  equal({}, nvim:warnings(), "warnings")
end)

test("a password is asked for even where the REPL is in view", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write("asks.py", "import getpass\nprint(len(getpass.getpass('word: ')))\n"))
  nvim:run(function()
    require("dap.repl").open()
  end)
  debug_it(nvim)
  asked(nvim, "word: ")
  nvim:type("secret<CR>")
  nvim:printed("word: \n6\n")
  nvim:over()
end)

test("a question that is given up waits in the REPL", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write("asks.py", "name = input('who? ')\nprint('hello', name)\n"))
  debug_it(nvim)
  asked(nvim, "who? ")
  nvim:type("<Esc>")
  nvim:noted("it waits still")
  nvim:run(function()
    require("dap.repl").execute("Ada")
  end)
  nvim:printed("hello Ada")
  nvim:over()
end)

test("who is typing is asked afterwards", function(nvim)
  nvim:setup()
  local path = nvim:write("asks.py", "# %% a\nname = input('who? ')\n")
  nvim:edit(path)
  nvim:type("i")
  debug_it(nvim)
  nvim:noted("a cell asks: who?")
  nvim:type("typed <Esc>")
  asked(nvim, "who? ")
  nvim:type("Ada<CR>")
  nvim:stopped("idle")
  equal("'Ada'", nvim:variables().name, "the answer")
  local line = nvim:run(function()
    return vim.api.nvim_buf_get_lines(0, 0, 1, false)[1]
  end)
  equal("typed # %% a", line, "what was typed")
  nvim:terminate()
end)

test("an answer that comes after the interrupt goes nowhere", function(nvim)
  nvim:setup()
  nvim:edit(nvim:write("asks.py", "# %% a\nname = input('who? ')\n"))
  debug_it(nvim)
  asked(nvim, "who? ")
  nvim:run(function()
    require("dap-kernel").interrupt()
  end)
  nvim:wait("the end of the run", function()
    return require("dap-kernel").status() == "asks.py: idle"
  end)
  nvim:type("name = 'late'<CR>")
  nvim:noted("nobody waits for this line")
  nvim:stopped("idle")
  equal(nil, nvim:variables().name, "what was not asked any more")
  nvim:terminate()
end)
