SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
VENV := .venv
BIN := $(VENV)/bin
# Test files run side by side: they wait for containers more than they work.
AT_ONCE := 3
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.PHONY: help up down demo test lint docs terraform compose bench chaos clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(INSTALLED) ## Set everything up, start the emulator in the background, run a first container group
	@scripts/ensure-engine.sh
	@scripts/ensure-redis.sh
	@$(BIN)/eci-emulator up --detach
	@$(MAKE) demo

down: ## Stop the emulator and remove all its containers, networks, volumes and records
	@[ ! -x $(BIN)/eci-emulator ] || $(BIN)/eci-emulator down

demo: $(INSTALLED) ## Run a first container group on the running emulator
	@eval "$$($(BIN)/eci-emulator env)" && $(BIN)/python examples/first_group.py

test: $(INSTALLED_DEV) ## Set everything up for the tests and run them, on a real engine and a real Redis
	@scripts/ensure-engine.sh
	@scripts/ensure-redis.sh system
	@scripts/ensure-tools.sh
	@scripts/ensure-compose.sh
	@$(MAKE) lint || failed=1; $(BIN)/pytest -m "not slow" --reruns 2 -rfER -n $(AT_ONCE) --dist loadfile --cov --cov-report=term || failed=1; exit $${failed:-0}

lint: $(INSTALLED_DEV) ## Check style, format, types and the direction of imports
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

terraform: $(INSTALLED) ## Run examples/terraform with the real provider, or say why that cannot be done
	@scripts/ensure-engine.sh
	@scripts/terraform.sh $(BIN)/eci-emulator

docs: $(INSTALLED_DEV) ## Write the SDK and docs/coverage.md anew from facts, document and tests
	@$(BIN)/python sdk/generate.py
	@$(BIN)/python -W ignore -m tests.coverage_page

compose: $(INSTALLED_DEV) ## Try the docker-compose stack, with 1.29 and v2 where they can be had
	@scripts/ensure-engine.sh
	@scripts/ensure-redis.sh system
	@scripts/ensure-compose.sh both
	@$(BIN)/pytest -m "slow or not slow" tests/compose

bench: $(INSTALLED_DEV) ## Measure, side by side with plain Docker
	@scripts/ensure-engine.sh
	@for script in bench/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

chaos: $(INSTALLED_DEV) ## Kill processes at random for a long time and count what is lost
	@scripts/ensure-engine.sh
	@$(BIN)/pytest -s --timeout 0 -m slow tests/chaos
	@ECI_CHAOS_EXAMPLES=1000 $(BIN)/pytest --timeout 0 tests/controller/test_chaos.py

clean: down ## Stop the emulator and remove the virtual environment and all caches
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

# An editable install needs repeating only when what it installs, or how, has changed.
$(INSTALLED): setup.cfg pyproject.toml scripts/ensure-venv.sh
	@scripts/ensure-venv.sh $(VENV)
	@touch $@

$(INSTALLED_DEV): setup.cfg pyproject.toml scripts/ensure-venv.sh
	@scripts/ensure-venv.sh $(VENV) dev
	@touch $(INSTALLED) $@
