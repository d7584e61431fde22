# Each target is one command from a fresh clone: git, make and Python >= 3.11 are all it needs.
PYTHON ?= python3
# Development mode shows unclosed files, forgotten awaits and deprecations; the suite turns them into failures.
PYTEST = PYTHONDEVMODE=1 .venv/bin/python -m pytest -q -n 2 --dist loadfile

.PHONY: demo test lint bench set-up

# The demo portal on http://127.0.0.1:8000 (PORT=n for another port) until Ctrl-C; all it keeps is in .demo.
demo:
	@$(PYTHON) scripts/setup_demo.py
	@PORT=$(PORT) exec .venv-demo/bin/python -m example_site.demo

# Lint, the suite on SQLite with a browser, the suite on PostgreSQL, then the wheel on every supported stack.
test: lint
	$(PYTEST) -m "not postgres" --cov
	.venv/bin/python -m tests.services postgres $(MAKE) --no-print-directory test-postgres
	.venv/bin/python scripts/matrix.py

.PHONY: test-postgres
test-postgres:
	$(PYTEST) -m "not browser and not source"

lint: set-up
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/curlylint --quiet esm_portal/templates example_site

# Speed as ratios measured in one run, each beside its target.
bench: set-up
	.venv/bin/python -m tests.bench

set-up:
	@$(PYTHON) scripts/setup.py
