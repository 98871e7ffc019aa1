# Two commands do everything on a machine that has Python >= 3.11, pip and make:
#   make test       the test suite, linters and type checkers
#   make conform    every codec made anew from its specification, and judged
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
REPORTS ?= reports

.PHONY: test conform lint types tests generate benchmarks clean

test: lint types tests

conform: $(READY)
	$(BIN)/sciwire generate
	mkdir -p $(REPORTS)
	$(BIN)/sciwire conform --impl installed --known shipped --jobs 0 --failures $(REPORTS)/failures \
		--junit $(REPORTS)/conform.xml --jsonl $(REPORTS)/conform.jsonl \
		--html $(REPORTS)/conform.html --markdown $(REPORTS)/conform.md --badge $(REPORTS)/conform.svg

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/sciwire check
	$(BIN)/sciwire generate --check

types: $(READY)
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

tests: $(READY)
	$(BIN)/pytest -n auto

generate: $(READY)
	$(BIN)/sciwire generate

benchmarks: $(READY)
	$(BIN)/python -m pip install --quiet ".[benchmarks]"
	$(BIN)/python -m benchmarks

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $(READY)

clean:
	rm -rf $(VENV) $(REPORTS) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
