# What can be done here. Each target sets up what it needs; what is set up stays.

PYTHON ?= python3
VENV := .venv/bin
# The transcripts that must pass.
TRANSCRIPTS ?= tests/transcripts/*.md
PYTEST_OPTIONS ?= -n auto --dist loadfile
# How many browsers are tried at the same time; each has a site of its own.
BROWSERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run worker test check fix bench screens transcripts lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## set everything up: virtual environment, packages, schema, bundles, database
	@$(PYTHON) tools/setup.py

run: setup ## serve the lab at http://127.0.0.1:8000 (PORT=... for another port)
	@exec $(VENV)/python manage.py serve

worker: setup ## a worker, for the distributed profile (REDIS_URL)
	@exec $(VENV)/celery -A labsite worker --loglevel INFO

test: ## every test: pytest, the lessons, the transcripts
	@$(PYTHON) tools/setup.py --dev
	$(VENV)/pytest $(PYTEST_OPTIONS) -rs --ignore=tests/browser
	$(VENV)/pytest -n $(BROWSERS) --dist loadfile -rs tests/browser
	$(VENV)/python manage.py lessons check
	$(VENV)/python manage.py replay $(TRANSCRIPTS)

check: ## format, lint, types, Django's own checks
	@$(PYTHON) tools/setup.py --dev
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	@$(PYTHON) tools/setup.py --types
	$(VENV)/python manage.py check
	$(VENV)/python manage.py makemigrations --check --dry-run
	$(VENV)/pytest -q tests/test_architecture.py tests/house

fix: ## format, and mend what the linter can mend
	@$(PYTHON) tools/setup.py --dev
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

bench: ## how fast it is on this machine
	@$(PYTHON) tools/setup.py --dev
	@$(VENV)/python -m tools.bench

screens: ## pictures of every page and pane, in both languages and themes and three sizes, into build/screens
	@$(PYTHON) tools/setup.py --dev
	@$(VENV)/python -m tools.screens

transcripts: ## write what is really printed into the transcripts; look at the difference before it is committed
	@$(PYTHON) tools/setup.py --dev
	$(VENV)/python manage.py replay --update $(TRANSCRIPTS)

lock: ## write requirements/*.lock anew from pyproject.toml (needs uv)
	@$(PYTHON) tools/setup.py --lock
