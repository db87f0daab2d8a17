# Each target sets up what it needs; a step that is done already costs next to nothing.

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/charthouse
PYTHON ?= python3
UV_VERSION := 0.13.8
UV := $(CACHE)/uv-$(UV_VERSION)/bin/uv
VENV := .venv/.synced

# `make run PORT=8080 DATA=/srv/charthouse FLAGS="--tls auto"`
HOST ?= 127.0.0.1
PORT ?= 5000
DATA ?= data
FLAGS ?=

# `make test ARGS="tests/clients -k helm"`
ARGS ?=

# `make bench ROUNDS=1 SECONDS=2 ARGS="--rows manifest-get blob-get-100k"`
ROUNDS ?= 5
SECONDS ?= 5

.PHONY: run test test-all bench lint format tools docs messages screens

run: $(VENV)  ## serve on this machine: SQLite and a directory, nothing else
	exec .venv/bin/charthouse serve --data $(DATA) --host $(HOST) --port $(PORT) $(FLAGS)

test: $(VENV) tools  ## every test but the slow ones
	.venv/bin/pytest -m "not slow" $(ARGS)

test-all: $(VENV) tools  ## every test
	.venv/bin/pytest $(ARGS)

bench: $(VENV) tools  ## medians and ratios against other registries
	.venv/bin/python -m bench --rounds $(ROUNDS) --seconds $(SECONDS) $(ARGS)

lint: $(VENV)  ## style, types and the direction of imports
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

format: $(VENV)  ## what ruff can mend by itself
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

docs: $(VENV)  ## docs/reference, from the code
	.venv/bin/python -m tools.reference

messages: $(VENV)  ## the console's catalogues, from its templates and code
	.venv/bin/python -m tools.messages

screens: $(VENV) tools  ## docs/screens: a picture of every page of the console
	.venv/bin/python -m tools.screens $(ARGS)

tools:  ## the clients, servers and databases that tests run (tools/tools.toml)
	@$(PYTHON) tools/install.py

$(VENV): pyproject.toml uv.lock $(UV)
	UV_PYTHON_DOWNLOADS=never $(UV) sync --locked --quiet
	@touch $@

# Debian keeps the module that makes environments in a package of its own.
$(UV):
	$(PYTHON) -m venv $(CACHE)/uv-$(UV_VERSION) || \
		{ apt-get update -qq && apt-get install -qq python3-venv && $(PYTHON) -m venv $(CACHE)/uv-$(UV_VERSION); }
	$(CACHE)/uv-$(UV_VERSION)/bin/pip install --quiet --retries 5 uv==$(UV_VERSION)
