# Everything a newcomer needs is `make demo` and `make test`. Each target prepares what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
JOBS ?= 2

.PHONY: demo test check bench serve docs lock clean help

help:
	@echo "make demo    start everything with synthetic data (ARGS=--check: one look-up, then leave)"
	@echo "make test    run all tests"
	@echo "make check   formatting, lint, types, import ladder, generated pages"
	@echo "make bench   ratios: look-up against PostgreSQL's limit, import against COPY, checking against bare parsing"
	@echo "make serve   the gateway on the configured database (ARGS: options of congbhyt serve gateway)"
	@echo "make docs    write the generated reference pages anew"

demo: $(VENV)/.server
	@$(BIN)/congbhyt demo $(ARGS)

serve: $(VENV)/.server
	@$(BIN)/congbhyt serve gateway $(ARGS)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup --cov --cov-report=term --cov-fail-under=95 $(ARGS)

check: $(VENV)/.dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/congbhyt docs --check

bench: $(VENV)/.dev
	@$(BIN)/python -m bench.lookup
	@$(BIN)/python -m bench.portal
	@$(BIN)/python -m bench.in_force
	@$(BIN)/python -m bench.imports
	@$(BIN)/python -m bench.sms
	@$(BIN)/python -m bench.registration
	@$(BIN)/python -m bench.checking
	@$(BIN)/python -m bench.hostile

docs: $(VENV)/.dev
	@$(BIN)/congbhyt docs

lock: $(VENV)/.dev
	@for part in server dev; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links requirements/$$part.in -o requirements/$$part.txt; done

clean:
	rm -rf $(VENV) var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

# The install of the project itself is editable and needs no network: its builder is in the requirements.
$(VENV)/.server: requirements/server.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the server's packages …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/server.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.server
	@echo "Installing the tools for tests and checks …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
