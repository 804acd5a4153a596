# report and test set themselves up in .venv; nothing is installed again while the pins stay the same.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PINS := constraints.txt pyproject.toml
PEERS := --with pyfixest==0.60.0 --with fereg==0.4.1 --with statspai==1.40.2 --with diff-diff==3.13.0 \
	--with ritest-python==0.1.1 --with wildboottest==0.3.2 --with event-study-toolkit==1.0.0 \
	--with convergence-clubs==0.1.2 --with ruptures==1.1.10 --with pyarrow

.PHONY: report test lint check bench pins clean FORCE

report: .venv/pins ## rebuild reports/ from data/
	@$(BIN)/econ build

test: .venv/tests ## run the tests and the examples in docstrings and README
	@$(BIN)/python -m pytest -q

lint: .venv/tests ## formatting, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: .venv/pins ## compare the coefficients with reports/baseline.json
	@$(BIN)/econ check

bench: .venv/pins ## measure against the peers; what it prints goes into benchmarks/RESULTS.md
	@UV_CONSTRAINT=constraints.txt $(BIN)/uv run --quiet --no-project --compile-bytecode --with-editable '.[report]' \
		$(PEERS) python benchmarks/run.py

pins: .venv/pins ## resolve the dependencies anew
	@printf 'editables\nhatchling\nuv\n' | $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--all-extras --no-header --no-annotate --no-emit-index-url pyproject.toml - -o constraints.txt

.venv/pins: FORCE
	$(if $(STALE),$(if $(PROBLEM),$(error $(PROBLEM)))$(INSTALL),@:)

STALE = $(shell { cat $(PINS); pwd; } | cmp -s - .venv/pins 2>/dev/null && $(BIN)/python -c '' 2>/dev/null || echo yes)

PROBLEM = $(shell command -v '$(PYTHON)' >/dev/null || { echo "econ needs Python 3.11 or newer and found no $(PYTHON); set PYTHON=..."; exit; }; \
	'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "econ needs Python 3.11 or newer, this is $$('$(PYTHON)' -V 2>&1); set PYTHON=..."; exit; }; \
	'$(PYTHON)' -c 'import venv, ensurepip' 2>/dev/null || \
	echo "this Python has no venv module; install it (on Debian: apt-get install python3-venv) and try again")

define INSTALL
@echo "setting up .venv"
@'$(PYTHON)' -m venv --clear .venv
@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
@VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --compile-bytecode --constraints constraints.txt \
	--build-constraints constraints.txt --editable '.[report]'
@{ cat $(PINS); pwd; } > .venv/pins
endef

.venv/tests: .venv/pins FORCE
	@cmp -s .venv/pins .venv/tests || { VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --compile-bytecode \
		--constraints constraints.txt --build-constraints constraints.txt --editable '.[report,test]' \
		&& cp .venv/pins .venv/tests; }

clean: ## remove what the builds made, but not reports/
	@rm -rf .venv .econ .pytest_cache .mypy_cache .ruff_cache .hypothesis

FORCE:
