# A fresh machine needs Python 3.11 or later, and make. Everything goes into .venv.

PYTHON ?= $(shell for it in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$it -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$it; break; }; done)
BIN = .venv/bin
INSTALLED = .venv/.installed

.PHONY: demo test bench lint clean

demo: $(INSTALLED)
	$(BIN)/dap-kernel debug docs/examples/demo.py

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict dap_kernel

# The stories run once more for each other Python of this machine: the server in .venv, the kernel there.
test: lint
	$(BIN)/python -m pytest -n 2
	@for python in $$($(BIN)/python tests/pythons.py); do \
		echo "the stories, kernels under $$python"; \
		DAP_KERNEL_TEST_PYTHON=$$python $(BIN)/python -m pytest -n 2 tests/sessions || exit 1; \
	done

bench: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks

$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

clean:
	rm -rf .venv
