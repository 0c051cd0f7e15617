# Two commands do everything: `make run` and `make test`.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
FLASK := $(BIN)/flask --app app
RUN := $(BIN)/python
# Whoever has finished takes over what the other has not begun; tests of a module stay together until then.
SPREAD := -n 2 --dist worksteal
# Each worker and each command under test would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run looks types static every-test test check bench bench-large deploy-check faults soak screenshots docs dev browser proxy

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

.venv/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新版本。"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime: .venv/python requirements.txt
	@echo "正在安装依赖…"
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/development: .venv/runtime requirements-dev.txt
	@echo "正在安装开发依赖…"
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: .venv/runtime ## Make .venv and the browser assets
	@$(RUN) -m registry.assets >/dev/null

dev: setup .venv/development

run: setup ## Serve the site with demo data on http://127.0.0.1:8000
	@$(FLASK) init
	@$(FLASK) demo load --if-empty
	@$(FLASK) demo accounts --if-demo
	@$(FLASK) serve

browser: dev
	@$(RUN) -m tests.chromium

proxy: dev
	@$(RUN) -m tests.debian nginx

# The types are read for ten seconds, alone by `make check`, beside the tests by `make test`.
types: dev
	@$(BIN)/mypy

looks: dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo >/tmp/lint-imports.$$$$ 2>&1 && rm -f /tmp/lint-imports.$$$$ || { cat /tmp/lint-imports.$$$$; rm -f /tmp/lint-imports.$$$$; exit 1; }
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/oxlint static --deny-warnings --report-unused-disable-directives --format unix

static: looks types

check: static ## Format, lint, types, import directions, fast tests
	@$(RUN) -m pytest $(SPREAD) -m "not slow and not journey"

# In one run, since each collects all tests and makes its own servers, templates and stocks.
test: looks browser proxy ## Everything: the checks, then all tests with PostgreSQL and a real browser
	@$(MAKE) --no-print-directory -j 2 types every-test

every-test: dev
	@$(RUN) -m pytest $(SPREAD)

bench: dev browser ## Ratios of speed, sizes and queries in one run
	@$(RUN) -m bench

bench-large: dev ## The same at a million titles and 100 000 applications; FOLDER= keeps the data
	@$(RUN) -m bench.large $(FOLDER)

deploy-check: proxy ## nginx, systemd and the settings about deploy/, then the site behind nginx with TLS
	@$(RUN) -m pytest tests/deploy
	@$(RUN) -m tests.deploy

faults: proxy ## kill, stop, fill, slow down the deployed site: acknowledged, lost, wrong
	@$(RUN) -m tests.debian pgbouncer
	@$(RUN) -m tests.faults

soak: proxy ## Ten minutes of mixed traffic on the deployed site; SECONDS= shortens them
	@SECONDS=$(or $(SECONDS),600) $(RUN) -m tests.faults soak

screenshots: dev browser ## Every page at 1440 and 390 px into screenshots/
	@$(RUN) -m tests.screenshots

docs: dev ## Write the generated pages of docs/
	@$(RUN) -m tests.docs.pages
	@$(RUN) -m tests.open.committed
