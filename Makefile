# HAT Market. `make` alone lists the targets; `make demo` is where to start.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV = .venv/bin
RUN = $(VENV)/python -m marketplace.run
TESTS ?= tests
# How many tests run beside each other, journeys by files, each with a house and a browser of its
# own; tests of faults have the machine to themselves.
TOGETHER ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo trade verify bench test check format lock messages migrations clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: ## Prepare a fresh clone: environment and assets; starts nothing
	@$(PYTHON) marketplace/run/bootstrap.py

setup-dev:
	@$(PYTHON) marketplace/run/bootstrap.py --dev

demo: setup ## Start the whole market with demo data; Ctrl-C stops it
	@$(RUN) demo

trade: setup ## Run one whole trade and print its figures; HOSTILE=5: with 5 % bad HATs among good
	@$(RUN) trade $(HOSTILE)

verify: setup ## Check the invariants of the demo's database
	@$(RUN) manage verify

bench: setup ## Measure: make bench NAME=retrieval|pages|accept|export|estimator|search|sandbox
	@$(RUN) bench $(NAME)

test: setup-dev ## Run the whole test suite, browser journeys included
	@$(VENV)/python marketplace/run/bootstrap.py --browser --clients
	@failed=0; \
	$(VENV)/python -m pytest $(TESTS) -m "not browser and not fault" -n $(TOGETHER) || failed=$$?; \
	if [ $$failed = 5 ]; then failed=0; fi; \
	$(VENV)/python -m pytest $(TESTS) -m "browser and not fault" -n $(TOGETHER) --dist loadfile || [ $$? = 5 ] || failed=1; \
	$(VENV)/python -m pytest $(TESTS) -m fault || [ $$? = 5 ] || failed=1; \
	exit $$failed

check: setup-dev ## Lint, format, types, import contracts, migrations, deploy check
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/djangofmt --check templates
	$(VENV)/lint-imports --no-cache
	DEMO=1 $(VENV)/mypy
	$(RUN) check

format: setup-dev ## Rewrite code and templates in the house style
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	$(VENV)/djangofmt templates

lock: setup-dev ## Resolve requirements.in and dev.in anew, with hashes
	$(VENV)/pip install --quiet uv
	$(VENV)/uv pip compile requirements.in --upgrade --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links -o requirements.txt
	$(VENV)/uv pip compile dev.in --upgrade --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links -o requirements-dev.txt

messages: setup-dev ## Bring the catalogues of translations up to date: make messages APP=offers
	@$(RUN) manage messages $(APP)

migrations: setup-dev ## Write the migrations that the models ask for
	$(RUN) manage makemigrations

clean: ## Forget the demo's data (not the environment)
	rm -rf var staticfiles
